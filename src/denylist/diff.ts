/** What an import would change. */
import { createHash } from 'node:crypto';
import type { DenyEntry } from './entry.ts';
import type { DenyChange } from './store.ts';

export type DenyDiff = {
  readonly added: readonly DenyEntry[];
  readonly changed: readonly { readonly before: DenyEntry; readonly after: DenyEntry }[];
  /** Only when the file replaces the list. */
  readonly removed: readonly DenyEntry[];
  readonly unchanged: number;
};

/** Entries that differ in their time of creation alone are unchanged. */
export function denyDiff(
  current: readonly DenyEntry[],
  wanted: readonly DenyEntry[],
  mode: 'merge' | 'replace',
): DenyDiff {
  const before = new Map(current.map((entry) => [entry.id, entry]));
  const after = new Set(wanted.map((entry) => entry.id));
  const kept = wanted.flatMap((entry) => {
    const old = before.get(entry.id);
    return old === undefined ? [] : [{ before: old, after: entry }];
  });
  const changed = kept.filter((pair) => !saysTheSame(pair.before, pair.after));
  return {
    added: wanted.filter((entry) => !before.has(entry.id)),
    changed,
    removed: mode === 'replace' ? current.filter((entry) => !after.has(entry.id)) : [],
    unchanged: kept.length - changed.length,
  };
}

export function changeOf(diff: DenyDiff): DenyChange {
  return { add: [...diff.added, ...diff.changed.map(({ after }) => after)], remove: diff.removed };
}

function saysTheSame(one: DenyEntry, other: DenyEntry): boolean {
  return (
    one.reason === other.reason &&
    one.note === other.note &&
    one.expiresAt === other.expiresAt &&
    one.createdBy === other.createdBy
  );
}

/** Names a change, so that what is applied is what was shown. */
export function denyDiffDigest(diff: DenyDiff): string {
  const lines = [
    ...diff.added.map((entry) => ['+', entry.id, textOf(entry)]),
    ...diff.changed.map(({ before, after }) => ['~', after.id, textOf(before), textOf(after)]),
    ...diff.removed.map((entry) => ['-', entry.id, textOf(entry)]),
  ];
  return createHash('sha256').update(JSON.stringify(lines)).digest('base64url');
}

function textOf({ reason, note, expiresAt, createdBy }: DenyEntry): string {
  return JSON.stringify([reason, note, expiresAt, createdBy]);
}
