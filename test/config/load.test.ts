import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertKinds } from '../../src/alerts/kind.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { mailboxDepartments } from '../../src/config/schema.ts';
import { departments } from '../../src/verdict/verdict.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spoolKey = 'ab'.repeat(32);

function load(env: Record<string, string> = {}) {
  return loadConfig({ env: { POSTERN_DATA_DIR: folder, ...env }, cwd: folder });
}

function loadYaml(yaml: string, env: Record<string, string> = {}) {
  writeFileSync(join(folder, 'postern.yaml'), yaml);
  return load(env);
}

/** The error's message, held to what every such message must be. */
function refusal(act: () => unknown, secretValue?: string): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const message = error instanceof Error ? error.message : '';
    expect(message).not.toMatch(/[\r\n]/);
    if (secretValue !== undefined) expect(message).not.toContain(secretValue);
    return message;
  }
  throw new Error('was not refused');
}

describe('kinds of alerts in the configuration', () => {
  it('are those that there are, but for the test, which goes to everybody', () => {
    const load = (kinds: string) =>
      loadYaml(`alerts: {targets: [{name: a, kind: mail, to: x@y.example, kinds: ${kinds}}]}`);
    const chosen = alertKinds.filter((kind) => kind !== 'test');
    expect(load(JSON.stringify(chosen)).alerts.targets).toMatchObject([{ kinds: chosen }]);
    expect(refusal(() => load('[test]'))).toMatch(/^alerts\.targets/);
  });

  it.each([
    ['two of a name', '[{name: a, kind: mail, to: x@y.example}, {name: a, kind: mail, to: z@y.example}]'],
    ['a webhook without a secret', '[{name: a, kind: webhook, url: "https://y.example/"}]'],
    ['a kind that there is not', '[{name: a, kind: mail, to: x@y.example, kinds: [nonsense]}]'],
    ['no address', '[{name: a, kind: mail, to: nobody}]'],
  ])('targets with %s are refused by name', (_what, targets) => {
    expect(refusal(() => loadYaml(`alerts: {targets: ${targets}}`))).toMatch(/^alerts\.targets/);
  });
});

describe('loadConfig', () => {
  it('has the promised defaults without any file', () => {
    const config = loadConfig({ env: {}, cwd: folder });
    expect(config).toMatchObject({
      dataDir: join(folder, 'data'),
      file: null,
      filePath: join(folder, 'data', 'postern.yaml'),
      logLevel: 'info',
      smtp: { host: '127.0.0.1', port: 2525, maxMessageBytes: 26_214_400, processes: 1 },
      console: { host: '127.0.0.1', port: 8025 },
      api: { callsAtOnce: 120, callsPerSecond: 10, badTokensAtOnce: 20, badTokensPerMinute: 4 },
      evidence: { deadlineMs: 10_000 },
      policy: { deferHours: 12, proofAgeDays: 7, acceptSecondary: false },
      redis: { url: null },
      database: { url: null },
    });
    expect(config.mailboxes.map(({ address, department }) => `${address} ${department}`)).toEqual([
      'support@postern.test support',
      'sales@postern.test sales',
      'finance@postern.test finance-legal',
      'legal@postern.test finance-legal',
      'accounts@postern.test account-management',
      'security@postern.test security',
      'escalations@postern.test escalation-manager',
    ]);
  });

  it('is frozen to the depth', () => {
    const config = load();
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.smtp.tls)).toBe(true);
    expect(Object.isFrozen(config.mailboxes[0])).toBe(true);
  });

  it('lets the environment win over the file', () => {
    const config = loadYaml('smtp:\n  port: 26\n  host: 0.0.0.0\n', { POSTERN_SMTP_PORT: '27' });
    expect(config.smtp).toMatchObject({ port: 27, host: '0.0.0.0' });
    expect(config.file).toBe(join(folder, 'postern.yaml'));
  });

  it('refuses a wrong value of the file even where the environment replaces it', () => {
    const env = { POSTERN_SMTP_PORT: '27', POSTERN_DNS: '127.0.0.1' };
    expect(() => loadYaml('smtp:\n  port: hunter2\n', env)).toThrow(
      'smtp.port: must be a number, in the file as well, although POSTERN_SMTP_PORT replaces it',
    );
    expect(() => loadYaml('dns:\n  servers: [127.0.0.1, nowhere]\n', env)).toThrow(/^dns\.servers\[1\]: /);
    expect(loadYaml('smtp:\n  port: 26\ndns:\n  servers: ["::1"]\n', env).smtp.port).toBe(27);
  });

  it('takes an empty section and an empty variable as absent', () => {
    const config = loadYaml('smtp:\nconsole:\n', { POSTERN_SMTP_PORT: ' ', REDIS_URL: '' });
    expect(config.smtp.port).toBe(2525);
    expect(config.redis.url).toBeNull();
  });

  it('resolves paths against the data directory and keeps absolute ones', () => {
    const config = loadYaml('smtp:\n  tls:\n    certificateFile: /etc/tls/c.pem\n');
    expect(config.smtp.tls).toMatchObject({ certificateFile: '/etc/tls/c.pem', keyFile: join(folder, 'tls/key.pem') });
    expect(config.spool.directory).toBe(join(folder, 'spool'));
  });

  it('brings mailboxes and domains into comparison form', () => {
    const config = loadYaml(
      'mailboxes:\n  - address: Help@Bücher.example\n    department: support\n    aliases: [HILFE@bücher.example]\n',
    );
    expect(config.mailboxes).toEqual([
      { address: 'help@xn--bcher-kva.example', department: 'support', aliases: ['hilfe@xn--bcher-kva.example'] },
    ]);
  });

  it('splits lists from the environment', () => {
    expect(load({ POSTERN_DNS: '127.0.0.1:5353, ::1' }).dns.servers).toEqual(['127.0.0.1:5353', '::1']);
  });

  it('knows every department a mailbox can have, and no other', () => {
    expect([...mailboxDepartments, 'prospect'].toSorted()).toEqual([...departments].toSorted());
  });
});

describe('secrets', () => {
  it('are read from a file and never shown', () => {
    const file = join(folder, 'redis-url');
    writeFileSync(file, 'redis://:hunter2@127.0.0.1/0\n');
    const config = load({ REDIS_URL_FILE: file, POSTERN_SPOOL_KEY: spoolKey });
    expect(config.redis.url?.reveal()).toBe('redis://:hunter2@127.0.0.1/0');
    expect(Buffer.from(config.spool.key?.reveal() ?? '', 'base64')).toHaveLength(32);
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.redis.url)]) {
      expect(shown).not.toContain('hunter2');
      expect(shown).not.toContain(config.spool.key?.reveal());
    }
  });

  it.each([
    [{ REDIS_URL: 'redis://a', REDIS_URL_FILE: '/nowhere' }, 'REDIS_URL: is set twice'],
    [{ REDIS_URL: 'hunter2@localhost' }, 'REDIS_URL: must be an address such as redis://…'],
    [{ DATABASE_URL: 'mysql://u:hunter2@localhost/x' }, 'DATABASE_URL: must be an address such as postgres://…'],
    [{ DATABASE_URL_FILE: '/nowhere/at/all' }, 'DATABASE_URL_FILE: the file cannot be read (ENOENT)'],
    [{ POSTERN_SPOOL_KEY: 'hunter2' }, 'POSTERN_SPOOL_KEY: must be 32 octets'],
  ])('%o is refused', (env: Record<string, string>, message) => {
    expect(refusal(() => load(env), 'hunter2')).toContain(message);
  });

  it('are refused in the file', () => {
    const message = refusal(() => loadYaml('spool:\n  key: hunter2\n'), 'hunter2');
    expect(message).toBe('spool.key: cannot be set in the file: use POSTERN_SPOOL_KEY or POSTERN_SPOOL_KEY_FILE');
    expect(refusal(() => loadYaml('redis: {url: "redis://:hunter2@h"}'), 'hunter2')).toContain('redis.url: ');
  });
});

describe('bad settings', () => {
  it.each([
    ['smtp:\n  prot: hunter2\n', 'smtp.prot: there is no such setting'],
    ['hunter: hunter2\n', 'hunter: there is no such setting'],
    ['smtp:\n  port: hunter2\n', 'smtp.port: must be a number'],
    ['smtp:\n  port: 70000\n', 'smtp.port: must be at most 65535'],
    ['smtp:\n  port: 25.5\n', 'smtp.port: must be a whole number'],
    ['smtp: hunter2\n', 'smtp: must be settings by name'],
    ['logLevel: hunter2\n', 'logLevel: must be one of fatal, error'],
    ['smtp:\n  proxyNetworks: [192.0.2.0/33]\n', 'smtp.proxyNetworks[0]: must be an IP address or a network'],
    ['smtp:\n  proxyNetworks: [::/129]\n', 'smtp.proxyNetworks[0]: must be an IP address or a network'],
    ['dns:\n  servers: ["hunter2"]\n', 'dns.servers[0]: must be an IP address'],
    ['evidence:\n  trustedSealers: ["hunter 2"]\n', 'evidence.trustedSealers[0]: must be a domain name'],
    ['mailboxes:\n  - {address: hunter2, department: support}\n', 'mailboxes[0].address: must be a mail address'],
    ['mailboxes:\n  - {address: a@b.test, department: hunter2}\n', 'mailboxes[0].department: must be one of support'],
    ['mailboxes: []\n', 'mailboxes: must be at least 1 entries'],
    [
      'mailboxes:\n  - {address: a@b.test, department: sales}\n  - {address: c@b.test, department: sales, aliases: [A@B.test]}\n',
      'mailboxes[1]: names an address that is already taken',
    ],
    [
      'policy:\n  proofAgeDays: 7\n  replayMemoryDays: 5\n',
      'policy.replayMemoryDays: must not be less than policy.proofAgeDays',
    ],
    ['spool:\n  kind: s3\n', 'spool.s3.bucket: is needed'],
    ['dataDir: /hunter2\n', 'dataDir: cannot be set in the file: use POSTERN_DATA_DIR'],
    ['smtp:\n  port: [hunter2\n', 'postern.yaml: line 3 is not valid YAML'],
    ['smtp:\n  port: 1\n  port: 2\n', 'postern.yaml: line 3 is not valid YAML (DUPLICATE_KEY)'],
    ['- hunter2\n', 'postern.yaml: must hold settings by name'],
    ['__proto__:\n  port: 1\n', '?: there is no such setting'],
    ['"hunter2 is my password": 1\n', '?: there is no such setting'],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c]\n',
      'aliases',
    ],
  ])('%j', (yaml, message) => {
    expect(refusal(() => loadYaml(yaml), 'hunter2')).toContain(message);
  });

  it.each([
    [{ POSTERN_SMTP_PROT: 'hunter2' }, 'POSTERN_SMTP_PROT: there is no such setting'],
    [{ POSTERN_SMTP_PORT: 'hunter2' }, 'POSTERN_SMTP_PORT: must be a number'],
    [{ POSTERN_LOG_LEVEL: 'hunter2' }, 'POSTERN_LOG_LEVEL: must be one of'],
    [{ POSTERN_CONFIG: '/nowhere/hunter2' }, 'POSTERN_CONFIG: there is no such file'],
  ])('%o names the variable', (env: Record<string, string>, message) => {
    expect(refusal(() => load(env), 'hunter2')).toContain(message);
  });

  it('ignores what Kubernetes sets for a service named postern', () => {
    const config = load({
      POSTERN_PORT: 'tcp://10.0.0.1:25',
      POSTERN_SERVICE_HOST: '10.0.0.1',
      POSTERN_SERVICE_PORT_SMTP: '25',
      POSTERN_PORT_25_TCP_ADDR: '10.0.0.1',
      POSTERN_CONSOLE_SERVICE_HOST: '10.0.0.1',
    });
    expect(config.smtp.port).toBe(2525);
  });

  it('says what the file is when it is a folder', () => {
    expect(refusal(() => load({ POSTERN_CONFIG: folder }))).toBe('postern.yaml: cannot be read (EISDIR)');
  });
});
