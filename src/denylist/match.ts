/** Which entries of the deny-list hold for a mail. Pure: the caller found `entries` under the keys of keys.ts. */
import type { DenyEntry, DenyHit, DenyScope } from './entry.ts';
import { type DenySubject, type DenyTarget, denyTargetsOf, keysOfTarget, keyText } from './keys.ts';

/** Where a mail goes and whose it is. */
export type DenyPlace = {
  /** The recipient mailbox in comparison form. */
  readonly mailbox: string;
  /** Tenant of the author's address; null when it has none. */
  readonly tenantId: string | null;
};

/** Unexpired entries that hold for a mail, whatever their scope; the verdict for each mailbox applies `inScope`. */
export function matchDeny(entries: readonly DenyEntry[], subject: DenySubject, now: number): readonly DenyHit[] {
  if (entries.length === 0) return [];
  return denyTargetsOf(subject).flatMap((part) =>
    matchTarget(entries, part.target, now).map((entry) => ({
      entry,
      subject: part.subject,
      matched: part.target.value,
    })),
  );
}

/** Unexpired entries that hold for one target, whatever their scope. */
export function matchTarget(entries: readonly DenyEntry[], target: DenyTarget, now: number): readonly DenyEntry[] {
  const keys = new Set(keysOfTarget(target).map(keyText));
  return entries.filter((entry) => keys.has(keyText(entry)) && !isExpired(entry, now));
}

export function isExpired({ expiresAt }: Pick<DenyEntry, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Whether an entry's scope covers a mail. */
export function inScope(scope: DenyScope, place: DenyPlace): boolean {
  switch (scope.kind) {
    case 'global':
      return true;
    case 'mailbox':
      return scope.mailbox === place.mailbox;
    case 'tenant':
      return scope.tenantId === place.tenantId;
  }
}
