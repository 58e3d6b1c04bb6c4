/**
 * The clock of X-CESSATION. What is in force follows from what was recorded and from the time now, from nothing else: no
 * restart, no lost timer and no clock that was wrong for a while changes it.
 *
 * A start that the clock puts more than an hour into the future was recorded by a clock that was ahead, or is looked at
 * by one that is behind. Nobody can tell which, so support is given: the 24 hours never end later than 25 hours from
 * now. Evidence that came in time extends it whatever the clock says. Closing such a case ends what has not begun, and
 * the tenant may ask again.
 */
import type { Case, Cessation } from './case.ts';
import { cessationMs, clockErrorMs } from './clocks.ts';
import type { CaseDocument } from './evidence.ts';

type Recorded = Pick<Case, 'cessation' | 'closed' | 'documents'>;

export type CessationState = 'ceased' | 'extended' | 'upheld' | 'resumed';

/** Support is ceased until `until`; null while evidence that came in time waits for confirmation or was confirmed. */
export type CessationWindow = { readonly from: number; readonly until: number | null };

/** Police reports and court orders that reached us before the clock ran out; what was at hand before it started counts. */
function inTime({ documents }: Pick<Case, 'documents'>, { endsAt }: Cessation): readonly CaseDocument[] {
  return documents.filter(({ kind, receivedAt }) => extendsCessation(kind) && receivedAt < endsAt);
}

export function extendsCessation(kind: CaseDocument['kind']): boolean {
  return kind === 'police-report' || kind === 'court-order';
}

/** Null when the clock was never started. */
export function cessationWindow(of: Recorded): CessationWindow | null {
  const { cessation, closed } = of;
  if (cessation === null) return null;
  const { ended, endsAt, startedAt } = cessation;
  if (ended !== null) return { from: startedAt, until: ended.at };
  const evidence = inTime(of, cessation);
  if (evidence.some(({ standing }) => standing !== 'refuted')) return { from: startedAt, until: null };
  const refutedAt = evidence.map(({ refutation }) => refutation?.at ?? 0);
  const until = Math.max(endsAt, ...refutedAt);
  return { from: startedAt, until: Math.min(until, closed?.at ?? until) };
}

/** No window that is in force at `now` ends later. */
export function latestEnd(now: number): number {
  return now + cessationMs + clockErrorMs;
}

/** Whether it has not begun by the clock as it is now: that clock is behind, or was ahead at the start. */
export function beginsLater(of: Recorded, now: number): boolean {
  const until = cessationWindow(of)?.until ?? null;
  return until !== null && until > latestEnd(now);
}

/** Whether ordinary support mail of the tenant is ignored now. */
export function isCeased(of: Recorded, now: number): boolean {
  const window = cessationWindow(of);
  return window !== null && (window.until === null || (now < window.until && !beginsLater(of, now)));
}

/** Null when the clock was never started. */
export function cessationState(of: Recorded, now: number): CessationState | null {
  const { cessation } = of;
  if (cessation === null) return null;
  if (!isCeased(of, now)) return 'resumed';
  if (inTime(of, cessation).some(({ standing }) => standing === 'confirmed')) return 'upheld';
  return now < cessation.endsAt && cessation.endsAt <= latestEnd(now) ? 'ceased' : 'extended';
}

/**
 * When support resumed because nobody confirmed evidence: from then on the tenant's cessation requests are ignored.
 * Null while it is in force, when staff ended a cessation that evidence had upheld, and when it ended before it began.
 */
export function lapsedAt(of: Recorded, now: number): number | null {
  const window = cessationWindow(of);
  if (of.cessation === null || window === null || window.until === null || now < window.until) return null;
  if (window.until + clockErrorMs < window.from) return null;
  const wasUpheld = inTime(of, of.cessation).some(({ standing }) => standing === 'confirmed');
  return wasUpheld ? null : window.until;
}
