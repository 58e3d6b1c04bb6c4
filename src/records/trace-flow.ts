/** How many mails came in over time, by outcome: what the charts show. */
import { sql } from 'kysely';
import type { Records } from './open-records.ts';
import type { TraceTable } from './schema.ts';
import { hourMs, mailsInAll } from './trace-counts.ts';

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

/** Buckets without a mail are absent. By outcome, then time. */
export async function traceFlow(records: Records, query: FlowQuery): Promise<readonly FlowPoint[]> {
  const isWholeHours = query.bucketMs % hourMs === 0 && query.since % hourMs === 0;
  const flow = isWholeHours ? flowOfHours : flowOfMails;
  const points: FlowPoint[] = [];
  for (const outcome of outcomes) {
    const rows = await flow(records, query, outcome);
    points.push(...rows.map(({ bucket, count }) => ({ outcome, at: bucket * query.bucketMs, count })));
  }
  return points;
}

/** Both databases divide whole numbers to whole numbers. */
const bucketOf = (column: 'received_at' | 'hour', bucketMs: number) =>
  sql<number>`${sql.ref(column)} / cast(${bucketMs} as bigint)`.as('bucket');

/** Answered by one index alone. */
function flowOfMails({ db }: Records, { bucketMs, since }: FlowQuery, outcome: FlowPoint['outcome']) {
  return db
    .selectFrom('trace')
    .select((select) => [bucketOf('received_at', bucketMs), select.fn.countAll<number>().as('count')])
    .where('outcome', '=', outcome)
    .where('received_at', '>=', since)
    .groupBy('bucket')
    .orderBy('bucket')
    .execute();
}

function flowOfHours({ db }: Records, { bucketMs, since }: FlowQuery, outcome: FlowPoint['outcome']) {
  return db
    .selectFrom('trace_counts')
    .select([bucketOf('hour', bucketMs), mailsInAll.as('count')])
    .where('outcome', '=', outcome)
    .where('hour', '>=', since)
    .groupBy('bucket')
    .orderBy('bucket')
    .execute();
}
