/** An open item follows a judgement that staff had made anew: the decision, its job and its audit row stand or fall together. */
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { openFollowUp } from './follow-ups.ts';
import type { Records } from './open-records.ts';
import { ReviewConflict } from './reviews.ts';

export type Rejudgement = {
  /** As judged now; `messageId` names the mail. */
  readonly mail: JudgedMail;
  /** Of the item that was looked at. */
  readonly version: number;
  readonly actor: string;
  readonly at: number;
  readonly note: string;
};

export type Rejudging = {
  /** Resolves with the payload to enqueue. Rejects with `ReviewConflict` or `FollowUpRefused`, with nothing written. */
  apply(rejudgement: Rejudgement): Promise<JudgedMail>;
};

export function rejudging(records: Records): Rejudging {
  return {
    apply: ({ actor, at, mail, note, version }) =>
      records.writing(async (trx) => {
        const { messageId, verdict } = mail;
        await lockAudit(trx, records.dialect);
        // The version moves here, not when the worker comes: the same look cannot be acted on twice.
        const taken = await trx
          .updateTable('reviews')
          .set((set) => ({ version: set('version', '+', 1) }))
          .where('message_id', '=', messageId)
          .where('version', '=', version)
          .where('state', '=', 'open')
          .returning('version')
          .executeTakeFirst();
        if (taken === undefined) throw new ReviewConflict('the item was decided or has changed since it was looked at');
        const followUp = await openFollowUp(trx, records.dialect, { mail, kind: 'rejudged', at, actor, note });
        const { outcome, reason, rule } = verdict;
        const detail = { note, version, outcome, reason, rule, job: `${messageId}-f${followUp.followUp?.number ?? 0}` };
        await appendAudit(trx, records.dialect, [{ at, actor, action: 'review.rejudge', subject: messageId, detail }]);
        return followUp;
      }),
  };
}
