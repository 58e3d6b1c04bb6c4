import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { RecordsUnavailable, SchemaTooNew } from '../../src/records/errors.ts';
import { migrate, schemaState, schemaVersion } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';

const run = promisify(execFile);
const logger = silentLogger();
const counter = { entry_id: 'd1', hits: 1, last_hit_at: 1 };

onEachDatabase((databases) => {
  describe('schema', () => {
    it('is made once, and then is current', async () => {
      const records = await databases.open(await databases.address());
      expect(await schemaState(records)).toBe('missing');
      expect(await migrate(records)).toEqual({ from: 0, to: schemaVersion });
      expect(await migrate(records)).toEqual({ from: schemaVersion, to: schemaVersion });
      expect(await schemaState(records)).toBe('current');
    });

    it('is made once by several processes that start at once', async () => {
      const url = await databases.address();
      const script = join(import.meta.dirname, 'migrating.ts');
      const outputs = await Promise.all(Array.from({ length: 3 }, () => run(process.execPath, [script, url])));
      const froms = outputs.map(({ stdout }) => Number(stdout)).sort((one, other) => one - other);
      expect(froms).toEqual([0, schemaVersion, schemaVersion]);
    });

    it('is refused when a newer Postern made it, and left as it is', async () => {
      const records = await databases.fresh();
      const newer = { id: schemaVersion + 1, name: 'from the future', applied_at: 1 };
      await records.db.insertInto('schema_migrations').values(newer).execute();
      expect(await schemaState(records)).toBe('newer');
      const refused = migrate(records);
      await expect(refused).rejects.toBeInstanceOf(SchemaTooNew);
      await expect(refused).rejects.toThrow(new RegExp(`^[^\\n]*schema ${schemaVersion + 1}[^\\n]*$`));
    });
  });

  describe('transactions', () => {
    let records: Records;
    beforeEach(async () => {
      records = await databases.fresh();
    });
    it('keep all or nothing', async () => {
      const failing = records.writing(async (trx) => {
        await trx.insertInto('deny_counters').values(counter).execute();
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await records.db.selectFrom('deny_counters').selectAll().execute()).toEqual([]);
      await records.writing((trx) => trx.insertInto('deny_counters').values(counter).execute());
      expect(await records.db.selectFrom('deny_counters').selectAll().execute()).toEqual([counter]);
    });

    it('keep counts and times as numbers', async () => {
      const row = { entry_id: 'd1', hits: Number.MAX_SAFE_INTEGER, last_hit_at: 1_795_000_000_000 };
      await records.writing((trx) => trx.insertInto('deny_counters').values(row).execute());
      expect(await records.db.selectFrom('deny_counters').selectAll().execute()).toEqual([row]);
    });
  });

  it('refuses to write through a read-only connection, and reads what others write', async () => {
    const url = await databases.address();
    const writer = await databases.open(url);
    await migrate(writer);
    const reader = await databases.open(url, true);
    await expect(reader.writing((trx) => trx.deleteFrom('trace').execute())).rejects.toThrow(/read-?only/);
    await writer.db.insertInto('deny_counters').values({ entry_id: 'd', hits: 1, last_hit_at: 1 }).execute();
    expect(await reader.db.selectFrom('deny_counters').select('hits').execute()).toEqual([{ hits: 1 }]);
  });
});

describe('the address', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-records-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['mysql://localhost/x', 'neither sqlite: nor postgres://'],
    ['sqlite:relative.db', 'absolute path'],
    ['sqlite:/no/such/folder/x.db', '/no/such/folder/x.db'],
    ['postgres://postern:hunter2@127.0.0.1:1/none', 'ECONNREFUSED'],
  ])('%s is refused with one line', async (url, said) => {
    const refused = openRecords({ url, logger });
    await expect(refused).rejects.toBeInstanceOf(RecordsUnavailable);
    await expect(refused).rejects.toThrow(said);
    await expect(refused).rejects.not.toThrow(/\n|hunter2/);
  });

  it('makes the SQLite file for its owner only, side files included', async () => {
    const path = join(folder, 'postern.db');
    const records = await openRecords({ url: `sqlite:${path}`, logger });
    await migrate(records);
    const modes = [path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    await records.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('does not make a SQLite file for reading only', async () => {
    const path = join(folder, 'none.db');
    await expect(openRecords({ url: `sqlite:${path}`, logger, readOnly: true })).rejects.toThrow('unable to open');
    expect(existsSync(path)).toBe(false);
  });

  it('sets SQLite up to lose nothing', async () => {
    const records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger });
    const setting = async (name: string) => (await sql.raw(`pragma ${name}`).execute(records.db)).rows;
    expect(await setting('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await setting('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await setting('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    await records.close();
  });

  it('waits for another process that writes, without holding up the event loop', async () => {
    const url = `sqlite:${join(folder, 'postern.db')}`;
    const [one, other] = [await openRecords({ url, logger }), await openRecords({ url, logger })];
    await migrate(one);
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const held = one.writing(async (trx) => {
      await trx.insertInto('deny_counters').values({ entry_id: 'd', hits: 1, last_hit_at: 1 }).execute();
      await gate.promise;
      order.push('first');
    });
    const waiting = other
      .writing(async (trx) => trx.updateTable('deny_counters').set({ hits: 2 }).execute())
      .then(() => order.push('second'));
    // The timer can only fire when the waiting connection lets go of the event loop.
    setTimeout(() => gate.resolve(), 100);
    await Promise.all([held, waiting]);
    expect(order).toEqual(['first', 'second']);
    expect(await one.db.selectFrom('deny_counters').select('hits').execute()).toEqual([{ hits: 2 }]);
    await Promise.all([one.close(), other.close()]);
  });
});
