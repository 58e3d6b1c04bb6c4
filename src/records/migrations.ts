/** The numbered steps that make the schema. A step that was released is never changed: a new one follows it. */
import { type CreateTableBuilder, type RawBuilder, sql, type Transaction } from 'kysely';
import { noteDirectory } from './directory-history.ts';
import type { RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { createAlertTables } from './tables-alerts.ts';
import { createApiTables } from './tables-api.ts';
import { createCaseTables, createOrderDeliveries } from './tables-cases.ts';
import { createConsoleTables } from './tables-console.ts';
import { createDenyGenerations } from './tables-deny.ts';
import { createNoticeTables } from './tables-notices.ts';
import { createAllowances, createReviewTables } from './tables-reviews.ts';
import { createLogInFailures, createLogIns, createStaffTables } from './tables-staff.ts';
import { createTicketTables } from './tables-tickets.ts';
import { recountMails } from './trace-counts.ts';
import { redactSubjects } from './trace-redaction.ts';
import { renewSenderTerms } from './trace-terms.ts';

export type Migration = {
  readonly id: number;
  readonly name: string;
  readonly up: (trx: Transaction<Schema>, dialect: RecordsDialect) => Promise<void>;
};

/** Ids run from 1 without a gap. */
export const migrations: readonly Migration[] = [
  { id: 1, name: 'first schema', up: firstSchema },
  { id: 2, name: 'recovery cases', up: recoveryCases },
  {
    id: 3,
    name: 'tokens of programs and the portal',
    up: (trx, dialect) => createApiTables(columnsOf(trx, dialect), indexesOf(trx)),
  },
  { id: 4, name: 'alerts', up: (trx, dialect) => createAlertTables(columnsOf(trx, dialect), indexesOf(trx)) },
  { id: 5, name: 'passkeys, paused queues, claims of items', up: consoleTables },
  { id: 6, name: 'counts by hour, terms by place, orders of lists', up: quickLists },
  { id: 7, name: 'allowed secondary addresses', up: (trx, dialect) => createAllowances(columnsOf(trx, dialect)) },
  { id: 8, name: 'work orders on their way to engineering', up: orderDeliveries },
  { id: 9, name: 'failed log-ins', up: (trx, dialect) => createLogInFailures(columnsOf(trx, dialect)) },
  { id: 10, name: 'when targets last took something', up: lastTaken },
  {
    id: 11,
    name: 'generations of the deny-list',
    up: (trx, dialect) => createDenyGenerations(trx, columnsOf(trx, dialect), indexesOf(trx)),
  },
  { id: 12, name: 'what failed between two log-ins', up: (trx, dialect) => createLogIns(columnsOf(trx, dialect)) },
  { id: 13, name: 'subjects without secrets', up: redactSubjects },
];

async function firstSchema(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<void> {
  const table = columnsOf(trx, dialect);
  await createDirectory(trx, table);
  await createDenylist(trx, table);
  await createTrace(trx, table);
  await createTicketTables(table, indexesOf(trx));
  await createStaffTables(table, indexesOf(trx));
  await createReviewTables(table, indexesOf(trx));
  await createNoticeTables(table, indexesOf(trx));
  await createAudit(trx, table);
}

async function recoveryCases(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<void> {
  await createCaseTables(columnsOf(trx, dialect), indexesOf(trx));
  // What stands in the directory now has stood there since the last import, and nobody knows how long before.
  const last = await trx.selectFrom('directory_imports').select('at').orderBy('id', 'desc').executeTakeFirst();
  const rows = await trx.selectFrom('tenants').select('document').execute();
  if (last !== undefined) {
    await noteDirectory(
      trx,
      rows.map((row) => JSON.parse(row.document)),
      last.at,
    );
  }
}

async function consoleTables(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<void> {
  await createConsoleTables(columnsOf(trx, dialect), indexesOf(trx));
}

async function orderDeliveries(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<void> {
  await createOrderDeliveries(columnsOf(trx, dialect), indexesOf(trx));
  await index(trx, 'case_events', ['kind', 'case_id']);
}

/** Alerts ask it every few seconds; the state stands first, for what waits is counted as often. */
async function lastTaken(trx: Transaction<Schema>): Promise<void> {
  await index(trx, 'handoff_deliveries', ['state', 'target', 'updated_at']);
  await index(trx, 'notices', ['sent_at']);
}

async function quickLists(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<void> {
  const table = columnsOf(trx, dialect);
  const columns = { hour: 'bigint', outcome: 'text', reason: 'text', mails: 'bigint' } as const;
  await table('trace_counts', columns, ['hour', 'outcome', 'reason']);
  await recountMails(trx);
  await renewSenderTerms(trx);
  await index(trx, 'deny_entries', ['created_at', 'id']);
  await index(trx, 'audit_log', ['actor', 'seq']);
  await index(trx, 'audit_log', ['action', 'seq']);
  await index(trx, 'tickets', ['opened_at', 'message_id']);
}

async function createDirectory(trx: Transaction<Schema>, table: TableMaker): Promise<void> {
  await table('tenants', { id: 'text', position: 'integer', facts: 'text', document: 'text' }, ['id']);
  await table('admins', { tenant_id: 'text', id: 'text', facts: 'text' }, ['tenant_id', 'id']);
  await table(
    'directory_addresses',
    { address: 'text', standing: 'text', tenant_id: 'text', admin_id: 'text?', requests: 'text?' },
    ['address'],
  );
  await table('directory_domains', { domain: 'text', tenant_id: 'text' }, ['domain']);
  await table(
    'directory_keys',
    { key_id: 'text', fingerprint: 'text', armored: 'text', tenant_id: 'text', admin_id: 'text', address: 'text' },
    ['key_id', 'fingerprint', 'tenant_id', 'admin_id'],
  );
  await index(trx, 'directory_keys', ['address']);
  await table('directory_names', { lookalike_key: 'text', name: 'text' }, ['lookalike_key', 'name']);
  await table(
    'directory_imports',
    { id: 'text', at: 'bigint', actor: 'text', tenants: 'integer', admins: 'integer', keys: 'integer', digest: 'text' },
    ['id'],
  );
}

async function createDenylist(trx: Transaction<Schema>, table: TableMaker): Promise<void> {
  await table(
    'deny_entries',
    {
      id: 'text',
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
    ['id'],
  );
  await index(trx, 'deny_entries', ['value', 'kind']);
  await table('deny_counters', { entry_id: 'text', hits: 'bigint', last_hit_at: 'bigint' }, ['entry_id']);
  await table(
    'deny_history',
    { id: 'text', at: 'bigint', actor: 'text', action: 'text', entry_id: 'text', entry: 'text' },
    ['id'],
  );
  await index(trx, 'deny_history', ['entry_id', 'id']);
}

async function createTrace(trx: Transaction<Schema>, table: TableMaker): Promise<void> {
  await table(
    'trace',
    {
      message_id: 'text',
      mail_id: 'text',
      received_at: 'bigint',
      recorded_at: 'bigint',
      outcome: 'text',
      reason: 'text',
      rule: 'text',
      department: 'text',
      assurance: 'text',
      severity: 'integer',
      client_ip: 'text',
      mail_from: 'text',
      recipient: 'text',
      sender_address: 'text?',
      tenant_id: 'text?',
      admin_id: 'text?',
      spool_key: 'text?',
      rfc_message_id: 'text?',
      content_digest: 'text?',
      subject: 'text?',
      size: 'bigint?',
      reply_code: 'integer?',
      reply_enhanced: 'text?',
      reply_text: 'text?',
      duplicate_of: 'text?',
    },
    ['message_id'],
  );
  // Each list of mails is newest first, with the message id to tell equal times apart.
  await index(trx, 'trace', ['received_at', 'message_id']);
  await index(trx, 'trace', ['outcome', 'received_at', 'message_id']);
  await index(trx, 'trace', ['reason', 'received_at', 'message_id']);
  await index(trx, 'trace', ['rule', 'received_at', 'message_id']);
  await index(trx, 'trace', ['duplicate_of']);
  await table(
    'trace_documents',
    { message_id: 'text', judged: 'text', evidence: 'text?', envelope: 'text?', timings: 'text?' },
    ['message_id'],
  );
  await table('trace_terms', { term: 'text', received_at: 'bigint', message_id: 'text' }, [
    'term',
    'received_at',
    'message_id',
  ]);
  await index(trx, 'trace_terms', ['message_id']); // to be forgotten with their mail
  await table(
    'duplicate_claims',
    { claim_key: 'text', message_id: 'text', assurance_rank: 'integer', outcome_rank: 'integer' },
    ['claim_key'],
  );
  await index(trx, 'duplicate_claims', ['message_id']);
  await table('replays', { replay_key: 'text', content_digest: 'text', mail_id: 'text', recorded_at: 'bigint' }, [
    'replay_key',
  ]);
  await index(trx, 'replays', ['recorded_at']);
  await table(
    'refusals',
    {
      id: 'text',
      at: 'bigint',
      ip: 'text',
      helo: 'text',
      mail_from: 'text?',
      recipient: 'text?',
      stage: 'text',
      reply_code: 'integer',
      reply_enhanced: 'text',
      reply_text: 'text',
      cause: 'text',
    },
    ['id'],
  );
  await index(trx, 'refusals', ['at', 'id']);
  await index(trx, 'refusals', ['ip', 'at', 'id']);
  await index(trx, 'refusals', ['mail_from', 'at', 'id']);
  await index(trx, 'refusals', ['recipient', 'at', 'id']);
}

async function createAudit(trx: Transaction<Schema>, table: TableMaker): Promise<void> {
  await table(
    'audit_log',
    {
      seq: 'bigint',
      at: 'bigint',
      actor: 'text',
      action: 'text',
      subject: 'text',
      detail: 'text',
      previous_hash: 'text',
      hash: 'text',
    },
    ['seq'],
  );
  await index(trx, 'audit_log', ['subject', 'seq']);
  await table('audit_head', { id: 'integer', seq: 'bigint', hash: 'text' }, ['id']);
  await trx.insertInto('audit_head').values({ id: 1, seq: 0, hash: '' }).execute();
}

type ColumnType = 'text' | 'integer' | 'bigint' | 'text?' | 'integer?' | 'bigint?';
/** Every column of the table must be named, so that schema and `Schema` cannot drift apart. */
export type TableMaker = <Table extends keyof Schema>(
  name: Table,
  columns: { readonly [Column in keyof Schema[Table]]: ColumnType },
  key: readonly (keyof Schema[Table] & string)[],
) => Promise<void>;

function columnsOf(trx: Transaction<Schema>, dialect: RecordsDialect): TableMaker {
  return async (name, columns, key) => {
    let table: CreateTableBuilder<string, string> = trx.schema.createTable(name);
    for (const [column, type] of Object.entries<ColumnType>(columns)) {
      const optional = type.endsWith('?');
      table = table.addColumn(column, dataType(optional ? type.slice(0, -1) : type, dialect), (definition) =>
        optional ? definition : definition.notNull(),
      );
    }
    await table.addPrimaryKeyConstraint(`${name}_key`, [...key]).execute();
  };
}

/**
 * Text is compared by code point in both databases: ours are keys, not prose, and an index in a language's order breaks
 * when the server's C library changes that order.
 */
function dataType(type: string, dialect: RecordsDialect): RawBuilder<unknown> {
  return type === 'text' && dialect === 'postgres' ? sql`text collate "C"` : sql.raw(type);
}

/** Makes an index whose columns are those of the table. */
export type IndexMaker = <Table extends keyof Schema>(
  table: Table,
  columns: readonly (keyof Schema[Table] & string)[],
  unique?: 'unique',
) => Promise<void>;

function indexesOf(trx: Transaction<Schema>): IndexMaker {
  return (table, columns, unique) => index(trx, table, columns, unique);
}

async function index<Table extends keyof Schema>(
  trx: Transaction<Schema>,
  table: Table,
  columns: readonly (keyof Schema[Table] & string)[],
  unique?: 'unique',
): Promise<void> {
  const names: string[] = [...columns];
  const create = trx.schema.createIndex(`${table}_by_${names[0]}`).on(table).columns(names);
  await (unique === undefined ? create : create.unique()).execute();
}
