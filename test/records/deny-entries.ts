import type { DenyEntry } from '../../src/denylist/entry.ts';

export function denyEntryNamed(id: string, more: Partial<DenyEntry> = {}): DenyEntry {
  return {
    id,
    kind: 'email',
    value: 'mallory@example.com',
    reason: 'threats',
    note: '',
    scope: { kind: 'global' },
    expiresAt: null,
    createdBy: 'grace',
    createdAt: 500,
    ...more,
  };
}

/** Ids `e0`, `e1`, …, values `m0@example.com`, … */
export function manyEntries(count: number, more: Partial<DenyEntry> = {}): readonly DenyEntry[] {
  return Array.from({ length: count }, (_, index) =>
    denyEntryNamed(`e${index}`, { value: `m${index}@example.com`, ...more }),
  );
}
