/** Deny entries for tests: a global one that never expires, with the differences that a test names. */
import type { DenyEntry, DenyKind } from '../../src/denylist/entry.ts';
import { type DenyProposal, proposeEntry } from '../../src/denylist/entry-rules.ts';

/** Throws when the entry may not be entered. */
export function denyEntryOf(kind: DenyKind, value: string, changes: Partial<DenyProposal> = {}): DenyEntry {
  const proposed = proposeEntry({
    kind,
    value,
    reason: 'abuse',
    note: '',
    scope: { kind: 'global' },
    expiresAt: null,
    createdBy: 'trust',
    createdAt: Date.parse('2026-03-01T00:00:00Z'),
    ...changes,
  });
  if (!proposed.ok) throw new Error(proposed.faults.map(({ field, message }) => `${field} ${message}`).join('; '));
  return proposed.entry;
}
