/**
 * An escalated mail: its trace, a review item from which a person decides, and the alert that tells staff of it, in one
 * transaction.
 *
 * Steps: record -> enter the proposed deny entry, where that needs no person -> ask the address on file. Each step may
 * be the last one of this worker: the job runs again, and each step that was done changes nothing the second time.
 */
import type { JudgedMail } from '../src/jobs/judged-mail.ts';
import type { ReviewRecords } from '../src/records/reviews.ts';
import { entryOf, mayEnterAlone } from '../src/reviews/proposal.ts';
import type { Handler } from './handler.ts';
import { readPayload, recordJudged } from './judged.ts';

export type EscalatedDeps = {
  readonly reviews: Pick<ReviewRecords, 'get' | 'earlierAbuse' | 'enterProposal'>;
  /** R-ABUSE: a repeated abuse by the same proven sender is denied without a person. */
  readonly denyAbuseAlone: boolean;
  /** Life of an entry, milliseconds; null never ends. */
  readonly denyLifeMs: number | null;
  /** Asks the address on file, where there is one to ask; the same mail again asks nobody again. */
  readonly ask: (mail: JudgedMail) => Promise<void>;
  readonly now: () => number;
};

/** Records the mail only: for tests of what is around it. */
export const escalated: Handler<'escalated'> = {
  name: 'escalated',
  handle: async (payload, deps) => recordJudged(readPayload(payload, 'escalated'), deps),
};

export function createEscalated(own: EscalatedDeps): Handler<'escalated'> {
  return {
    name: 'escalated',
    handle: async (payload, deps) => {
      const mail = readPayload(payload, 'escalated');
      const result = await recordJudged(mail, deps);
      // A copy has no item of its own.
      if (result.linkedTo !== null) return result;
      await enterAlone(own, mail);
      // A mail that was judged again was asked about then.
      if (mail.followUp === undefined) await own.ask(mail);
      return result;
    },
  };
}

async function enterAlone(
  { denyAbuseAlone, denyLifeMs, now, reviews }: EscalatedDeps,
  { classification, messageId: id }: JudgedMail,
): Promise<void> {
  const item = denyAbuseAlone ? await reviews.get(id) : null;
  // An imitation is no abuse, however often it comes: a person looks at it.
  if (
    item === null ||
    item.reason !== 'abuse' ||
    item.state !== 'open' ||
    item.proposal === null ||
    item.denied_entry !== null
  )
    return;
  const abuse = classification?.abuse ?? null;
  if (!mayEnterAlone(item.proposal, abuse, await reviews.earlierAbuse(id), denyAbuseAlone)) return;
  const by = { actor: 'system', at: now() };
  const entry = entryOf(item.proposal, { ...by, lifeMs: denyLifeMs });
  // What cannot be entered waits for a person, with the proposal in sight.
  if ('fault' in entry) return;
  await reviews.enterProposal(id, entry, { ...by, because: 'abuse by rule, repeated by the same proven sender' });
}
