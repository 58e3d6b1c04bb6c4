/** What is queued for engineering, and what an answer takes back; `work-orders.ts` says how it goes on. */
import type { Transaction } from 'kysely';
import type { Case } from '../cases/case.ts';
import { insertAll } from './insert-all.ts';
import { freshInOutbox, type OutboxKind } from './outbox.ts';
import type { Schema } from './schema.ts';
import type { OrderDeliveriesTable } from './tables-cases.ts';

/** The only target there is. */
export const engineeringTarget = 'engineering';

export const orderOutbox = {
  table: 'order_deliveries',
  words: { waiting: 'queued', delivered: 'delivered' },
} as const satisfies Partial<OutboxKind<unknown>>;

export async function queueDelivery(
  trx: Transaction<Schema>,
  { caseId, id }: { readonly caseId: string; readonly id: string },
  kind: OrderDeliveriesTable['kind'],
  now: number,
): Promise<void> {
  const row: OrderDeliveriesTable = {
    id: kind === 'issued' ? id : `${id}-cancelled`,
    order_id: id,
    case_id: caseId,
    kind,
    target: engineeringTarget,
    state: 'queued',
    ...freshInOutbox(now),
  };
  await insertAll(trx, 'order_deliveries', [row], 'ignore known');
}

/** In the transaction of the answer: nobody is told of an order that is settled, and who may have been told hears of it. */
export async function settleDeliveries(
  trx: Transaction<Schema>,
  { id: caseId, workOrder }: Case,
  now: number,
): Promise<void> {
  const result = workOrder?.answer?.result;
  if (workOrder === null || result === undefined) return;
  const stopped = trx
    .updateTable('order_deliveries')
    .set({ state: 'cancelled', next_at: null, updated_at: now, cause: `answered before it arrived: ${result}` });
  await stopped
    .where('case_id', '=', caseId)
    .where('kind', '=', 'issued')
    .where('state', 'in', ['queued', 'retrying', 'parked'])
    .execute();
  const mayHaveArrived = trx.selectFrom('order_deliveries').select('id').where('case_id', '=', caseId);
  const found = await mayHaveArrived.where('kind', '=', 'issued').where('claims', '>', 0).executeTakeFirst();
  if (result === 'cancelled' && found !== undefined)
    await queueDelivery(trx, { id: workOrder.id, caseId }, 'cancelled', now);
}
