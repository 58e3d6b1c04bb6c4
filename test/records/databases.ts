/** The databases that every contract of the records is held against. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts';

export type Opened = {
  /** A migrated, empty database; closed after the test. */
  fresh(): Promise<Records>;
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

function opening(address: () => Promise<string>): Opened {
  const open: Records[] = [];
  afterEach(async () => {
    for (const records of open.splice(0)) await records.close();
  });
  const openOne = async (url: string, readOnly = false): Promise<Records> => {
    const records = await openRecords({ url, logger: silentLogger(), readOnly });
    open.push(records);
    return records;
  };
  return {
    address,
    open: openOne,
    fresh: async () => {
      const records = await openOne(await address());
      await migrate(records);
      return records;
    },
  };
}
