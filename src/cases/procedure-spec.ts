/** A procedure as data: what the state machine runs on and what the diagrams are drawn from. */
import type { Action, CaseRequest } from './action.ts';
import type { EventKind } from './event.ts';
import type { Procedure } from './procedure.ts';
import type { Requirement } from './requirement.ts';

const caseStates = [
  'unnamed',
  'gathering',
  /** An executive denied it, or somebody logged in: only closing is left. */
  'barred',
  'proposed',
  'half-approved',
  'ordered',
  'answered',
  'ceased',
  'extended',
  'upheld',
  'resumed',
  'closed',
] as const;
export type CaseState = (typeof caseStates)[number];

/** What happens by itself. */
export type ClockName = 'approval-expires' | 'window-ends';

export type Step = {
  readonly from: CaseState;
  readonly on: EventKind | ClockName;
  readonly to: CaseState;
  /** Shown in the diagram, where one event leads to several states. */
  readonly when?: string;
};

export type ProcedureSpec = {
  readonly procedure: Procedure;
  readonly title: string;
  /** What may be asked for; one kind without a choice is set when the case is named. */
  readonly requests: readonly CaseRequest['kind'][];
  /** The closed list of what may be done. */
  readonly actions: readonly Action['kind'][];
  readonly needs: readonly Requirement[];
  /** Needed only when staff ask for it. */
  readonly onRequest: readonly Requirement[];
  readonly steps: readonly Step[];
};
