/**
 * The circuit breaker of one target. Pure.
 *
 *   closed --`trips` troubles in a row--> open --after a wait--> half-open: one probe --> closed, or open for twice as long
 *
 * While it is open nothing is tried, so an outage does not use up the attempts of every delivery that waits.
 */
import type { Attempt } from './attempt.ts';

export type Breaker =
  | { readonly state: 'closed'; readonly troubles: number }
  | { readonly state: 'open'; readonly until: number; readonly waitMs: number }
  | { readonly state: 'half-open'; readonly waitMs: number };

export type BreakerSettings = {
  readonly trips: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
};

export const defaultBreakerSettings: BreakerSettings = { trips: 5, firstWaitMs: 5_000, longestWaitMs: 300_000 };

export const closedBreaker: Breaker = { state: 'closed', troubles: 0 };

/** How many may be tried at once, given what is in hand; an open breaker whose wait is over becomes half-open. */
export function admit(
  breaker: Breaker,
  inHand: number,
  atOnce: number,
  now: number,
): { readonly breaker: Breaker; readonly places: number } {
  if (breaker.state === 'closed') return { breaker, places: Math.max(0, atOnce - inHand) };
  // An end further away than the whole wait: the clock was set back meanwhile, and the target would be left alone for ever.
  const isWaiting = breaker.state === 'open' && now < breaker.until && breaker.until - now <= breaker.waitMs;
  if (isWaiting) return { breaker, places: 0 };
  return { breaker: { state: 'half-open', waitMs: breaker.waitMs }, places: inHand === 0 ? 1 : 0 };
}

/** An answer of any kind shows that the target is there; only trouble counts against it. */
export function afterTry(breaker: Breaker, attempt: Attempt['kind'], now: number, settings: BreakerSettings): Breaker {
  if (attempt !== 'trouble') return closedBreaker;
  switch (breaker.state) {
    case 'open': // a late answer of an attempt that began before
      return breaker;
    case 'half-open': {
      const waitMs = Math.min(breaker.waitMs * 2, settings.longestWaitMs);
      return { state: 'open', until: now + waitMs, waitMs };
    }
    case 'closed': {
      const troubles = breaker.troubles + 1;
      if (troubles < settings.trips) return { state: 'closed', troubles };
      return { state: 'open', until: now + settings.firstWaitMs, waitMs: settings.firstWaitMs };
    }
  }
}
