/** What alerts measure in the records: counts and ages, each by one short query. */
import type { Records } from './open-records.ts';

export type Counted = { readonly count: number; readonly references: readonly string[] };

export type WatchRecords = {
  /** When the newest mail came; null when none ever did. */
  newestMailAt(): Promise<number | null>;
  /** Mails answered 451 since, by cause. */
  deferredSince(since: number): Promise<ReadonlyMap<string, number>>;
  /** The escalated mail that waits longest; null when none does. */
  oldestEscalation(): Promise<{ readonly messageId: string; readonly openedAt: number } | null>;
  /** Response clocks that were warned of, or breached with a due time after `breachedSince`; tickets by number. */
  clocks(breachedSince: number): Promise<{ readonly warned: Counted; readonly breached: Counted }>;
};

/** Beyond this the exact number says no more. */
const mostDeferrals = 20_000;
const mostReferences = 5;

export function watchRecords({ db }: Records): WatchRecords {
  const clocksIn = async (state: 'warned' | 'breached', dueSince: number): Promise<Counted> => {
    const clocks = db.selectFrom('ticket_clocks').where('state', '=', state).where('due_at', '>', dueSince);
    const row = await clocks.select((select) => select.fn.countAll<number>().as('count')).executeTakeFirst();
    const first = await clocks
      .innerJoin('tickets', 'tickets.message_id', 'ticket_clocks.ticket_id')
      .select('tickets.number')
      .orderBy('due_at')
      .orderBy('ticket_id')
      .limit(mostReferences)
      .execute();
    return { count: row?.count ?? 0, references: first.map(({ number }) => number) };
  };
  return {
    newestMailAt: async () => {
      const newest = db.selectFrom('trace').select('received_at').orderBy('received_at', 'desc').limit(1);
      return (await newest.executeTakeFirst())?.received_at ?? null;
    },
    deferredSince: async (since) => {
      const rows = await db
        .selectFrom('refusals')
        .select('cause')
        .where('at', '>=', since)
        .where('stage', '=', 'data')
        .where('reply_code', '=', 451)
        .limit(mostDeferrals)
        .execute();
      const counts = new Map<string, number>();
      for (const { cause } of rows) {
        const kind = deferralOf(cause);
        if (kind !== null) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
      return counts;
    },
    oldestEscalation: async () => {
      const row = await db
        .selectFrom('reviews')
        .select(['message_id', 'opened_at'])
        .where('state', '=', 'open')
        .orderBy('opened_at')
        .orderBy('message_id')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : { messageId: row.message_id, openedAt: row.opened_at };
    },
    clocks: async (breachedSince) => ({
      warned: await clocksIn('warned', 0),
      breached: await clocksIn('breached', breachedSince),
    }),
  };
}

/** A deferral's cause begins with its kind (`intake/receive.ts`); the rest may name hosts of senders. */
function deferralOf(cause: string): string | null {
  return /^(dns|storage|queue|busy): /.exec(cause)?.[1] ?? null;
}
