import type { Insertable, Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import { unhurried } from './unhurried.ts';

// PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; no table here has more than 20 columns.
const rowsPerStatement = 500;

/** Inserts any number of rows; none is fine. `ignore known` passes over rows whose key is there. */
export async function insertAll<Table extends keyof Schema>(
  trx: Transaction<Schema>,
  table: Table,
  rows: readonly Insertable<Schema[Table]>[],
  known?: 'ignore known',
): Promise<void> {
  for await (const part of unhurried(rows, rowsPerStatement)) {
    const insert = trx.insertInto(table).values(part);
    await (known === undefined ? insert : insert.onConflict((conflict) => conflict.doNothing())).execute();
  }
}
