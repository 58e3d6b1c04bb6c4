/** One case, as its events make it (`evolve.ts`). Plain JSON: what is kept and read again is equal. */
import type { Action, CaseRequest, TypedOrder } from './action.ts';
import type { Actor } from './actor.ts';
import type { ContractMethod } from './contract-method.ts';
import type { AnswerResult, CaseEvent, CloseOutcome, Communication } from './event.ts';
import type { CaseDocument, ContactAttempt, ContactChange, ContactPoint, LoginReading } from './evidence.ts';
import type { Procedure } from './procedure.ts';

export type RecordedEvent = {
  readonly by: Actor;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event: CaseEvent;
};

export type Approval = {
  readonly by: string;
  readonly at: number;
  /** The account of the machine that it came from; null in the console. */
  readonly account: string | null;
};

export type Proposal = {
  readonly action: Action;
  /** By which the vendor's product knows the tenant, as it stood when the act was proposed. */
  readonly objectId: string | null;
  readonly by: string;
  readonly at: number;
  readonly approvals: readonly Approval[];
};

/** What engineering is told to do: exactly the approved action, once. */
export type WorkOrder = {
  readonly id: string;
  readonly action: Action;
  readonly objectId: string | null;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly proposedBy: string;
  readonly approvedBy: readonly string[];
  readonly answer: {
    readonly result: AnswerResult;
    readonly reference: string;
    readonly note: string;
    readonly by: string;
    readonly at: number;
  } | null;
};

export type Cessation = {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly startedBy: string;
  /** By staff, before or after the clock. */
  readonly ended: { readonly at: number; readonly by: string; readonly note: string } | null;
  /** That the clock ran out was noted; it ran out whether noted or not. */
  readonly lapseNotedAt: number | null;
};

/** A contract method that was used in this case. */
export type MethodUse = {
  readonly methodId: string;
  readonly by: string;
  readonly at: number;
  /** What it was used for. */
  readonly subjectKey: string;
  /** Somebody has checked in since: it does not count any more. */
  readonly undoneAt: number | null;
};

export type Case = {
  readonly id: string;
  readonly openedAt: number;
  readonly openedBy: Actor;
  /** Who named tenant and procedure; null while nobody has. */
  readonly namedBy: Actor | null;
  /** Counts the changes that whoever decides must have seen; mail that joins and looks at evidence do not count. */
  readonly version: number;
  readonly lastChange: { readonly kind: CaseEvent['kind']; readonly by: Actor; readonly at: number };
  readonly procedure: Procedure | null;
  readonly tenantId: string | null;
  readonly contacts: readonly ContactPoint[];
  readonly contactChanges: readonly ContactChange[];
  readonly methods: readonly ContractMethod[];
  readonly request: CaseRequest | null;
  readonly communications: readonly Communication[];
  readonly documents: readonly CaseDocument[];
  /** X-CLOSURE: executive confirmation was asked for. */
  readonly contactRequired: boolean;
  readonly attempts: readonly ContactAttempt[];
  /** All that were ever entered, in order. */
  readonly readings: readonly LoginReading[];
  readonly order: TypedOrder | null;
  readonly methodUses: readonly MethodUse[];
  readonly proposal: Proposal | null;
  readonly workOrder: WorkOrder | null;
  readonly cessation: Cessation | null;
  readonly ignored: readonly { readonly at: number; readonly reference: string | null }[];
  readonly closed: {
    readonly outcome: CloseOutcome;
    readonly note: string;
    readonly by: string;
    readonly at: number;
  } | null;
};
