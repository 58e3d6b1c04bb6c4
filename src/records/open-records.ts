/** Opens the records: SQLite by `sqlite:/absolute/path.db`, PostgreSQL by `postgres://…` (DESIGN "Where things are kept"). */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CompiledQuery, type ControlledTransaction, Kysely, sql, type Transaction } from 'kysely';
import type { Logger } from '../observe/logger.ts';
import { RecordsUnavailable } from './errors.ts';
import { postgresDialect } from './postgres-dialect.ts';
import type { Schema } from './schema.ts';
import { openSqlite, sqliteDialect } from './sqlite-dialect.ts';
import { sqliteLookUp } from './sqlite-look-up.ts';

export type RecordsDialect = 'sqlite' | 'postgres';

/** What a query runs on: the records themselves or a transaction in them. */
export type Querying = Kysely<Schema> | Transaction<Schema> | ControlledTransaction<Schema>;

export type Records = {
  /** For reading. On SQLite never inside `writing`: there is one connection, and it would wait for itself for ever. */
  readonly db: Kysely<Schema>;
  readonly dialect: RecordsDialect;
  /** Rows of a query that was compiled before: for what is asked for every mail. Sees what is committed, and nothing else. */
  lookUp<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]>;
  /**
   * Runs `work` in one transaction that may write (`begin immediate` on SQLite). A deadlock or serialization fault on
   * PostgreSQL runs it again from the start, so `work` has no effect outside its transaction.
   */
  writing<T>(work: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

export type RecordsOptions = {
  readonly url: string;
  readonly logger: Logger;
  /** The database itself refuses every write. Default false. */
  readonly readOnly?: boolean;
  /** Connections to PostgreSQL, of this process. Default 10. */
  readonly maxConnections?: number;
};

/** Rejects with `RecordsUnavailable`, one line that never shows the address's password. */
export async function openRecords(options: RecordsOptions): Promise<Records> {
  const opened = options.url.startsWith('sqlite:') ? openOnSqlite(options) : openOnPostgres(options);
  try {
    await opened.ping();
    return opened;
  } catch (error) {
    await opened.close();
    throw new RecordsUnavailable(`the records cannot be opened: ${causeOf(error)}`, { cause: error });
  }
}

function openOnSqlite(options: RecordsOptions): Records {
  const path = options.url.slice('sqlite:'.length);
  if (!path.startsWith('/'))
    throw new RecordsUnavailable('the address of the records needs an absolute path after sqlite:');
  const readOnly = options.readOnly ?? false;
  try {
    // Mail addresses of customers are in it: for the owner only. SQLite gives its side files the same mode.
    if (!readOnly) closeSync(openSync(path, 'a', 0o600));
    const database = openSqlite({ path, readOnly });
    const records = recordsOn(new Kysely<Schema>({ dialect: sqliteDialect(database) }), 'sqlite');
    // Who writes must see its own writes, at once.
    const lookUp = readOnly ? sqliteLookUp(path) : null;
    return {
      ...records,
      lookUp: (query) => (lookUp === null ? records.lookUp(query) : lookUp.rows(query)),
      // Kysely closes only what it has used.
      close: async () => {
        lookUp?.close();
        await records.close();
        if (database.isOpen) database.close();
      },
    };
  } catch (error) {
    throw new RecordsUnavailable(`the records cannot be opened: ${path}: ${causeOf(error)}`, { cause: error });
  }
}

function openOnPostgres(options: RecordsOptions): Records {
  if (!/^postgres(?:ql)?:\/\//.test(options.url)) {
    throw new RecordsUnavailable('the address of the records begins with neither sqlite: nor postgres://');
  }
  const { logger, maxConnections = 10, readOnly = false, url } = options;
  const dialect = postgresDialect({ url, logger, maxConnections, readOnly });
  return recordsOn(new Kysely<Schema>({ dialect }), 'postgres');
}

function recordsOn(db: Kysely<Schema>, dialect: RecordsDialect): Records {
  return {
    db,
    dialect,
    lookUp: async (query) => (await db.executeQuery(query)).rows,
    writing: (work) => againOnConflict(() => db.transaction().execute(work)),
    ping: async () => {
      await sql`select 1`.execute(db);
    },
    close: () => db.destroy(),
  };
}

const attempts = 4;
// serialization_failure, deadlock_detected: the server asks for exactly this.
const conflicts = new Set(['40001', '40P01']);

async function againOnConflict<T>(transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact();
    } catch (error) {
      if (attempt === attempts || !isConflict(error)) throw error;
    }
    await sleep(Math.random() * 20 * attempt);
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && conflicts.has(error.code);
}

/** An AggregateError of a refused connection has no message of its own. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(causeOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
