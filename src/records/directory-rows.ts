/** The rows of a whole directory, made before the transaction that puts them in. */
import { createHash } from 'node:crypto';
import type { Insertable, Transaction } from 'kysely';
import { adminFacts, directoryRows, tenantFacts } from '../directory/lookup.ts';
import type { Directory } from '../directory/store.ts';
import { insertAll } from './insert-all.ts';
import type { DirectoryImportsTable, Schema } from './schema.ts';
import { indexKey } from './storable.ts';
import { unhurried } from './unhurried.ts';

const tables = [
  'directory_names',
  'directory_keys',
  'directory_domains',
  'directory_addresses',
  'admins',
  'tenants',
] as const;
type DirectoryTable = (typeof tables)[number];

type Rows = { readonly [Table in DirectoryTable]: readonly Insertable<Schema[Table]>[] };

export type DirectoryContent = {
  readonly rows: Rows;
  readonly summary: Pick<DirectoryImportsTable, 'tenants' | 'admins' | 'keys' | 'digest'>;
};

const tenantsPerPart = 100;

/**
 * Work of the processor alone: done before the transaction, in which others would wait for it, and in parts, between
 * which others get the event loop.
 */
export async function contentOf({ keys, tenants }: Directory): Promise<DirectoryContent> {
  const parts: Rows[] = [];
  const digest = createHash('sha256');
  let position = 0;
  for await (const part of unhurried(tenants, tenantsPerPart)) {
    const rows = rowsOf({ keys, tenants: part }, position);
    // As one JSON array of all of them.
    for (const { document } of rows.tenants) {
      digest.update(`${position === 0 ? '[' : ','}${document}`);
      position += 1;
    }
    parts.push(rows);
  }
  digest.update(position === 0 ? '[]' : ']');
  const all = <Table extends DirectoryTable>(table: Table): Rows[Table][number][] =>
    parts.flatMap((part) => part[table]);
  return {
    rows: {
      tenants: all('tenants'),
      admins: all('admins'),
      directory_addresses: all('directory_addresses'),
      directory_domains: all('directory_domains'),
      // A key may stand twice with one admin.
      directory_keys: distinct(all('directory_keys'), (row) => [
        row.key_id,
        row.fingerprint,
        row.tenant_id,
        row.admin_id,
      ]),
      directory_names: distinct(all('directory_names'), (row) => [row.lookalike_key, row.name]),
    },
    summary: {
      tenants: tenants.length,
      admins: tenants.reduce((count, tenant) => count + tenant.admins.length, 0),
      keys: tenants.reduce((count, { admins }) => count + admins.flatMap(({ pgpKeys }) => pgpKeys).length, 0),
      digest: digest.digest('hex'),
    },
  };
}

/** @param first The place of the first tenant among all. */
function rowsOf(directory: Directory, first: number): Rows {
  const { addresses, domains, keyIds, lookalikes } = directoryRows(directory);
  return {
    tenants: directory.tenants.map((tenant, index) => ({
      id: tenant.id,
      position: first + index,
      facts: JSON.stringify(tenantFacts(tenant)),
      document: JSON.stringify(tenant),
    })),
    admins: directory.tenants.flatMap((tenant) =>
      tenant.admins.map((admin) => ({ tenant_id: tenant.id, id: admin.id, facts: JSON.stringify(adminFacts(admin)) })),
    ),
    directory_addresses: addresses.map((row) => ({
      address: row.address,
      standing: row.kind,
      tenant_id: row.tenantId,
      admin_id: row.adminId,
      requests: row.kind === 'alternate' ? JSON.stringify(row.requests) : null,
    })),
    directory_domains: domains.map((row) => ({ domain: row.domain, tenant_id: row.tenantId })),
    directory_keys: keyIds.map(({ id, key }) => ({
      key_id: id,
      fingerprint: key.fingerprint,
      armored: key.armored,
      tenant_id: key.tenantId,
      admin_id: key.adminId,
      address: key.address,
    })),
    directory_names: lookalikes.map(({ key, name }) => ({ lookalike_key: indexKey(key), name })),
  };
}

/** Puts it in the place of what is there. */
export async function storeContent(trx: Transaction<Schema>, { rows }: DirectoryContent): Promise<void> {
  for (const table of tables) await trx.deleteFrom(table).execute();
  await insertAll(trx, 'tenants', rows.tenants);
  await insertAll(trx, 'admins', rows.admins);
  await insertAll(trx, 'directory_addresses', rows.directory_addresses);
  await insertAll(trx, 'directory_domains', rows.directory_domains);
  await insertAll(trx, 'directory_keys', rows.directory_keys);
  await insertAll(trx, 'directory_names', rows.directory_names);
}

function distinct<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly string[]): readonly Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row])).values()];
}
