/**
 * How many mails came in by hour, outcome and reason: kept in the transaction that records or forgets mails, so that a
 * month is added up from a few thousand rows and always agrees with the trace.
 */
import { sql, type Transaction } from 'kysely';
import type { Records } from './open-records.ts';
import type { Schema, TraceCountsTable } from './schema.ts';

export const hourMs = 3_600_000;

type Counted = Pick<Schema['trace'], 'received_at' | 'outcome' | 'reason'>;

/** The last thing that a transaction does to these rows: others wait for it to end. */
export async function countMails(trx: Transaction<Schema>, rows: readonly Counted[]): Promise<void> {
  const counts = countsOf(rows);
  if (counts.length === 0) return;
  await trx
    .insertInto('trace_counts')
    .values(counts)
    .onConflict((conflict) =>
      conflict
        .columns(['hour', 'outcome', 'reason'])
        .doUpdateSet((set) => ({ mails: set('trace_counts.mails', '+', set.ref('excluded.mails')) })),
    )
    .execute();
}

/** For mails whose rows go in this transaction. */
export async function uncountMails(trx: Transaction<Schema>, rows: readonly Counted[]): Promise<void> {
  for (const { hour, mails, outcome, reason } of countsOf(rows)) {
    const counted = { hour, outcome, reason };
    const left = await trx
      .updateTable('trace_counts')
      .set((set) => ({ mails: set('mails', '-', mails) }))
      .where((where) => where.and(counted))
      .returning('mails')
      .executeTakeFirst();
    if (left?.mails === 0)
      await trx
        .deleteFrom('trace_counts')
        .where((where) => where.and(counted))
        .execute();
  }
}

/** In one order everywhere, or two transactions could wait for each other. */
function countsOf(rows: readonly Counted[]): readonly TraceCountsTable[] {
  const counts = new Map<string, TraceCountsTable>();
  for (const { outcome, reason, received_at } of rows) {
    const hour = Math.floor(received_at / hourMs) * hourMs;
    const key = `${String(hour).padStart(16, '0')} ${outcome} ${reason}`;
    counts.set(key, { hour, outcome, reason, mails: (counts.get(key)?.mails ?? 0) + 1 });
  }
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

/** Counts all mails that there are. */
export async function recountMails(trx: Transaction<Schema>): Promise<void> {
  await trx.deleteFrom('trace_counts').execute();
  // Both databases divide whole numbers to whole numbers.
  const hour = sql<number>`received_at / cast(${hourMs} as bigint) * cast(${hourMs} as bigint)`;
  await trx
    .insertInto('trace_counts')
    .columns(['hour', 'outcome', 'reason', 'mails'])
    .expression(
      trx
        .selectFrom('trace')
        .select((select) => [hour.as('hour'), 'outcome', 'reason', select.fn.countAll<number>().as('mails')])
        .groupBy(['hour', 'outcome', 'reason']),
    )
    .execute();
}

/** PostgreSQL adds bigints up to a numeric, which comes as text. */
export const mailsInAll = sql<number>`cast(sum(mails) as bigint)`;

export type OutcomeCount = Omit<TraceCountsTable, 'hour' | 'mails'> & { readonly count: number };

/** Mails received at or after `since`: whole hours from the counts, the begun one from the trace. */
export async function countOutcomes({ db }: Records, since: number): Promise<readonly OutcomeCount[]> {
  const nextHour = Math.ceil(since / hourMs) * hourMs;
  const begun = db
    .selectFrom('trace')
    .select((select) => ['outcome', 'reason', select.fn.countAll<number>().as('count')])
    .where('received_at', '>=', since)
    .where('received_at', '<', nextHour)
    .groupBy(['outcome', 'reason']);
  const whole = db
    .selectFrom('trace_counts')
    .select(['outcome', 'reason', mailsInAll.as('count')])
    .where('hour', '>=', nextHour)
    .groupBy(['outcome', 'reason']);
  const rows = [...(await begun.execute()), ...(await whole.execute())];
  const sums = Map.groupBy(rows, ({ outcome, reason }) => `${outcome} ${reason}`);
  return [...sums]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, [first, ...rest]]) =>
      first === undefined ? [] : [{ ...first, count: rest.reduce((sum, { count }) => sum + count, first.count) }],
    );
}
