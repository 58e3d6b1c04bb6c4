/** The deny-list in SQL: changed by staff, asked by exact keys for every mail. */
import type { Transaction } from 'kysely';
import type { DenyEntry, DenyKey } from '../denylist/entry.ts';
import { type DenyChange, type DenyStore, mostAtOnce } from '../denylist/store.ts';
import type { DenylistPort } from '../evidence/ports.ts';
import { addressHash } from './address-hash.ts';
import { type AuditEntry, appendAudit, lockAudit } from './audit.ts';
import { compiledOnce } from './compiled.ts';
import { type DenyImport, importInParts, importState } from './deny-import.ts';
import { actionOf, type DenyEvent, denyEntry, denyRow, present, presentOf, storeEvents } from './deny-rows.ts';
import { insertAll } from './insert-all.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import { chunks } from './retention.ts';
import type { Schema } from './schema.ts';
import { unhurried } from './unhurried.ts';

export type DenyCounter = { readonly hits: number; readonly lastHitAt: number };

export type DenylistRecords = DenylistPort &
  DenyStore & {
    /** Hits by entry id; entries that never hit are absent. */
    counters(entryIds: readonly string[]): Promise<ReadonlyMap<string, DenyCounter>>;
    /** Newest first, of one entry or of all. */
    history(query: { readonly entryId?: string; readonly limit: number }): Promise<readonly DenyEvent[]>;
    /** How a large change stands. */
    importing(generation: number): Promise<DenyImport>;
  };

export function denylistRecords(records: Records): DenylistRecords {
  return {
    find: entriesUnder(records),
    list: async () => {
      const rows = await presentOf(records.db)
        .selectAll()
        .orderBy('kind')
        .orderBy('value')
        .orderBy('scope')
        .orderBy('scope_value')
        .execute();
      return rows.map(denyEntry);
    },
    apply: (change, by, progress) =>
      change.add.length + change.remove.length > mostAtOnce
        ? importInParts(records, change, by, progress)
        : records.writing((trx) => applyChange(trx, records.dialect, change, by)),
    importing: (generation) => importState(records, generation),
    counters: (entryIds) => findCounters(records, entryIds),
    history: (query) => findHistory(records, query),
  };
}

const idsPerQuery = 500;

function entriesUnder(records: Records): (keys: readonly DenyKey[]) => Promise<readonly DenyEntry[]> {
  const { db } = records;
  const find = compiledOnce(records, (values) =>
    presentOf(db.selectFrom('deny_list').where('value', 'in', values)).selectAll(),
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
  const ids = [...removed, ...added].map(({ id }) => id);
  const before = await existing(trx, ids);
  const takenOut = new Set(removed.map(({ id }) => id));
  const events: DenyEvent[] = [
    ...removed.flatMap((entry) => {
      const stored = before.get(entry.id);
      return stored === undefined ? [] : [{ ...by, action: 'removed' as const, entry: stored }];
    }),
    ...added.map((entry) => ({ ...by, action: actionOf(entry, before, takenOut), entry })),
  ];
  const state = await trx
    .updateTable('deny_state')
    .set((set) => ({ changes: set('changes', '+', 1), events: set('events', '+', events.length) }))
    .returning(['present', 'events'])
    .executeTakeFirstOrThrow();
  for await (const part of unhurried(ids, idsPerQuery)) {
    // What an import puts in besides is not there yet, and comes to nothing by this change.
    await trx.deleteFrom('deny_list').where('id', 'in', part).where('born', '<=', state.present).execute();
  }
  await insertAll(
    trx,
    'deny_list',
    added.map((entry) => denyRow(entry, state.present)),
  );
  await storeEvents(trx, events, { generation: state.present, after: state.events - events.length });
  await appendAudit(trx, dialect, events.map(auditEntry));
}

async function existing(trx: Transaction<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, DenyEntry>> {
  const found = new Map<string, DenyEntry>();
  for await (const part of unhurried(ids, idsPerQuery)) {
    for (const row of await presentOf(trx).where('id', 'in', part).selectAll().execute()) {
      found.set(row.id, denyEntry(row));
    }
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
  let select = db.selectFrom('deny_events').selectAll().where('generation', '<=', present);
  if (query.entryId !== undefined) select = select.where('entry_id', '=', query.entryId);
  const rows = await select.orderBy('seq', 'desc').limit(query.limit).execute();
  return rows.map(({ action, actor, at, entry }) => ({ at, actor, action, entry: JSON.parse(entry) }));
}

const auditActions = { added: 'deny.add', replaced: 'deny.replace', removed: 'deny.remove' } as const;

function auditEntry({ action, actor, at, entry }: DenyEvent): AuditEntry {
  const { expiresAt, kind, reason, scope, value } = entry;
  // What was denied stands in the history of the list; the log keeps what does not name a person.
  const detail = { kind, value: kind === 'email' ? addressHash(value) : value, scope, reason, expiresAt };
  return { at, actor, action: auditActions[action], subject: entry.id, detail };
}
