/** Questions to addresses on file, each about exactly one mail and answered once. */
import { sql, type Transaction } from 'kysely';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { HowAsked, OpenedVerification, Verification } from '../reviews/asking.ts';
import { type Answer, type AskingLimits, howToAsk } from '../reviews/verification.ts';
import { raiseAlerts } from './alert-events.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { openFollowUp } from './follow-ups.ts';
import type { Querying, Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import type { VerificationsTable } from './tables-reviews.ts';
import { withdrawQuestions } from './withdrawn-questions.ts';

export type VerificationRecords = {
  /**
   * The same message again resolves with the question that there is, put in the same way; an *unasked* one becomes this
   * one as soon as it can be answered.
   */
  open(question: Omit<Verification, 'state'>, limits: AskingLimits, canAnswer: boolean): Promise<OpenedVerification>;
  /** Mails that wait for a decision and whose question was never asked, oldest first. */
  unasked(limit: number): Promise<readonly string[]>;
  find(id: string): Promise<Verification | null>;
  /** Those about one mail, oldest first. */
  of(messageId: string): Promise<readonly Verification[]>;
  /** Resolves with the payload to enqueue, null where there is none, or `late` when nothing was waiting any more. */
  answer(
    verification: Verification,
    answer: Answer,
    followUp: JudgedMail | null,
    now: number,
  ): Promise<JudgedMail | null | 'late'>;
  /** Ends what nobody answered in time or nobody may answer any more, and forgets what staff allowed and has ended. Resolves with how many ended. */
  expire(now: number): Promise<number>;
};

/** What staff allowed is shown as ended for so long. */
const keptEndedMs = 30 * 24 * 3_600_000;

export function verificationRecords(records: Records): VerificationRecords {
  return {
    open: (question, limits, canAnswer) =>
      records.writing((trx) => open(trx, records.dialect, question, limits, canAnswer)),
    unasked: async (limit) => {
      const rows = await records.db
        .selectFrom('verifications')
        .innerJoin('reviews', 'reviews.message_id', 'verifications.message_id')
        .select('verifications.message_id')
        .where('verifications.state', '=', 'unasked')
        .where('reviews.state', '=', 'open')
        .orderBy('verifications.created_at')
        .orderBy('verifications.message_id')
        .limit(limit)
        .execute();
      return rows.map(({ message_id }) => message_id);
    },
    find: async (id) => {
      const row = await records.db.selectFrom('verifications').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : verificationOf(row);
    },
    of: (messageId) => verificationsOf(records.db, messageId),
    answer: (verification, answer, followUp, now) =>
      records.writing((trx) => take(trx, records.dialect, verification, answer, followUp, now)),
    expire: (now) =>
      records.writing(async (trx) => {
        const withdrawn = await withdrawQuestions(trx, now);
        const result = await trx
          .updateTable('verifications')
          .set({ state: 'expired' })
          .where('state', '=', 'waiting')
          .where('expires_at', '<=', now)
          .executeTakeFirst();
        // Staff were faster than the setting: nobody is asked about what is decided.
        const open = trx.selectFrom('reviews').select('message_id').where('state', '=', 'open');
        await trx
          .updateTable('verifications')
          .set({ state: 'expired' })
          .where('state', '=', 'unasked')
          .where('message_id', 'not in', open)
          .execute();
        await trx
          .deleteFrom('allowed_addresses')
          .where('until', '<', now - keptEndedMs)
          .execute();
        return Number(result.numUpdatedRows) + withdrawn;
      }),
  };
}

async function verificationsOf(db: Querying, messageId: string): Promise<readonly Verification[]> {
  const rows = await db
    .selectFrom('verifications')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('created_at')
    .execute();
  return rows.map(verificationOf);
}

async function open(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  question: Omit<Verification, 'state'>,
  limits: AskingLimits,
  canAnswer: boolean,
): Promise<OpenedVerification> {
  const { asked, createdAt, messageId } = question;
  // Two workers that count at once would both ask. SQLite has locked everything already.
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(hashtext(${asked.address}))`.execute(trx);
  const [known] = await verificationsOf(trx, messageId);
  if (known !== undefined && !(known.state === 'unasked' && canAnswer)) {
    return { how: await howItWasPut(trx, known, limits), verification: known };
  }
  if (known !== undefined) await trx.deleteFrom('verifications').where('id', '=', known.id).execute();
  if (!canAnswer) {
    const verification: Verification = { ...question, state: 'unasked' };
    await trx.insertInto('verifications').values(rowOf(verification)).execute();
    return { how: 'unasked', verification };
  }
  const before = await trx
    .selectFrom('verifications')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .where('asked_address', '=', asked.address)
    .where('created_at', '>', createdAt - limits.windowMs)
    // Written by a clock that ran ahead and was set right.
    .where('created_at', '<', createdAt + limits.windowMs)
    .where('state', '!=', 'unasked')
    .groupBy('state')
    .execute();
  const held = before.find(({ state }) => state === 'held')?.count ?? 0;
  const all = before.reduce((sum, { count }) => sum + count, 0);
  const how = howToAsk({ asked: all - held, held }, limits);
  const verification: Verification = { ...question, state: how === 'ask' ? 'waiting' : 'held' };
  await trx.insertInto('verifications').values(rowOf(verification)).execute();
  return { how, verification };
}

/** The first that was held in its window was put by the summary. */
async function howItWasPut(
  trx: Transaction<Schema>,
  { asked, createdAt, id, state }: Verification,
  limits: AskingLimits,
): Promise<HowAsked> {
  if (state === 'unasked') return 'unasked';
  if (state !== 'held') return 'ask';
  const earlier = await trx
    .selectFrom('verifications')
    .select('id')
    .where('asked_address', '=', asked.address)
    .where('state', '=', 'held')
    .where('created_at', '>', createdAt - limits.windowMs)
    .where('created_at', '<=', createdAt)
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst();
  return earlier === undefined ? 'summary' : 'hold';
}

async function take(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  { asked, id, messageId, sha256 }: Verification,
  answer: Answer,
  followUp: JudgedMail | null,
  now: number,
): Promise<JudgedMail | null | 'late'> {
  await lockAudit(trx, dialect);
  const item = await trx.selectFrom('reviews').select('state').where('message_id', '=', messageId).executeTakeFirst();
  // What staff have decided, a link does not undo.
  if (item !== undefined && item.state !== 'open') return 'late';
  const taken = await trx
    .updateTable('verifications')
    .set({ state: answer, answered_at: now })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('expires_at', '>', now)
    .returning('id')
    .executeTakeFirst();
  if (taken === undefined) return 'late';
  const { adminId, as, tenantId } = asked;
  // By id and not by address: nothing is ever taken out of the log, nor out of what is kept about somebody else's mail.
  const actor = `address on file of ${adminId} of ${tenantId}`;
  const detail = { id, as, sha256 };
  await appendAudit(trx, dialect, [{ at: now, actor, action: `verification.${answer}`, subject: messageId, detail }]);
  if (answer === 'denied' && asked.as === 'sender') await markImpersonation(trx, messageId);
  if (followUp === null) {
    const isImpersonation = answer === 'denied' && asked.as === 'sender';
    const kind = isImpersonation ? 'impersonation-reported' : 'verification-answered';
    const label = isImpersonation ? null : answer;
    await raiseAlerts(trx, [{ kind, key: id, subject: '', label, reference: messageId, at: now }]);
    return null;
  }
  return openFollowUp(trx, dialect, { mail: followUp, kind: 'confirmation', at: now, actor, note: 'confirmed' });
}

/** "This was not me": the item stays with staff, for another reason. */
async function markImpersonation(trx: Transaction<Schema>, messageId: string): Promise<void> {
  await trx
    .updateTable('reviews')
    .set((set) => ({ reason: 'impersonation', version: set('version', '+', 1) }))
    .where('message_id', '=', messageId)
    .where('state', '=', 'open')
    .execute();
}

function verificationOf(row: VerificationsTable): Verification {
  return {
    id: row.id,
    messageId: row.message_id,
    asked: { as: row.asked_as, tenantId: row.tenant_id, adminId: row.admin_id, address: row.asked_address },
    sha256: row.sha256,
    state: row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

function rowOf({ asked, createdAt, expiresAt, id, messageId, sha256, state }: Verification): VerificationsTable {
  return {
    id,
    message_id: messageId,
    asked_address: asked.address,
    asked_as: asked.as,
    tenant_id: asked.tenantId,
    admin_id: asked.adminId,
    sha256,
    state,
    created_at: createdAt,
    expires_at: expiresAt,
    answered_at: null,
  };
}
