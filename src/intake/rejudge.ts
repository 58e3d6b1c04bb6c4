/**
 * Judges a mail of the spool once more: stored evidence under today's rules, or the raw mail with fresh evidence; and
 * hands the result on as a follow-up.
 *
 * A follow-up keeps the message id, because it is the same mail in the same mailbox: trace row and ticket hang on it. It
 * gets a number, and from that a job id of its own (`jobs/judged-mail.ts`).
 */
import type { Evidence, Proof } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { decide } from '../verdict/decide.ts';
import type { Policy } from '../verdict/policy.ts';
import type { Mailbox } from '../verdict/verdict.ts';
import type { Gatherer } from './gather.ts';
import { judgedMail } from './judged.ts';
import type { QueuePort, SpoolPort } from './ports.ts';
import type { Sidecar } from './sidecar.ts';
import { startStopwatch } from './stopwatch.ts';

/** Somebody on file said that exactly this mail is theirs. */
export type Confirmation = {
  /** SHA-256 of the raw mail that was shown, lower-case hex. */
  readonly sha256: string;
  /** One line for staff: who confirmed, when. */
  readonly cause: string;
};

export type RejudgeQuestion = {
  readonly messageId: string;
  /** `fresh` gathers all evidence anew, as at the time of arrival. */
  readonly evidence: 'stored' | 'fresh';
  readonly confirmation?: Confirmation;
};

export type Rejudged =
  | { readonly kind: 'judged'; readonly mail: JudgedMail; readonly evidence: Evidence; readonly sidecar: Sidecar }
  /** An answer of DNS is missing: ask again later. */
  | { readonly kind: 'deferred'; readonly cause: string };

/** This mail cannot be judged again; the message is one line for staff. */
export class RejudgeRefused extends Error {
  override readonly name = 'RejudgeRefused';
}

export type RejudgeOptions = {
  readonly spool: Pick<SpoolPort, 'read' | 'sidecar'>;
  /** Null where only stored evidence is judged. */
  readonly gather: Gatherer | null;
  readonly policy: () => Policy;
  readonly mailboxes: readonly Mailbox[];
};

export type Rejudge = (question: RejudgeQuestion) => Promise<Rejudged>;

/**
 * Rejects with `RejudgeRefused`, with the spool's `SpoolMissing` when the raw mail is gone, or with `EvidenceUnavailable`.
 */
export function createRejudge(options: RejudgeOptions): Rejudge {
  return async (question) => {
    const { mailId, index } = placeOf(question.messageId);
    const sidecar = await options.spool.sidecar(mailId);
    const mailbox = mailboxOf(sidecar, index, options.mailboxes);
    const gathered = question.evidence === 'fresh' ? await gatherAgain(options, sidecar) : sidecar.evidence;
    const { confirmation } = question;
    const evidence = confirmation === undefined ? gathered : confirmed(gathered, sidecar, confirmation);
    const decision = decide(evidence, mailbox, options.policy(), sidecar.receivedAt);
    if (decision.outcome === 'deferred') return { kind: 'deferred', cause: decision.detail.join('; ') };
    const { envelope } = sidecar;
    const mail = judgedMail({
      mailId,
      index,
      mailbox: mailbox.address,
      envelope,
      evidence,
      verdict: decision,
      spoolKey: mailId,
    });
    return { kind: 'judged', mail, evidence, sidecar };
  };
}

/** Confirmation proves the sender and lifts nothing else: a mail that the domain's own policy refuses stays forged. */
function confirmed(evidence: Evidence, mail: Pick<Sidecar, 'sha256'>, confirmation: Confirmation): Evidence {
  if (confirmation.sha256 !== mail.sha256) throw new RejudgeRefused('another mail was confirmed than this one');
  const proof: Proof = { kind: 'confirmation', cause: confirmation.cause };
  return {
    ...evidence,
    proofs: [...evidence.proofs, proof],
    assurance: evidence.assurance === 'forged' ? 'forged' : 'proven',
  };
}

async function gatherAgain({ gather, spool }: RejudgeOptions, sidecar: Sidecar): Promise<Evidence> {
  if (gather === null) throw new RejudgeRefused('no fresh evidence can be gathered here');
  const { envelope, mailId, receivedAt } = sidecar;
  const { evidence } = await gather({
    raw: await spool.read(mailId),
    envelope,
    // A mail with such faults is refused in the session and never in the spool.
    lineFaults: [],
    now: receivedAt,
    mailKey: `again:${mailId}`,
    watch: startStopwatch(),
  });
  return evidence;
}

function placeOf(messageId: string): { readonly mailId: string; readonly index: number } {
  const match = /^([0-9a-z]+)-(\d+)$/.exec(messageId);
  if (match?.[1] === undefined) throw new RejudgeRefused('this is no message id');
  return { mailId: match[1], index: Number(match[2]) };
}

function mailboxOf({ judgements }: Sidecar, index: number, mailboxes: readonly Mailbox[]): Mailbox {
  const address = judgements[index]?.mailbox;
  if (address === undefined) throw new RejudgeRefused('the mail was not for so many mailboxes');
  const mailbox = mailboxes.find((known) => known.address === address);
  if (mailbox === undefined) throw new RejudgeRefused(`${address} is no longer a mailbox here`);
  return { address: mailbox.address, department: mailbox.department };
}

/** Follow-ups that were decided and that no worker has taken up. */
export type PendingFollowUps = {
  /** Decided at or before this time, oldest first; at most `limit`. */
  pending(before: number, limit: number): Promise<readonly JudgedMail[]>;
};

const followUpsPerSweep = 500;

/**
 * Enqueues again, under their own job ids, what a crash or a Redis that was away left behind. Resolves with how many.
 * Rejects when a store is away.
 */
export async function sweepFollowUps(followUps: PendingFollowUps, queue: QueuePort, before: number): Promise<number> {
  const mails = await followUps.pending(before, followUpsPerSweep);
  for (const mail of mails) await queue.enqueue(mail);
  return mails.length;
}
