/** Signs the work order of an approved case. Doing it again gives the one that was signed first. */
import type { Case } from '../cases/case.ts';
import { workOrderDocument, workOrderText } from '../cases/work-order.ts';
import type { CaseRecords, SignedOrder } from '../records/cases.ts';

export type Sign = (
  content: Uint8Array,
  now: number,
) => Promise<{ readonly armored: string; readonly fingerprint: string }>;

/**
 * The approval is kept before the order is signed: when signing fails, the case waits in `ordered`, and the order is
 * signed when it is asked for. Null when the case has none.
 */
export async function issueOrder(
  of: Case,
  cases: Pick<CaseRecords, 'order' | 'saveOrder' | 'tenant'>,
  sign: Sign,
  now: number,
): Promise<SignedOrder | null> {
  if (of.workOrder === null || of.tenantId === null) return null;
  const issued = await cases.order(of.id);
  if (issued !== null) return issued;
  const tenant = await cases.tenant(of.tenantId);
  const document = workOrderText(workOrderDocument(of, tenant?.objectId ?? null));
  const { armored, fingerprint } = await sign(Buffer.from(document), now);
  const { id, issuedAt } = of.workOrder;
  await cases.saveOrder({ id, caseId: of.id, issuedAt, document, signature: armored, fingerprint });
  return cases.order(of.id);
}
