/** Signs the work order of an approved case. Doing it again gives the one that was signed first. */
import type { Case } from '../cases/case.ts';
import type { SignedOrder } from '../cases/order-payload.ts';
import { workOrderDocument, workOrderText } from '../cases/work-order.ts';
import type { WorkOrderRecords } from '../records/work-orders.ts';

export type Sign = (
  content: Uint8Array,
  now: number,
) => Promise<{ readonly armored: string; readonly fingerprint: string }>;

/**
 * The approval is kept before the order is signed: when signing fails, the case waits in `ordered`, and the workers try
 * again (`main/case-keeping.ts`). Null when the case has none.
 */
export async function issueOrder(
  of: Case,
  orders: Pick<WorkOrderRecords, 'order' | 'saveOrder'>,
  sign: Sign,
  now: number,
): Promise<SignedOrder | null> {
  const { workOrder } = of;
  if (workOrder === null) return null;
  const issued = await orders.order(of.id);
  // What was cancelled or answered before it was signed must never be found signed.
  if (issued !== null || workOrder.answer !== null) return issued;
  const document = workOrderText(workOrderDocument(of));
  const { armored, fingerprint } = await sign(Buffer.from(document), now);
  const { id, issuedAt } = workOrder;
  await orders.saveOrder({ id, caseId: of.id, issuedAt, document, signature: armored, fingerprint }, now);
  return orders.order(of.id);
}
