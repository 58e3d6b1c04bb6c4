/**
 * Since when a contact or a contract method stands on file. Postern trusts only what it saw itself: a contact is as old
 * as the first import that had it, unchanged, in all imports since (POLICY X-*: unchanged for 30 days).
 */
import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { ContractMethod } from '../cases/contract-method.ts';
import type { ContactChange, ContactPoint } from '../cases/evidence.ts';
import type { Contact, RecoveryMethod, Tenant } from '../directory/tenant.ts';
import { insertAll } from './insert-all.ts';
import type { Querying } from './open-records.ts';
import type { Schema } from './schema.ts';
import type { DirectoryHistoryTable } from './tables-cases.ts';

/** A contact by one of its ways. Who it is and how it is reached is one thing: a change of either makes it new. */
type StoredContact = Pick<ContactPoint, 'name' | 'role' | 'channel' | 'value'>;

type Item = Pick<DirectoryHistoryTable, 'tenant_id' | 'kind' | 'item_id' | 'item'>;

/** The changed contacts of each tenant, by its id. */
export type ContactChanges = ReadonlyMap<string, readonly ContactChange[]>;

/** Notes what this import of the whole directory added and removed. */
export async function noteDirectory(
  trx: Transaction<Schema>,
  tenants: readonly Tenant[],
  at: number,
): Promise<ContactChanges> {
  const standing = await trx.selectFrom('directory_history').selectAll().where('until', 'is', null).execute();
  const before = new Map(standing.map((row) => [keyOf(row), row]));
  const now = new Map(tenants.flatMap(itemsOf).map((item) => [keyOf(item), item]));
  const added = [...now].filter(([key]) => !before.has(key)).map(([, item]) => item);
  const removed = [...before].filter(([key]) => !now.has(key)).map(([, row]) => row);
  for (const row of removed) {
    await trx
      .updateTable('directory_history')
      .set({ until: at })
      .where('tenant_id', '=', row.tenant_id)
      .where('kind', '=', row.kind)
      .where('item_id', '=', row.item_id)
      .where('since', '=', row.since)
      .execute();
  }
  // An item that is taken out and put back by two imports of one moment keeps its row, closed: it is young either way.
  await insertAll(
    trx,
    'directory_history',
    added.map((item) => ({ ...item, since: at, until: null })),
    'ignore known',
  );
  const changes = [
    ...added.flatMap((item) => changeOf(item, 'added', at)),
    ...removed.flatMap((item) => changeOf(item, 'removed', at)),
  ];
  return new Map(
    [...Map.groupBy(changes, ({ tenantId }) => tenantId)].map(([id, list]) => [id, list.map((c) => c.change)]),
  );
}

/** What a case opened at `at` may rely on, and which contacts were changed after `from`, up to `until`. */
export async function onFileAt(
  trx: Transaction<Schema>,
  tenantId: string,
  at: number,
  changed: { readonly from: number; readonly until: number },
): Promise<{
  readonly contacts: readonly ContactPoint[];
  readonly contactChanges: readonly ContactChange[];
  readonly methods: readonly ContractMethod[];
}> {
  const rows = await trx
    .selectFrom('directory_history')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('since', '<=', Math.max(at, changed.until))
    .orderBy('since')
    .orderBy('item_id')
    .execute();
  const standing = rows.filter(({ since, until }) => since <= at && (until === null || until > at));
  const isAmong = (time: number): boolean => time > changed.from && time <= changed.until;
  const changes = rows.flatMap((row) => [
    ...(isAmong(row.since) ? changeOf(row, 'added', row.since) : []),
    ...(row.until !== null && isAmong(row.until) ? changeOf(row, 'removed', row.until) : []),
  ]);
  return {
    contacts: standing.filter(({ kind }) => kind === 'contact').map(contactPoint),
    contactChanges: changes.map(({ change }) => change).sort((one, other) => one.at - other.at),
    methods: standing.filter(({ kind }) => kind === 'method').map(contractMethod),
  };
}

/** A contact or a contract method with the time in which it stood on file, epoch milliseconds. */
export type FiledItem = {
  readonly kind: 'contact' | 'method';
  /** `Grace (executive), phone +12025550100` */
  readonly text: string;
  readonly since: number;
  /** Null while it stands. */
  readonly until: number | null;
};

const mostHistory = 500;

/** What of a tenant came on file and went, newest first. */
export async function historyOf(db: Querying, tenantId: string): Promise<readonly FiledItem[]> {
  const rows = await db
    .selectFrom('directory_history')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('since', 'desc')
    .orderBy('item_id')
    .limit(mostHistory)
    .execute();
  return rows.map(({ item, kind, since, until }) => ({ kind, text: filedText(kind, item), since, until }));
}

function filedText(kind: Item['kind'], item: string): string {
  if (kind === 'contact') {
    const { channel, name, role, value }: StoredContact = JSON.parse(item);
    return `${name} (${role}), ${channel} ${value}`;
  }
  const method: RecoveryMethod = JSON.parse(item);
  return `${method.kind} ${method.id}${method.kind === 'authorised-third-party' ? `, ${method.name} ${method.address}` : ''}`;
}

function keyOf({ item_id, kind, tenant_id }: Item): string {
  return JSON.stringify([tenant_id, kind, item_id]);
}

function itemsOf(tenant: Tenant): readonly Item[] {
  const contacts = tenant.contactsOnFile.flatMap(waysOf).map((way) => itemOf(tenant, 'contact', way));
  const methods = (tenant.contract.recoveryMethods ?? []).map((method) => itemOf(tenant, 'method', method));
  return [...contacts, ...methods];
}

function waysOf({ email, name, phone, role }: Contact): readonly StoredContact[] {
  return [
    ...(phone === null ? [] : [{ name, role, channel: 'phone' as const, value: phone }]),
    ...(email === null ? [] : [{ name, role, channel: 'email' as const, value: email }]),
  ];
}

function itemOf(tenant: Tenant, kind: Item['kind'], value: StoredContact | RecoveryMethod): Item {
  // In one order of the names, whatever order the file had.
  const item = JSON.stringify(
    Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
  const digest = createHash('sha256').update(item).digest('hex').slice(0, 16);
  return { tenant_id: tenant.id, kind, item_id: digest, item };
}

function changeOf(
  item: Item,
  change: ContactChange['change'],
  at: number,
): readonly { readonly tenantId: string; readonly change: ContactChange }[] {
  if (item.kind !== 'contact') return [];
  const { channel, name }: StoredContact = JSON.parse(item.item);
  return [{ tenantId: item.tenant_id, change: { change, name, channel, at } }];
}

function contactPoint(row: DirectoryHistoryTable): ContactPoint {
  const { channel, name, role, value }: StoredContact = JSON.parse(row.item);
  return { id: row.item_id, name, role, channel, value, since: row.since };
}

const dayMs = 86_400_000;

function contractMethod({ item, since }: DirectoryHistoryTable): ContractMethod {
  const method: RecoveryMethod = JSON.parse(item);
  const { id, procedures, replaces } = method;
  if (method.kind === 'authorised-third-party') {
    const { address, kind, name } = method;
    return { id, kind, procedures, replaces, since, name, address };
  }
  const { graceDays, intervalDays, kind } = method;
  return { id, kind, procedures, replaces, since, intervalMs: intervalDays * dayMs, graceMs: graceDays * dayMs };
}
