/** The directory in SQL: replaced as a whole by an import, asked by exact keys for every mail. */
import type { Transaction } from 'kysely';
import type { Directory, DirectoryStore } from '../directory/store.ts';
import type { RegisteredKey, Standing, Tenant } from '../directory/tenant.ts';
import { type TenantsByName, tenantsByName } from '../directory/tenant-named.ts';
import type { DirectoryPort } from '../evidence/ports.ts';
import { type AuditEntry, appendAudit, lockAudit } from './audit.ts';
import { noteContactChanges } from './case-happenings.ts';
import { compiledOnce } from './compiled.ts';
import { type FiledItem, historyOf, noteDirectory } from './directory-history.ts';
import { contentOf, type DirectoryContent, storeContent } from './directory-rows.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { DirectoryImportsTable, Schema } from './schema.ts';
import { indexKey } from './storable.ts';
import { unhurried } from './unhurried.ts';
import { withdrawQuestions } from './withdrawn-questions.ts';

export type DirectoryImport = Readonly<DirectoryImportsTable>;

export type DirectoryRecords = DirectoryPort &
  DirectoryStore & {
    /** Newest first. */
    imports(limit: number): Promise<readonly DirectoryImport[]>;
    /** Replaces it when `lastImport` is still the last one. Resolves with false, and nothing written, when it is not. */
    replaceIfLast(directory: Directory, lastImport: string | null, by: DirectoryChange): Promise<boolean>;
    /** The tenant of this id or object id; undefined where there is none, or two could be meant. */
    named(name: string): Promise<Tenant | undefined>;
    /** The keys registered under each of these fingerprints and key ids; absent where there is none. */
    keysUnder(keyIds: readonly string[]): Promise<ReadonlyMap<string, readonly RegisteredKey[]>>;
    /** What of a tenant came on file and went, newest first. */
    historyOf(tenantId: string): Promise<readonly FiledItem[]>;
  };

/** One change of the directory, and what the audit log says of it besides. */
export type DirectoryChange = {
  readonly actor: string;
  readonly at: number;
  readonly audit: Pick<AuditEntry, 'action' | 'subject' | 'detail'>;
};

export function directoryRecords(records: Records): DirectoryRecords {
  const standingOf = standings(records);
  const namesUnder = registeredNames(records);
  const present = presentTenants(records);
  return {
    standingOf,
    keysOf: async (address) => {
      const rows = await selectKeys(records)
        .where('address', '=', address)
        // Each key is stored under its own fingerprint among other ids, so this is each key once.
        .whereRef('key_id', '=', 'fingerprint')
        .execute();
      return rows.map(registeredKey);
    },
    keysById: async (keyId) => (await selectKeys(records).where('key_id', '=', keyId).execute()).map(registeredKey),
    keysUnder: async (keyIds) => {
      const rows = [];
      for await (const part of unhurried([...new Set(keyIds)], keysPerQuery)) {
        rows.push(...(await selectKeys(records).select('key_id').where('key_id', 'in', part).execute()));
      }
      const byId = Map.groupBy(rows, ({ key_id }) => key_id);
      return new Map([...byId].map(([id, found]) => [id, found.map(registeredKey)]));
    },
    namesUnder,
    replaceAll: async (directory, by) => {
      const wanted = { tenants: directory.tenants, content: await contentOf(directory) };
      return records.writing((trx) => replaceDirectory(trx, records.dialect, wanted, by.actor, by.at));
    },
    replaceIfLast: async (directory, lastImport, { actor, at, audit }) => {
      const wanted = { tenants: directory.tenants, content: await contentOf(directory) };
      return records.writing(async (trx) => {
        // Imports stand in line behind the end of the audit log.
        await lockAudit(trx, records.dialect);
        const last = await trx
          .selectFrom('directory_imports')
          .select('id')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        if ((last?.id ?? null) !== lastImport) return false;
        await appendAudit(trx, records.dialect, [{ at, actor, ...audit }]);
        await replaceDirectory(trx, records.dialect, wanted, actor, at);
        return true;
      });
    },
    historyOf: (tenantId) => historyOf(records.db, tenantId),
    all: async () => (await present()).tenants,
    named: async (name) => (await present()).named(name),
    imports: (limit) =>
      records.db.selectFrom('directory_imports').selectAll().orderBy('id', 'desc').limit(limit).execute(),
  };
}

type Present = { readonly version: string; readonly tenants: readonly Tenant[]; readonly named: TenantsByName };

/** Read anew when there was an import since: thousands of tenants are work to parse, and change rarely. */
function presentTenants({ db }: Records): () => Promise<Present> {
  let known: Present | null = null;
  return async () => {
    // Asked first: tenants that are newer than their version are read again, and never the other way round.
    const { count, last } = await db
      .selectFrom('directory_imports')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('id').as('last')])
      .executeTakeFirstOrThrow();
    const version = `${count} ${last}`;
    if (known?.version === version) return known;
    const rows = await db.selectFrom('tenants').select('document').orderBy('position').execute();
    const tenants = rows.map((row): Tenant => JSON.parse(row.document));
    known = { version, tenants, named: tenantsByName(tenants) };
    return known;
  };
}

/** Always two indexed look-ups: a registered address must not answer sooner than any other (no oracle). */
function standings(records: Records): (address: string) => Promise<Standing> {
  const { db } = records;
  const ofAddress = compiledOnce(records, ([address = '']) =>
    db
      .selectFrom('directory_addresses')
      .innerJoin('tenants', 'tenants.id', 'directory_addresses.tenant_id')
      .leftJoin('admins', (join) =>
        join
          .onRef('admins.tenant_id', '=', 'directory_addresses.tenant_id')
          .onRef('admins.id', '=', 'directory_addresses.admin_id'),
      )
      .leftJoin('allowed_addresses as allowed', (join) =>
        join
          .onRef('allowed.address', '=', 'directory_addresses.address')
          .onRef('allowed.tenant_id', '=', 'directory_addresses.tenant_id')
          .onRef('allowed.admin_id', '=', 'directory_addresses.admin_id'),
      )
      .select(['standing', 'requests', 'tenants.facts as tenant', 'admins.facts as admin', 'allowed.until'])
      .where('directory_addresses.address', '=', address),
  );
  const ofDomain = compiledOnce(records, ([domain = '']) =>
    db
      .selectFrom('directory_domains')
      .innerJoin('tenants', 'tenants.id', 'directory_domains.tenant_id')
      .select('facts')
      .where('domain', '=', domain),
  );
  return async (address) => {
    const domain = address.slice(address.lastIndexOf('@') + 1);
    const [[exact], [registered]] = await Promise.all([ofAddress([address]), ofDomain([domain])]);
    if (exact !== undefined) return standingOfRow(exact, address);
    return registered === undefined
      ? { kind: 'unregistered' }
      : { kind: 'tenant-domain', tenant: JSON.parse(registered.facts) };
  };
}

type AddressRow = Pick<Schema['directory_addresses'], 'standing' | 'requests'> & {
  readonly tenant: string;
  readonly admin: string | null;
  readonly until: number | null;
};

function standingOfRow(row: AddressRow, address: string): Standing {
  const tenant = JSON.parse(row.tenant);
  if (row.standing === 'helpdesk') return { kind: 'helpdesk', tenant };
  if (row.standing === 'alternate') return { kind: 'alternate', tenant, requests: JSON.parse(row.requests ?? '[]') };
  if (row.admin === null) throw new Error(`the directory has an address without its admin: ${address}`);
  const admin = JSON.parse(row.admin);
  if (row.standing === 'secondary' && row.until !== null)
    return { kind: 'secondary', tenant, admin, allowedUntil: row.until };
  return { kind: row.standing, tenant, admin };
}

function selectKeys({ db }: Records) {
  return db
    .selectFrom('directory_keys')
    .select(['fingerprint', 'armored', 'tenant_id', 'admin_id', 'address'])
    .orderBy('fingerprint')
    .orderBy('tenant_id')
    .orderBy('admin_id');
}

function registeredKey(row: Omit<Schema['directory_keys'], 'key_id'>): RegisteredKey {
  const { address, armored, fingerprint } = row;
  return { fingerprint, armored, tenantId: row.tenant_id, adminId: row.admin_id, address };
}

const keysPerQuery = 500;

type RegisteredName = { readonly key: string; readonly name: string };

function registeredNames(records: Records): (keys: readonly string[]) => Promise<readonly RegisteredName[]> {
  const { db } = records;
  const find = compiledOnce(records, (keys) =>
    db.selectFrom('directory_names').selectAll().where('lookalike_key', 'in', keys),
  );
  return async (keys) => {
    const byStored = new Map(keys.map((key) => [indexKey(key), key]));
    const stored = [...byStored.keys()];
    const found: RegisteredName[] = [];
    for (let start = 0; start < stored.length; start += keysPerQuery) {
      const rows = await find(stored.slice(start, start + keysPerQuery));
      for (const row of rows) found.push({ key: byStored.get(row.lookalike_key) ?? row.lookalike_key, name: row.name });
    }
    return found;
  };
}

async function replaceDirectory(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  { content, tenants }: { readonly content: DirectoryContent; readonly tenants: readonly Tenant[] },
  actor: string,
  at: number,
): Promise<void> {
  const { summary } = content;
  // Audited first: it makes two imports stand in line.
  await appendAudit(trx, dialect, [{ at, actor, action: 'directory.import', subject: 'directory', detail: summary }]);
  await noteContactChanges(trx, dialect, await noteDirectory(trx, tenants, at), at);
  await storeContent(trx, content);
  await trx
    .insertInto('directory_imports')
    .values({ id: rowId(at), at, actor, ...summary })
    .execute();
  await withdrawQuestions(trx, at);
}
