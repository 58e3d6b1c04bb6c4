/** The deny-list in SQL: changed by staff, asked by exact keys for every mail. */
import type { Transaction } from 'kysely';
import type { DenyEntry, DenyKey, DenyScope } from '../denylist/entry.ts';
import type { DenyChange, DenyStore } from '../denylist/store.ts';
import type { DenylistPort } from '../evidence/ports.ts';
import { addressHash } from './address-hash.ts';
import { type AuditEntry, appendAudit, lockAudit } from './audit.ts';
import { compiledOnce } from './compiled.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { DenyEntriesTable, DenyHistoryTable, Schema } from './schema.ts';
import { storable } from './storable.ts';
import { unhurried } from './unhurried.ts';

export type DenyCounter = { readonly hits: number; readonly lastHitAt: number };

export type DenyEvent = {
  readonly at: number;
  readonly actor: string;
  readonly action: DenyHistoryTable['action'];
  readonly entry: DenyEntry;
};

export type DenylistRecords = DenylistPort &
  DenyStore & {
    /** Hits by entry id; entries that never hit are absent. */
    counters(entryIds: readonly string[]): Promise<ReadonlyMap<string, DenyCounter>>;
    /** Newest first, of one entry or of all. */
    history(query: { readonly entryId?: string; readonly limit: number }): Promise<readonly DenyEvent[]>;
  };

export function denylistRecords(records: Records): DenylistRecords {
  return {
    find: entriesUnder(records),
    list: async () => {
      const rows = await records.db
        .selectFrom('deny_entries')
        .selectAll()
        .orderBy('kind')
        .orderBy('value')
        .orderBy('scope')
        .orderBy('scope_value')
        .execute();
      return rows.map(denyEntry);
    },
    apply: (change, by) => records.writing((trx) => applyChange(trx, records.dialect, change, by)),
    counters: (entryIds) => findCounters(records, entryIds),
    history: (query) => findHistory(records, query),
  };
}

const idsPerQuery = 500;

function* chunks<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < items.length; start += idsPerQuery) yield items.slice(start, start + idsPerQuery);
}

function entriesUnder(records: Records): (keys: readonly DenyKey[]) => Promise<readonly DenyEntry[]> {
  const { db } = records;
  const find = compiledOnce(records, (values) =>
    db.selectFrom('deny_entries').selectAll().where('value', 'in', values),
  );
  return async (keys) => {
    const kinds = Map.groupBy(keys, (key) => key.value);
    const found: DenyEntry[] = [];
    for (const values of chunks([...kinds.keys()])) {
      for (const row of await find(values)) {
        if (kinds.get(row.value)?.some((key) => key.kind === row.kind)) found.push(denyEntry(row));
      }
    }
    return found;
  };
}

/** Changes the list inside a transaction, for changes that stand or fall with others. */
export async function applyChange(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  change: DenyChange,
  by: { readonly actor: string; readonly at: number },
): Promise<void> {
  const added = [...new Map(change.add.map((entry) => [entry.id, entry])).values()];
  const removed = [...new Map(change.remove.map((entry) => [entry.id, entry])).values()];
  await lockAudit(trx, dialect);
  const before = await existing(trx, [...removed, ...added]);
  const events: DenyEvent[] = [
    ...removed.flatMap((entry) => {
      const stored = before.get(entry.id);
      return stored === undefined ? [] : [{ ...by, action: 'removed' as const, entry: stored }];
    }),
    ...added.map((entry) => ({ ...by, action: actionOf(entry, before, removed), entry })),
  ];
  for await (const part of unhurried([...removed, ...added], idsPerQuery)) {
    const ids = part.map((entry) => entry.id);
    await trx.deleteFrom('deny_entries').where('id', 'in', ids).execute();
  }
  for await (const part of unhurried(added, idsPerQuery)) {
    await trx.insertInto('deny_entries').values(part.map(denyRow)).execute();
  }
  for await (const part of unhurried(events, idsPerQuery)) {
    await trx.insertInto('deny_history').values(part.map(historyRow)).execute();
  }
  await appendAudit(trx, dialect, events.map(auditEntry));
}

function actionOf(
  entry: DenyEntry,
  before: ReadonlyMap<string, DenyEntry>,
  removed: readonly DenyEntry[],
): 'added' | 'replaced' {
  return before.has(entry.id) && !removed.some((other) => other.id === entry.id) ? 'replaced' : 'added';
}

async function existing(
  trx: Transaction<Schema>,
  entries: readonly DenyEntry[],
): Promise<ReadonlyMap<string, DenyEntry>> {
  const found = new Map<string, DenyEntry>();
  const ids = entries.map((entry) => entry.id);
  for await (const part of unhurried(ids, idsPerQuery)) {
    const rows = await trx.selectFrom('deny_entries').selectAll().where('id', 'in', part).execute();
    for (const row of rows) found.set(row.id, denyEntry(row));
  }
  return found;
}

async function findCounters({ db }: Records, entryIds: readonly string[]): Promise<ReadonlyMap<string, DenyCounter>> {
  const counters = new Map<string, DenyCounter>();
  for (const ids of chunks(entryIds)) {
    const rows = await db.selectFrom('deny_counters').selectAll().where('entry_id', 'in', ids).execute();
    for (const row of rows) counters.set(row.entry_id, { hits: row.hits, lastHitAt: row.last_hit_at });
  }
  return counters;
}

async function findHistory(
  { db }: Records,
  query: { readonly entryId?: string; readonly limit: number },
): Promise<readonly DenyEvent[]> {
  let select = db.selectFrom('deny_history').selectAll();
  if (query.entryId !== undefined) select = select.where('entry_id', '=', query.entryId);
  const rows = await select.orderBy('id', 'desc').limit(query.limit).execute();
  return rows.map(({ action, actor, at, entry }) => ({ at, actor, action, entry: JSON.parse(entry) }));
}

export function denyEntry(row: DenyEntriesTable): DenyEntry {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    reason: row.reason,
    note: row.note,
    scope: scopeOf(row),
    expiresAt: row.expires_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

function scopeOf(row: DenyEntriesTable): DenyScope {
  switch (row.scope) {
    case 'global':
      return { kind: 'global' };
    case 'mailbox':
      return { kind: 'mailbox', mailbox: row.scope_value };
    case 'tenant':
      return { kind: 'tenant', tenantId: row.scope_value };
  }
}

function scopeValue(scope: DenyScope): string {
  switch (scope.kind) {
    case 'global':
      return '';
    case 'mailbox':
      return scope.mailbox;
    case 'tenant':
      return scope.tenantId;
  }
}

function denyRow(entry: DenyEntry): DenyEntriesTable {
  return {
    id: entry.id,
    kind: entry.kind,
    value: entry.value,
    reason: storable(entry.reason),
    note: storable(entry.note),
    scope: entry.scope.kind,
    scope_value: scopeValue(entry.scope),
    expires_at: entry.expiresAt,
    created_by: storable(entry.createdBy),
    created_at: entry.createdAt,
  };
}

function historyRow({ action, actor, at, entry }: DenyEvent): DenyHistoryTable {
  return { id: rowId(at), at, actor: storable(actor), action, entry_id: entry.id, entry: JSON.stringify(entry) };
}

const auditActions = { added: 'deny.add', replaced: 'deny.replace', removed: 'deny.remove' } as const;

function auditEntry({ action, actor, at, entry }: DenyEvent): AuditEntry {
  const { expiresAt, kind, reason, scope, value } = entry;
  // What was denied stands in the history of the list; the log keeps what does not name a person.
  const detail = { kind, value: kind === 'email' ? addressHash(value) : value, scope, reason, expiresAt };
  return { at, actor, action: auditActions[action], subject: entry.id, detail };
}
