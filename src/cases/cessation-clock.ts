/**
 * The clock of X-CESSATION. What is in force follows from what was recorded and from the time now, from nothing else: no
 * restart, no lost timer and no clock that was wrong for a while changes it.
 */
import type { Case, Cessation } from './case.ts';
import type { CaseDocument } from './evidence.ts';

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
export function cessationWindow(of: Pick<Case, 'cessation' | 'documents'>): CessationWindow | null {
  const { cessation } = of;
  if (cessation === null) return null;
  const { ended, endsAt, startedAt } = cessation;
  if (ended !== null) return { from: startedAt, until: ended.at };
  const evidence = inTime(of, cessation);
  if (evidence.some(({ standing }) => standing !== 'refuted')) return { from: startedAt, until: null };
  const refutedAt = evidence.map(({ refutation }) => refutation?.at ?? 0);
  return { from: startedAt, until: Math.max(endsAt, ...refutedAt) };
}

/** Whether ordinary support mail of the tenant is ignored now. A start was recorded: it is never in the future. */
export function isCeased(of: Pick<Case, 'cessation' | 'documents'>, now: number): boolean {
  const window = cessationWindow(of);
  return window !== null && (window.until === null || now < window.until);
}

/** Null when the clock was never started. */
export function cessationState(of: Pick<Case, 'cessation' | 'documents'>, now: number): CessationState | null {
  const { cessation } = of;
  if (cessation === null) return null;
  if (!isCeased(of, now)) return 'resumed';
  if (inTime(of, cessation).some(({ standing }) => standing === 'confirmed')) return 'upheld';
  return now < cessation.endsAt ? 'ceased' : 'extended';
}

/**
 * When support resumed because nobody confirmed evidence: from then on the tenant's cessation requests are ignored.
 * Null while it is in force, and when staff ended a cessation that evidence had upheld.
 */
export function lapsedAt(of: Pick<Case, 'cessation' | 'documents'>, now: number): number | null {
  const window = cessationWindow(of);
  if (of.cessation === null || window === null || window.until === null || now < window.until) return null;
  const wasUpheld = inTime(of, of.cessation).some(({ standing }) => standing === 'confirmed');
  return wasUpheld ? null : window.until;
}
