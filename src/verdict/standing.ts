import type { Standing, TenantFacts } from '../directory/tenant.ts';

/** The tenant a standing belongs to, null for an unregistered address. */
export function tenantOf(standing: Standing): TenantFacts | null {
  return standing.kind === 'unregistered' ? null : standing.tenant;
}

/** The admin a standing names, null when it names none. */
export function adminOf(standing: Standing) {
  return standing.kind === 'primary' || standing.kind === 'secondary' ? standing.admin : null;
}
