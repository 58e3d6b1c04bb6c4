/** Active admins whose last PGP key ends: from then on no signature proves their mail. Pure but for what it is given. */
import type { Admin, Tenant } from './tenant.ts';

export type EndingKey = {
  readonly tenant: Tenant;
  readonly admin: Admin;
  /** When the last of their keys ends, or ended. Epoch milliseconds. */
  readonly endsAt: number;
};

/** Until when an armored key signs, epoch milliseconds; null when it does not end. */
export type EndOfKey = (armored: string) => Promise<number | null>;

/** The one that ends soonest first. What ended longer than `withinMs` ago is how that admin lives, and no news. */
export async function endingKeys(
  tenants: readonly Tenant[],
  { endOf, now, withinMs }: { readonly endOf: EndOfKey; readonly now: number; readonly withinMs: number },
): Promise<readonly EndingKey[]> {
  const found: EndingKey[] = [];
  for (const tenant of tenants) {
    for (const admin of tenant.admins) {
      if (!admin.active || admin.pgpKeys.length === 0) continue;
      const endsAt = await lastEnd(admin.pgpKeys, endOf);
      if (endsAt !== null && Math.abs(endsAt - now) <= withinMs) found.push({ tenant, admin, endsAt });
    }
  }
  return found.toSorted((one, other) => one.endsAt - other.endsAt);
}

async function lastEnd(armored: readonly string[], endOf: EndOfKey): Promise<number | null> {
  let last = 0;
  for (const key of armored) {
    const end = await endOf(key);
    if (end === null) return null;
    last = Math.max(last, end);
  }
  return last;
}
