/**
 * Whether the clock may be believed before anything is removed by age. A clock far ahead would remove at once what is to
 * be kept for months, and nothing brings it back; waiting costs a few days of disk.
 *
 *   ahead   another machine's clock says that it is earlier: nothing is removed while it does
 *   gap     the last removal seems to be long ago. Either nothing ran for so long, or the clock jumped since; nobody here
 *           can tell which, so it is held back, staff are told, and goes on by itself after a while. A stop or a jump
 *           meanwhile is no time in which staff were told: then the while begins anew
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
  /** When it was last found to be held back for a gap. */
  readonly lookedAt: number | null;
};

export type ClockDoubt = { readonly kind: 'ahead' | 'gap'; readonly cause: string };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** More than any clock that is kept is off. */
const mostAheadMs = hourMs;
/** Long enough for somebody to see the alert and set the clock, over a weekend too. */
const holdMs = 3 * dayMs;

export function clockDoubt(signs: ClockSigns, longestGapMs: number): ClockDoubt | null {
  const { heldSince, lastRunAt, now, others } = signs;
  const behind = others.find(({ at }) => now - at > mostAheadMs);
  if (behind !== undefined) {
    return { kind: 'ahead', cause: `our clock is ${hours(now - behind.at)} ahead of that of ${behind.name}` };
  }
  if (lastRunAt === null || now - lastRunAt <= longestGapMs) return null;
  return heldSince !== null && holds(signs) && now - heldSince >= holdMs
    ? null
    : { kind: 'gap', cause: `by our clock the last removal was ${hours(now - lastRunAt)} ago` };
}

/** Whether it has been held back since then: not so by a clock that was set back, that jumped, or while nothing ran. */
function holds({ heldSince, lookedAt, now }: Pick<ClockSigns, 'heldSince' | 'lookedAt' | 'now'>): boolean {
  return heldSince !== null && heldSince <= now && lookedAt !== null && now - lookedAt <= holdMs;
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
  const lastRunAt = await retention.lastRun(work);
  const heldSince = await retention.lastRun(heldName(work));
  const lookedAt = await retention.lastRun(lookedName(work));
  const at = now();
  const doubt = clockDoubt({ now: at, others, lastRunAt, heldSince, lookedAt }, longestGapMs);
  if (doubt?.kind === 'gap') {
    if (!holds({ now: at, heldSince, lookedAt })) await retention.hold(heldName(work), at);
    await retention.hold(lookedName(work), at);
  }
  const isOver = lastRunAt !== null && Math.abs(at - lastRunAt) <= longestGapMs;
  if (heldSince !== null && isOver) await retention.letGo(heldName(work));
  return doubt;
}

function heldName(work: string): string {
  return `${work} held`;
}

function lookedName(work: string): string {
  return `${work} looked at`;
}

function hours(ms: number): string {
  return `${Math.round(ms / hourMs)} h`;
}
