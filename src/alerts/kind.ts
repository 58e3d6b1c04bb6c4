/**
 * What staff are told of.
 *
 *   state alert   something that is measured again and again, and lasts until the measure is good again
 *   event alert   something that happened; it is told once, and what follows it within a window is told together
 *   subject       what an alert is about, where a kind may be about several things at once: a queue, a case, a machine.
 *                 Empty where a kind is one thing. Kind and subject together name an alert.
 */

const stateAlertKinds = [
  /** The oldest waiting job of a queue; the subject is the queue. */
  'queue-age',
  /** No mail came in for a long time of business hours. */
  'no-mail',
  /** The share of jobs of a queue that died; the subject is the queue. */
  'job-failures',
  /** The escalated mail that waits longest for a decision. */
  'escalation-waiting',
  /** Tickets whose answer is due soon. */
  'response-due',
  /** Tickets whose answer is overdue. */
  'response-breached',
  /** Something of a recovery case is due soon or overdue; the subject is the case. */
  'case-due',
  /** Mail that was answered 451; the subject is the cause: `dns`, `storage`, `queue` or `busy`. */
  'mail-deferred',
  /** The disk under the data directory; the subject is the machine. */
  'disk',
  /** The TLS certificate ends; the subject is the machine. */
  'certificate',
  /** The last PGP key that customers can encrypt to ends. */
  'pgp-key',
  /** Active admins whose last PGP key ends, or has ended lately: then none of their mail is proven by it. */
  'admin-key',
  /** Deliveries that were given up; the subject is the target, `notices`, `engineering`, or `alerts/` and a target of alerts. */
  'parked',
  /**
   * A target took nothing for long although something waits for it; the subjects are those of `parked`. Nothing is lost
   * yet.
   */
  'target-stalled',
  /** No worker gives a sign of life. */
  'workers-silent',
  /** Mail on the disk that has no job and no trace; the subject is the machine. */
  'spool-backlog',
  /** What the last removal of what is kept no longer could not remove; the subject is the machine. */
  'retention-stuck',
  /** The daily removal is held back, because the clock is in doubt; the subject is the machine. */
  'retention-held',
  /** Redis does not answer; the subject is the machine that asks. */
  'redis-away',
] as const;
export type StateAlertKind = (typeof stateAlertKinds)[number];

const happenings = [
  /** A mail waits for a decision. */
  'escalated',
  /** The owner of an address says of a mail in their name: this was not me. */
  'impersonation-reported',
  /** An address on file authorised or refused what was asked, its answer cannot be carried out, or nobody may give one any more. */
  'verification-answered',
  /** Something in a recovery case that staff must know at once; the subject is the case. */
  'case-alarm',
  /** A deny entry was proposed. */
  'deny-proposal',
  /** Log-ins to the console fail again and again. */
  'log-in-guessing',
] as const;
/** `test`: somebody tries whether alerts arrive. */
const eventAlertKinds = [...happenings, 'test'] as const;
export type EventAlertKind = (typeof eventAlertKinds)[number];

/** Those that a target may choose among: a test goes to each. */
export const choosableAlertKinds = [...stateAlertKinds, ...happenings] as const;

export const alertKinds = [...stateAlertKinds, ...eventAlertKinds] as const;
export type AlertKind = StateAlertKind | EventAlertKind;

export function isEventKind(kind: AlertKind): kind is EventAlertKind {
  return eventAlertKinds.some((one) => one === kind);
}

export function parseAlertKind(text: string): AlertKind | null {
  return alertKinds.find((kind) => kind === text) ?? null;
}
