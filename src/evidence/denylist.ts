/** What of a mail stands on the deny-list (R-DENY). */
import { type DenySubject, denyKeysOf } from '../denylist/keys.ts';
import { matchDeny } from '../denylist/match.ts';
import type { DenylistFinding } from './finding.ts';
import type { DenylistPort } from './ports.ts';

export type DenylistQuestion = DenySubject & {
  readonly ports: { readonly denylist: DenylistPort };
  /** Epoch milliseconds: entries that expired by then are no hits. */
  readonly now: number;
};

/** One look-up, whatever is denied. Hits keep their scope for the verdict of each mailbox. Rejects when the deny-list does. */
export async function checkDenylist(question: DenylistQuestion): Promise<DenylistFinding> {
  const entries = await question.ports.denylist.find(denyKeysOf(question));
  const hits = matchDeny(entries, question, question.now);
  return { result: hits.length === 0 ? 'none' : 'hit', hits };
}
