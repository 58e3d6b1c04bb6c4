/**
 * Hand-overs and notices that were given up until staff say how they go on: *parked* -> queued anew, or *given-up* for
 * good. Both outboxes are seen together, because an operator asks what did not arrive, not which table it lies in.
 */
import type { Transaction } from 'kysely';
import { appendAudit, lockAudit } from './audit.ts';
import type { Records } from './open-records.ts';
import { chunks } from './retention.ts';
import type { Schema } from './schema.ts';

export const outboxes = ['handoff', 'notices'] as const;
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

export type ParkedDecision = 'retry' | 'give-up';

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
          let count = 0;
          for (const ids of chunks(chosen.map(({ id }) => id))) {
            count += await updateOf(outbox)(trx, ids, decision, by.at);
          }
          if (count === 0) continue;
          decided += count;
          const { cause = null, to = null } = filter;
          const detail = {
            count,
            to: outbox === 'handoff' ? to : null,
            cause,
            ids: chosen.slice(0, 20).map(({ id }) => id),
          };
          await appendAudit(trx, records.dialect, [
            { ...by, action: `${outbox}.${decision}`, subject: outbox, detail },
          ]);
        }
        return decided;
      }),
  };
}

async function find(db: Records['db'], filter: ParkedFilter): Promise<readonly Parked[]> {
  const { cause, ids, outbox, to } = filter;
  const found = [
    ...(outbox === 'notices' ? [] : await parkedDeliveries(db)),
    ...(outbox === 'handoff' ? [] : await parkedNotices(db)),
  ];
  return found
    .filter((each) => ids === undefined || ids.includes(each.id))
    .filter((each) => to === undefined || each.to === to)
    .filter((each) => cause === undefined || each.cause.includes(cause))
    .toSorted((one, other) => one.parkedAt - other.parkedAt || (one.id < other.id ? -1 : 1));
}

async function parkedDeliveries(db: Records['db']): Promise<readonly Parked[]> {
  const rows = await db
    .selectFrom('handoff_deliveries')
    .select(['id', 'target', 'kind', 'message_id', 'attempts', 'created_at', 'updated_at', 'cause'])
    .where('state', '=', 'parked')
    .execute();
  return rows.map((row) => ({
    outbox: 'handoff',
    id: row.id,
    to: row.target,
    kind: row.kind,
    messageId: row.message_id,
    attempts: row.attempts,
    createdAt: row.created_at,
    parkedAt: row.updated_at,
    cause: row.cause ?? '',
  }));
}

async function parkedNotices(db: Records['db']): Promise<readonly Parked[]> {
  const rows = await db
    .selectFrom('notices')
    .select(['id', 'recipient', 'kind', 'message_id', 'attempts', 'created_at', 'updated_at', 'cause'])
    .where('state', '=', 'parked')
    .execute();
  return rows.map((row) => ({
    outbox: 'notices',
    id: row.id,
    to: row.recipient,
    kind: row.kind,
    messageId: row.message_id,
    attempts: row.attempts,
    createdAt: row.created_at,
    parkedAt: row.updated_at,
    cause: row.cause ?? '',
  }));
}

type Update = (
  trx: Transaction<Schema>,
  ids: readonly string[],
  decision: ParkedDecision,
  now: number,
) => Promise<number>;

function updateOf(outbox: OutboxName): Update {
  return outbox === 'handoff' ? updateDeliveries : updateNotices;
}

const updateDeliveries: Update = async (trx, ids, decision, now) => {
  const parked = trx.updateTable('handoff_deliveries').where('id', 'in', ids).where('state', '=', 'parked');
  const result = await (decision === 'retry'
    ? parked.set({ state: 'queued', attempts: 0, next_at: now, created_at: now, updated_at: now })
    : parked.set({ state: 'given-up', next_at: null, updated_at: now })
  ).executeTakeFirst();
  return Number(result.numUpdatedRows);
};

const updateNotices: Update = async (trx, ids, decision, now) => {
  const parked = trx.updateTable('notices').where('id', 'in', ids).where('state', '=', 'parked');
  const result = await (decision === 'retry'
    ? parked
        .set({ state: 'waiting', attempts: 0, next_at: now, created_at: now, updated_at: now })
        .where('letter', 'is not', null)
    : // What it said is not kept: links in it may still be of use to a thief.
      parked.set({ state: 'given-up', letter: null, next_at: null, updated_at: now })
  ).executeTakeFirst();
  return Number(result.numUpdatedRows);
};
