import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../src/cli/context.ts';
import { type DoctorContext, doctorCommand } from '../../src/cli/doctor.ts';
import type { Check } from '../../src/cli/doctor-check.ts';
import type { DoctorProbes } from '../../src/cli/doctor-probes.ts';
import { loadConfig } from '../../src/config/load.ts';
import { LookUpFault } from '../../src/dns/fault.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { doctorProbes } from '../../src/main/doctor-probes.ts';
import { openConfiguredRecords } from '../../src/main/stores.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { ensureCertificate } from '../../src/supervise/certificate.ts';
import { lockDataDirectory } from '../../src/supervise/data-lock.ts';
import { type TestCli, testCli } from '../helpers/cli-context.ts';
import { freePort } from '../helpers/free-port.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { startZoneServer } from '../helpers/zone-server.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-22T10:00:00Z');

let cli: TestCli;
let dataDir: string;
beforeEach(() => {
  cli = testCli({ now: () => now });
  dataDir = join(cli.folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
});
afterEach(() => cli.remove());

type Report = { readonly ok: boolean; readonly checks: readonly Check[] };
type Setting = {
  readonly env?: Readonly<Record<string, string>>;
  readonly probes?: Partial<DoctorProbes>;
  readonly nodeVersion?: string;
};

/** Everything is well, and nothing outside is asked. */
const wellProbes: DoctorProbes = {
  holder: () => null,
  settingsChanged: () => false,
  redisProgram: async () => ({ path: '/usr/bin/redis-server', version: '7.0.15' }),
  redisInstallCommand: 'apt-get install redis-server',
  redis: async () => ({ version: '7.0.15', evictionPolicy: 'noeviction', appendOnly: 'yes', clock: now }),
  records: async () => ({ schema: 'current', newestMailAt: now - 1_000 }),
  bucket: async () => undefined,
  certificate: async () => ({ expiresAt: now + 90 * dayMs, isSelfSigned: false }),
  keys: async () => ({ infos: [key({})], problems: [] }),
  resolve: async (_, type) => (type === 'MX' ? [{ priority: 10, exchange: 'mx.example.org' }] : ['ns.example.com']),
  disk: async () => ({ freeBytes: 50e9, totalBytes: 100e9, freeFiles: 1_000_000 }),
  openFiles: () => ({ limit: 65_536, needed: 1_000 }),
  greeting: async () => null,
};

function key(changes: Partial<Awaited<ReturnType<DoctorProbes['keys']>>['infos'][number]>) {
  return {
    fingerprint: 'A'.repeat(40),
    keyIds: [],
    userIds: [],
    createdAt: 0,
    expiresAt: null,
    algorithm: 'ed25519',
    file: 'key.asc',
    standing: 'good',
    ...changes,
  } as const;
}

function doctor({ env = {}, probes = {}, nodeVersion = '24.21.0' }: Setting, real = false) {
  const all = { POSTERN_DATA_DIR: dataDir, ...env };
  return (context: CliContext) => {
    const full: DoctorContext = {
      ...context,
      env: all,
      nodeVersion,
      config: () => loadConfig({ env: all, cwd: cli.folder }),
      probesOf: (config) => ({ ...(real ? doctorProbes(config, silentLogger()) : wellProbes), ...probes }),
    };
    return doctorCommand(full);
  };
}

async function examine(setting: Setting, real = false): Promise<Report & { readonly code: number }> {
  const ran = await cli.run(doctor(setting, real), '--json');
  const report: Report = JSON.parse(ran.stdout);
  return { ...report, code: ran.code };
}

/** `level name: found` of what is not well. */
function troubles({ checks }: Report): readonly string[] {
  return checks.filter(({ level }) => level !== 'ok').map(({ level, name, found }) => `${level} ${name}: ${found}`);
}

/** Mailboxes at a domain that is not reserved, and somebody who is told when something is wrong. */
function withOwnDomain(): void {
  const targets = [{ name: 'pager', kind: 'webhook', url: 'https://pager.example.com/', secretFiles: ['pager'] }];
  writeFileSync(join(dataDir, 'pager'), `whsec_${Buffer.alloc(32, 1).toString('base64')}`);
  const mailboxes = [{ address: 'support@postern-mail.org', department: 'support' }];
  writeFileSync(join(dataDir, 'postern.yaml'), JSON.stringify({ mailboxes, alerts: { targets } }));
}

describe('doctor', () => {
  it('finds nothing to do where all is well', async () => {
    withOwnDomain();
    const report = await examine({});
    expect(report).toMatchObject({ ok: true, code: 0 });
    expect(troubles(report)).toEqual([]);
    expect(new Set(report.checks.map(({ name }) => name))).toEqual(
      new Set([
        'node',
        'configuration',
        'secret',
        'verification',
        'console',
        'certificate',
        'pgp keys',
        'mailboxes',
        'alerts',
        'data directory',
        'spool',
        'disk',
        'open files',
        'redis',
        'records',
        'dns',
        'clock',
        'gateway',
      ]),
    );
  });

  it('shows a page for people, advice below each finding', async () => {
    const ran = await cli.run(doctor({ probes: { redisProgram: async () => null } }));
    expect(ran.code).toBe(69);
    expect(ran.stdout).toMatch(/^ok {4}node +24\.21\.0$/m);
    expect(ran.stdout).toMatch(/^warn {2}mailboxes +postern\.test is reserved: .*\n +-> set mailboxes in /m);
    expect(ran.stdout).toMatch(/^fail {2}redis +redis-server is not installed\n +-> apt-get install redis-server/m);
    expect(ran.stderr).toMatch(/^postern: doctor: 1 of \d+ checks failed\n$/);
  });

  it('ends with 78 on a bad setting, and never prints its value', async () => {
    const report = await examine({ env: { POSTERN_SMTP_PORT: 'hunter2' } });
    expect(report).toMatchObject({ ok: false, code: 78 });
    expect(troubles(report)).toEqual([expect.stringMatching(/^fail configuration: POSTERN_SMTP_PORT: /)]);
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(troubles(await examine({ nodeVersion: '20.19.0' }))).toContain('fail node: 20.19.0, too old');
  });

  it('tells where each secret comes from, never the secret', async () => {
    const file = join(cli.folder, 'passphrase');
    writeFileSync(file, 'swordfish\n', { mode: 0o644 });
    const env = { REDIS_URL: 'redis://:hunter2@127.0.0.1:1', POSTERN_PGP_PASSPHRASE_FILE: file };
    const report = await examine({ env });
    const secrets = report.checks.filter(({ name }) => name === 'secret').map(({ found }) => found);
    expect(secrets).toContain('REDIS_URL from the environment');
    expect(secrets).toContain(`POSTERN_PGP_PASSPHRASE from the file ${file}, which others may read`);
    expect(secrets.at(-1)).toMatch(/^not set: (?!.*REDIS_URL).*DATABASE_URL/);
    expect(JSON.stringify(report)).not.toMatch(/hunter2|swordfish/);
    chmodSync(file, 0o600);
    expect(troubles(await examine({ env })).filter((line) => line.includes(' secret:'))).toEqual([]);
  });
});

describe('each finding of doctor', () => {
  const cases: readonly (readonly [string, Setting, string, number])[] = [
    [
      'an expired certificate',
      { probes: { certificate: async () => ({ expiresAt: now - dayMs, isSelfSigned: false }) } },
      'fail certificate: .* expired on 2026-11-21',
      78,
    ],
    [
      'a certificate about to expire',
      { probes: { certificate: async () => ({ expiresAt: now + 3 * dayMs, isSelfSigned: false }) } },
      'warn certificate: .* 3 d 0 h left',
      0,
    ],
    [
      'a self-signed certificate before the world',
      {
        env: { POSTERN_SMTP_HOST: '0.0.0.0' },
        probes: { certificate: async () => ({ expiresAt: now + 90 * dayMs, isSelfSigned: true }) },
      },
      'warn certificate: .*self-signed',
      0,
    ],
    [
      'a pair that does not fit',
      { probes: { certificate: () => Promise.reject(new Error('key.pem does not belong to certificate.pem')) } },
      'fail certificate: key.pem does not belong',
      78,
    ],
    ['no PGP key', { probes: { keys: async () => ({ infos: [], problems: [] }) } }, 'warn pgp keys: none in ', 0],
    [
      'an expired PGP key',
      { probes: { keys: async () => ({ infos: [key({ standing: 'expired' })], problems: [] }) } },
      'warn pgp keys: A{40}: expired',
      0,
    ],
    [
      'a PGP key about to expire',
      { probes: { keys: async () => ({ infos: [key({ expiresAt: now + 2 * dayMs })], problems: [] }) } },
      'warn pgp keys: A{40}, until 2026-11-24: 2 d 0 h left',
      0,
    ],
    [
      'a file that is no key',
      { probes: { keys: async () => ({ infos: [key({})], problems: [{ file: 'x.asc', cause: 'is locked' }] }) } },
      'warn pgp keys: x.asc: is locked',
      0,
    ],
    [
      'a Redis that evicts',
      {
        env: { REDIS_URL: 'redis://127.0.0.1:1' },
        probes: {
          redis: async () => ({ version: '7.2.0', evictionPolicy: 'allkeys-lru', appendOnly: 'yes', clock: now }),
        },
      },
      'fail redis: maxmemory-policy is allkeys-lru',
      69,
    ],
    [
      'a Redis that forgets',
      {
        env: { REDIS_URL: 'redis://127.0.0.1:1' },
        probes: {
          redis: async () => ({ version: '7.2.0', evictionPolicy: 'noeviction', appendOnly: 'no', clock: now }),
        },
      },
      'warn redis: appendonly is off',
      0,
    ],
    [
      'a Redis whose settings are nobody’s business',
      {
        env: { REDIS_URL: 'redis://127.0.0.1:1' },
        probes: { redis: async () => ({ version: '7.2.0', evictionPolicy: null, appendOnly: null, clock: now }) },
      },
      'warn redis: .*cannot be read',
      0,
    ],
    [
      'an old Redis',
      { probes: { redisProgram: async () => ({ path: '/usr/bin/redis-server', version: '5.0.7' }) } },
      'fail redis: .*5\\.0\\.7, too old',
      69,
    ],
    [
      'records of a newer Postern',
      { probes: { records: async () => ({ schema: 'newer', newestMailAt: null }) } },
      'fail records: .*newer Postern',
      69,
    ],
    [
      'records of an older Postern',
      { probes: { records: async () => ({ schema: 'older', newestMailAt: null }) } },
      'warn records: .*older Postern',
      0,
    ],
    [
      'records that do not open',
      { probes: { records: () => Promise.reject(new Error('the records cannot be opened: refused')) } },
      'fail records: the records cannot be opened: refused',
      69,
    ],
    [
      'a full disk',
      { probes: { disk: async () => ({ freeBytes: 1e6, totalBytes: 100e9, freeFiles: 5 }) } },
      'fail disk: 0 MB free \\(0 %\\), 5 files',
      69,
    ],
    [
      'a disk that fills up',
      { probes: { disk: async () => ({ freeBytes: 1e9, totalBytes: 100e9, freeFiles: null }) } },
      'warn disk: 953 MB free \\(1 %\\)$',
      0,
    ],
    [
      'a limit of open files that the sessions alone would reach',
      { probes: { openFiles: () => ({ limit: 999, needed: 1_000 }) } },
      'warn open files: 999 a process; a listener may come to need 1000$',
      0,
    ],
    [
      'DNS that does not answer',
      { probes: { resolve: (name, type) => Promise.reject(new LookUpFault('ETIMEOUT', name, type)) } },
      'fail dns: .*ETIMEOUT',
      69,
    ],
    [
      'DNS of an island',
      { probes: { resolve: (name, type) => Promise.reject(new LookUpFault('ENOTFOUND', name, type)) } },
      'warn dns: .*do not know example\\.com',
      0,
    ],
    [
      'a clock apart from that of Redis',
      {
        env: { REDIS_URL: 'redis://127.0.0.1:1' },
        probes: {
          redis: async () => ({
            version: '7.2.0',
            evictionPolicy: 'noeviction',
            appendOnly: 'yes',
            clock: now + 600_000,
          }),
        },
      },
      'fail clock: 600 s apart',
      69,
    ],
    [
      'mail from the future',
      { probes: { records: async () => ({ schema: 'current', newestMailAt: now + dayMs }) } },
      'warn clock: the newest mail is from 2026-11-23',
      0,
    ],
    [
      'somebody else on the port',
      { probes: { greeting: async () => '220 other ESMTP' } },
      'warn gateway: something else listens on 127\\.0\\.0\\.1:2525',
      0,
    ],
    [
      'settings that nobody has read yet',
      { probes: { holder: () => ({ pid: 7 }), settingsChanged: () => true } },
      'warn gateway: process 7, has not read what postern.yaml says now',
      0,
    ],
    [
      'a gateway that does not answer',
      { probes: { holder: () => ({ pid: 7 }) } },
      'warn gateway: process 7, does not answer',
      0,
    ],
    [
      'a check that cannot be made',
      { probes: { disk: () => Promise.reject(new Error('statfs failed')) } },
      'fail disk: could not be checked: statfs failed',
      69,
    ],
  ];

  it.each(cases)('%s', async (_, setting, expected, code) => {
    withOwnDomain();
    // A certificate that is there: a first start makes one otherwise.
    mkdirSync(join(dataDir, 'tls'));
    writeFileSync(join(dataDir, 'tls', 'certificate.pem'), '', { mode: 0o600 });
    const report = await examine(setting);
    expect(
      troubles(report).some((line) => new RegExp(`^${expected}`).test(line)),
      troubles(report).join('\n'),
    ).toBe(true);
    expect(report.code).toBe(code);
    const advised = report.checks.filter(({ level }) => level !== 'ok').map(({ advice }) => advice);
    expect(advised).not.toContain(null);
  });

  it('a data directory that is open to others, and one that cannot be', async () => {
    withOwnDomain();
    chmodSync(dataDir, 0o755);
    expect(troubles(await examine({}))).toEqual([`warn data directory: ${dataDir} is open to others`]);
    const notMade = await examine({ env: { POSTERN_DATA_DIR: join(cli.folder, 'not', 'made') } });
    expect(notMade.checks.find(({ name }) => name === 'data directory')?.found).toContain('not made yet');
  });
});

describe('doctor in the real world', () => {
  let redis: TestRedis | null = null;
  const zone = {
    'example.com': { NS: ['a.iana-servers.net'] },
    'postern-mail.org': { MX: ['10 mx.postern-mail.org'] },
  };
  afterEach(async () => {
    await redis?.stop();
    redis = null;
  });

  it('asks Redis, records, DNS, keys, certificate and disk', async () => {
    withOwnDomain();
    redis = await startRedis();
    const dns = await startZoneServer(zone);
    const env = {
      REDIS_URL: redis.url,
      POSTERN_DNS: dns.address,
      POSTERN_SMTP_PORT: String(await freePort()),
      POSTERN_GATEWAY_SECRET: 'ab'.repeat(32),
      POSTERN_EVIDENCE_KEY: 'cd'.repeat(32),
    };
    const config = loadConfig({ env: { ...env, POSTERN_DATA_DIR: dataDir }, cwd: dataDir });
    await ensureCertificate(config.smtp.tls, 'mx.postern-mail.org');
    await (await openKeyring(config.pgp.keysDirectory)).generate({
      name: 'Gateway',
      email: 'support@postern-mail.org',
      now: now - dayMs,
      lifetimeMs: null,
    });
    const records = await openConfiguredRecords(config, silentLogger());
    await migrate(records);
    await records.close();
    const real = testCli({ now: Date.now });
    const ran = await real.run(doctor({ env }, true), '--json');
    real.remove();
    await dns.close();
    const report: Report = JSON.parse(ran.stdout);
    expect(troubles(report)).toEqual([]);
    expect(ran.code).toBe(0);
    const found = Object.fromEntries(report.checks.map((check) => [check.name, check.found]));
    expect(found['redis']).toMatch(/^REDIS_URL answers, version \d+\.\d+\.\d+, noeviction, append-only file$/);
    expect(found['certificate']).toContain('self-signed');
    expect(found['mailboxes']).toBe('postern-mail.org has 1 MX');
    expect(dns.questions).toContain('NS example.com');
  });

  it('names a Redis that is away, a DNS server that is silent, and a database that is none', async () => {
    withOwnDomain();
    const dns = await startZoneServer({ 'example.com': { NS: 'TIMEOUT' }, 'postern-mail.org': { MX: 'SERVFAIL' } });
    writeFileSync(
      join(dataDir, 'postern.yaml'),
      JSON.stringify({
        mailboxes: [{ address: 'a@postern-mail.org', department: 'support' }],
        dns: { timeoutMs: 200, attempts: 1 },
      }),
    );
    writeFileSync(join(dataDir, 'postern.db'), 'this is not a database, whatever its name says. '.repeat(20));
    const env = {
      REDIS_URL: `unix://${cli.folder}/nothing.sock`,
      POSTERN_DNS: dns.address,
      POSTERN_SMTP_PORT: String(await freePort()),
    };
    const report = await examine({ env }, true);
    await dns.close();
    expect(report.code).toBe(69);
    expect(troubles(report)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^fail redis: REDIS_URL does not answer: .*ENOENT/),
        expect.stringMatching(/^fail dns: .*ETIMEOUT/),
        expect.stringMatching(/^fail records: the records cannot be opened/),
        expect.stringMatching(/^warn mailboxes: the MX of postern-mail\.org cannot be looked up/),
        expect.stringMatching(/^warn pgp keys: none in /),
      ]),
    );
  });

  it('knows the gateway that works on the data directory, by its greeting', async () => {
    withOwnDomain();
    const server = createServer((socket) => socket.end('220 mx.postern-mail.org ESMTP\r\n'));
    const port = await freePort();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    const config = loadConfig({ env: { POSTERN_DATA_DIR: dataDir, POSTERN_SMTP_PORT: String(port) }, cwd: dataDir });
    const real = doctorProbes(config, silentLogger());
    const lock = lockDataDirectory(dataDir);
    const report = await examine({
      env: { POSTERN_SMTP_PORT: String(port) },
      probes: {
        holder: () => real.holder(),
        settingsChanged: () => real.settingsChanged(),
        greeting: (host, at) => real.greeting(host, at),
      },
    });
    lock.release();
    server.close();
    const gateway = report.checks.find(({ name }) => name === 'gateway');
    expect(gateway).toMatchObject({ level: 'ok', found: `process ${process.pid}, listens on 127.0.0.1:${port}` });
    expect(real.holder()).toBeNull();
  });

  it('changes nothing: a data directory that is not there is not made', async () => {
    const there = mkdtempSync(join(tmpdir(), 'postern-doctor-'));
    const missing = join(there, 'data');
    const dns = await startZoneServer(zone);
    const env = { POSTERN_DATA_DIR: missing, POSTERN_DNS: dns.address, POSTERN_SMTP_PORT: String(await freePort()) };
    const report = await examine({ env }, true);
    await dns.close();
    expect(report).toMatchObject({ ok: true, code: 0 });
    expect(report.checks.find(({ name }) => name === 'records')?.found).toContain('empty');
    expect(() => rmSync(missing, { recursive: true })).toThrow(/ENOENT/);
    rmSync(there, { recursive: true });
  });
});

describe('what several machines share', () => {
  const secrets = (report: Report) => report.checks.filter(({ name }) => name === 'shared secrets');

  it('is asked for with a Redis or a database of the operator, and named until it is there', async () => {
    withOwnDomain();
    expect(secrets(await examine({}))).toEqual([]);
    const env = { REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/p' };
    expect(secrets(await examine({ env }))).toMatchObject([
      { level: 'warn', found: expect.stringContaining('POSTERN_GATEWAY_SECRET and POSTERN_EVIDENCE_KEY not set') },
    ]);
    const both = { POSTERN_GATEWAY_SECRET: 'ab'.repeat(32), POSTERN_EVIDENCE_KEY: 'cd'.repeat(32) };
    expect(secrets(await examine({ env: { ...env, ...both } }))).toMatchObject([{ level: 'ok' }]);
  });
});

describe('where addresses on file answer', () => {
  const verification = async (console: object, relay: object = {}) => {
    const mailboxes = [{ address: 'support@postern-mail.org', department: 'support' }];
    writeFileSync(join(dataDir, 'postern.yaml'), JSON.stringify({ mailboxes, console, relay }));
    return (await examine({})).checks.find(({ name }) => name === 'verification');
  };

  it('is the console itself as long as nothing leaves this machine, then what is configured', async () => {
    expect(await verification({})).toMatchObject({ level: 'ok', found: expect.stringContaining('127.0.0.1:8025') });
    expect(await verification({ host: '0.0.0.0' })).toMatchObject({ level: 'warn' });
    expect(await verification({}, { host: 'relay.example.net' })).toMatchObject({ level: 'warn' });
    expect(await verification({ port: 0 })).toMatchObject({ level: 'warn' });
    expect(await verification({ verifyUrl: 'https://gate.example.com/' }, { host: 'relay.example.net' })).toMatchObject(
      {
        level: 'ok',
        found: 'https://gate.example.com',
      },
    );
  });
});

describe('proxies in front of the console', () => {
  const proxies = async (console: object) => {
    const mailboxes = [{ address: 'support@postern-mail.org', department: 'support' }];
    writeFileSync(join(dataDir, 'postern.yaml'), JSON.stringify({ mailboxes, console }));
    return (await examine({})).checks.find(({ name }) => name === 'console');
  };

  it('are to be named where the console listens beyond this machine', async () => {
    expect(await proxies({})).toMatchObject({ level: 'ok', found: expect.stringContaining('on this machine') });
    expect(await proxies({ host: '0.0.0.0' })).toMatchObject({
      level: 'warn',
      advice: expect.stringContaining('console.proxyNetworks'),
    });
    expect(await proxies({ host: '0.0.0.0', proxyNetworks: ['192.0.2.10'] })).toMatchObject({
      level: 'ok',
      found: expect.stringContaining('192.0.2.10'),
    });
  });
});
