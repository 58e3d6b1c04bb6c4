/** The databases that every contract of the records is held against. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate, schemaVersion } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { firstDenyState } from '../../src/records/tables-deny.ts';
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts';

export type Opened = {
  /** A migrated, empty database, which the next test empties again. */
  fresh(): Promise<Records>;
  /** A migrated, empty database for several tests together. */
  lasting(): Promise<Records>;
  /** The address of an empty database without tables. */
  address(): Promise<string>;
  /** Another connection to the same database; closed after the test. */
  open(url: string, readOnly?: boolean): Promise<Records>;
};

/** Runs the contract once on SQLite and once on PostgreSQL. */
export function onEachDatabase(contract: (databases: Opened) => void): void {
  describe('on SQLite', () => {
    let folder = '';
    let count = 0;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'postern-records-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    contract(
      opening(async () => {
        count += 1;
        return `sqlite:${join(folder, `${count}.db`)}`;
      }),
    );
  });
  describe('on PostgreSQL', () => {
    let server: TestPostgres | undefined;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(async () => {
      await server?.stop();
    });
    contract(
      opening(async () => {
        if (server === undefined) throw new Error('PostgreSQL is not running');
        return server.createDatabase();
      }),
    );
  });
}

async function openInto(list: Records[], url: string, readOnly = false): Promise<Records> {
  const records = await openRecords({ url, logger: silentLogger(), readOnly });
  list.push(records);
  return records;
}

function opening(address: () => Promise<string>): Opened {
  const open: Records[] = [];
  const lasting: Records[] = [];
  let reused: Records | undefined;
  afterEach(async () => {
    for (const records of open.splice(0)) await records.close();
  });
  afterAll(async () => {
    for (const records of lasting.splice(0)) await records.close();
  });
  const migrated = async (): Promise<Records> => {
    const records = await openInto(lasting, await address());
    await migrate(records);
    return records;
  };
  return {
    address,
    open: (url, readOnly) => openInto(open, url, readOnly),
    // Making a database takes PostgreSQL a third of a second; emptying one does not.
    fresh: async () => {
      reused ??= await migrated();
      await empty(reused);
      return reused;
    },
    lasting: migrated,
  };
}

async function empty(records: Records): Promise<void> {
  const tables = await records.db.introspection.getTables();
  await records.writing(async (trx) => {
    for (const { name } of tables) {
      if (name !== 'schema_migrations') await sql`delete from ${sql.table(name)}`.execute(trx);
    }
    await trx.deleteFrom('schema_migrations').where('id', '>', schemaVersion).execute();
    await trx.insertInto('audit_head').values({ id: 1, seq: 0, hash: '' }).execute();
    await trx.insertInto('deny_state').values(firstDenyState).execute();
  });
}
