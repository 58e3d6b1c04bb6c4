/** How one attempt at a target ended, and what follows from it. Pure. */

export type Attempt =
  | { readonly kind: 'delivered' }
  /** Trouble of the target or on the way: it will pass. `retryAfterMs` is what the target asked for. */
  | { readonly kind: 'trouble'; readonly cause: string; readonly retryAfterMs?: number }
  /** The target answered, and refuses this delivery. */
  | { readonly kind: 'refused'; readonly cause: string }
  /** The target says that it wants nothing more, or may not be reached at all: trying again is wrong. */
  | { readonly kind: 'hopeless'; readonly cause: string };

export type RetrySchedule = {
  /** Wait after the first failure; each further one doubles it. Milliseconds. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** A delivery that is still not done after this is parked. Milliseconds. */
  readonly parkAfterMs: number;
  /** Refusals of one delivery after which it is parked. */
  readonly maxRefusals: number;
  /** `countRefusals`: refusals of so many different ones are trouble of the target; null where each goes to somebody else. */
  readonly refusalsOfAll: number | null;
};

const minuteMs = 60_000;
/** Hours of outage are ridden out; four days cover a long weekend. */
export const defaultRetrySchedule: RetrySchedule = {
  firstMs: 5_000,
  longestMs: 60 * minuteMs,
  parkAfterMs: 4 * 24 * 60 * minuteMs,
  maxRefusals: 6,
  refusalsOfAll: 3,
};

export type AfterAttempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retrying'; readonly nextAt: number; readonly cause: string }
  | { readonly kind: 'parked'; readonly cause: string };

/**
 * @param delivery Its attempts that failed before, and how many of them were refusals.
 * @param chance 0 to 1: jitter, so that deliveries that failed together do not come back together.
 */
export function afterAttempt(
  attempt: Attempt,
  delivery: { readonly failures: number; readonly refusals: number; readonly createdAt: number },
  now: number,
  schedule: RetrySchedule,
  chance: number,
): AfterAttempt {
  if (attempt.kind === 'delivered') return attempt;
  const { cause, kind } = attempt;
  const isTooOld = now - delivery.createdAt >= schedule.parkAfterMs;
  const isRefused = kind === 'refused' && delivery.refusals + 1 >= schedule.maxRefusals;
  if (kind === 'hopeless' || isTooOld || isRefused) return { kind: 'parked', cause };
  const backoff = Math.min(schedule.longestMs, schedule.firstMs * 2 ** Math.min(delivery.failures, 30));
  const jittered = backoff * (0.5 + chance);
  const asked = kind === 'trouble' ? (attempt.retryAfterMs ?? 0) : 0;
  const waitMs = Math.max(jittered, Math.min(asked, schedule.longestMs));
  return { kind: 'retrying', nextAt: now + Math.round(waitMs), cause };
}
