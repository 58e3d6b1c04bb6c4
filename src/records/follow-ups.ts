/**
 * Later decisions about a mail: events of its trace, linked by the message id, and the outbox of their jobs. A decision is
 * written before it is enqueued, so that a Redis that is away loses none.
 */
import type { Transaction } from 'kysely';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Querying, Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { FollowUpsTable } from './tables-reviews.ts';

export type NewFollowUp = {
  /** As judged now; `messageId` names the mail. */
  readonly mail: JudgedMail;
  readonly kind: FollowUpsTable['kind'];
  readonly at: number;
  readonly actor: string;
  readonly note: string;
};

export type FollowUp = Omit<Readonly<FollowUpsTable>, 'judged'> & { readonly mail: JudgedMail };

/** No decision can be added to this mail; the message is one line for staff. */
export class FollowUpRefused extends Error {
  override readonly name = 'FollowUpRefused';
}

export type FollowUpRecords = {
  /** Resolves with the payload to enqueue. Rejects with `FollowUpRefused`. */
  open(followUp: NewFollowUp): Promise<JudgedMail>;
  /** Those of one mail, oldest first. */
  of(messageId: string): Promise<readonly FollowUp[]>;
  /** Decided at or before this time and not taken up by a worker, oldest first. */
  pending(before: number, limit: number): Promise<readonly JudgedMail[]>;
};

export function followUpRecords(records: Records): FollowUpRecords {
  return {
    open: (followUp) => records.writing((trx) => openFollowUp(trx, records.dialect, followUp)),
    of: (messageId) => followUpsOf(records.db, messageId),
    pending: async (before, limit) => {
      const rows = await records.db
        .selectFrom('follow_ups')
        .select('judged')
        .where('state', '=', 'pending')
        .where('at', '<=', before)
        .orderBy('at')
        .orderBy('message_id')
        .limit(limit)
        .execute();
      return rows.map(({ judged }): JudgedMail => JSON.parse(judged));
    },
  };
}

/** Adds a decision inside a transaction, so that it stands or falls with what led to it. */
export async function openFollowUp(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  { mail, kind, at, actor, note }: NewFollowUp,
): Promise<JudgedMail> {
  const { messageId } = mail;
  // Locked, so that two decisions about one mail get two numbers.
  const query = trx.selectFrom('trace').select('duplicate_of').where('message_id', '=', messageId);
  const traced = await (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (traced === undefined) throw new FollowUpRefused('no mail has this id');
  if (traced.duplicate_of !== null) {
    throw new FollowUpRefused(`this mail is a copy: what is decided about ${traced.duplicate_of} holds for it`);
  }
  if (mail.spoolKey === null) throw new FollowUpRefused('the mail was refused in the session and is not kept');
  const last = await trx
    .selectFrom('follow_ups')
    .select((select) => select.fn.max('number').as('number'))
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  const number = (last?.number ?? 0) + 1;
  const numbered: JudgedMail = { ...mail, followUp: { number, kind } };
  await trx
    .insertInto('follow_ups')
    .values({
      message_id: messageId,
      number,
      kind,
      at,
      actor: storable(actor),
      note: storable(note),
      judged: JSON.stringify(numbered),
      state: 'pending',
      done_at: null,
    })
    .execute();
  return numbered;
}

export async function followUpsOf(db: Querying, messageId: string): Promise<readonly FollowUp[]> {
  const rows = await db
    .selectFrom('follow_ups')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('number')
    .execute();
  return rows.map(({ judged, ...row }) => ({ ...row, mail: JSON.parse(judged) }));
}
