/**
 * The timer of the response clocks. The records say which clocks time has changed; this only looks, marks and wakes the
 * lanes. Run as often as a warning may be late; missed or doubled runs do no harm.
 */
import type { ClockRecords } from '../src/records/clocks.ts';

export type ClockDeps = {
  readonly clocks: Pick<ClockRecords, 'pass'>;
  /** There may be events for targets. */
  readonly wake: () => Promise<void>;
  readonly now: () => number;
};

/** Resolves with what was marked. Rejects when the records do, with all complete rounds written. */
export async function runClocks({ clocks, now, wake }: ClockDeps): Promise<{ warned: number; breached: number }> {
  const total = { warned: 0, breached: 0 };
  const at = now();
  for (let more = true; more; ) {
    const round = await clocks.pass(at);
    total.warned += round.warned;
    total.breached += round.breached;
    more = round.more;
  }
  if (total.warned + total.breached > 0) await wake();
  return total;
}
