/** In which state a case is, from what was recorded and the time now. */
import type { Case, Proposal } from './case.ts';
import { cessationState } from './cessation-clock.ts';
import { inactivityMs, secondApprovalMs } from './clocks.ts';
import type { EventKind } from './event.ts';
import type { LoginReading } from './evidence.ts';
import type { CaseState, ClockName, Step } from './procedure-spec.ts';
import { stepsOf } from './specs.ts';

export function stateAt(of: Case, now: number): CaseState {
  if (of.closed !== null) return 'closed';
  if (of.procedure === null) return 'unnamed';
  if (of.workOrder !== null) return of.workOrder.answer === null ? 'ordered' : 'answered';
  const cessation = cessationState(of, now);
  if (cessation !== null) return cessation;
  if (barredBecause(of).length > 0) return 'barred';
  if (of.proposal === null || hasExpired(of.proposal, now)) return 'gathering';
  return of.proposal.approvals.length === 0 ? 'proposed' : 'half-approved';
}

/** When the second approval is too late; null while there is no first one. */
export function approvalExpiresAt({ approvals }: Proposal): number | null {
  const [first] = approvals;
  return first === undefined ? null : first.at + secondApprovalMs;
}

function hasExpired(proposal: Proposal, now: number): boolean {
  const expiresAt = approvalExpiresAt(proposal);
  return expiresAt !== null && now >= expiresAt;
}

/** What closes the way for good: it cannot be made good by evidence of another kind. */
export function barredBecause(of: Pick<Case, 'attempts' | 'readings'>): readonly string[] {
  const denied = of.attempts.filter(({ outcome }) => outcome === 'denied');
  const fresh = of.readings.filter(isFresh);
  return [
    ...denied.map(({ name }) => `${name}, a contact on file, denied it`),
    ...fresh.map(({ source }) => `${source}: a successful login within 180 days`),
  ];
}

/** A login less than 180 days before the log was read; or the log does not go back that far. */
function isFresh({ asOf, last }: LoginReading): boolean {
  return last.kind === 'at' && asOf - last.at < inactivityMs;
}

export function allowedEvents(of: Case, now: number): readonly EventKind[] {
  const state = stateAt(of, now);
  const events = stepsOf(of.procedure).flatMap(({ from, on }) => (from === state && !isClock(on) ? [on] : []));
  return [...new Set(events)];
}

function isClock(on: Step['on']): on is ClockName {
  return on === 'approval-expires' || on === 'window-ends';
}
