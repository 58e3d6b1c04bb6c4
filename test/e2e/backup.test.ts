/** A backup of a gateway that runs, put back elsewhere: on SQLite as it was, and into PostgreSQL. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { ada, type CustomerWorld, customerWorld, mailOf, newMessageId, support } from '../helpers/customer-world.ts';
import { deliver } from '../helpers/delivery.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Postern, runPostern, spoolEntries, startPostern } from '../helpers/postern.ts';
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts';
import { startZoneServer, type ZoneServer } from '../helpers/zone-server.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let world: CustomerWorld;
let dns: ZoneServer;
let postern: Postern;
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-backup-'));
  archive = join(folder, 'backup.tar.gz');
  world = await customerWorld();
  dns = await startZoneServer(world.zone);
  postern = await startPostern({ dns: dns.address, directory: world.directory });
  for (let count = 0; count < 3; count += 1) await send(postern.smtpPort());
  await postern.traced(3);
});
afterAll(async () => {
  await postern?.remove();
  await dns?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(port: number): Promise<void> {
  const raw = await world.customer.sign(mailOf({ from: `Ada <${ada}>`, messageId: newMessageId() }));
  const { reply } = await deliver(port, { raw, mailFrom: ada, recipients: [support] });
  expect(reply.lines).toEqual(['250 2.0.0 Received']);
}

const emptyPlace = () => mkdtempSync(join(folder, 'data-'));
const restoreTo = (dataDir: string, ...args: readonly string[]) =>
  runPostern(['restore', archive, ...args], { env: { POSTERN_DATA_DIR: dataDir } });

describe('a backup', () => {
  it('is written while the gateway runs, for its owner only, and is noted in the audit log', async () => {
    const ran = await postern.run('backup', archive, '--json');
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ mails: 3, missing: [] });
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    const audit = await postern.run('audit', 'list', '--action', 'backup.take', '--json');
    expect(audit.stdout.trim().split('\n')).toHaveLength(1);

    const verified = await runPostern(['restore', '--verify', archive]);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(verified.stdout).toMatch(/: intact, taken .* from sqlite: \d+ files, 3 mails\n$/);
  });

  it('is never written over another file', async () => {
    const before = readFileSync(archive);
    const ran = await postern.run('backup', archive);
    expect(ran).toMatchObject({ code: 73, stdout: '' });
    expect(ran.stderr).toMatch(/^postern: backup: .*backup\.tar\.gz: cannot be written \(EEXIST\)\n$/);
    expect(Buffer.compare(readFileSync(archive), before)).toBe(0);
  });

  it('needs records', async () => {
    const place = emptyPlace();
    const ran = await runPostern(['backup', join(folder, 'none.tar.gz')], { env: { POSTERN_DATA_DIR: place } });
    expect(ran).toMatchObject({ code: 69, stdout: '' });
    expect(existsSync(join(folder, 'none.tar.gz'))).toBe(false);
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('a restore', () => {
  it('makes a gateway that knows everything', async () => {
    const place = emptyPlace();
    const ran = await restoreTo(place);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^restored .*: \d+ rows of records, \d+ files, 3 mails\n$/);
    for (const name of ['postern.yaml', 'gateway.secret', 'keys', 'tls', 'postern.db', 'spool']) {
      expect(existsSync(join(place, name)), name).toBe(true);
      expect(statSync(join(place, name)).mode & 0o077, name).toBe(0);
    }
    expect(existsSync(join(place, 'restoring'))).toBe(false);
    expect(readFileSync(join(place, 'gateway.secret'))).toEqual(readFileSync(join(postern.dataDir, 'gateway.secret')));
    for (const entry of spoolEntries(postern.dataDir)) {
      const copy = entry.replace(postern.dataDir, place);
      expect(readFileSync(copy)).toEqual(readFileSync(entry));
      expect(Math.trunc(statSync(copy).mtimeMs / 1_000)).toBe(Math.trunc(statSync(entry).mtimeMs / 1_000));
    }
    const env = { POSTERN_DATA_DIR: place };
    const [row] = postern.trace();
    const story = await runPostern(['trace', row?.message_id ?? '', '--json'], { env });
    const original = await postern.run('trace', row?.message_id ?? '', '--json');
    expect(JSON.parse(story.stdout)).toEqual(JSON.parse(original.stdout));
    expect((await runPostern(['audit', 'verify'], { env })).code).toBe(0);
  });

  it('goes into PostgreSQL as well', async () => {
    await using stack = new AsyncDisposableStack();
    const postgres: TestPostgres = await startPostgres();
    stack.defer(() => postgres.stop());
    const url = await postgres.createDatabase();
    const env = { POSTERN_DATA_DIR: emptyPlace(), DATABASE_URL: url };
    const ran = await runPostern(['restore', archive], { env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const records = await openRecords({ url, logger: silentLogger() });
    stack.defer(() => records.close());
    expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
    const rows = await records.db
      .selectFrom('trace')
      .selectAll()
      .orderBy('received_at')
      .orderBy('message_id')
      .execute();
    expect(rows).toEqual(postern.trace().slice(0, 3));

    const again = await runPostern(['restore', archive], { env: { ...env, POSTERN_DATA_DIR: emptyPlace() } });
    expect(again.code).toBe(73);
    expect(again.stderr).toContain('the database already holds tables');
  });

  it('touches no place that is in use or not empty, and leaves nothing where it failed', async () => {
    const running = await restoreTo(postern.dataDir);
    expect(running.code).toBe(73);
    expect(running.stderr).toMatch(/is in use by process \d+/);

    const place = emptyPlace();
    writeFileSync(join(place, 'postern.yaml'), 'logLevel: warn\n');
    const used = await restoreTo(place);
    expect(used).toMatchObject({ code: 73, stdout: '' });
    expect(used.stderr).toContain('is not empty (postern.yaml)');

    const damaged = join(folder, 'damaged.tar.gz');
    writeFileSync(damaged, readFileSync(archive).subarray(0, -2_000));
    const clean = emptyPlace();
    const broken = await runPostern(['restore', damaged], { env: { POSTERN_DATA_DIR: clean } });
    expect(broken).toMatchObject({ code: 65, stdout: '' });
    expect(broken.stderr).toMatch(/^postern: restore: .*damaged\.tar\.gz: the archive is cut off or damaged\n$/);
    expect(readdirSync(clean).filter((name) => !name.startsWith('supervisor.'))).toEqual([]);

    const absent = await runPostern(['restore', join(folder, 'absent')], { env: { POSTERN_DATA_DIR: clean } });
    expect(absent).toMatchObject({ code: 66, stdout: '' });
  });

  it('of an archive whose spool is ahead of its records loses no mail', async () => {
    await send(postern.smtpPort());
    await postern.traced(4);
    const newest = postern.trace().at(-1);
    // What the records of the archive would lack when the mail arrived between both copies.
    const place = emptyPlace();
    expect((await restoreTo(place)).code).toBe(0);
    const entry = spoolEntries(postern.dataDir).find((path) => path.endsWith(`/${newest?.spool_key}`)) ?? '';
    const copy = entry.replace(postern.dataDir, place);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 }); // the hour may have changed since the backup
    writeFileSync(copy, readFileSync(entry), { mode: 0o600 });
    await postern.stop();
    const env = {
      POSTERN_DATA_DIR: place,
      POSTERN_SMTP_PORT: '0',
      POSTERN_CONSOLE_PORT: '0',
      POSTERN_DNS: dns.address,
    };
    const controller = new AbortController();
    const serving = runPostern(['serve'], { env, signal: controller.signal });
    try {
      await eventually('the sweep', async () => {
        const found = await runPostern(['trace', newest?.message_id ?? '', '--json'], { env });
        return found.code === 0;
      });
    } finally {
      controller.abort();
      await serving;
    }
  });
});
