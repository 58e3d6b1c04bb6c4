/** Recorded verdicts with the evidence they were made on, in pages: what a simulation judges again. */
import { sql } from 'kysely';
import type { RecordedMail } from '../intake/simulation.ts';
import type { Records } from './open-records.ts';

export type ReplayRows = {
  /** Mails received at or after `since` and before `until`, epoch milliseconds. */
  count(since: number, until: number): Promise<number>;
  /** When the last of so many mails before `until` came in, epoch milliseconds; null when there are fewer. */
  startOfLast(mails: number, until: number): Promise<number | null>;
  /** Mails of such a time, oldest first, a page at a time. */
  pages(since: number, until: number): AsyncIterable<readonly RecordedMail[]>;
};

const rowsPerPage = 200;

export function replayRows(records: Records): ReplayRows {
  return {
    count: async (since, until) => {
      const row = await records.db
        .selectFrom('trace')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('received_at', '>=', since)
        .where('received_at', '<', until)
        .executeTakeFirstOrThrow();
      return row.count;
    },
    startOfLast: async (mails, until) => {
      const row = await records.db
        .selectFrom('trace')
        .select('received_at')
        .where('received_at', '<', until)
        .orderBy('received_at', 'desc')
        .offset(mails - 1)
        .limit(1)
        .executeTakeFirst();
      return row?.received_at ?? null;
    },
    pages: (since, until) => pagesOf(records, since, until),
  };
}

async function* pagesOf({ db }: Records, since: number, until: number): AsyncGenerator<readonly RecordedMail[]> {
  let last = { at: since, id: '' };
  for (;;) {
    const rows = await db
      .selectFrom('trace')
      .innerJoin('trace_documents', 'trace_documents.message_id', 'trace.message_id')
      .select([
        'trace.message_id',
        'received_at',
        'recipient',
        'outcome',
        'reason',
        'rule',
        'spool_key',
        'evidence',
        'envelope',
      ])
      .where(sql<boolean>`(trace.received_at, trace.message_id) > (${last.at}, ${last.id})`)
      .where('received_at', '<', until)
      .orderBy('received_at')
      .orderBy('trace.message_id')
      .limit(rowsPerPage)
      .execute();
    const final = rows.at(-1);
    if (final === undefined) return;
    last = { at: final.received_at, id: final.message_id };
    yield rows.map(({ envelope, evidence, ...row }) => ({
      ...row,
      evidence: evidence === null ? null : JSON.parse(evidence),
      envelope: envelope === null ? null : JSON.parse(envelope),
    }));
  }
}
