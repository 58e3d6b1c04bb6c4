/** Kysely's SQLite dialect on `node:sqlite`: a statement cache, immediate transactions, waiting that blocks nobody. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
  type TransactionSettings,
} from 'kysely';

/**
 * How long SQLite itself waits for a lock. It waits inside a synchronous call, with the event loop standing still, so
 * it is short; beyond it `patiently` waits on a timer.
 */
const blockingWaitMs = 25;
/** How long a statement or a begin waits for another process's transaction in all. */
const lockDeadlineMs = 15_000;
const cachedStatements = 200;
const busy = 5; // SQLITE_BUSY, the low byte of its extended codes

export type SqliteOptions = { readonly path: string; readonly readOnly: boolean };

/** Opens the file and sets what every connection needs. Throws what `node:sqlite` throws. */
export function openSqlite(options: SqliteOptions): DatabaseSync {
  const database = new DatabaseSync(options.path, {
    readOnly: options.readOnly,
    enableForeignKeyConstraints: true,
    timeout: 5_000, // generous while the journal mode is being set; nothing is served yet
  });
  if (!options.readOnly) {
    database.exec('pragma journal_mode = wal');
    // FULL, not NORMAL: in WAL mode NORMAL may lose the last transactions with the power. The sweep would bring traces
    // back, but nothing would bring back a deny entry, an audit row or a decision that staff were told is made. Traces
    // are written in batches, so it is one fsync for many mails.
    database.exec('pragma synchronous = full');
    // In pages of 4 KiB. Whoever commits beyond it copies the log into the database and waits for the disk twice. A batch
    // of mails fills SQLite's default of 1,000; a longer log holds most pages several times, and each is copied once.
    database.exec('pragma wal_autocheckpoint = 8000');
    database.exec('pragma journal_size_limit = 67108864');
  }
  database.exec('pragma temp_store = memory');
  database.exec('pragma cache_size = -32000');
  database.exec(`pragma busy_timeout = ${blockingWaitMs}`);
  return database;
}

/** The caller opens the database, so that a bad path fails at the start and not at the first query. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  return new NodeSqliteDialect(database);
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: adapted(database) });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database);
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: adapted(database) });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return patient(await super.acquireConnection(), this.#database);
  }

  /** Never deferred: a transaction that reads first and writes later dies with "database is locked" at once. */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin deferred' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  /** A full disk ends the transaction by itself; a second rollback would hide the first error behind its own. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
}

const patientConnections = new WeakMap<DatabaseConnection, DatabaseConnection>();

/** The same connection, waiting on a timer while another process holds the lock. */
function patient(connection: DatabaseConnection, database: DatabaseSync): DatabaseConnection {
  const known = patientConnections.get(connection);
  if (known !== undefined) return known;
  const wrapped: DatabaseConnection = {
    executeQuery: <Row>(query: CompiledQuery) =>
      patiently(database, (): Promise<QueryResult<Row>> => connection.executeQuery<Row>(query)),
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
  patientConnections.set(connection, wrapped);
  return wrapped;
}

/** Tries again, on a timer, while another process holds the lock. */
export async function patiently<T>(database: DatabaseSync, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + lockDeadlineMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return await attempt();
    } catch (error) {
      // Inside a transaction waiting cannot help: the other one may be waiting for us.
      if (!isBusy(error) || database.isTransaction || performance.now() > deadline) throw error;
    }
    await sleep(pauseMs + Math.random() * pauseMs);
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  return (error.errcode & 0xff) === busy;
}

/** What Kysely asks of better-sqlite3, from `node:sqlite`. Preparing costs more than a look-up, so statements are kept. */
function adapted(database: DatabaseSync): { close(): void; prepare(sql: string): SqliteStatement } {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => {
      cache.clear();
      if (database.isOpen) database.close();
    },
    prepare: (sql) => {
      const known = cache.get(sql);
      if (known !== undefined) {
        cache.delete(sql);
        cache.set(sql, known);
        return known;
      }
      const statement = adaptedStatement(database.prepare(sql), () => database.prepare(sql));
      cache.set(sql, statement);
      const [oldest] = cache.keys();
      if (cache.size > cachedStatements && oldest !== undefined) cache.delete(oldest);
      return statement;
    },
  };
}

function adaptedStatement(statement: StatementSync, fresh: () => StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(bindable)),
    run: (parameters) => statement.run(...parameters.map(bindable)),
    // A cached statement has one cursor; an iteration gets its own.
    iterate: (parameters) => fresh().iterate(...parameters.map(bindable)),
  };
}

/** Refuses what the schema does not hold, rather than store a Date or a boolean in a form of the driver's choice. */
export function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  throw new TypeError(`cannot store a ${typeof value} in SQLite`);
}
