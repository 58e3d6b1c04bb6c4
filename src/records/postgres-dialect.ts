/** PostgreSQL by `pg`, with the settings that a mail system wants from its pool. */
import { PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { Logger } from '../observe/logger.ts';

const int8 = 20; // pg_type.oid of bigint

export type PostgresOptions = {
  readonly url: string;
  readonly readOnly: boolean;
  readonly logger: Logger;
  readonly maxConnections: number;
};

export function postgresDialect(options: PostgresOptions): PostgresDialect {
  return new PostgresDialect({ pool: createPool(options) });
}

function createPool({ url, readOnly, logger, maxConnections }: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'postern',
    max: maxConnections,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser },
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  });
  // Without a listener a connection that breaks while it is idle would end the process.
  pool.on('error', (error) => logger.warn({ error }, 'an idle connection to PostgreSQL broke'));
  return pool;
}

/** `pg` hands bigint out as a string; ours are epoch milliseconds and counts, which fit a number. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === int8 && format !== 'binary') return safeInteger;
  return types.getTypeParser(oid, format);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}
