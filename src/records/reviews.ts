/**
 * Review items: one for each escalated mail, decided once. An item is opened in the transaction of its trace; a decision,
 * what it puts on or takes off the deny-list, its follow-up and its audit rows stand or fall together.
 */
import type { Transaction } from 'kysely';
import type { AlertEvent } from '../alerts/event.ts';
import type { DenyEntry } from '../denylist/entry.ts';
import type { AdminFacts } from '../directory/tenant.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { ReviewDecision } from '../reviews/deciding.ts';
import { type ProposedDeny, proposalOf, repeatWithinMs } from '../reviews/proposal.ts';
import { addressHash } from './address-hash.ts';
import { raiseAlerts } from './alert-events.ts';
import { keepAllowance } from './allowances.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { type Entering, enterProposal } from './deny-proposals.ts';
import { applyChange } from './denylist.ts';
import { openFollowUp } from './follow-ups.ts';
import { insertAll } from './insert-all.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable, storableOrNull } from './storable.ts';
import type { ReviewsTable } from './tables-reviews.ts';
import type { TraceInput } from './trace.ts';

export type Review = Omit<Readonly<ReviewsTable>, 'proposal'> & { readonly proposal: ProposedDeny | null };

export type ReviewQuery = {
  readonly state?: Review['state'];
  /** At most 500. */
  readonly limit: number;
  /** The last item of the page before. */
  readonly after?: Pick<Review, 'opened_at' | 'message_id'>;
};

/** Somebody else decided, or changed the item, since it was looked at; the message is one line for staff. */
export class ReviewConflict extends Error {
  override readonly name = 'ReviewConflict';
}

export type ReviewRecords = {
  get(messageId: string): Promise<Review | null>;
  /** Oldest first: who waits longest is served first. */
  list(query: ReviewQuery): Promise<readonly Review[]>;
  counts(): Promise<Readonly<Record<Review['state'], number>>>;
  /** By message id; mail without a subject, or whose trace is kept no longer, is left out. At most 500 are looked up. */
  subjectsOf(messageIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Resolves with the payload to enqueue. Rejects with `ReviewConflict` or `FollowUpRefused`, with nothing written. */
  decide(decision: ReviewDecision): Promise<JudgedMail>;
  /** Other abusive mails of the same proven sender within the time of a repeat; copies and what staff forgave left out. */
  earlierAbuse(messageId: string): Promise<number>;
  /** Puts the proposal of an open item on the deny-list. Resolves with false when that was done or decided before. */
  enterProposal(messageId: string, entry: DenyEntry, by: Entering): Promise<boolean>;
  /** The admins of a tenant as they are now. */
  adminsOf(tenantId: string): Promise<readonly AdminFacts[]>;
};

export function reviewRecords(records: Records): ReviewRecords {
  return {
    get: async (messageId) => {
      const row = await records.db
        .selectFrom('reviews')
        .selectAll()
        .where('message_id', '=', messageId)
        .executeTakeFirst();
      return row === undefined ? null : reviewOf(row);
    },
    list: (query) => listReviews(records, query),
    counts: () => countReviews(records),
    subjectsOf: (messageIds) => subjectsOf(records, messageIds.slice(0, 500)),
    decide: (decision) => records.writing((trx) => decide(trx, records.dialect, decision)),
    earlierAbuse: (messageId) => countEarlierAbuse(records, messageId),
    enterProposal: (messageId, entry, by) =>
      records.writing((trx) => enterProposal(trx, records.dialect, messageId, entry, by)),
    adminsOf: async (tenantId) => {
      const rows = await records.db.selectFrom('admins').select('facts').where('tenant_id', '=', tenantId).execute();
      return rows.map(({ facts }): AdminFacts => JSON.parse(facts));
    },
  };
}

function reviewOf({ proposal, ...row }: ReviewsTable): Review {
  return { ...row, proposal: proposal === null ? null : JSON.parse(proposal) };
}

/** Opens an item for each escalated mail of the batch. Copies, and mails with an item, must have been left out. */
export async function openReviews(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<void> {
  const rows = inputs.flatMap(({ mail, sidecar }): readonly ReviewsTable[] => {
    const { verdict } = mail;
    if (verdict.outcome !== 'escalated') return [];
    const proposal = sidecar === null ? null : proposalOf(verdict, sidecar.evidence);
    return [
      {
        message_id: mail.messageId,
        opened_at: mail.receivedAt,
        state: 'open',
        version: 1,
        reason: verdict.reason,
        rule: verdict.rule,
        department: verdict.department,
        severity: verdict.severity,
        assurance: verdict.assurance,
        sender_address: storableOrNull(mail.sender.address),
        tenant_id: storableOrNull(mail.sender.tenant),
        content_digest: sidecar === null ? null : storable(sidecar.contentDigest),
        proposal: proposal === null ? null : JSON.stringify(proposal),
        denied_entry: null,
        decided_at: null,
        decided_by: null,
        note: '',
      },
    ];
  });
  await insertAll(trx, 'reviews', rows, 'ignore known');
  await raiseAlerts(trx, rows.flatMap(alertsOf));
}

/** Staff are told of the item, once for each mail. */
function alertsOf({ message_id, opened_at, proposal, reason }: ReviewsTable): readonly AlertEvent[] {
  const about = { key: message_id, subject: '', reference: message_id, at: opened_at };
  const escalated: AlertEvent = { kind: 'escalated', label: reason, ...about };
  return proposal === null ? [escalated] : [escalated, { kind: 'deny-proposal', label: null, ...about }];
}

/** A mail that was judged again, and not by staff: the item follows the new verdict. One that is decided stays so. */
export async function reviewFollows(
  trx: Transaction<Schema>,
  { messageId, verdict }: JudgedMail,
  { actor, at }: { readonly actor: string; readonly at: number },
): Promise<void> {
  const { assurance, department, rule, severity } = verdict;
  const change = trx
    .updateTable('reviews')
    .set((set) => ({ version: set('version', '+', 1), rule, department, severity, assurance }))
    .where('message_id', '=', messageId)
    .where('state', '=', 'open');
  if (verdict.outcome === 'escalated') await change.set({ reason: verdict.reason }).execute();
  else {
    const { outcome, reason } = verdict;
    await change.set({ state: outcome, decided_at: at, decided_by: storable(actor), note: reason }).execute();
  }
}

async function listReviews({ db }: Records, { after, limit, state }: ReviewQuery): Promise<readonly Review[]> {
  let select = db.selectFrom('reviews').selectAll();
  if (state !== undefined) select = select.where('state', '=', state);
  if (after !== undefined) {
    select = select.where((where) =>
      where(where.refTuple('opened_at', 'message_id'), '>', where.tuple(after.opened_at, after.message_id)),
    );
  }
  const rows = await select.orderBy('opened_at').orderBy('message_id').limit(Math.min(limit, 500)).execute();
  return rows.map(reviewOf);
}

async function subjectsOf({ db }: Records, messageIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (messageIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('trace')
    .select(['message_id', 'subject'])
    .where('message_id', 'in', messageIds)
    .where('subject', 'is not', null)
    .execute();
  return new Map(rows.flatMap(({ message_id: id, subject }) => (subject === null ? [] : [[id, subject] as const])));
}

async function countReviews({ db }: Records): Promise<Readonly<Record<Review['state'], number>>> {
  const rows = await db
    .selectFrom('reviews')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  const counts = { open: 0, accepted: 0, rejected: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

async function decide(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  decision: ReviewDecision,
): Promise<JudgedMail> {
  const { actor, allow, at, deny, mail, messageId, note, outcome, version } = decision;
  await lockAudit(trx, dialect);
  await close(trx, decision);
  const followUp = await openFollowUp(trx, dialect, { mail, kind: 'staff', at, actor, note });
  if (deny.add.length + deny.remove.length > 0) await applyChange(trx, dialect, deny, { actor, at });
  if (allow !== null) await keepAllowance(trx, dialect, allow);
  const detail = {
    note,
    version,
    job: `${messageId}-f${followUp.followUp?.number ?? 0}`,
    denied: deny.add.map(({ id }) => id),
    allowed: deny.remove.map(({ id }) => id),
    allowedAddress: allow === null ? null : addressHash(allow.address),
  };
  const action = outcome === 'accepted' ? 'review.accept' : 'review.reject';
  await appendAudit(trx, dialect, [{ at, actor, action, subject: messageId, detail }]);
  return followUp;
}

/** The item as it was looked at becomes decided, or nobody's. */
async function close(trx: Transaction<Schema>, decision: ReviewDecision): Promise<void> {
  const { actor, at, deny, messageId, note, outcome, version } = decision;
  if (version === 0) return refuseSecondRelease(trx, messageId);
  const closed = await trx
    .updateTable('reviews')
    .set((set) => ({
      state: outcome,
      version: set('version', '+', 1),
      decided_at: at,
      decided_by: storable(actor),
      note: storable(note),
      denied_entry: set.fn.coalesce(set.val(deny.add[0]?.id ?? null), set.ref('denied_entry')),
    }))
    .where('message_id', '=', messageId)
    .where('version', '=', version)
    .where('state', '=', 'open')
    .returning('version')
    .executeTakeFirst();
  if (closed !== undefined) return;
  const row = await trx.selectFrom('reviews').selectAll().where('message_id', '=', messageId).executeTakeFirst();
  throw new ReviewConflict(conflictText(row));
}

function conflictText(row: ReviewsTable | undefined): string {
  if (row === undefined) return 'this mail waits for no decision';
  if (row.state === 'open') return `the item has changed since it was looked at: it is at version ${row.version} now`;
  const when = new Date(row.decided_at ?? 0).toISOString();
  return `this mail was ${row.state} by ${row.decided_by ?? 'somebody'} at ${when}`;
}

/** A rejected mail has no item; it is released once. */
async function refuseSecondRelease(trx: Transaction<Schema>, messageId: string): Promise<void> {
  const row = await trx
    .selectFrom('follow_ups')
    .select('actor')
    .where('message_id', '=', messageId)
    .where('kind', '=', 'staff')
    .executeTakeFirst();
  if (row !== undefined) throw new ReviewConflict(`this mail was decided by ${row.actor} already`);
}

async function countEarlierAbuse({ db }: Records, messageId: string): Promise<number> {
  const mine = await db
    .selectFrom('reviews')
    .leftJoin('trace', 'trace.message_id', 'reviews.message_id')
    .select(['reviews.sender_address', 'opened_at', 'reviews.content_digest', 'rfc_message_id'])
    .where('reviews.message_id', '=', messageId)
    .executeTakeFirst();
  if (mine === undefined || mine.sender_address === null) return 0;
  const { content_digest, opened_at, rfc_message_id, sender_address } = mine;
  let earlier = db
    .selectFrom('reviews')
    .leftJoin('trace', 'trace.message_id', 'reviews.message_id')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('reviews.sender_address', '=', sender_address)
    .where('reviews.reason', '=', 'abuse')
    .where('reviews.assurance', '=', 'proven')
    // Proven when it came, and staff have not dismissed what it proposed.
    .where('proposal', 'is not', null)
    // Staff who accepted it said that it was no abuse.
    .where('state', '!=', 'accepted')
    .where('opened_at', '>=', opened_at - repeatWithinMs)
    .where('opened_at', '<=', opened_at)
    .where('reviews.message_id', '!=', messageId)
    // The same words to two mailboxes are one abuse, even where the sender's server signed a version for each.
    .where('reviews.content_digest', 'is distinct from', content_digest);
  if (rfc_message_id !== null) earlier = earlier.where('rfc_message_id', 'is distinct from', rfc_message_id);
  return (await earlier.executeTakeFirstOrThrow()).count;
}
