/**
 * Whether the clock may be believed before anything is removed by age. A clock far ahead would remove at once what is to
 * be kept for months, and nothing brings it back; waiting costs a few days of disk.
 *
 *   ahead   another machine's clock says that it is earlier: nothing is removed while it does
 *   gap     the last removal seems to be long ago. Either nothing ran for so long, or the clock jumped since; nobody here
 *           can tell which, so it is held back, staff are told, and goes on by itself after a while
 */
import type { RetentionRecords } from '../src/records/retention.ts';

export type OtherClock = { readonly name: 'Redis' | 'database'; readonly at: number };

export type ClockSigns = {
  /** By our clock. Epoch milliseconds, as all of these. */
  readonly now: number;
  readonly others: readonly OtherClock[];
  /** When the removal was last done; null when it never was. */
  readonly lastRunAt: number | null;
  /** Since when it is held back for a gap; null when it is not. */
  readonly heldSince: number | null;
};

export type ClockDoubt = { readonly kind: 'ahead' | 'gap'; readonly cause: string };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** More than any clock that is kept is off. */
const mostAheadMs = hourMs;
/** Long enough for somebody to see the alert and set the clock, over a weekend too. */
const holdMs = 3 * dayMs;

export function clockDoubt({ heldSince, lastRunAt, now, others }: ClockSigns, longestGapMs: number): ClockDoubt | null {
  const behind = others.find(({ at }) => now - at > mostAheadMs);
  if (behind !== undefined) {
    return { kind: 'ahead', cause: `our clock is ${hours(now - behind.at)} ahead of that of ${behind.name}` };
  }
  if (lastRunAt === null || now - lastRunAt <= longestGapMs) return null;
  // Held since a time to come: by a clock that was set back meanwhile.
  const isHeldLongEnough = heldSince !== null && heldSince <= now && now - heldSince >= holdMs;
  return isHeldLongEnough
    ? null
    : { kind: 'gap', cause: `by our clock the last removal was ${hours(now - lastRunAt)} ago` };
}

export type GuardDeps = {
  readonly retention: Pick<RetentionRecords, 'lastRun' | 'hold' | 'letGo'>;
  /** Those that answer. */
  readonly otherClocks: () => Promise<readonly OtherClock[]>;
  /** Null switches the guard off. */
  readonly longestGapMs: number | null;
  readonly now: () => number;
};

/** Why `work` is not to begin now; null when it may. */
export async function heldBack(
  work: string,
  { longestGapMs, now, otherClocks, retention }: GuardDeps,
): Promise<ClockDoubt | null> {
  if (longestGapMs === null) return null;
  const others = await otherClocks();
  const [lastRunAt, heldSince] = [await retention.lastRun(work), await retention.lastRun(heldName(work))];
  const at = now();
  const doubt = clockDoubt({ now: at, others, lastRunAt, heldSince }, longestGapMs);
  if (doubt?.kind === 'gap' && (heldSince === null || heldSince > at)) await retention.hold(heldName(work), at);
  const isOver = lastRunAt !== null && Math.abs(at - lastRunAt) <= longestGapMs;
  if (heldSince !== null && isOver) await retention.letGo(heldName(work));
  return doubt;
}

function heldName(work: string): string {
  return `${work} held`;
}

function hours(ms: number): string {
  return `${Math.round(ms / hourMs)} h`;
}
