/** Entries and their history as rows, and which of the rows count now. */
import { type SelectQueryBuilder, sql, type Transaction } from 'kysely';
import type { DenyEntry, DenyScope } from '../denylist/entry.ts';
import { insertAll } from './insert-all.ts';
import type { Querying } from './open-records.ts';
import type { DenyEntriesTable, Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { DenyEventsTable, DenyListTable } from './tables-deny.ts';

export type DenyEvent = {
  readonly at: number;
  readonly actor: string;
  readonly action: DenyEventsTable['action'];
  readonly entry: DenyEntry;
};

/** Looked up by the statement itself: one statement never sees a half of an import. */
export const present = sql<number>`(select present from deny_state)`;

type FromList = SelectQueryBuilder<Schema, 'deny_list', object>;

/** The entries that are there, of all or of those that were selected. */
export function presentOf(source: Querying | FromList): FromList {
  const rows = 'selectFrom' in source ? source.selectFrom('deny_list') : source;
  return rows
    .where('born', '<=', present)
    .where((where) => where.or([where('gone', 'is', null), where('gone', '>', present)]));
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

/** What is done to an entry that is added. `before`: those that were there; `takenOut`: those that the same change removes. */
export function actionOf(
  { id }: DenyEntry,
  before: ReadonlyMap<string, DenyEntry>,
  takenOut: ReadonlySet<string>,
): DenyEvent['action'] {
  return before.has(id) && !takenOut.has(id) ? 'replaced' : 'added';
}

/** @param born The generation that it becomes part of. */
export function denyRow(entry: DenyEntry, born: number): DenyListTable {
  return {
    id: entry.id,
    born,
    gone: null,
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

/** @param place The generation with which they happen, and the `seq` of the event before them. */
export async function storeEvents(
  trx: Transaction<Schema>,
  events: readonly DenyEvent[],
  { after, generation }: { readonly generation: number; readonly after: number },
): Promise<void> {
  const rows = events.map(({ action, actor, at, entry }, index) => ({
    seq: after + 1 + index,
    generation,
    at,
    actor: storable(actor),
    action,
    entry_id: entry.id,
    entry: JSON.stringify(entry),
  }));
  await insertAll(trx, 'deny_events', rows);
}
