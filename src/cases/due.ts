/** What of a case comes due, for people and for the job that wakes it. */
import type { Case } from './case.ts';
import { beginsLater, cessationState } from './cessation-clock.ts';
import { clockErrorMs } from './clocks.ts';
import { approvalExpiresAt, stateAt } from './state.ts';

export type DueItem = {
  readonly what: string;
  readonly at: number;
  readonly state: 'coming' | 'soon' | 'overdue';
};

const hourMs = 3_600_000;
const warning = { cessation: 4 * hourMs, approval: 4 * hourMs, order: 24 * hourMs };

/** Earliest first. */
export function dueItems(of: Case, now: number): readonly DueItem[] {
  const items: DueItem[] = [];
  const add = (what: string, at: number, warnMs: number): void => {
    items.push({ what, at, state: now >= at ? 'overdue' : now >= at - warnMs ? 'soon' : 'coming' });
  };
  const { cessation, proposal, workOrder } = of;
  const state = stateAt(of, now);
  if (cessation !== null && state === 'ceased') {
    add('support resumes unless a police report or court order is received', cessation.endsAt, warning.cessation);
  }
  if (cessation !== null && state === 'extended') {
    add('confirm or refute the evidence: support is ceased until then', cessation.endsAt, warning.cessation);
  }
  if (cessation !== null && state === 'resumed' && beginsLater(of, now)) {
    const what = 'support is ceased from then on: close the case if the clock was ahead when that was started';
    add(what, cessation.startedAt - clockErrorMs, warning.cessation);
  }
  const expiresAt = proposal === null ? null : approvalExpiresAt(proposal);
  if (expiresAt !== null && state === 'half-approved') add('second approval', expiresAt, warning.approval);
  if (workOrder !== null && state === 'ordered') {
    add("engineering's answer to the work order", workOrder.expiresAt, warning.order);
  }
  return items.sort((one, other) => one.at - other.at);
}

/** Of the cases in which something is due soon or overdue: what is due first. */
export function soonestDue(
  cases: readonly Case[],
  now: number,
): readonly { readonly caseId: string; readonly leftMs: number }[] {
  return cases.flatMap((of) => {
    const [soonest] = dueItems(of, now).filter(({ state }) => state !== 'coming');
    return soonest === undefined ? [] : [{ caseId: of.id, leftMs: soonest.at - now }];
  });
}

/** When the case changes by itself, epoch milliseconds; null when it does not. */
export function wakeAt(of: Case, now: number): number | null {
  if (of.closed !== null) return null;
  const { cessation } = of;
  if (cessation !== null) {
    const state = cessationState(of, now);
    if (state === 'ceased') return cessation.endsAt;
    // A lapse that is not noted yet; or one to come, where the clock is wrong.
    const isToNote = state === 'resumed' && cessation.ended === null && cessation.lapseNotedAt === null;
    return isToNote ? Math.max(now, cessation.endsAt) : null;
  }
  return of.proposal === null || of.workOrder !== null ? null : approvalExpiresAt(of.proposal);
}
