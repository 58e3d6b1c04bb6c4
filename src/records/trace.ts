/**
 * The message trace: one row for each mail in each mailbox, written once however often its job runs.
 *
 * Terms: a *message* is a mail in one mailbox (`messageId`); a *claim* says which message speaks for a Message-ID,
 * digest and recipient; a *copy* is a later message with the same claim, linked to the one that holds it.
 */

import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { redact } from '../classify/secrets.ts';
import type { Assurance, Evidence } from '../evidence/finding.ts';
import type { Sidecar } from '../intake/sidecar.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Envelope } from '../message/envelope.ts';
import type { TicketDraft } from '../tickets/draft.ts';
import { countHits } from './deny-counters.ts';
import { type FollowUp, followUpsOf } from './follow-ups.ts';
import { type Delivery, deliveriesOf, inHand, type Taken, type Taking } from './handoff.ts';
import { type NoticeEntry, noticesOf } from './notices.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import { openTickets } from './open-tickets.ts';
import { rememberReplays } from './replays.ts';
import { openReviews } from './reviews.ts';
import type { Schema, TraceTable } from './schema.ts';
import { settleFollowUps } from './settled-follow-ups.ts';
import { storable, storableOrNull } from './storable.ts';
import type { TicketsTable } from './tables-tickets.ts';
import { countMails, countOutcomes, type OutcomeCount } from './trace-counts.ts';
import { searchTrace, type TracePage, type TraceQuery } from './trace-search.ts';
import { termsOf } from './trace-terms.ts';

/** The sidecar is null for a mail that was refused in the session and so was not spooled. */
export type TraceInput = {
  readonly mail: JudgedMail;
  readonly sidecar: Sidecar | null;
  /** What the ticket of an accepted mail holds; without it the ticket has no text and goes to no target. */
  readonly ticket?: TicketDraft | null;
  /** Targets that a new ticket is handed over to at once, by the caller itself. */
  readonly taking?: Taking;
};

export type TraceOutcome =
  /** `taken`: deliveries that are in the caller's hands now. */
  | { readonly kind: 'recorded'; readonly messageId: string; readonly taken?: readonly Taken[] }
  /** The job ran before; nothing was changed. */
  | { readonly kind: 'already'; readonly messageId: string; readonly linkedTo: string | null }
  /** Recorded as a copy of another message, which has the ticket. */
  | { readonly kind: 'duplicate'; readonly messageId: string; readonly linkedTo: string };

export type TraceRecords = {
  /**
   * Records a batch in one transaction: trace, terms, duplicate claims, tickets for accepted mail, replay keys and hit
   * counts of the deny-list. Outcomes are in the order of the batch. Rejects when storage does, with nothing written.
   */
  record(batch: readonly TraceInput[], now: number): Promise<readonly TraceOutcome[]>;
  /** Which of these messages have a row already. */
  has(messageIds: readonly string[]): Promise<Set<string>>;
  /** Everything about one message, or null. */
  get(messageId: string): Promise<TraceRecord | null>;
  /** Newest first. Rejects with RangeError when `after` did not come from a page. */
  search(query: TraceQuery): Promise<TracePage>;
  /** Mails received at or after `since`, counted. */
  countsSince(since: number): Promise<readonly OutcomeCount[]>;
};

/** One message with everything that explains it. */
export type TraceRecord = {
  readonly row: Readonly<TraceTable>;
  readonly judged: JudgedMail;
  readonly evidence: Evidence | null;
  readonly envelope: Envelope | null;
  readonly timings: Readonly<Record<string, number>> | null;
  readonly ticket: Readonly<TicketsTable> | null;
  /** Ids of the messages that are copies of this one. */
  readonly copies: readonly string[];
  /** What was decided after the verdict, oldest first. */
  readonly followUps: readonly FollowUp[];
  /** Where its ticket was handed over to, and how far that is. */
  readonly deliveries: readonly Delivery[];
  /** What anybody was told of it. */
  readonly notices: readonly NoticeEntry[];
};

export function traceRecords(records: Records): TraceRecords {
  return {
    record: (batch, now) => records.writing((trx) => recordBatch(trx, records.dialect, batch, now)),
    has: (messageIds) => findKnown(records, messageIds),
    get: (messageId) => getRecord(records, messageId),
    search: (query) => searchTrace(records, query),
    countsSince: (since) => countOutcomes(records, since),
  };
}

/**
 * All locks are taken in one order by every writer (trace rows, then claims, both by key), so that two workers with
 * overlapping batches wait for each other instead of deadlocking.
 */
async function recordBatch(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  batch: readonly TraceInput[],
  now: number,
): Promise<readonly TraceOutcome[]> {
  const arrived = batch.filter(({ mail }) => mail.followUp === undefined);
  const decided = batch.filter(({ mail }) => mail.followUp !== undefined);
  const recorded = (await recordArrivals(trx, dialect, arrived, now)).values();
  const settled = (await settleFollowUps(trx, decided, now)).values();
  return batch.flatMap(({ mail }) => (mail.followUp === undefined ? recorded : settled).next().value ?? []);
}

async function recordArrivals(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  batch: readonly TraceInput[],
  now: number,
): Promise<readonly TraceOutcome[]> {
  if (batch.length === 0) return [];
  const inputs = [...new Map(batch.map((input) => [input.mail.messageId, input])).values()].sort(byMessageId);
  const inserted = await insertRows(trx, inputs, now);
  const fresh = inputs.filter((input) => inserted.has(input.mail.messageId));
  const links = await claim(trx, dialect, fresh);
  await insertDocuments(trx, fresh);
  await insertTerms(trx, fresh);
  const originals = fresh.filter((input) => !links.has(input.mail.messageId));
  const taken = await openTickets(trx, originals, now);
  await openReviews(trx, originals);
  await rememberReplays(trx, fresh, now);
  await countHits(trx, fresh);
  const earlierLinks = await linksOf(
    trx,
    inputs.filter((input) => !inserted.has(input.mail.messageId)),
  );
  await countMails(
    trx,
    fresh.map((input) => traceRow(input, now)),
  );
  return batch.map((input, position) => {
    const { messageId } = input.mail;
    const isFirst = batch.findIndex((other) => other.mail.messageId === messageId) === position;
    const linkedTo = links.get(messageId) ?? null;
    if (!inserted.has(messageId)) return { kind: 'already', messageId, linkedTo: earlierLinks.get(messageId) ?? null };
    if (!isFirst) return { kind: 'already', messageId, linkedTo };
    return linkedTo === null
      ? { kind: 'recorded', messageId, ...inHand(taken, messageId) }
      : { kind: 'duplicate', messageId, linkedTo };
  });
}

function byMessageId(one: TraceInput, other: TraceInput): number {
  return compareText(one.mail.messageId, other.mail.messageId);
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

async function insertRows(trx: Transaction<Schema>, inputs: readonly TraceInput[], now: number): Promise<Set<string>> {
  const inserted = await trx
    .insertInto('trace')
    .values(inputs.map((input) => traceRow(input, now)))
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .returning('message_id')
    .execute();
  return new Set(inserted.map((row) => row.message_id));
}

/** What a list of mails shows of one. */
export function traceRow({ mail, sidecar }: TraceInput, now: number): TraceTable {
  const told = sidecar ?? mail.refusal ?? null;
  return {
    message_id: mail.messageId,
    mail_id: mail.messageId.slice(0, mail.messageId.lastIndexOf('-')),
    received_at: mail.receivedAt,
    recorded_at: now,
    outcome: mail.verdict.outcome,
    reason: mail.verdict.reason,
    rule: mail.verdict.rule,
    department: mail.verdict.department,
    assurance: mail.verdict.assurance,
    severity: mail.verdict.severity,
    client_ip: storable(mail.envelope.client.ip),
    mail_from: storable(mail.envelope.mailFrom),
    recipient: storable(mail.envelope.recipient),
    sender_address: storableOrNull(mail.sender.address),
    tenant_id: storableOrNull(mail.sender.tenant),
    admin_id: storableOrNull(mail.sender.admin),
    spool_key: mail.spoolKey,
    rfc_message_id: told === null ? null : storableOrNull(told.rfcMessageId),
    content_digest: sidecar === null ? null : storable(sidecar.contentDigest),
    // P-SECRETS: the mail itself in the spool keeps its subject as it came.
    subject: told === null ? null : storable(redact(told.subject), 1_000),
    size: told?.size ?? null,
    reply_code: told?.reply.code ?? null,
    reply_enhanced: told?.reply.enhanced ?? null,
    reply_text: told === null ? null : storable(told.reply.text),
    duplicate_of: null,
  };
}

const assuranceRanks: Readonly<Record<Assurance, number>> = { forged: 0, unknown: 1, claimed: 2, proven: 3 };
const outcomeRanks: Readonly<Record<TraceTable['outcome'], number>> = { rejected: 0, escalated: 1, accepted: 2 };

type Claim = Schema['duplicate_claims'];

/**
 * Claims the duplicate key of each mail and links the losers. Resolves with the winner's id by the loser's.
 *
 * A mail is linked only to one that was proven at least as well *and* got at least as far: a forged early copy must not
 * swallow the real mail (POLICY "Proof"), and neither may a copy that was rejected before staff lifted the deny entry.
 * Any other mail stands by itself, and takes the claim over when it is the better one.
 */
async function claim(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  inputs: readonly TraceInput[],
): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  const wanted = inputs.flatMap(claimOf).sort((one, other) => compareText(one.claim_key, other.claim_key));
  const free = await insertClaims(trx, wanted);
  for (const mine of wanted) {
    if (free.has(mine.message_id)) continue;
    const held = await lockedClaim(trx, dialect, mine.claim_key);
    if (held.assurance_rank >= mine.assurance_rank && held.outcome_rank >= mine.outcome_rank) {
      links.set(mine.message_id, held.message_id);
    } else if (isBetter(mine, held)) {
      await trx.updateTable('duplicate_claims').set(mine).where('claim_key', '=', mine.claim_key).execute();
    }
  }
  for (const [messageId, winner] of links) {
    await trx.updateTable('trace').set({ duplicate_of: winner }).where('message_id', '=', messageId).execute();
  }
  return links;
}

function isBetter(mine: Claim, held: Claim): boolean {
  if (mine.assurance_rank !== held.assurance_rank) return mine.assurance_rank > held.assurance_rank;
  return mine.outcome_rank > held.outcome_rank;
}

/** The claims that nobody held; the first of several in the batch gets it. Resolves with the ids that got theirs. */
async function insertClaims(trx: Transaction<Schema>, wanted: readonly Claim[]): Promise<Set<string>> {
  const firsts = wanted.filter((mine, position) => wanted[position - 1]?.claim_key !== mine.claim_key);
  if (firsts.length === 0) return new Set();
  const got = await trx
    .insertInto('duplicate_claims')
    .values(firsts)
    .onConflict((conflict) => conflict.column('claim_key').doNothing())
    .returning('message_id')
    .execute();
  return new Set(got.map((row) => row.message_id));
}

/** The row is locked until the transaction ends; SQLite has locked everything already. */
async function lockedClaim(trx: Transaction<Schema>, dialect: RecordsDialect, claimKey: string): Promise<Claim> {
  const query = trx.selectFrom('duplicate_claims').selectAll().where('claim_key', '=', claimKey);
  return (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

/** A mail without a Message-ID is a copy only of the very same octets: two people may write the same few words. */
function claimOf({ mail, sidecar }: TraceInput): readonly Claim[] {
  if (sidecar === null) return [];
  const identity =
    sidecar.rfcMessageId === null
      ? ['octets', sidecar.sha256, mail.envelope.recipient]
      : ['id', sidecar.rfcMessageId, sidecar.contentDigest, mail.envelope.recipient];
  return [
    {
      claim_key: createHash('sha256').update(JSON.stringify(identity)).digest('hex'),
      message_id: mail.messageId,
      assurance_rank: assuranceRanks[mail.verdict.assurance],
      outcome_rank: outcomeRanks[mail.verdict.outcome],
    },
  ];
}

async function insertDocuments(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<void> {
  if (inputs.length === 0) return;
  await trx.insertInto('trace_documents').values(inputs.map(documentRow)).execute();
}

/** What explains one. */
export function documentRow({ mail, sidecar }: TraceInput): Schema['trace_documents'] {
  const { refusal, ...judged } = mail;
  const told = sidecar ?? refusal ?? null;
  return {
    message_id: mail.messageId,
    judged: JSON.stringify(judged),
    evidence: told === null ? null : JSON.stringify(told.evidence),
    envelope: sidecar === null ? null : JSON.stringify(sidecar.envelope),
    timings: told === null ? null : JSON.stringify(told.timings),
  };
}

// PostgreSQL takes 65,535 parameters a statement, SQLite 32,766; a row has three.
const termsPerStatement = 1_000;

async function insertTerms(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<void> {
  const rows = inputs.flatMap(termRows);
  for (let start = 0; start < rows.length; start += termsPerStatement) {
    await trx
      .insertInto('trace_terms')
      .values(rows.slice(start, start + termsPerStatement))
      .execute();
  }
}

/** What one is found by. */
export function termRows(input: TraceInput): readonly Schema['trace_terms'][] {
  const { messageId, receivedAt } = input.mail;
  return termsOf(input).map((term) => ({ term, received_at: receivedAt, message_id: messageId }));
}

async function linksOf(
  trx: Transaction<Schema>,
  inputs: readonly TraceInput[],
): Promise<ReadonlyMap<string, string | null>> {
  if (inputs.length === 0) return new Map();
  const rows = await trx
    .selectFrom('trace')
    .select(['message_id', 'duplicate_of'])
    .where(
      'message_id',
      'in',
      inputs.map((input) => input.mail.messageId),
    )
    .execute();
  return new Map(rows.map((row) => [row.message_id, row.duplicate_of]));
}

async function findKnown(records: Records, messageIds: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < messageIds.length; start += 500) {
    const rows = await records.db
      .selectFrom('trace')
      .select('message_id')
      .where('message_id', 'in', messageIds.slice(start, start + 500))
      .execute();
    for (const row of rows) known.add(row.message_id);
  }
  return known;
}

async function getRecord({ db }: Records, messageId: string): Promise<TraceRecord | null> {
  const row = await db.selectFrom('trace').selectAll().where('message_id', '=', messageId).executeTakeFirst();
  const document = await db
    .selectFrom('trace_documents')
    .selectAll()
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  if (row === undefined || document === undefined) return null;
  const ticket = await db
    .selectFrom('tickets')
    .innerJoin('ticket_messages', 'ticket_messages.ticket_id', 'tickets.message_id')
    .selectAll('tickets')
    .where('ticket_messages.message_id', '=', messageId)
    .executeTakeFirst();
  const copies = await db
    .selectFrom('trace')
    .select('message_id')
    .where('duplicate_of', '=', messageId)
    .orderBy('message_id')
    .limit(100)
    .execute();
  return {
    row,
    judged: JSON.parse(document.judged),
    evidence: document.evidence === null ? null : JSON.parse(document.evidence),
    envelope: document.envelope === null ? null : JSON.parse(document.envelope),
    timings: document.timings === null ? null : JSON.parse(document.timings),
    ticket: ticket ?? null,
    copies: copies.map((copy) => copy.message_id),
    followUps: await followUpsOf(db, messageId),
    deliveries: await deliveriesOf(db, messageId),
    notices: await noticesOf(db, messageId),
  };
}
