/**
 * What was given up until staff say how it goes on: *parked* -> tried anew, or *given-up* for good. All outboxes are seen
 * together, because an operator asks what did not arrive, not which table it lies in.
 */
import { appendAudit, lockAudit } from './audit.ts';
import type { Records } from './open-records.ts';
import { decideParked, type OutboxKind, type ParkedDecision } from './outbox.ts';

export type { ParkedDecision } from './outbox.ts';

const outboxes = ['handoff', 'notices', 'alerts'] as const;
export type OutboxName = (typeof outboxes)[number];

export type Parked = {
  readonly outbox: OutboxName;
  readonly id: string;
  /** Name of the target; the recipient of a notice. */
  readonly to: string;
  readonly kind: string;
  readonly messageId: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly parkedAt: number;
  readonly cause: string;
};

/** What is left out chooses all. */
export type ParkedFilter = {
  readonly outbox?: OutboxName;
  readonly ids?: readonly string[];
  /** Exactly this target or recipient. */
  readonly to?: string;
  /** The cause holds this text. */
  readonly cause?: string;
};

export type ParkedRecords = {
  /** The one that waits longest first. */
  list(filter: ParkedFilter): Promise<readonly Parked[]>;
  /**
   * Decides what the filter chooses, with an audit row for each outbox, in one transaction. Resolves with how many. What
   * is retried has all its attempts and its whole time again.
   */
  decide(
    filter: ParkedFilter,
    decision: ParkedDecision,
    by: { readonly actor: string; readonly at: number },
  ): Promise<number>;
};

export function parkedRecords(records: Records): ParkedRecords {
  return {
    list: (filter) => find(records.db, filter),
    decide: (filter, decision, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        let decided = 0;
        for (const outbox of outboxes) {
          if (filter.outbox !== undefined && filter.outbox !== outbox) continue;
          const chosen = await find(trx, { ...filter, outbox });
          const ids = chosen.map(({ id }) => id);
          const count = await decideParked(trx, kinds[outbox], ids, decision, by.at);
          if (count === 0) continue;
          decided += count;
          const { cause = null, to = null } = filter;
          // The recipient of a notice is somebody's address, and the log is for ever.
          const detail = { count, to: outbox === 'notices' ? null : to, cause, ids: ids.slice(0, 20) };
          await appendAudit(trx, records.dialect, [
            { ...by, action: `${outbox}.${decision}`, subject: outbox, detail },
          ]);
        }
        return decided;
      }),
  };
}

const kinds: Readonly<Record<OutboxName, Pick<OutboxKind<unknown>, 'table' | 'words' | 'onGivenUp'>>> = {
  handoff: { table: 'handoff_deliveries', words: { waiting: 'queued', delivered: 'delivered' } },
  // What it said is not kept: links in it may still be of use to a thief.
  notices: { table: 'notices', words: { waiting: 'waiting', delivered: 'sent' }, onGivenUp: { letter: null } },
  alerts: { table: 'alert_deliveries', words: { waiting: 'queued', delivered: 'delivered' } },
};

async function find(db: Records['db'], filter: ParkedFilter): Promise<readonly Parked[]> {
  const { cause, ids, outbox, to } = filter;
  const wanted = outbox === undefined ? outboxes : [outbox];
  const found = (await Promise.all(wanted.map((name) => parkedIn[name](db)))).flat();
  return found
    .filter((each) => ids === undefined || ids.includes(each.id))
    .filter((each) => to === undefined || each.to === to)
    .filter((each) => cause === undefined || each.cause.includes(cause))
    .toSorted((one, other) => one.parkedAt - other.parkedAt || (one.id < other.id ? -1 : 1));
}

const shared = ['id', 'attempts', 'created_at as createdAt', 'updated_at as parkedAt', 'cause'] as const;

const parkedIn: Readonly<Record<OutboxName, (db: Records['db']) => Promise<readonly Parked[]>>> = {
  handoff: async (db) => {
    const rows = await db
      .selectFrom('handoff_deliveries')
      .select([...shared, 'target as to', 'kind', 'message_id as messageId'])
      .where('state', '=', 'parked')
      .execute();
    return rows.map((row) => ({ outbox: 'handoff', ...row, cause: row.cause ?? '' }));
  },
  notices: async (db) => {
    const rows = await db
      .selectFrom('notices')
      .select([...shared, 'recipient as to', 'kind', 'message_id as messageId'])
      .where('state', '=', 'parked')
      .execute();
    return rows.map((row) => ({ outbox: 'notices', ...row, cause: row.cause ?? '' }));
  },
  alerts: async (db) => {
    const rows = await db
      .selectFrom('alert_deliveries')
      .select([...shared, 'target as to', 'change as kind'])
      .where('state', '=', 'parked')
      .execute();
    return rows.map((row) => ({ outbox: 'alerts', ...row, messageId: null, cause: row.cause ?? '' }));
  },
};
