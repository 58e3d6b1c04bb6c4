/** Who is on file under a number, and which entries deny it (W-PHONE). A number can be forged: it identifies nobody. */
import type { DenyEntry } from '../denylist/entry.ts';
import { keysOfTarget } from '../denylist/keys.ts';
import { matchTarget } from '../denylist/match.ts';
import type { Contact, Tenant } from '../directory/tenant.ts';
import type { ConsolePorts } from './ports.ts';

export type OnFile = { readonly tenant: Tenant; readonly contact: Contact };

export type PhoneLookUp = { readonly denied: readonly DenyEntry[]; readonly onFile: readonly OnFile[] };

/** `phone` in E.164 form. */
export async function lookUpPhone(
  { deny, directory, now }: Pick<ConsolePorts, 'deny' | 'directory' | 'now'>,
  phone: string,
): Promise<PhoneLookUp> {
  const target = { kind: 'phone', value: phone } as const;
  const [entries, tenants] = await Promise.all([deny.find(keysOfTarget(target)), directory.all()]);
  return { denied: matchTarget(entries, target, now()), onFile: contactsWith(tenants, phone) };
}

/** The directory keeps numbers in E.164 form. */
function contactsWith(tenants: readonly Tenant[], phone: string): readonly OnFile[] {
  return tenants.flatMap((tenant) =>
    tenant.contactsOnFile.filter((contact) => contact.phone === phone).map((contact) => ({ tenant, contact })),
  );
}
