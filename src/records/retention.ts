/**
 * What is kept no longer. A *mail* goes as a whole: its messages in all mailboxes, what they are found by, their claims,
 * decisions and questions. The caller removes jobs, raw mail and files before the rows that name them, so that a run that was
 * cut off is finished by the next one, and the sweep never takes an old entry for a lost one.
 *
 * Three things hold a mail back, whatever its age: an open review item, a decision under way, a recovery case.
 */
import type { Transaction } from 'kysely';
import { appendAudit, lockAudit } from './audit.ts';
import { type HandedOver, handedOver } from './handed-over.ts';
import type { Querying, Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { uncountMails } from './trace-counts.ts';

export type HeldBy = 'open-review' | 'pending-decision' | 'recovery-case' | 'open-ticket';

/** One mail with everything that is removed with it. */
export type MailToForget = {
  readonly mailId: string;
  readonly messageIds: readonly string[];
  readonly jobIds: readonly string[];
  readonly spoolKey: string | null;
};

/** Epoch milliseconds; what is older goes. */
export type RetentionLimits = {
  readonly raw: number;
  readonly trace: number;
  readonly rejected: number;
  readonly tickets: number;
};

export type RetentionRecords = {
  /**
   * Whether this work may begin: false when it was done less than `everyMs` ago, or is under way since less than `leaseMs`,
   * here or in another process. One that died is free again when its lease is over.
   */
  begin(name: string, times: { readonly everyMs: number; readonly leaseMs: number }, now: number): Promise<boolean>;
  /** It was done, in the run that began at `startedAt`. */
  finish(name: string, startedAt: number): Promise<void>;
  /** When this work was last begun, or done; null when it never was. */
  lastRun(name: string): Promise<number | null>;
  /** Notes that work is held back from `now` on. */
  hold(name: string, now: number): Promise<void>;
  letGo(name: string): Promise<void>;
  /** Mails whose trace is due, or which were rejected and are due as such. */
  mailsDue(limits: RetentionLimits): AsyncIterable<readonly MailToForget[]>;
  /** Mails whose raw text is due. */
  rawDue(limits: RetentionLimits): AsyncIterable<readonly MailToForget[]>;
  /** The job ids of a mail that has no trace; null when it has one. */
  orphanJobs(mailId: string): Promise<readonly string[] | null>;
  /** The raw mail is gone. */
  forgetRaw(mails: readonly MailToForget[]): Promise<void>;
  /** Removes everything about these mails but tickets that go on. */
  forgetMails(mails: readonly MailToForget[]): Promise<void>;
  /** Closed tickets that were last touched before the limit: a batch of those whose id is above `after`, by id. */
  ticketsDue(limits: RetentionLimits, after: string): Promise<readonly string[]>;
  /** What targets have of these tickets. */
  handedOver(ticketIds: readonly string[]): Promise<readonly HandedOver[]>;
  /**
   * Closes a batch of tickets in which nothing has happened since `before`, audited. Their clocks stay as they are: nobody
   * says that anybody answered. Resolves with how many.
   */
  closeIdle(before: number, by: { readonly actor: string; readonly at: number }): Promise<number>;
  /** Removes those that are still due. Resolves with how many. */
  forgetTickets(limits: RetentionLimits, ticketIds: readonly string[]): Promise<number>;
};

const mailsPerBatch = 200;
const idsPerStatement = 500;
/** Of a mail whose trace is missing; what is not there is not removed either. */
const mostMailboxes = 35;

export function retentionRecords(records: Records): RetentionRecords {
  return {
    begin: (name, { everyMs, leaseMs }, now) => records.writing((trx) => begin(trx, name, everyMs, leaseMs, now)),
    finish: (name, startedAt) =>
      records.writing(async (trx) => {
        const run = trx.updateTable('maintenance_runs').set({ started_at: startedAt }).where('name', '=', name);
        // A later run that began after this one's lease is not taken back.
        await run.where('started_at', '<', startedAt).execute();
      }),
    lastRun: async (name) => {
      const runs = records.db.selectFrom('maintenance_runs').select('started_at').where('name', '=', name);
      return (await runs.executeTakeFirst())?.started_at ?? null;
    },
    hold: (name, now) =>
      records.writing(async (trx) => {
        const held = trx.insertInto('maintenance_runs').values({ name, started_at: now });
        await held.onConflict((conflict) => conflict.column('name').doUpdateSet({ started_at: now })).execute();
      }),
    letGo: (name) =>
      records.writing(async (trx) => {
        await trx.deleteFrom('maintenance_runs').where('name', '=', name).execute();
      }),
    mailsDue: (limits) => batches(records, mailsOf(records, limits)),
    rawDue: (limits) => batches(records, rawOf(records, limits)),
    orphanJobs: async (mailId) => {
      const traced = await allOf(records, mailId);
      return traced > 0 ? null : Array.from({ length: mostMailboxes }, (_, index) => `${mailId}-${index}`);
    },
    forgetRaw: (mails) =>
      records.writing(async (trx) => {
        for (const ids of chunks(mails.flatMap(({ messageIds }) => messageIds))) {
          await trx.updateTable('trace').set({ spool_key: null }).where('message_id', 'in', ids).execute();
        }
      }),
    forgetMails: (mails) =>
      records.writing((trx) =>
        forgetMessages(
          trx,
          mails.flatMap(({ messageIds }) => messageIds),
        ),
      ),
    ticketsDue: async ({ tickets }, after) => {
      const next = ticketsDue(records.db, tickets).where('message_id', '>', after).orderBy('message_id');
      return (await next.limit(mailsPerBatch).execute()).map(({ message_id }) => message_id);
    },
    handedOver: (ticketIds) => handedOver(records.db, 'ticket_id', ticketIds),
    closeIdle: (before, by) => records.writing((trx) => closeIdle(trx, records.dialect, before, by)),
    forgetTickets: ({ tickets }, ticketIds) =>
      records.writing(async (trx) => {
        let removed = 0;
        for (const ids of chunks(ticketIds)) {
          const mine = ticketsDue(trx, tickets).where('message_id', 'in', ids);
          // A mail that joins one of them at this moment is waited for, or waits and finds it gone.
          const due = await (records.dialect === 'postgres' ? mine.forUpdate() : mine).execute();
          await forgetTickets(
            trx,
            due.map(({ message_id }) => message_id),
          );
          removed += due.length;
        }
        return removed;
      }),
  };
}

/** Until it is done it counts as begun so long ago that it is due again when the lease is over. */
async function begin(
  trx: Transaction<Schema>,
  name: string,
  everyMs: number,
  leaseMs: number,
  now: number,
): Promise<boolean> {
  const startedAt = now - everyMs + leaseMs;
  const began = await trx
    .insertInto('maintenance_runs')
    .values({ name, started_at: startedAt })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ started_at: startedAt })
        .where((where) => {
          const last = 'maintenance_runs.started_at';
          // In the future: by a clock that ran ahead and was set right. Nothing would be removed until that time comes.
          return where.or([where(last, '<=', now - everyMs), where(last, '>', now + everyMs)]);
        }),
    )
    .returning('started_at')
    .executeTakeFirst();
  return began !== undefined;
}

type Row = {
  readonly message_id: string;
  readonly mail_id: string;
  readonly spool_key: string | null;
  readonly received_at: number;
};
type Group = { readonly mailId: string; readonly rows: readonly Row[] };
type Wanted = { readonly before: number; readonly outcome?: 'rejected'; readonly hasRaw?: true };

/** Rows that are due, oldest first, together by mail: those of one mail have one time and neighbouring ids. */
async function* groupsOf({ db }: Records, { before, hasRaw, outcome }: Wanted): AsyncGenerator<Group> {
  let last: Row | null = null;
  let group: Row[] = [];
  for (;;) {
    let select = db
      .selectFrom('trace')
      .select(['message_id', 'mail_id', 'spool_key', 'received_at'])
      .where('received_at', '<', before);
    if (outcome !== undefined) select = select.where('outcome', '=', outcome);
    if (hasRaw) select = select.where('spool_key', 'is not', null);
    const from: Row | null = last;
    if (from !== null) {
      select = select.where((where) =>
        where(where.refTuple('received_at', 'message_id'), '>', where.tuple(from.received_at, from.message_id)),
      );
    }
    const rows: Row[] = await select.orderBy('received_at').orderBy('message_id').limit(500).execute();
    for (const row of rows) {
      const mailId = group[0]?.mail_id;
      if (mailId !== undefined && mailId !== row.mail_id) {
        yield { mailId, rows: group };
        group = [];
      }
      group.push(row);
    }
    last = rows.at(-1) ?? null;
    if (last !== null) continue;
    const mailId = group[0]?.mail_id;
    if (mailId !== undefined) yield { mailId, rows: group };
    return;
  }
}

async function* mailsOf(records: Records, { rejected, trace }: RetentionLimits): AsyncGenerator<Group> {
  yield* groupsOf(records, { before: trace });
  for await (const group of groupsOf(records, { before: rejected, outcome: 'rejected' })) {
    // One that was accepted in another mailbox stays as long as that.
    if (await isWhole(records, group)) yield group;
  }
}

async function* rawOf(records: Records, { raw }: RetentionLimits): AsyncGenerator<Group> {
  yield* groupsOf(records, { before: raw, hasRaw: true });
}

async function isWhole(records: Records, { mailId, rows }: Group): Promise<boolean> {
  return (await allOf(records, mailId)) === rows.length;
}

/** How many messages of a mail have a trace. */
async function allOf({ db }: Records, mailId: string): Promise<number> {
  const all = await db
    .selectFrom('trace')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('message_id', '>=', `${mailId}-`)
    .where('message_id', '<', `${mailId}.`)
    .executeTakeFirstOrThrow();
  return all.count;
}

async function* batches(records: Records, groups: AsyncIterable<Group>): AsyncGenerator<readonly MailToForget[]> {
  let batch: Group[] = [];
  for await (const group of groups) {
    batch.push(group);
    if (batch.length < mailsPerBatch) continue;
    yield await released(records, batch);
    batch = [];
  }
  if (batch.length > 0) yield await released(records, batch);
}

/** The mails of the batch that nothing holds back. */
async function released(records: Records, groups: readonly Group[]): Promise<readonly MailToForget[]> {
  const ids = groups.flatMap(({ rows }) => rows.map((row) => row.message_id));
  const held = await heldMessages(records, ids);
  const free = groups.filter(({ rows }) => !rows.some((row) => held.has(row.message_id)));
  const decisions = await decisionsOf(records, ids);
  return free.map(({ mailId, rows }) => ({
    mailId,
    messageIds: rows.map((row) => row.message_id),
    jobIds: rows.flatMap(({ message_id }) => [message_id, ...(decisions.get(message_id) ?? [])]),
    spoolKey: rows.find(({ spool_key }) => spool_key !== null)?.spool_key ?? null,
  }));
}

/** What holds back each of these messages. */
export async function heldMessages(
  { db }: Pick<Records, 'db'>,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, HeldBy>> {
  const held = new Map<string, HeldBy>();
  for (const ids of chunks(messageIds)) {
    const open = await db
      .selectFrom('reviews')
      .select('message_id')
      .where('message_id', 'in', ids)
      .where('state', '=', 'open')
      .execute();
    const pending = await db
      .selectFrom('follow_ups')
      .select('message_id')
      .where('message_id', 'in', ids)
      .where('state', '=', 'pending')
      .execute();
    const cases = await db
      .selectFrom('case_mails')
      .select('message_id')
      .where('message_id', 'in', ids)
      // Looked at, and no case came of it.
      .where('case_id', '!=', '')
      .execute();
    for (const { message_id } of open) held.set(message_id, 'open-review');
    for (const { message_id } of pending) held.set(message_id, 'pending-decision');
    for (const { message_id } of cases) held.set(message_id, 'recovery-case');
  }
  return held;
}

/** Job ids of later decisions, by message. */
export async function decisionsOf(
  { db }: Pick<Records, 'db'>,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const jobs = new Map<string, string[]>();
  for (const ids of chunks(messageIds)) {
    const rows = await db
      .selectFrom('follow_ups')
      .select(['message_id', 'number'])
      .where('message_id', 'in', ids)
      .execute();
    for (const { message_id, number } of rows) {
      jobs.set(message_id, [...(jobs.get(message_id) ?? []), `${message_id}-f${number}`]);
    }
  }
  return jobs;
}

/** Everything about these messages but tickets. */
export async function forgetMessages(trx: Transaction<Schema>, messageIds: readonly string[]): Promise<void> {
  for (const ids of chunks(messageIds)) {
    await trx.deleteFrom('trace_terms').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('trace_documents').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('duplicate_claims').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('follow_ups').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('reviews').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('verifications').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('notices').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('portal_authorizations').where('message_id', 'in', ids).execute();
    await trx.updateTable('trace').set({ duplicate_of: null }).where('duplicate_of', 'in', ids).execute();
    const gone = trx.deleteFrom('trace').where('message_id', 'in', ids).returning(['received_at', 'outcome', 'reason']);
    await uncountMails(trx, await gone.execute());
  }
}

function ticketsDue(db: Querying, before: number) {
  return (
    db
      .selectFrom('tickets')
      .select('message_id')
      .where('status', '=', 'closed')
      .where('updated_at', '<', before)
      // A mail of it that a recovery case or a decision under way holds back.
      .where((where) => {
        const mails = where
          .selectFrom('ticket_messages')
          .select('ticket_messages.message_id')
          .whereRef('ticket_messages.ticket_id', '=', 'tickets.message_id');
        const ofCases = where.selectFrom('case_mails').select('message_id');
        const pending = where.selectFrom('follow_ups').select('message_id').where('state', '=', 'pending');
        const held = mails.where((mail) =>
          mail.or([
            mail('ticket_messages.message_id', 'in', ofCases),
            mail('ticket_messages.message_id', 'in', pending),
          ]),
        );
        return where.not(where.exists(held));
      })
  );
}

async function closeIdle(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  before: number,
  { actor, at }: { readonly actor: string; readonly at: number },
): Promise<number> {
  await lockAudit(trx, dialect);
  const idle = trx
    .selectFrom('tickets')
    .select(['message_id', 'number', 'status'])
    .where('status', 'in', ['open', 'pending'])
    // It was opened no later than it was touched, and there is an index of that.
    .where('opened_at', '<', before)
    .where('updated_at', '<', before)
    .orderBy('message_id')
    .limit(mailsPerBatch);
  const rows = await (dialect === 'postgres' ? idle.forUpdate() : idle).execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ message_id }) => message_id);
  await trx.updateTable('tickets').set({ status: 'closed', updated_at: at }).where('message_id', 'in', ids).execute();
  await appendAudit(
    trx,
    dialect,
    rows.map(({ message_id: subject, number, status }) => ({
      at,
      actor,
      action: 'ticket.closed',
      subject,
      detail: { number, before: status, because: 'nothing happened in it' },
    })),
  );
  return rows.length;
}

/** Tickets with their mails, references, clocks and deliveries. */
export async function forgetTickets(trx: Transaction<Schema>, ticketIds: readonly string[]): Promise<void> {
  for (const ids of chunks(ticketIds)) {
    await trx.deleteFrom('handoff_deliveries').where('ticket_id', 'in', ids).execute();
    await trx.deleteFrom('ticket_clocks').where('ticket_id', 'in', ids).execute();
    await trx.deleteFrom('ticket_references').where('ticket_id', 'in', ids).execute();
    await trx.deleteFrom('ticket_messages').where('ticket_id', 'in', ids).execute();
    await trx.deleteFrom('tickets').where('message_id', 'in', ids).execute();
  }
}

export function* chunks<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < items.length; start += idsPerStatement) yield items.slice(start, start + idsPerStatement);
}
