/**
 * Messages on their way to the targets of alerts (`outbox.ts`). One further state: *superseded*, where a newer message
 * about the same alert says all that this one would have said.
 */
import type { Transaction } from 'kysely';
import type { AlertMessage } from '../alerts/message.ts';
import { insertAll } from './insert-all.ts';
import type { Records } from './open-records.ts';
import { countOutbox, freshInOutbox, type Outbox, type OutboxCount, openOutbox } from './outbox.ts';
import { rowId } from './row-id.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { AlertDeliveriesTable } from './tables-alerts.ts';

/** A message in hand: what a sender gets. */
export type AlertDocument = { readonly delivery: string; readonly message: AlertMessage };

/** A delivery as staff see it. */
export type AlertDelivery = Readonly<Omit<AlertDeliveriesTable, 'message' | 'next_at' | 'claims'>>;

export type AlertDeliveryRecords = Outbox<AlertDocument> & {
  counts(): Promise<readonly OutboxCount[]>;
  /** Those that are not delivered, newest first; at most 500. */
  undelivered(limit: number): Promise<readonly AlertDelivery[]>;
  get(ids: readonly string[]): Promise<readonly AlertDelivery[]>;
  /** It was sent, and came back. Resolves with its target, or null when there is no such delivery. */
  bounced(id: string, cause: string, now: number): Promise<string | null>;
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
    ...openOutbox<AlertDocument>(records, {
      table: 'alert_deliveries',
      words: { waiting: 'queued', delivered: 'delivered' },
      documents: documentsOf,
    }),
    counts: () => countOutbox(db, 'alert_deliveries').execute(),
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
        ...freshInOutbox(now),
      });
    }
  }
  await insertAll(trx, 'alert_deliveries', rows);
  return ids;
}

async function documentsOf(
  trx: Transaction<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AlertDocument>> {
  const rows = await trx.selectFrom('alert_deliveries').select(['id', 'message']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, message }) => [id, { delivery: id, message: messageOf(message) }]));
}

/** Written by `queueMessages` above and by nobody else. */
function messageOf(text: string): AlertMessage {
  return JSON.parse(text);
}
