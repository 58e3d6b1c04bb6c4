/** What a deny entry would do: whom of the directory it names, and which mails of late it would have hit. */
import { canonicalAddress } from '../address/mailbox.ts';
import type { DenyDiff } from '../denylist/diff.ts';
import type { DenyEntry } from '../denylist/entry.ts';
import { type DenyTarget, keysOfTarget, keyText } from '../denylist/keys.ts';
import { isExpired } from '../denylist/match.ts';
import { foldMailbox } from '../denylist/normal-form.ts';
import type { RegisteredKey, Tenant } from '../directory/tenant.ts';
import type { DenyHits } from '../records/deny-hits.ts';
import type { ConsolePorts } from './ports.ts';

/** Somebody of the directory whom the entry names. */
export type Struck = {
  readonly kind: 'admin' | 'alternate sender' | 'contact' | 'tenant domain' | 'key';
  readonly who: string;
  readonly tenantId: string;
  readonly tenantName: string;
  /** An active admin or a tenant as a whole: the entry would cut a customer off. */
  readonly isGrave: boolean;
};

export type DenyPreview = {
  readonly struck: readonly Struck[];
  /** Newest first, a few. */
  readonly mails: DenyHits['mails'];
  readonly hits: number;
  /** Too many to count: at least `hits`. */
  readonly isAtLeast: boolean;
  /** Mails of the time that was looked at. */
  readonly looked: number;
};

const dayMs = 86_400_000;
export const previewDays = 30;
const shownMails = 10;

type Source = Pick<ConsolePorts, 'directory' | 'denyHits' | 'trace' | 'now'>;

export async function previewOf(source: Source, entry: DenyEntry): Promise<DenyPreview> {
  const keys = entry.kind === 'pgp' ? await source.directory.keysById(entry.value) : [];
  const struck = struckBy(entry, await source.directory.all(), keys);
  // Which key signed stands in the evidence alone, which is not searched.
  if (entry.kind === 'phone' || entry.kind === 'pgp') {
    return { struck, mails: [], hits: 0, isAtLeast: false, looked: 0 };
  }
  const since = source.now() - previewDays * dayMs;
  const [{ count, isAtLeast, mails }, counts] = await Promise.all([
    source.denyHits({ entry, since, limit: shownMails }),
    source.trace.countsSince(since),
  ]);
  return { struck, mails, hits: count, isAtLeast, looked: counts.reduce((sum, row) => sum + row.count, 0) };
}

/** An entry that would cut a customer off, and whom of them it names. */
export type GraveEntry = { readonly entry: DenyEntry; readonly struck: readonly Struck[] };

/** Of each more there is no use to read, and looking closely costs a walk through the directory. */
const mostGrave = 50;

/** Entries that hold from now on and did not, or not for so long. */
export function newlyHeld({ added, changed }: DenyDiff, now: number): readonly DenyEntry[] {
  const more = changed.filter(({ after, before }) => !lastsNoLonger(before, after, now)).map(({ after }) => after);
  return [...added, ...more].filter((entry) => !isExpired(entry, now));
}

/** Whether the one entry holds now, and the other for no longer than it. */
export function lastsNoLonger(before: DenyEntry, after: DenyEntry, now: number): boolean {
  const endOf = ({ expiresAt }: DenyEntry) => expiresAt ?? Number.POSITIVE_INFINITY;
  return !isExpired(before, now) && endOf(after) <= endOf(before);
}

/**
 * Those of many entries that would cut a customer off, at most fifty: what the directory holds is looked up among the
 * entries, since there are a hundred thousand of them.
 */
export async function graveEntries(
  source: Pick<ConsolePorts, 'directory'>,
  entries: readonly DenyEntry[],
): Promise<readonly GraveEntry[]> {
  const tenants = await source.directory.all();
  const byKey = Map.groupBy(entries, keyText);
  const named = new Set<DenyEntry>();
  const look = (target: DenyTarget): void => {
    for (const key of keysOfTarget(target)) for (const entry of byKey.get(keyText(key)) ?? []) named.add(entry);
  };
  for (const { admins, contract, domains } of tenants) {
    for (const value of domains) look({ kind: 'domain', value });
    for (const { address: value } of contract.alternateSenders) look({ kind: 'address', value });
    for (const { active, primaryEmail, secondaryEmails } of admins) {
      if (active) for (const value of [primaryEmail, ...secondaryEmails]) look({ kind: 'address', value });
    }
  }
  const registered = await source.directory.keysUnder(
    entries.flatMap(({ kind, value }) => (kind === 'pgp' ? [value] : [])),
  );
  for (const value of registered.keys())
    for (const entry of byKey.get(keyText({ kind: 'pgp', value })) ?? []) named.add(entry);
  const grave: GraveEntry[] = [];
  for (const entry of named) {
    const keys = entry.kind === 'pgp' ? (registered.get(entry.value) ?? []) : [];
    const struck = struckBy(entry, tenants, keys).filter(({ isGrave }) => isGrave);
    if (struck.length > 0) grave.push({ entry, struck });
    if (grave.length === mostGrave) break;
  }
  return grave;
}

/** @param keys Those that are registered under the entry's fingerprint. */
function struckBy(entry: DenyEntry, tenants: readonly Tenant[], keys: readonly RegisteredKey[]): readonly Struck[] {
  const inTenantScope = tenants.filter(({ id }) => entry.scope.kind !== 'tenant' || entry.scope.tenantId === id);
  return inTenantScope.flatMap((tenant) => {
    const of = { tenantId: tenant.id, tenantName: tenant.name };
    const admins = tenant.admins.flatMap((admin) =>
      [admin.primaryEmail, ...admin.secondaryEmails]
        .filter((address) => namesAddress(entry, address))
        .map((address) => ({
          ...of,
          kind: 'admin' as const,
          who: `${admin.name} <${address}>`,
          isGrave: admin.active,
        })),
    );
    const senders = tenant.contract.alternateSenders
      .filter(({ address }) => namesAddress(entry, address))
      .map(({ address }) => ({ ...of, kind: 'alternate sender' as const, who: address, isGrave: true }));
    const domains = tenant.domains
      .filter((domain) => namesDomain(entry, domain))
      .map((domain) => ({ ...of, kind: 'tenant domain' as const, who: domain, isGrave: true }));
    const contacts = tenant.contactsOnFile
      .filter(
        ({ email, phone }) =>
          (email !== null && namesAddress(entry, canonicalAddress(email) ?? email)) ||
          (entry.kind === 'phone' && phone === entry.value),
      )
      .map(({ name }) => ({ ...of, kind: 'contact' as const, who: name, isGrave: false }));
    const held = keys
      .filter(({ tenantId }) => tenantId === tenant.id)
      .map(({ address, adminId }) => ({
        ...of,
        kind: 'key' as const,
        who: address,
        isGrave: tenant.admins.some(({ active, id }) => active && id === adminId),
      }));
    return [...domains, ...admins, ...senders, ...held, ...contacts];
  });
}

/** The directory holds canonical addresses: their parts are compared as they are, for thousands of them are looked at. */
function namesAddress(entry: DenyEntry, address: string): boolean {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (entry.kind === 'email') return foldMailbox({ local: address.slice(0, at), domain }) === entry.value;
  return namesDomain(entry, domain);
}

function namesDomain({ kind, value }: DenyEntry, domain: string): boolean {
  const isBelow = domain.endsWith(`.${value}`);
  return (kind === 'domain' && (isBelow || domain === value)) || (kind === 'subdomains' && isBelow);
}
