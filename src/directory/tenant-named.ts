import type { Tenant } from './tenant.ts';

/** Finds the tenant of an id or object id; undefined where there is none, or two could be meant. */
export type TenantsByName = (name: string) => Tenant | undefined;

export function tenantsByName(tenants: readonly Tenant[]): TenantsByName {
  /** Null where two could be meant. */
  const named = new Map<string, Tenant | null>();
  for (const tenant of tenants) {
    for (const name of new Set([tenant.id, tenant.objectId])) {
      if (name !== null) named.set(name, named.has(name) ? null : tenant);
    }
  }
  return (name) => named.get(name) ?? undefined;
}
