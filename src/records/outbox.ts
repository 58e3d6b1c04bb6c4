/**
 * The outbox: what is on its way to somebody who may be away. Each kind of delivery has a table of its own, with the
 * columns of `OutboxRow` beside those of its content; all of them are taken, tried and settled here.
 *
 * States: *waiting* -> *delivered*; or -> *retrying* (failed, will be tried again) -> *delivered* or *parked* (until staff
 * decide) -> *waiting* again, or *given-up*. A table may name the first two by words of its own and have further states
 * for what is never tried. A worker that takes a delivery moves its `next_at` ahead by a lease: if the worker dies, the
 * delivery is free again when the lease is over. `next_at` is null once nothing is tried any more.
 */
import type { Transaction } from 'kysely';
import type { Records } from './open-records.ts';
import { chunks } from './retention.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

export type OutboxTable = 'handoff_deliveries' | 'notices' | 'alert_deliveries' | 'order_deliveries';

/** The columns that every table of an outbox has. */
export type OutboxRow<State extends string> = {
  id: string;
  state: State;
  /** Attempts that failed. */
  attempts: number;
  /** How often a worker took it in hand, its last attempt included. */
  claims: number;
  /** When a worker may take it; null once it is settled. A worker that has it in hand moves this ahead. */
  next_at: number | null;
  created_at: number;
  updated_at: number;
  /** Of the last failure, or why it is not sent; one line for staff. */
  cause: string | null;
};

/** Those columns, for a new table. */
export const outboxColumns = {
  id: 'text',
  state: 'text',
  attempts: 'integer',
  claims: 'integer',
  next_at: 'bigint?',
  created_at: 'bigint',
  updated_at: 'bigint',
  cause: 'text?',
} as const;

/** What a new row has in them, but for its id and state. */
export function freshInOutbox(now: number) {
  return { attempts: 0, claims: 0, next_at: now, created_at: now, updated_at: now, cause: null } as const;
}

/** A delivery in hand. */
export type Claimed<Document> = {
  readonly id: string;
  /** Tells this attempt from others. */
  readonly claims: number;
  /** Attempts that failed so far. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly document: Document;
};

/** What tells a delivery in hand from the same one in other hands. */
export type Held = Pick<Claimed<unknown>, 'id' | 'claims' | 'attempts'>;

/** How an attempt ended. */
export type Settlement =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retrying'; readonly nextAt: number; readonly cause: string }
  | { readonly kind: 'parked'; readonly cause: string };

export type Settled = { readonly id: string; readonly claims: number; readonly settlement: Settlement };

export type OutboxCount = {
  readonly target: string;
  readonly state: string;
  readonly count: number;
  /** When the oldest of them was queued. */
  readonly oldestAt: number;
};

export type Outbox<Document> = {
  /** Takes up to `limit` deliveries of a target that are due, oldest first, for `leaseMs`. */
  claim(target: string, now: number, leaseMs: number, limit: number): Promise<readonly Claimed<Document>[]>;
  /** Writes how attempts ended, in one transaction. What was settled or taken by somebody else meanwhile stays. */
  settle(batch: readonly Settled[], now: number): Promise<readonly boolean[]>;
  /** Holds deliveries for `leaseMs` from now on. Resolves with those that nobody else has taken, and nobody has settled. */
  renew(held: readonly Held[], now: number, leaseMs: number): Promise<ReadonlySet<string>>;
  /** Gives deliveries back that were taken but not tried. What somebody else has taken or tried meanwhile stays theirs. */
  release(held: readonly Held[], now: number): Promise<void>;
  /** Whether it was erased meanwhile. */
  isGone(id: string): Promise<boolean>;
  /** Targets that have deliveries due. */
  dueTargets(now: number): Promise<readonly string[]>;
};

/** Where an outbox differs from others. */
export type OutboxKind<Document> = {
  readonly table: OutboxTable;
  /** The state of what was never tried, and of what arrived. */
  readonly words: { readonly waiting: 'queued' | 'waiting'; readonly delivered: 'delivered' | 'sent' };
  /** Names its one target where the table has no column `target`. */
  readonly onlyTarget?: string;
  /** Columns besides, once it arrived; where nothing of the content is to be kept, say. */
  readonly onDelivered?: (now: number) => OutboxChange;
  /** Columns besides, once it was given up. */
  readonly onGivenUp?: OutboxChange;
  /** What these deliveries tell, by id. One that is missing was erased meanwhile: there is nothing left to tell. */
  readonly documents: (trx: Transaction<Schema>, ids: readonly string[]) => Promise<ReadonlyMap<string, Document>>;
};

export type OutboxChange = { readonly letter?: null; readonly sent_at?: number };

/** States that a late word of its worker does not change. */
const finalStates = ['delivered', 'sent', 'bounced'] as const;

export function openOutbox<Document>(records: Records, kind: OutboxKind<Document>): Outbox<Document> {
  const { onlyTarget, table } = kind;
  return {
    claim: (target, now, leaseMs, limit) => claim(records, kind, target, now, leaseMs, limit),
    settle: (batch, now) => records.writing((trx) => settle(trx, kind, batch, now)),
    renew: (held, now, leaseMs) => records.writing((trx) => moveHeld(trx, table, held, { next_at: now + leaseMs })),
    release: async (held, now) => {
      if (held.length > 0)
        await records.writing((trx) => moveHeld(trx, table, held, { next_at: now, updated_at: now }));
    },
    isGone: async (id) =>
      (await records.db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()) === undefined,
    dueTargets: async (now) => {
      const due = records.db.selectFrom(table).where('next_at', '<=', now);
      if (onlyTarget !== undefined) {
        return (await due.select('id').limit(1).execute()).length === 0 ? [] : [onlyTarget];
      }
      return (await due.select('target').distinct().orderBy('target').execute()).map(({ target }) => target);
    },
  };
}

async function claim<Document>(
  records: Records,
  { documents, onlyTarget, table }: OutboxKind<Document>,
  target: string,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<readonly Claimed<Document>[]> {
  const all = records.db
    .selectFrom(table)
    .select('id')
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit);
  const due = onlyTarget === undefined ? all.where('target', '=', target) : all;
  // Looking costs nothing; a write transaction for nothing would wait for all others.
  if ((await due.limit(1).execute()).length === 0) return [];
  return records.writing(async (trx) => {
    const locked = records.dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
    const ids = (await trx.executeQuery(locked.compile())).rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const taken = await trx
      .updateTable(table)
      .set((update) => ({ next_at: now + leaseMs, updated_at: now, claims: update('claims', '+', 1) }))
      .where('id', 'in', ids)
      .returning(['id', 'claims', 'attempts', 'created_at'])
      .execute();
    const told = await documents(trx, ids);
    const gone = ids.filter((id) => !told.has(id));
    if (gone.length > 0) await trx.deleteFrom(table).where('id', 'in', gone).execute();
    return taken
      .toSorted((one, other) => one.created_at - other.created_at || (one.id < other.id ? -1 : 1))
      .flatMap(({ attempts, claims, created_at: createdAt, id }) => {
        const document = told.get(id);
        return document === undefined ? [] : [{ id, claims, attempts, createdAt, document }];
      });
  });
}

/** Of those that are still in the same hands. Resolves with their ids. */
async function moveHeld(
  trx: Transaction<Schema>,
  table: OutboxTable,
  held: readonly Held[],
  to: { readonly next_at: number; readonly updated_at?: number },
): Promise<ReadonlySet<string>> {
  const moved = new Set<string>();
  for (const mine of Map.groupBy(held, ({ attempts, claims }) => `${claims} ${attempts}`).values()) {
    const [{ attempts, claims } = { attempts: 0, claims: 0 }] = mine;
    for (const some of chunks(mine.map(({ id }) => id))) {
      const update = trx.updateTable(table).set(to).where('id', 'in', some);
      // One that failed meanwhile has its next time already.
      const same = update.where('claims', '=', claims).where('attempts', '=', attempts);
      for (const { id } of await same.where('next_at', 'is not', null).returning('id').execute()) moved.add(id);
    }
  }
  return moved;
}

async function settle<Document>(
  trx: Transaction<Schema>,
  { onDelivered, table, words }: OutboxKind<Document>,
  batch: readonly Settled[],
  now: number,
): Promise<readonly boolean[]> {
  const delivered = batch.filter(({ settlement }) => settlement.kind === 'delivered').map(({ id }) => id);
  const written = new Set<string>();
  if (delivered.length > 0) {
    // Delivered is delivered, whoever holds it by now.
    const rows = await trx
      .updateTable(table)
      .set({ state: words.delivered, next_at: null, updated_at: now, cause: null, ...onDelivered?.(now) })
      .where('id', 'in', delivered)
      .where('state', 'not in', finalStates)
      .returning('id')
      .execute();
    for (const { id } of rows) written.add(id);
  }
  for (const { claims, id, settlement } of batch) {
    if (settlement.kind === 'delivered') continue;
    const rows = await trx
      .updateTable(table)
      .set((update) => ({
        state: settlement.kind,
        next_at: settlement.kind === 'retrying' ? settlement.nextAt : null,
        attempts: update('attempts', '+', 1),
        updated_at: now,
        cause: storable(settlement.cause, 300),
      }))
      .where('id', '=', id)
      .where('claims', '=', claims)
      .where('next_at', 'is not', null)
      .returning('id')
      .execute();
    for (const row of rows) written.add(row.id);
  }
  return batch.map(({ id }) => written.has(id));
}

export type ParkedDecision = 'retry' | 'give-up';

/** What is retried has all its attempts and its whole time again. Resolves with how many of them were parked. */
export async function decideParked<Document>(
  trx: Transaction<Schema>,
  { onGivenUp, table, words }: Pick<OutboxKind<Document>, 'table' | 'words' | 'onGivenUp'>,
  ids: readonly string[],
  decision: ParkedDecision,
  now: number,
): Promise<number> {
  let count = 0;
  for (const some of chunks(ids)) {
    const parked = trx.updateTable(table).where('id', 'in', some).where('state', '=', 'parked');
    const again = { state: words.waiting, attempts: 0, next_at: now, created_at: now, updated_at: now } as const;
    const over = { state: 'given-up', next_at: null, updated_at: now, ...onGivenUp } as const;
    const result = await parked.set(decision === 'retry' ? again : over).executeTakeFirst();
    count += Number(result.numUpdatedRows);
  }
  return count;
}

/** Deliveries by state, of each target. */
export function countOutbox(db: Records['db'], table: Exclude<OutboxTable, 'notices'>) {
  return db
    .selectFrom(table)
    .select((select) => [
      'target',
      'state',
      select.fn.countAll<number>().as('count'),
      select.fn.min('created_at').as('oldestAt'),
    ])
    .groupBy(['target', 'state'])
    .orderBy('target')
    .orderBy('state');
}
