/**
 * Which refusals are about one delivery, and which about all of them. A receiver whose secret was changed on one side, or
 * whose relay knows us no more, refuses whatever comes: that passes like an outage, and parks nothing.
 */
import type { Attempt } from './attempt.ts';

export type Refusals = {
  /** How the attempt counts, and how often this delivery was refused before. */
  note(delivery: string, attempt: Attempt): { readonly attempt: Attempt; readonly before: number };
  /** It is tried no more. */
  forget(delivery: string): void;
};

/** More than wait at any target that works; what is forgotten is only tried a few times more. */
const mostRemembered = 10_000;

/**
 * @param ofAll Refusals of different deliveries in a row, none taken between, from which on the target itself is taken to
 * be in trouble; null where each delivery goes on to somebody else.
 */
export function countRefusals(ofAll: number | null, remembered = mostRemembered): Refusals {
  const counts = new Map<string, number>();
  const inARow = new Set<string>();
  return {
    note(delivery, attempt) {
      if (attempt.kind === 'delivered') inARow.clear();
      if (attempt.kind !== 'refused') return { attempt, before: counts.get(delivery) ?? 0 };
      if (ofAll !== null && inARow.size < ofAll) inARow.add(delivery);
      if (ofAll !== null && inARow.size >= ofAll) {
        // What was counted against single ones before this was known is taken back.
        counts.clear();
        return {
          attempt: { kind: 'trouble', cause: `${attempt.cause}; the target refuses every delivery` },
          before: 0,
        };
      }
      const before = counts.get(delivery) ?? 0;
      counts.delete(delivery); // to the end: the oldest is forgotten first
      counts.set(delivery, before + 1);
      const [oldest] = counts.keys();
      if (counts.size > remembered && oldest !== undefined) counts.delete(oldest);
      return { attempt, before };
    },
    forget: (delivery) => {
      counts.delete(delivery);
    },
  };
}
