import type { Tenant } from './tenant.ts';

/** The tenant of this id or object id; undefined where there is none, or two could be meant. */
export function tenantNamed(tenants: readonly Tenant[], name: string): Tenant | undefined {
  const found = tenants.filter(({ id, objectId }) => id === name || objectId === name);
  return found.length === 1 ? found[0] : undefined;
}
