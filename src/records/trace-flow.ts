/** How many mails came in over time, by outcome: what the charts show. */
import { sql } from 'kysely';
import type { Records } from './open-records.ts';
import type { TraceTable } from './schema.ts';

export type FlowQuery = {
  /** Epoch milliseconds, included. */
  readonly since: number;
  /** Milliseconds; buckets begin at multiples of it. */
  readonly bucketMs: number;
};

export type FlowPoint = {
  readonly outcome: TraceTable['outcome'];
  /** Begin of the bucket, epoch milliseconds. */
  readonly at: number;
  readonly count: number;
};

const outcomes = ['accepted', 'rejected', 'escalated'] as const;

/** Buckets without a mail are absent. One query per outcome: each is answered by one index alone. */
export async function traceFlow({ db }: Records, { since, bucketMs }: FlowQuery): Promise<readonly FlowPoint[]> {
  // Both databases divide whole numbers to whole numbers.
  const bucket = sql<number>`received_at / cast(${bucketMs} as bigint)`;
  const points: FlowPoint[] = [];
  for (const outcome of outcomes) {
    const rows = await db
      .selectFrom('trace')
      .select((select) => [bucket.as('bucket'), select.fn.countAll<number>().as('count')])
      .where('outcome', '=', outcome)
      .where('received_at', '>=', since)
      .groupBy('bucket')
      .orderBy('bucket')
      .execute();
    points.push(...rows.map((row) => ({ outcome, at: row.bucket * bucketMs, count: row.count })));
  }
  return points;
}
