/**
 * The outbox of notices. The rows are the truth: a job of the queue `notices` only says that there is something to do.
 *
 * States: *suppressed* (a limit was used up: it is never sent), or *waiting* -> *sent*; or -> *retrying* (the relay did not
 * take it, it will be tried again) -> *sent* or *parked* (given up until staff retry it). A worker that takes a notice in
 * hand moves its `next_at` ahead by a lease: if the worker dies, the notice is free again when the lease is over.
 */
import type { Transaction } from 'kysely';
import type { Limit } from '../notices/limits.ts';
import type { Outgoing } from '../notices/outgoing.ts';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { NoticeState, NoticesTable } from './tables-notices.ts';

/** A notice in the outbox, without its letter. */
export type NoticeEntry = Readonly<Omit<NoticesTable, 'letter'>>;

/** A notice in hand. */
export type ClaimedNotice = {
  readonly outgoing: Outgoing;
  /** Tells this attempt from others. */
  readonly claims: number;
  /** Attempts that failed so far. */
  readonly attempts: number;
  readonly createdAt: number;
};

export type NoticeSettlement =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retrying'; readonly nextAt: number; readonly cause: string }
  | { readonly kind: 'parked'; readonly cause: string };

export type NoticeCount = { readonly state: NoticeState; readonly count: number; readonly oldestAt: number };

export type NoticeRecords = {
  /**
   * Takes a notice into the outbox, unless a limit is used up: then it is kept as *suppressed*, with the cause. A notice
   * whose id is known changes nothing, limits included.
   */
  open(outgoing: Outgoing, limits: readonly Limit[], now: number): Promise<'waiting' | 'suppressed' | 'already'>;
  /** Keeps that a notice was not written, and why. */
  suppress(outgoing: Outgoing, cause: string, now: number): Promise<void>;
  /** Takes up to `limit` notices that are due, oldest first, for `leaseMs`; only the one of this id when it is given. */
  claim(now: number, leaseMs: number, limit: number, id?: string): Promise<readonly ClaimedNotice[]>;
  /** Writes how an attempt ended. Resolves with false when somebody else has taken or settled the notice meanwhile. */
  settle(id: string, claims: number, settlement: NoticeSettlement, now: number): Promise<boolean>;
  get(id: string): Promise<NoticeEntry | null>;
  /** For the trace of one message. */
  ofMessage(messageId: string): Promise<readonly NoticeEntry[]>;
  /** Newest first, of one state or of all; at most 500. */
  list(query: { readonly state?: NoticeState; readonly limit: number }): Promise<readonly NoticeEntry[]>;
  counts(): Promise<readonly NoticeCount[]>;
  /** Parked notices are tried anew. Resolves with how many. */
  retryParked(now: number): Promise<number>;
  /** Forgets counts that began before `before`; no limit's span may reach back so far. */
  forgetCounts(before: number): Promise<void>;
};

const entryColumns = [
  'id',
  'message_id',
  'kind',
  'recipient',
  'because',
  'language',
  'state',
  'attempts',
  'claims',
  'next_at',
  'created_at',
  'updated_at',
  'sent_at',
  'cause',
] as const;

export function noticeRecords(records: Records): NoticeRecords {
  const { db } = records;
  const entries = db.selectFrom('notices').select(entryColumns);
  return {
    open: (outgoing, limits, now) =>
      records.writing(async (trx) => {
        if (!(await insert(trx, outgoing, now))) return 'already';
        const cause = await usedUp(trx, limits, now);
        if (cause === null) return 'waiting';
        await markSuppressed(trx, outgoing.id, cause, now);
        return 'suppressed';
      }),
    suppress: (outgoing, cause, now) =>
      records.writing(async (trx) => {
        if (await insert(trx, outgoing, now)) await markSuppressed(trx, outgoing.id, cause, now);
      }),
    claim: (now, leaseMs, limit, id) => claim(records, now, leaseMs, limit, id),
    settle: (id, claims, settlement, now) => records.writing((trx) => settle(trx, id, claims, settlement, now)),
    get: async (id) => (await entries.where('id', '=', id).executeTakeFirst()) ?? null,
    ofMessage: (messageId) => entries.where('message_id', '=', messageId).orderBy('created_at').orderBy('id').execute(),
    list: ({ limit, state }) => {
      const newest = entries.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(Math.min(limit, 500));
      return (state === undefined ? newest : newest.where('state', '=', state)).execute();
    },
    counts: () =>
      db
        .selectFrom('notices')
        .select((select) => [
          'state',
          select.fn.countAll<number>().as('count'),
          select.fn.min('created_at').as('oldestAt'),
        ])
        .groupBy('state')
        .orderBy('state')
        .execute(),
    retryParked: (now) =>
      records.writing(async (trx) => {
        const again = trx
          .updateTable('notices')
          .set({ state: 'waiting', attempts: 0, next_at: now, created_at: now, updated_at: now });
        const result = await again.where('state', '=', 'parked').where('letter', 'is not', null).executeTakeFirst();
        return Number(result.numUpdatedRows);
      }),
    forgetCounts: (before) =>
      records.writing(async (trx) => {
        await trx.deleteFrom('notice_limits').where('began_at', '<', before).execute();
      }),
  };
}

/** Whether it is new. */
async function insert(trx: Transaction<Schema>, outgoing: Outgoing, now: number): Promise<boolean> {
  const row: NoticesTable = {
    id: outgoing.id,
    message_id: outgoing.messageId,
    kind: outgoing.kind,
    recipient: storable(outgoing.to.address),
    because: outgoing.to.because,
    language: outgoing.letter.language,
    state: 'waiting',
    letter: JSON.stringify(outgoing),
    attempts: 0,
    claims: 0,
    next_at: now,
    created_at: now,
    updated_at: now,
    sent_at: null,
    cause: null,
  };
  const insertion = trx.insertInto('notices').values(row).returning('id');
  const inserted = await insertion.onConflict((conflict) => conflict.column('id').doNothing()).execute();
  return inserted.length > 0;
}

async function markSuppressed(trx: Transaction<Schema>, id: string, cause: string, now: number): Promise<void> {
  await trx
    .updateTable('notices')
    .set({ state: 'suppressed', letter: null, next_at: null, updated_at: now, cause: storable(cause, 300) })
    .where('id', '=', id)
    .execute();
}

/**
 * Counts a notice against each limit in turn; the cause of the first that is used up, or null. One statement each, so
 * that two workers cannot both be the first. All writers take the limits in the same order.
 */
async function usedUp(trx: Transaction<Schema>, limits: readonly Limit[], now: number): Promise<string | null> {
  for (const { cause, key, most, spanMs } of limits) {
    const row = await trx
      .insertInto('notice_limits')
      .values({ limit_key: storable(key, 500), began_at: now, used: 1 })
      .onConflict((conflict) =>
        conflict.column('limit_key').doUpdateSet((set) => {
          const isOver = () => set.case().when('notice_limits.began_at', '<=', now - spanMs);
          return {
            used: isOver()
              .then(1)
              .else(set('notice_limits.used', '+', 1))
              .end(),
            began_at: isOver().then(now).else(set.ref('notice_limits.began_at')).end(),
          };
        }),
      )
      .returning('used')
      .executeTakeFirstOrThrow();
    if (row.used > most) return cause;
  }
  return null;
}

async function claim(
  records: Records,
  now: number,
  leaseMs: number,
  limit: number,
  id?: string,
): Promise<readonly ClaimedNotice[]> {
  const all = records.db
    .selectFrom('notices')
    .select('id')
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit);
  const due = id === undefined ? all : all.where('id', '=', id);
  // Looking costs nothing; a write transaction for nothing would wait for all others.
  if ((await due.limit(1).execute()).length === 0) return [];
  return records.writing(async (trx) => {
    const locked = records.dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
    const ids = (await trx.executeQuery(locked.compile())).rows.map((row) => row.id);
    if (ids.length === 0) return [];
    const taken = await trx
      .updateTable('notices')
      .set((update) => ({ next_at: now + leaseMs, updated_at: now, claims: update('claims', '+', 1) }))
      .where('id', 'in', ids)
      .returning(['claims', 'attempts', 'created_at', 'letter'])
      .execute();
    return taken.flatMap(({ attempts, claims, created_at, letter }) =>
      letter === null ? [] : [{ outgoing: outgoingOf(letter), claims, attempts, createdAt: created_at }],
    );
  });
}

/** Written by `insert` above and by nobody else. */
function outgoingOf(letter: string): Outgoing {
  return JSON.parse(letter);
}

async function settle(
  trx: Transaction<Schema>,
  id: string,
  claims: number,
  settlement: NoticeSettlement,
  now: number,
): Promise<boolean> {
  const mine = trx.updateTable('notices').where('id', '=', id).where('next_at', 'is not', null);
  if (settlement.kind === 'sent') {
    // Sent is sent, whoever holds it by now. What it said is not kept: links in it may still be of use to a thief.
    const done = { state: 'sent', sent_at: now, updated_at: now, next_at: null, letter: null, cause: null } as const;
    return (await mine.set(done).returning('id').execute()).length > 0;
  }
  const written = await mine
    .set((update) => ({
      state: settlement.kind,
      next_at: settlement.kind === 'retrying' ? settlement.nextAt : null,
      attempts: update('attempts', '+', 1),
      updated_at: now,
      cause: storable(settlement.cause, 300),
    }))
    .where('claims', '=', claims)
    .returning('id')
    .execute();
  return written.length > 0;
}
