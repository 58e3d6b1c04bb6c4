/** Who is on file under a number, and which entries deny it (W-PHONE). A number can be forged: it identifies nobody. */
import { parsePhone } from '../address/phone.ts';
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

function contactsWith(tenants: readonly Tenant[], phone: string): readonly OnFile[] {
  return tenants.flatMap((tenant) =>
    tenant.contactsOnFile.filter((contact) => isNumber(contact, phone)).map((contact) => ({ tenant, contact })),
  );
}

function isNumber({ phone }: Contact, wanted: string): boolean {
  const parsed = phone === null ? null : parsePhone(phone);
  return parsed?.ok === true && parsed.number === wanted;
}
