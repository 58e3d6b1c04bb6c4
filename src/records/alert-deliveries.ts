/**
 * Messages on their way to the targets of alerts.
 *
 * States: *queued* -> *delivered*; or -> *retrying* (failed, will be tried again) -> *delivered* or *parked* (given up
 * until staff retry it); or *superseded*: a newer message about the same alert says all that this one would have said. A
 * worker that takes a delivery moves its `next_at` ahead by a lease: if the worker dies, it is free again after that.
 */
import type { Transaction } from 'kysely';
import type { AlertMessage } from '../alerts/message.ts';
import type { Settled } from './handoff.ts';
import { insertAll } from './insert-all.ts';
import type { Records } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { AlertDeliveriesTable, AlertDeliveryState } from './tables-alerts.ts';

/** A message in hand: what a sender gets. */
export type AlertDocument = { readonly delivery: string; readonly message: AlertMessage };

export type ClaimedAlert = {
  readonly id: string;
  readonly claims: number;
  readonly attempts: number;
  readonly createdAt: number;
  readonly document: AlertDocument;
};

/** A delivery as staff see it. */
export type AlertDelivery = Readonly<Omit<AlertDeliveriesTable, 'message' | 'next_at' | 'claims'>>;

export type AlertDeliveryCount = {
  readonly target: string;
  readonly state: AlertDeliveryState;
  readonly count: number;
  readonly oldestAt: number;
};

export type AlertDeliveryRecords = {
  claim(target: string, now: number, leaseMs: number, limit: number): Promise<readonly ClaimedAlert[]>;
  settle(batch: readonly Settled[], now: number): Promise<readonly boolean[]>;
  release(ids: readonly string[], now: number): Promise<void>;
  dueTargets(now: number): Promise<readonly string[]>;
  counts(): Promise<readonly AlertDeliveryCount[]>;
  /** Those that are not delivered, newest first; at most 500. */
  undelivered(limit: number): Promise<readonly AlertDelivery[]>;
  get(ids: readonly string[]): Promise<readonly AlertDelivery[]>;
  /** It was sent, and came back. Resolves with its target, or null when there is no such delivery. */
  bounced(id: string, cause: string, now: number): Promise<string | null>;
  /** Parked ones are tried anew. Resolves with how many. */
  retryParked(now: number): Promise<number>;
};

const columns = [
  'id',
  'target',
  'alert_id',
  'change',
  'state',
  'attempts',
  'created_at',
  'updated_at',
  'cause',
] as const;

export function alertDeliveryRecords(records: Records): AlertDeliveryRecords {
  const { db } = records;
  const shown = db.selectFrom('alert_deliveries').select(columns);
  return {
    claim: (target, now, leaseMs, limit) => claim(records, target, now, leaseMs, limit),
    settle: (batch, now) => records.writing((trx) => settle(trx, batch, now)),
    release: (ids, now) =>
      records.writing(async (trx) => {
        if (ids.length === 0) return;
        const free = trx.updateTable('alert_deliveries').set({ next_at: now, updated_at: now });
        await free.where('id', 'in', ids).where('next_at', 'is not', null).execute();
      }),
    dueTargets: async (now) => {
      const due = db.selectFrom('alert_deliveries').select('target').distinct().where('next_at', '<=', now);
      return (await due.orderBy('target').execute()).map(({ target }) => target);
    },
    counts: () =>
      db
        .selectFrom('alert_deliveries')
        .select((select) => [
          'target',
          'state',
          select.fn.countAll<number>().as('count'),
          select.fn.min('created_at').as('oldestAt'),
        ])
        .groupBy(['target', 'state'])
        .orderBy('target')
        .orderBy('state')
        .execute(),
    undelivered: (limit) =>
      shown
        .where('state', 'in', ['queued', 'retrying', 'parked'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(Math.min(limit, 500))
        .execute(),
    get: async (ids) => (ids.length === 0 ? [] : shown.where('id', 'in', ids).execute()),
    bounced: (id, cause, now) =>
      records.writing(async (trx) => {
        const row = await trx
          .updateTable('alert_deliveries')
          .set({ state: 'parked', next_at: null, updated_at: now, cause: storable(cause, 300) })
          .where('id', '=', id)
          .where('state', '=', 'delivered')
          .returning('target')
          .executeTakeFirst();
        return row?.target ?? null;
      }),
    retryParked: (now) =>
      records.writing(async (trx) => {
        const again = trx
          .updateTable('alert_deliveries')
          .set({ state: 'queued', attempts: 0, next_at: now, created_at: now, updated_at: now, cause: null });
        const result = await again.where('state', '=', 'parked').executeTakeFirst();
        return Number(result.numUpdatedRows);
      }),
  };
}

export type Queued = { readonly message: AlertMessage; readonly targets: readonly string[] };

/** Resolves with the delivery of each target; of several messages, that of the last. */
export async function queueMessages(
  trx: Transaction<Schema>,
  queued: readonly Queued[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const rows: AlertDeliveriesTable[] = [];
  for (const { message, targets } of queued) {
    if (targets.length === 0) continue;
    // Who was away for hours wants to know how it stands, not how it stood each few hours. One that is in hand just now
    // may still arrive: it only is tried no more.
    await trx
      .updateTable('alert_deliveries')
      .set({ state: 'superseded', next_at: null, updated_at: now })
      .where('alert_id', '=', message.alert)
      .where('target', 'in', targets)
      .where('state', 'in', ['queued', 'retrying'])
      .execute();
    for (const target of targets) {
      const id = rowId(now);
      ids.set(target, id);
      rows.push({
        id,
        target,
        alert_id: message.alert,
        change: message.change,
        message: JSON.stringify(message),
        state: 'queued',
        attempts: 0,
        claims: 0,
        next_at: now,
        created_at: now,
        updated_at: now,
        cause: null,
      });
    }
  }
  await insertAll(trx, 'alert_deliveries', rows);
  return ids;
}

async function claim(
  records: Records,
  target: string,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<readonly ClaimedAlert[]> {
  const due = records.db
    .selectFrom('alert_deliveries')
    .select('id')
    .where('target', '=', target)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit);
  // Looking costs nothing; a write transaction for nothing would wait for all others.
  if ((await due.limit(1).execute()).length === 0) return [];
  return records.writing(async (trx) => {
    const locked = records.dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
    const ids = (await trx.executeQuery(locked.compile())).rows.map(({ id }) => id);
    if (ids.length === 0) return [];
    const taken = await trx
      .updateTable('alert_deliveries')
      .set((update) => ({ next_at: now + leaseMs, updated_at: now, claims: update('claims', '+', 1) }))
      .where('id', 'in', ids)
      .returning(['id', 'claims', 'attempts', 'created_at', 'message'])
      .execute();
    return taken
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ attempts, claims, created_at, id, message }) => ({
        id,
        claims,
        attempts,
        createdAt: created_at,
        document: { delivery: id, message: messageOf(message) },
      }));
  });
}

/** Written by `queueMessages` above and by nobody else. */
function messageOf(text: string): AlertMessage {
  return JSON.parse(text);
}

async function settle(trx: Transaction<Schema>, batch: readonly Settled[], now: number): Promise<readonly boolean[]> {
  const written: boolean[] = [];
  for (const { claims, id, settlement } of batch) {
    const own = trx.updateTable('alert_deliveries').where('id', '=', id);
    const rows =
      settlement.kind === 'delivered'
        ? // Delivered is delivered, whoever holds it by now.
          await own
            .set({ state: 'delivered', next_at: null, updated_at: now, cause: null })
            .where('state', '!=', 'delivered')
            .returning('id')
            .execute()
        : await own
            .set((update) => ({
              state: settlement.kind,
              next_at: settlement.kind === 'retrying' ? settlement.nextAt : null,
              attempts: update('attempts', '+', 1),
              updated_at: now,
              cause: storable(settlement.cause, 300),
            }))
            .where('claims', '=', claims)
            .where('next_at', 'is not', null)
            .returning('id')
            .execute();
    written.push(rows.length > 0);
  }
  return written;
}
