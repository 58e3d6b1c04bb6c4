/**
 * The directory as exact look-up rows, and an index of them in memory. The records keep the same rows in SQL, so that
 * both answer alike. Precedence: the exact address, then the exact domain, else unregistered.
 */
import { lookalikeKeysFor } from './lookalike.ts';
import type { Directory } from './store.ts';
import type { Admin, AdminFacts, RegisteredKey, Standing, Tenant, TenantFacts } from './tenant.ts';

/** The one standing of an exact address. `adminId` is null exactly for `alternate` and `helpdesk`. */
export type AddressRow = {
  readonly address: string;
  readonly kind: 'primary' | 'secondary' | 'alternate' | 'helpdesk';
  readonly tenantId: string;
  readonly adminId: string | null;
  /** Request kinds of an alternate sender; else empty. */
  readonly requests: readonly string[];
};

export type DomainRow = { readonly domain: string; readonly tenantId: string };

/** A key under each of its ids: fingerprints and 16-digit key ids of the primary key and the subkeys. */
export type KeyRow = { readonly id: string; readonly key: RegisteredKey };

/** A registered address or domain under one of its look-alike keys. */
export type LookalikeRow = { readonly key: string; readonly name: string };

export type DirectoryRows = {
  readonly addresses: readonly AddressRow[];
  readonly domains: readonly DomainRow[];
  /** Each registered key once. */
  readonly keys: readonly RegisteredKey[];
  readonly keyIds: readonly KeyRow[];
  readonly lookalikes: readonly LookalikeRow[];
};

/** The port that judging asks (`evidence/ports.ts` names the same shape). */
export type DirectoryIndex = {
  standingOf(address: string): Promise<Standing>;
  keysOf(address: string): Promise<readonly RegisteredKey[]>;
  keysById(keyId: string): Promise<readonly RegisteredKey[]>;
  namesUnder(lookalikeKeys: readonly string[]): Promise<readonly LookalikeRow[]>;
};

/** Every row of a validated directory. Throws when `keys` lacks one of the armored keys. */
export function directoryRows(directory: Directory): DirectoryRows {
  const { tenants } = directory;
  const addresses = tenants.flatMap(addressRowsOf);
  const domains = tenants.flatMap((tenant) => tenant.domains.map((domain) => ({ domain, tenantId: tenant.id })));
  const keys = tenants.flatMap((tenant) => tenant.admins.flatMap((admin) => keysOfAdmin(directory, tenant, admin)));
  const names = [...addresses.map((row) => row.address), ...domains.map((row) => row.domain)];
  return {
    addresses,
    domains,
    keys,
    keyIds: keys.flatMap((key) => factsOf(directory, key.armored).ids.map((id) => ({ id, key }))),
    lookalikes: names.flatMap((name) => lookalikeKeysFor(name).map((key) => ({ key, name }))),
  };
}

/** The part of a tenant that judging needs. */
export function tenantFacts(tenant: Tenant): TenantFacts {
  const { id, name, tier, users, partner, timezone, domains, signingDomains, contract } = tenant;
  return { id, name, tier, users, partner, timezone, domains, signingDomains, contract };
}

/** The part of an admin that judging needs. */
export function adminFacts(admin: Admin): AdminFacts {
  const { id, name, primaryEmail, role, active, mailbox } = admin;
  return { id, name, primaryEmail, role, active, mailbox };
}

/** The standing that a row gives. Throws when the row names an admin that the tenant does not have. */
function standingOfRow(row: AddressRow, tenant: Tenant): Standing {
  const facts = tenantFacts(tenant);
  if (row.kind === 'helpdesk') return { kind: 'helpdesk', tenant: facts };
  if (row.kind === 'alternate') return { kind: 'alternate', tenant: facts, requests: row.requests };
  const admin = tenant.admins.find(({ id }) => id === row.adminId);
  if (admin === undefined) throw new Error(`Tenant ${tenant.id} has no admin ${row.adminId} for ${row.address}`);
  return { kind: row.kind, tenant: facts, admin: adminFacts(admin) };
}

/** Answers from memory what the records answer from SQL. */
export function indexDirectory(directory: Directory): DirectoryIndex {
  const rows = directoryRows(directory);
  const tenants = new Map(directory.tenants.map((tenant) => [tenant.id, tenant]));
  const addresses = new Map(rows.addresses.map((row) => [row.address, row]));
  const domains = new Map(rows.domains.map((row) => [row.domain, row]));
  const keysByAddress = Map.groupBy(rows.keys, (key) => key.address);
  const keysById = Map.groupBy(rows.keyIds, (row) => row.id);
  const lookalikes = Map.groupBy(rows.lookalikes, (row) => row.key);

  function standing(address: string): Standing {
    const row = addresses.get(address);
    const domain = domains.get(address.slice(address.lastIndexOf('@') + 1));
    const tenant = tenants.get(row?.tenantId ?? domain?.tenantId ?? '');
    if (tenant === undefined) return { kind: 'unregistered' };
    return row === undefined ? { kind: 'tenant-domain', tenant: tenantFacts(tenant) } : standingOfRow(row, tenant);
  }

  return {
    standingOf: async (address) => standing(address),
    keysOf: async (address) => keysByAddress.get(address) ?? [],
    keysById: async (keyId) => (keysById.get(keyId) ?? []).map((row) => row.key),
    namesUnder: async (keys) => [...new Set(keys)].flatMap((key) => lookalikes.get(key) ?? []),
  };
}

function addressRowsOf(tenant: Tenant): AddressRow[] {
  const base = { tenantId: tenant.id, adminId: null, requests: [] };
  return [
    ...tenant.admins.flatMap((admin): AddressRow[] => [
      { ...base, address: admin.primaryEmail, kind: 'primary', adminId: admin.id },
      ...admin.secondaryEmails.map(
        (address): AddressRow => ({ ...base, address, kind: 'secondary', adminId: admin.id }),
      ),
    ]),
    ...tenant.contract.alternateSenders.map(
      ({ address, requests }): AddressRow => ({ ...base, address, kind: 'alternate', requests }),
    ),
    ...tenant.helpdeskAddresses.map((address): AddressRow => ({ ...base, address, kind: 'helpdesk' })),
  ];
}

function keysOfAdmin(directory: Directory, tenant: Tenant, admin: Admin): RegisteredKey[] {
  return admin.pgpKeys.map((armored) => ({
    fingerprint: factsOf(directory, armored).fingerprint,
    armored,
    tenantId: tenant.id,
    adminId: admin.id,
    address: admin.primaryEmail,
  }));
}

function factsOf(directory: Directory, armored: string): { fingerprint: string; ids: readonly string[] } {
  const facts = directory.keys.get(armored);
  if (facts === undefined) throw new Error('A key of the directory was not read');
  return facts;
}
