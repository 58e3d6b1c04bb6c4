/**
 * What engineering gets: exactly the approved action, once. Postern deletes nothing in the vendor's product. The text is
 * made of recorded facts only, so that making it again gives the same octets.
 */
import { type Action, actionLines, type OrderItem } from './action.ts';
import type { Case, WorkOrder } from './case.ts';
import { type CaseRule, type Procedure, ruleOf } from './procedure.ts';

export type WorkOrderDocument = {
  readonly type: 'postern-work-order';
  readonly version: 1;
  readonly id: string;
  /** Carried out once: whoever has seen this id before carries out nothing. */
  readonly singleUse: true;
  readonly case: string;
  readonly rule: CaseRule;
  readonly procedure: Procedure;
  readonly tenant: { readonly id: string; readonly objectId: string | null };
  readonly action:
    | { readonly kind: 'delete-admin'; readonly adminId: string }
    | { readonly kind: 'delete-tenant'; readonly because: string }
    | { readonly kind: 'court-ordered'; readonly items: readonly OrderItem[] };
  readonly inWords: readonly string[];
  /** What it is never taken for. */
  readonly never: readonly ['add-admin', 'anything-not-named-here'];
  /** ISO 8601. */
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly proposedBy: string;
  readonly approvedBy: readonly string[];
  readonly evidence: readonly { readonly id: string; readonly kind: string; readonly sha256: string }[];
};

/** Throws when the case has no work order. */
export function workOrderDocument(of: Case): WorkOrderDocument {
  const { documents, id, procedure, tenantId, workOrder } = of;
  if (workOrder === null || procedure === null || tenantId === null) throw new Error(`case ${id} has no work order`);
  return {
    type: 'postern-work-order',
    version: 1,
    id: workOrder.id,
    singleUse: true,
    case: id,
    rule: ruleOf(procedure),
    procedure,
    tenant: { id: tenantId, objectId: workOrder.objectId },
    action: named(workOrder.action),
    inWords: actionLines(workOrder.action),
    never: ['add-admin', 'anything-not-named-here'],
    issuedAt: isoOf(workOrder.issuedAt),
    expiresAt: isoOf(workOrder.expiresAt),
    proposedBy: workOrder.proposedBy,
    approvedBy: workOrder.approvedBy,
    evidence: evidenceOf(documents, workOrder),
  };
}

/** The octets that are signed. */
export function workOrderText(document: WorkOrderDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function named(action: Action): WorkOrderDocument['action'] {
  switch (action.kind) {
    case 'delete-admin':
      return { kind: action.kind, adminId: action.adminId };
    case 'delete-tenant':
      return { kind: action.kind, because: action.because };
    case 'court-ordered':
      return { kind: action.kind, items: action.items };
  }
}

function evidenceOf(documents: Case['documents'], { issuedAt }: WorkOrder): WorkOrderDocument['evidence'] {
  return documents
    .filter(({ addedAt, standing }) => standing === 'confirmed' && addedAt <= issuedAt)
    .map(({ digest, id, kind }) => ({ id, kind, sha256: digest }));
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
