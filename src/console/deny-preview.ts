/** What a deny entry would do: whom of the directory it names, and which mails of late it would have hit. */
import { canonicalAddress } from '../address/mailbox.ts';
import type { DenyEntry } from '../denylist/entry.ts';
import { type DenyTarget, keysOfTarget, keyText } from '../denylist/keys.ts';
import { inScope } from '../denylist/match.ts';
import type { Tenant } from '../directory/tenant.ts';
import type { SenderRow } from '../records/trace-senders.ts';
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
  readonly mails: readonly SenderRow[];
  readonly hits: number;
  /** Mails that were looked at. */
  readonly looked: number;
  /** There were more than that in the 30 days. */
  readonly isCut: boolean;
};

const dayMs = 86_400_000;
export const previewDays = 30;
const pageRows = 2_000;
const mostRows = 20_000;
const shownMails = 10;

type Source = Pick<ConsolePorts, 'directory' | 'senders' | 'now'>;

export async function previewOf(source: Source, entry: DenyEntry): Promise<DenyPreview> {
  const struck = struckBy(entry, await source.directory.all());
  if (entry.kind === 'pgp') {
    const keys = await source.directory.keysById(entry.value);
    const found = keys.map((key) => ({
      kind: 'key' as const,
      who: key.address,
      tenantId: key.tenantId,
      tenantName: key.tenantId,
      isGrave: true,
    }));
    // Which key signed stands in the evidence alone, which is not searched.
    return { struck: found, mails: [], hits: 0, looked: 0, isCut: false };
  }
  return { struck, ...(await hitsOf(source, entry)) };
}

function struckBy(entry: DenyEntry, tenants: readonly Tenant[]): readonly Struck[] {
  const inTenantScope = tenants.filter(({ id }) => entry.scope.kind !== 'tenant' || entry.scope.tenantId === id);
  return inTenantScope.flatMap((tenant) => {
    const of = { tenantId: tenant.id, tenantName: tenant.name };
    const admins = tenant.admins.flatMap((admin) =>
      [admin.primaryEmail, ...admin.secondaryEmails]
        .filter((address) => hits(entry, { kind: 'address', value: address }))
        .map((address) => ({
          ...of,
          kind: 'admin' as const,
          who: `${admin.name} <${address}>`,
          isGrave: admin.active,
        })),
    );
    const senders = tenant.contract.alternateSenders
      .filter(({ address }) => hits(entry, { kind: 'address', value: address }))
      .map(({ address }) => ({ ...of, kind: 'alternate sender' as const, who: address, isGrave: true }));
    const domains = tenant.domains
      .filter((domain) => hits(entry, { kind: 'domain', value: domain }))
      .map((domain) => ({ ...of, kind: 'tenant domain' as const, who: domain, isGrave: true }));
    const contacts = tenant.contactsOnFile
      .filter(
        ({ email, phone }) =>
          (email !== null && hits(entry, { kind: 'address', value: canonicalAddress(email) ?? email })) ||
          (phone !== null && hits(entry, { kind: 'phone', value: phone })),
      )
      .map(({ name }) => ({ ...of, kind: 'contact' as const, who: name, isGrave: false }));
    return [...domains, ...admins, ...senders, ...contacts];
  });
}

function hits(entry: DenyEntry, target: DenyTarget): boolean {
  const wanted = keyText(entry);
  return keysOfTarget(target).some((key) => keyText(key) === wanted);
}

async function hitsOf(source: Source, entry: DenyEntry): Promise<Omit<DenyPreview, 'struck'>> {
  const since = source.now() - previewDays * dayMs;
  const mails: SenderRow[] = [];
  let count = 0;
  let looked = 0;
  let last: SenderRow | undefined;
  while (entry.kind !== 'phone' && looked < mostRows) {
    const rows = await source.senders({ since, limit: pageRows, ...(last === undefined ? {} : { after: last }) });
    for (const row of rows.filter((one) => isHit(entry, one))) {
      count += 1;
      if (mails.length < shownMails) mails.push(row);
    }
    looked += rows.length;
    last = rows.at(-1);
    if (rows.length < pageRows) return { mails, hits: count, looked, isCut: false };
  }
  return { mails, hits: count, looked, isCut: entry.kind !== 'phone' };
}

function isHit(entry: DenyEntry, row: SenderRow): boolean {
  if (!inScope(entry.scope, { mailbox: row.recipient, tenantId: row.tenant_id })) return false;
  if (entry.kind === 'network') return hits(entry, { kind: 'ip', value: row.client_ip });
  return [row.sender_address, row.mail_from].some(
    (address) => address !== null && address !== '' && hits(entry, { kind: 'address', value: address }),
  );
}
