/**
 * Work orders as they were signed, and what engineering is told of them.
 *
 * States of a delivery: *queued* -> *delivered*; or -> *retrying* (failed, will be tried again) -> *delivered* or *parked*
 * (until staff try it anew); or *cancelled*: the order was answered before engineering was told. An order that may have
 * arrived and is cancelled by staff gets a second delivery that says so. Without a webhook all of them stay queued.
 */
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Engineering, Staff } from '../cases/actor.ts';
import { actorName } from '../cases/actor.ts';
import type { Case, WorkOrder } from '../cases/case.ts';
import type { AnswerResult } from '../cases/event.ts';
import type { OrderMessage, SignedOrder } from '../cases/order-payload.ts';
import type { Refusal } from '../cases/transition.ts';
import { load, loadAll } from './case-rows.ts';
import { presentActor } from './case-staff.ts';
import { startWriting } from './case-writing.ts';
import { insertAll } from './insert-all.ts';
import type { Records } from './open-records.ts';
import { orderOutbox, queueDelivery } from './order-outbox.ts';
import { countOutbox, decideParked, type Outbox, type OutboxCount, openOutbox } from './outbox.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { OrderDeliveriesTable } from './tables-cases.ts';

/** A delivery as staff see it. */
export type OrderDelivery = Readonly<Omit<OrderDeliveriesTable, 'next_at' | 'claims'>>;

export type OrderAnswer = {
  readonly by: Engineering;
  /** Of the text that engineering was given, lower-case hexadecimal: an answer belongs to exactly one. */
  readonly sha256: string;
  readonly result: Exclude<AnswerResult, 'cancelled'>;
  readonly reference: string;
  readonly note: string;
};

export type AnswerTaken =
  | { readonly kind: 'recorded' | 'known'; readonly case: Case }
  /** There is no such order, or the answer is about another text. */
  | { readonly kind: 'missing' | 'other-text' }
  | Refusal;

export type WorkOrderRecords = Outbox<OrderMessage> & {
  /** Keeps a signed order, the first signature for good, and queues it for engineering; neither when it was answered. */
  saveOrder(order: SignedOrder, now: number): Promise<void>;
  order(caseId: string): Promise<SignedOrder | null>;
  /** Cases whose order is not answered and not signed: the key could not be used then. */
  unsigned(): Promise<readonly Case[]>;
  /** By the order's own id; null when there is none. */
  find(orderId: string): Promise<{ readonly order: SignedOrder; readonly workOrder: WorkOrder } | null>;
  /** The same answer again changes nothing; another one is refused, and trust staff are told. */
  answer(orderId: string, answer: OrderAnswer, now: number): Promise<AnswerTaken>;
  /** Oldest first. */
  deliveriesOf(caseId: string): Promise<readonly OrderDelivery[]>;
  /** Parked ones of a case are tried anew. Resolves with how many; null without the right. */
  retryParked(caseId: string, by: Staff, now: number): Promise<number | null>;
  counts(): Promise<readonly OutboxCount[]>;
};

const columns = [
  'id',
  'order_id',
  'case_id',
  'kind',
  'target',
  'state',
  'attempts',
  'created_at',
  'updated_at',
  'cause',
] as const;

export function workOrderRecords(records: Records): WorkOrderRecords {
  const { db } = records;
  return {
    ...openOutbox<OrderMessage>(records, { ...orderOutbox, documents: messagesOf }),
    saveOrder: (order, now) => records.writing((trx) => save(trx, order, now)),
    order: (caseId) => orderBy(db, 'case_id', caseId),
    unsigned: async () => {
      const rows = await db
        .selectFrom('case_events')
        .innerJoin('cases', 'cases.id', 'case_events.case_id')
        .leftJoin('case_orders', 'case_orders.case_id', 'case_events.case_id')
        .select('case_events.case_id')
        .distinct()
        .where('case_events.kind', '=', 'approved')
        .where('cases.open_key', 'is not', null)
        .where('case_orders.id', 'is', null)
        .execute();
      const approved = await loadAll(
        db,
        rows.map(({ case_id }) => case_id),
      );
      return approved.filter(({ workOrder }) => workOrder !== null && workOrder.answer === null);
    },
    find: async (orderId) => {
      const order = await orderBy(db, 'id', orderId);
      const workOrder = order === null ? null : ((await load(db, order.caseId))?.case.workOrder ?? null);
      return order === null || workOrder === null ? null : { order, workOrder };
    },
    answer: (orderId, answer, now) => takeAnswer(records, orderId, answer, now),
    deliveriesOf: (caseId) =>
      db.selectFrom('order_deliveries').select(columns).where('case_id', '=', caseId).orderBy('created_at').execute(),
    retryParked: (caseId, by, now) => retryParked(records, caseId, by, now),
    counts: () => countOutbox(db, 'order_deliveries').execute(),
  };
}

async function orderBy(db: Records['db'], column: 'id' | 'case_id', value: string): Promise<SignedOrder | null> {
  const row = await db.selectFrom('case_orders').selectAll().where(column, '=', value).executeTakeFirst();
  if (row === undefined) return null;
  const { case_id, document, fingerprint, id, issued_at, signature } = row;
  return { id, caseId: case_id, issuedAt: issued_at, document, signature, fingerprint };
}

async function save(trx: Transaction<Schema>, order: SignedOrder, now: number): Promise<void> {
  const { caseId, document, fingerprint, id, issuedAt, signature } = order;
  const workOrder = (await load(trx, caseId))?.case.workOrder ?? null;
  // Cancelled while it was being signed.
  if (workOrder === null || workOrder.answer !== null) return;
  // A work order is single: the first signature stands.
  const row = { id, case_id: caseId, issued_at: issuedAt, document, signature, fingerprint };
  await insertAll(trx, 'case_orders', [row], 'ignore known');
  await queueDelivery(trx, order, 'issued', now);
}

async function messagesOf(
  trx: Transaction<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OrderMessage>> {
  const rows = await trx.selectFrom('order_deliveries').selectAll().where('id', 'in', ids).execute();
  const messages = new Map<string, OrderMessage>();
  for (const { case_id, created_at, id, kind, order_id } of rows) {
    const order = await orderBy(trx, 'id', order_id);
    const workOrder = (await load(trx, case_id))?.case.workOrder ?? null;
    if (order === null || workOrder === null) throw new Error(`delivery ${id} has no work order`);
    const at = kind === 'issued' ? order.issuedAt : created_at;
    messages.set(id, { delivery: id, kind, order, at, expiresAt: workOrder.expiresAt });
  }
  return messages;
}

function takeAnswer(records: Records, orderId: string, given: OrderAnswer, now: number): Promise<AnswerTaken> {
  return records.writing(async (trx): Promise<AnswerTaken> => {
    const writing = await startWriting(records, trx, now);
    const order = await orderBy(trx, 'id', orderId);
    const kept = order === null ? null : await load(trx, order.caseId);
    if (order === null || kept === null) return { kind: 'missing' };
    const { by, result, sha256 } = given;
    // As it is kept: the same answer again must be known again.
    const [reference, note] = [storable(given.reference), storable(given.note)];
    if (sha256 !== createHash('sha256').update(order.document).digest('hex')) {
      const detail = { order: orderId, result, sha256 };
      await writing.audit({ actor: actorName(by), action: 'case.answer-refused', subject: order.caseId, detail });
      await writing.alarm(kept.case, 'engineering answered about another text than the one that was signed');
      return { kind: 'other-text' };
    }
    const before = kept.case.workOrder?.answer ?? null;
    if (before !== null && before.result === result && before.reference === reference) {
      return { kind: 'known', case: kept.case };
    }
    const event = { kind: 'work-order-answered', result, reference, note } as const;
    const taken = await writing.command(order.caseId, async () => ({ by, seen: null, event }));
    return taken.kind === 'accepted' ? { kind: 'recorded', case: taken.case } : taken;
  });
}

async function retryParked(records: Records, caseId: string, claimed: Staff, now: number): Promise<number | null> {
  return records.writing(async (trx) => {
    const writing = await startWriting(records, trx, now);
    const by = await presentActor(trx, claimed);
    if (by.kind !== 'staff' || !by.roles.includes('trust')) return null;
    const parked = trx.selectFrom('order_deliveries').select('id').where('case_id', '=', caseId);
    const ids = (await parked.where('state', '=', 'parked').execute()).map(({ id }) => id);
    await decideParked(trx, orderOutbox, ids, 'retry', now);
    if (ids.length > 0) {
      const detail = { deliveries: ids };
      await writing.audit({ actor: actorName(by), action: 'case.order-retried', subject: caseId, detail });
    }
    return ids.length;
  });
}
