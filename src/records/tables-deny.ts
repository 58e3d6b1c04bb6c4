/**
 * The tables of the deny-list. An entry is there from one generation on until another: a large import puts its rows in
 * part by part, and all of them count when the present generation becomes theirs.
 */
import { sql, type Transaction } from 'kysely';
import type { IndexMaker, TableMaker } from './migrations.ts';
import type { DenyEntriesTable, DenyHistoryTable, Schema } from './schema.ts';

export type DenySchema = {
  deny_list: DenyListTable;
  deny_events: DenyEventsTable;
  deny_state: DenyStateTable;
};

export type DenyListTable = DenyEntriesTable & {
  /** The first generation that it is part of. */
  born: number;
  /** The first generation that it is no longer part of. */
  gone: number | null;
};

/** What was done to entries, in its order. */
export type DenyEventsTable = Omit<DenyHistoryTable, 'id'> & {
  seq: number;
  /** It happened when this generation came. */
  generation: number;
};

/** One row, of id 1. */
export type DenyStateTable = {
  id: number;
  present: number;
  /** Changes so far: an import holds to the list as it was when it began. */
  changes: number;
  /** The last `seq` of `deny_events`. */
  events: number;
  /** The generation that an import makes; null when there is none. */
  staged: number | null;
  /** Who imports, how far it is, and when it last got on (epoch milliseconds). */
  actor: string;
  done: number;
  total: number;
  seen_at: number;
};

export const firstDenyState: DenyStateTable = {
  id: 1,
  present: 1,
  changes: 0,
  events: 0,
  staged: null,
  actor: '',
  done: 0,
  total: 0,
  seen_at: 0,
};

/** Makes them, and moves the list and its history over. */
export async function createDenyGenerations(
  trx: Transaction<Schema>,
  table: TableMaker,
  index: IndexMaker,
): Promise<void> {
  await table(
    'deny_list',
    {
      id: 'text',
      born: 'bigint',
      gone: 'bigint?',
      kind: 'text',
      value: 'text',
      reason: 'text',
      note: 'text',
      scope: 'text',
      scope_value: 'text',
      expires_at: 'bigint?',
      created_by: 'text',
      created_at: 'bigint',
    },
    ['id', 'born'],
  );
  await table(
    'deny_events',
    {
      seq: 'bigint',
      generation: 'bigint',
      at: 'bigint',
      actor: 'text',
      action: 'text',
      entry_id: 'text',
      entry: 'text',
    },
    ['seq'],
  );
  await table(
    'deny_state',
    {
      id: 'integer',
      present: 'bigint',
      changes: 'bigint',
      events: 'bigint',
      staged: 'bigint?',
      actor: 'text',
      done: 'bigint',
      total: 'bigint',
      seen_at: 'bigint',
    },
    ['id'],
  );
  await sql`
    insert into deny_list (id, born, gone, kind, value, reason, note, scope, scope_value, expires_at, created_by, created_at)
    select id, 1, null, kind, value, reason, note, scope, scope_value, expires_at, created_by, created_at from deny_entries
  `.execute(trx);
  await sql`
    insert into deny_events (seq, generation, at, actor, action, entry_id, entry)
    select row_number() over (order by id), 1, at, actor, action, entry_id, entry from deny_history
  `.execute(trx);
  const { events } = await trx
    .selectFrom('deny_events')
    .select(({ fn }) => fn.countAll<number>().as('events'))
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('deny_state')
    .values({ ...firstDenyState, events })
    .execute();
  await index('deny_list', ['value', 'kind']);
  await index('deny_list', ['created_at', 'id']);
  await index('deny_events', ['entry_id', 'seq']);
  await trx.schema.dropTable('deny_entries').execute();
  await trx.schema.dropTable('deny_history').execute();
}
