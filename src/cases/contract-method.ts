/** Additional or alternative methods of recovery: they count only if the contract held them when the request came. */
import type { Procedure } from './procedure.ts';
import type { Requirement } from './requirement.ts';

/** A court order and a look at the logins have no substitute. */
export type Replaceable = Exclude<Requirement, 'court-order' | 'inactivity'>;

type Common = {
  readonly id: string;
  readonly procedures: readonly Procedure[];
  /** What it stands in for. */
  readonly replaces: readonly Replaceable[];
  /** Since when the contract holds it, epoch milliseconds. */
  readonly since: number;
};

/** Fires when nobody has checked in for `intervalMs` and `graceMs` more. */
export type DeadMansSwitch = Common & {
  readonly kind: 'dead-mans-switch';
  readonly intervalMs: number;
  readonly graceMs: number;
};

export type AuthorisedThirdParty = Common & {
  readonly kind: 'authorised-third-party';
  readonly name: string;
  /** The exact address in comparison form. */
  readonly address: string;
};

export type ContractMethod = DeadMansSwitch | AuthorisedThirdParty;

export type SwitchState = {
  readonly state: 'armed' | 'overdue' | 'fired';
  readonly dueAt: number;
  readonly firesAt: number;
};

/** The clock of a dead man's switch; it runs from the last check-in, at first from the contract. */
export function switchState(method: DeadMansSwitch, lastCheckInAt: number | null, now: number): SwitchState {
  const dueAt = Math.max(method.since, lastCheckInAt ?? method.since) + method.intervalMs;
  const firesAt = dueAt + method.graceMs;
  const state = now < dueAt ? 'armed' : now < firesAt ? 'overdue' : 'fired';
  return { state, dueAt, firesAt };
}
