/** Follow-ups that a worker has taken up. */
import type { Transaction } from 'kysely';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { inHand } from './handoff.ts';
import { openTickets } from './open-tickets.ts';
import { reviewFollows } from './reviews.ts';
import type { Schema } from './schema.ts';
import type { TraceInput, TraceOutcome } from './trace.ts';

/**
 * Accepted ones get their ticket, in this transaction; the review item follows. The same job again changes
 * nothing. What counts is the decision as it was written, not the payload: only ids come from Redis.
 */
export async function settleFollowUps(
  trx: Transaction<Schema>,
  inputs: readonly TraceInput[],
  now: number,
): Promise<readonly TraceOutcome[]> {
  const outcomes: TraceOutcome[] = [];
  const fresh = new Map<string, TraceInput>();
  for (const input of inputs) {
    const { messageId, followUp } = input.mail;
    const settled = await trx
      .updateTable('follow_ups')
      .set({ state: 'done', done_at: now })
      .where('message_id', '=', messageId)
      .where('number', '=', followUp?.number ?? 0)
      .where('state', '=', 'pending')
      .returning(['judged', 'actor'])
      .executeTakeFirst();
    if (settled === undefined) {
      outcomes.push({ kind: 'already', messageId, linkedTo: null });
      continue;
    }
    const mail: JudgedMail = JSON.parse(settled.judged);
    fresh.set(messageId, { ...input, mail });
    // Staff close their item themselves, in the transaction of their decision.
    if (mail.followUp?.kind !== 'staff') await reviewFollows(trx, mail, { actor: settled.actor, at: now });
    outcomes.push({ kind: 'recorded', messageId });
  }
  const taken = await openTickets(trx, [...fresh.values()], now);
  return outcomes.map((each) => (each.kind === 'recorded' ? { ...each, ...inHand(taken, each.messageId) } : each));
}
