/** Many rows in parts, for statements of one transaction. */
import { setImmediate as breathe } from 'node:timers/promises';

/**
 * Between two parts others get the event loop, which SQLite would hold for seconds: it answers without a pause of its own.
 * The transaction stays open meanwhile; nobody else of this process gets its connection.
 */
export async function* unhurried<Row>(rows: readonly Row[], size: number): AsyncGenerator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += size) {
    if (start > 0) await breathe();
    yield rows.slice(start, start + size);
  }
}
