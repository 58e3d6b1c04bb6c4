import type { Insertable, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

// PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; no table here has more than 20 columns.
const rowsPerStatement = 1_000;

/** Inserts any number of rows; none is fine. `ignore known` passes over rows whose key is there. */
export async function insertAll<Table extends keyof Schema>(
  trx: Transaction<Schema>,
  table: Table,
  rows: readonly Insertable<Schema[Table]>[],
  known?: 'ignore known',
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const insert = trx.insertInto(table).values(rows.slice(start, start + rowsPerStatement));
    await (known === undefined ? insert : insert.onConflict((conflict) => conflict.doNothing())).execute();
  }
}
