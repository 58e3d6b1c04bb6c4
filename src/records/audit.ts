/**
 * The audit log: append-only, each row bound to the one before it by a hash, so that a changed, removed or inserted row
 * shows. Whoever can write the database can still make a whole new chain; `head` is there to be kept elsewhere.
 */
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { withoutAddresses } from './address-hash.ts';
import type { Querying, Records, RecordsDialect } from './open-records.ts';
import type { AuditLogTable, Schema } from './schema.ts';
import { storable } from './storable.ts';
import { unhurried } from './unhurried.ts';

export type AuditEntry = {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Staff name, `cli:<user>`, or `system`. */
  readonly actor: string;
  /** What was done: `deny.add`, `directory.import`, … */
  readonly action: string;
  /** What it was done to: an id. */
  readonly subject: string;
  /** Anything that JSON holds. */
  readonly detail: unknown;
};

export type AuditRow = AuditEntry & { readonly seq: number; readonly hash: string };

/** The end of the chain. `seq` 0 and an empty hash while nothing was logged. */
export type AuditHead = { readonly seq: number; readonly hash: string };

export type AuditVerification =
  | { readonly ok: true; readonly entries: number; readonly head: AuditHead }
  /** `seq` is the first row that does not fit. */
  | { readonly ok: false; readonly seq: number; readonly cause: string };

export type AuditQuery = {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  /** At most 1,000. */
  readonly limit: number;
  /** Rows before this one: the last `seq` of the page before. */
  readonly before?: number;
};

export type AuditRecords = {
  append(entry: AuditEntry): Promise<AuditRow>;
  /** Newest first. */
  list(query: AuditQuery): Promise<readonly AuditRow[]>;
  head(): Promise<AuditHead>;
  /** Reads the whole log. `anchor` is a head kept from earlier: that row must still be there, unchanged. */
  verify(anchor?: AuditHead): Promise<AuditVerification>;
  /**
   * Removes rows older than `before` from the beginning, and logs that. The chain begins behind them from then on, and an
   * anchor among them is known no longer. Resolves with how many.
   */
  prune(before: number, by: Pick<AuditEntry, 'actor' | 'at'>): Promise<number>;
};

export function auditRecords(records: Records): AuditRecords {
  return {
    append: async (entry) => {
      const [row] = await records.writing((trx) => appendAudit(trx, records.dialect, [entry]));
      if (row === undefined) throw new Error('the audit log took no row');
      return row;
    },
    list: (query) => listRows(records, query),
    head: () => readHead(records),
    verify: (anchor) => verifyChain(records, anchor),
    prune: (before, by) => records.writing((trx) => pruneChain(trx, records.dialect, before, by)),
  };
}

// A row has eight parameters; SQLite takes 32,766 a statement.
const rowsPerStatement = 500;

/** Appends inside a transaction, so that a change and its audit rows stand or fall together. */
export async function appendAudit(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  entries: readonly AuditEntry[],
): Promise<readonly AuditRow[]> {
  if (entries.length === 0) return [];
  let head = await lockAudit(trx, dialect);
  const rows: AuditLogTable[] = [];
  for await (const some of unhurried(entries, rowsPerStatement)) {
    const part: AuditLogTable[] = [];
    for (const entry of some) {
      const row = chained(entry, head);
      part.push(row);
      head = row;
    }
    await trx.insertInto('audit_log').values(part).execute();
    rows.push(...part);
  }
  await trx.updateTable('audit_head').set({ seq: head.seq, hash: head.hash }).where('id', '=', 1).execute();
  return rows.map(auditRow);
}

/**
 * Locks the end of the chain until the transaction ends, so that concurrent appends stand in line. A change that is
 * audited takes this lock first: then changes, too, come one after the other and none sees half of another.
 */
export async function lockAudit(trx: Transaction<Schema>, dialect: RecordsDialect): Promise<AuditHead> {
  const query = trx.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1);
  return (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

function chained(entry: AuditEntry, head: AuditHead): AuditLogTable {
  const row = {
    seq: head.seq + 1,
    at: entry.at,
    actor: storable(entry.actor),
    action: storable(entry.action),
    subject: storable(entry.subject),
    // The text is kept as it was hashed; JSON has no NUL and no lone surrogate that a database would change.
    detail: JSON.stringify(entry.detail ?? null, asKept),
    previous_hash: head.hash,
  };
  return { ...row, hash: hashOf(row) };
}

/** What staff wrote in their own words, which may name whoever it is about. */
const freeTexts = new Set(['note', 'reason', 'because', 'cause']);

function asKept(name: string, value: unknown): unknown {
  return typeof value === 'string' && freeTexts.has(name) ? withoutAddresses(value) : value;
}

/** An array has one order, so this is one text for one row. */
function hashOf(row: Omit<AuditLogTable, 'hash'>): string {
  const text = JSON.stringify([row.previous_hash, row.seq, row.at, row.actor, row.action, row.subject, row.detail]);
  return createHash('sha256').update(text).digest('hex');
}

async function readHead({ db }: Records): Promise<AuditHead> {
  return db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1).executeTakeFirstOrThrow();
}

async function listRows({ db }: Records, query: AuditQuery): Promise<readonly AuditRow[]> {
  const { action, actor, before, subject } = query;
  let select = db.selectFrom('audit_log').selectAll();
  if (actor !== undefined) select = select.where('actor', '=', actor);
  if (action !== undefined) select = select.where('action', '=', action);
  if (subject !== undefined) select = select.where('subject', '=', subject);
  if (before !== undefined) select = select.where('seq', '<', before);
  const rows = await select.orderBy('seq', 'desc').limit(Math.min(query.limit, 1_000)).execute();
  return rows.map(auditRow);
}

/** Row of `audit_head` that holds the last removed row; absent while nothing was removed. */
const baseId = 0;
const prunedAction = 'audit.prune';

/** Whether the log's beginning was removed: what it does not name may have happened all the same. */
export async function isAuditPruned(db: Querying): Promise<boolean> {
  return (await db.selectFrom('audit_head').select('id').where('id', '=', baseId).executeTakeFirst()) !== undefined;
}

async function pruneChain(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  before: number,
  by: Pick<AuditEntry, 'actor' | 'at'>,
): Promise<number> {
  const head = await lockAudit(trx, dialect);
  // Rows of equal or disordered times: everything before the first one that stays.
  const kept = await trx
    .selectFrom('audit_log')
    .select((select) => select.fn.min('seq').as('seq'))
    .where('at', '>=', before)
    .executeTakeFirst();
  const last = await trx
    .selectFrom('audit_log')
    .select(['seq', 'hash'])
    .where('seq', '<', kept?.seq ?? head.seq + 1)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return 0;
  const removed = await trx.deleteFrom('audit_log').where('seq', '<=', last.seq).executeTakeFirst();
  await trx.deleteFrom('audit_head').where('id', '=', baseId).execute();
  await trx
    .insertInto('audit_head')
    .values({ id: baseId, ...last })
    .execute();
  await appendAudit(trx, dialect, [{ ...by, action: prunedAction, subject: String(last.seq), detail: last }]);
  return Number(removed.numDeletedRows);
}

/** Where the log begins. It counts only if the log itself says that what came before was removed in order. */
async function readBase({ db }: Records): Promise<AuditHead | null> {
  const base = await db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', baseId).executeTakeFirst();
  if (base === undefined) return { seq: 0, hash: '' };
  const said = await db
    .selectFrom('audit_log')
    .select('detail')
    .where('action', '=', prunedAction)
    .where('subject', '=', String(base.seq))
    .execute();
  const { hash, seq } = base;
  return said.some(({ detail }) => detail === JSON.stringify({ seq, hash })) ? { seq, hash } : null;
}

const rowsPerPage = 1_000;

async function verifyChain(records: Records, anchor: AuditHead | undefined): Promise<AuditVerification> {
  // Read first: rows that others append from now on are not part of this verification.
  const head = await readHead(records);
  if (anchor !== undefined && anchor.seq > head.seq) return broken(head.seq + 1, 'the log is shorter than it was');
  const base = await readBase(records);
  if (base === null) return broken(1, 'rows were removed, and the log does not say so');
  if (anchor !== undefined && anchor.seq < base.seq) return broken(anchor.seq, 'the row was removed with its age');
  if (anchor !== undefined && anchor.seq === base.seq && base.seq > 0 && anchor.hash !== base.hash) {
    return broken(base.seq, 'the row was not the one that was noted');
  }
  let last: AuditHead = base;
  while (last.seq < head.seq) {
    const rows = await records.db
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', last.seq)
      .where('seq', '<=', head.seq)
      .orderBy('seq')
      .limit(rowsPerPage)
      .execute();
    if (rows.length === 0) return broken(last.seq + 1, 'the row is missing');
    for (const row of rows) {
      const fault = faultOf(row, last, anchor);
      if (fault !== null) return broken(last.seq + 1, fault);
      last = { seq: row.seq, hash: row.hash };
    }
  }
  const stray = await strayRow(records);
  if (stray !== null) return broken(stray, 'the row is not part of the chain');
  return last.hash === head.hash
    ? { ok: true, entries: head.seq - base.seq, head }
    : broken(head.seq, 'the last row is not the one that was appended last');
}

/**
 * A row before the beginning or behind the end of the chain: lists would show it, and no hash binds it. One statement, so
 * that rows which others append meanwhile are seen together with their end.
 */
async function strayRow({ db }: Records): Promise<number | null> {
  const end = (id: number) => sql<number>`coalesce((select seq from audit_head where id = ${id}), 0)`;
  const row = await db
    .selectFrom('audit_log')
    .select('seq')
    .where((where) => where.or([where('seq', '<=', end(baseId)), where('seq', '>', end(1))]))
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? null;
}

function faultOf(row: AuditLogTable, last: AuditHead, anchor: AuditHead | undefined): string | null {
  if (row.seq !== last.seq + 1) return 'the row is missing';
  if (row.previous_hash !== last.hash) return 'the row does not follow the one before it';
  if (row.hash !== hashOf(row)) return 'the row was changed';
  if (anchor?.seq === row.seq && anchor.hash !== row.hash) return 'the row is not the one that was noted';
  return null;
}

function broken(seq: number, cause: string): AuditVerification {
  return { ok: false, seq, cause };
}

function auditRow(row: AuditLogTable): AuditRow {
  const { action, actor, at, hash, seq, subject } = row;
  return { seq, at, actor, action, subject, detail: JSON.parse(row.detail), hash };
}
