/** The time by the clock of the database's machine. */
import { sql } from 'kysely';
import type { Records } from './open-records.ts';

/** Epoch milliseconds; null for SQLite, which has no clock but ours. */
export async function databaseTime({ db, dialect }: Records): Promise<number | null> {
  if (dialect !== 'postgres') return null;
  const asked = sql<{ at: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`;
  return (await asked.execute(db)).rows[0]?.at ?? null;
}
