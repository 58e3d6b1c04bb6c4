/** What an import would change, by tenant. */
import { createHash } from 'node:crypto';
import type { Tenant } from './tenant.ts';

export type DirectoryDiff = {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
};

/** Tenant ids in the order of the wanted, then of the current directory. */
export function directoryDiff(current: readonly Tenant[], wanted: readonly Tenant[]): DirectoryDiff {
  const before = new Map(current.map((tenant) => [tenant.id, sortedJson(tenant)]));
  const after = new Set(wanted.map((tenant) => tenant.id));
  const kept = wanted.filter((tenant) => before.has(tenant.id));
  const changed = kept.filter((tenant) => before.get(tenant.id) !== sortedJson(tenant));
  return {
    added: wanted.filter((tenant) => !before.has(tenant.id)).map(({ id }) => id),
    changed: changed.map(({ id }) => id),
    removed: current.filter(({ id }) => !after.has(id)).map(({ id }) => id),
    unchanged: kept.length - changed.length,
  };
}

/** Names a change, so that what is applied is what was shown. */
export function directoryChangeDigest(current: readonly Tenant[], wanted: readonly Tenant[]): string {
  return createHash('sha256')
    .update(JSON.stringify([current, wanted]))
    .digest('base64url');
}

/** JSON that does not depend on the order in which fields were written. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
