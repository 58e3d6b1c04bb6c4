/**
 * The signatures of a committed mail are claimed in the replay memory in one step (POLICY "Against replay"). Two altered
 * copies of one mail that arrive together both find the memory empty when they are judged: the first to claim keeps its
 * proof, the other is judged again as replayed, before it is enqueued or answered. Claimed after the commit and not
 * before, because a copy that was never committed must not take the proof from the real mail.
 */
import type { Evidence } from '../evidence/finding.ts';
import { markPgpReplay } from '../evidence/pgp.ts';
import { withPortal } from '../evidence/portal.ts';
import type { ReplayRecord } from '../evidence/ports.ts';
import { proofsOf } from '../evidence/proof.ts';
import { markReplays } from '../evidence/replay.ts';
import { decide } from '../verdict/decide.ts';
import type { Policy } from '../verdict/policy.ts';
import type { Mailbox } from '../verdict/verdict.ts';
import { judgedMail, replyOf } from './judged.ts';
import { contentNotChecked } from './neutral.ts';
import type { MemoryPort, SpoolPort } from './ports.ts';
import type { Judgement, Sidecar } from './sidecar.ts';

export type SettleOptions = {
  readonly memory: Pick<MemoryPort, 'rememberReplays'>;
  readonly spool: Pick<SpoolPort, 'begin' | 'read'>;
  readonly policy: () => Policy;
  /** A mailbox that is no longer among them is judged by the department that it had. */
  readonly mailboxes: readonly Mailbox[];
};

/**
 * The sidecar as it counts: the given one, or the one of the mail judged as replayed, which then lies in the spool.
 * Rejects when memory or spool do; the committed mail is then the sweep's.
 */
export async function settleReplays(options: SettleOptions, sidecar: Sidecar): Promise<Sidecar> {
  const { contentDigest, mailId, replayKeys } = sidecar;
  if (replayKeys.length === 0) return sidecar;
  const taken = await options.memory.rememberReplays(replayKeys, { contentDigest, mailId });
  if (taken.size === 0) return sidecar;
  const settled = judgedAsReplayed(options, sidecar, taken);
  await replaceEntry(options.spool, settled);
  return settled;
}

function judgedAsReplayed(
  { mailboxes, policy }: SettleOptions,
  sidecar: Sidecar,
  taken: ReadonlyMap<string, ReplayRecord>,
): Sidecar {
  const { envelope, mailId, receivedAt } = sidecar;
  const evidence = replayedEvidence(sidecar, taken);
  const judgements = sidecar.judgements.map((before, index): Judgement => {
    const known = mailboxes.find(({ address }) => address === before.mailbox);
    const mailbox = known ?? { address: before.mailbox, department: before.verdict.department };
    const verdict = decide(evidence, mailbox, policy(), receivedAt);
    if (verdict.outcome === 'deferred') throw new Error('a mail without a missing answer was deferred');
    const job = judgedMail({ mailId, index, mailbox: mailbox.address, envelope, evidence, verdict, spoolKey: mailId });
    return { mailbox: mailbox.address, verdict, job };
  });
  return {
    ...sidecar,
    evidence,
    judgements,
    reply: replyOf(
      judgements.map(({ verdict }) => verdict),
      evidence,
    ),
    replayKeys: sidecar.replayKeys.filter((key) => !taken.has(key)),
  };
}

/** No signature stands alone any more; what SPF or another kind of proof says besides, no replay can have. */
function replayedEvidence({ contentDigest, evidence }: Sidecar, taken: ReadonlyMap<string, ReplayRecord>): Evidence {
  const domain = markReplays(evidence.domain, taken, contentDigest);
  const pgp = markPgpReplay(evidence.pgp, taken, contentDigest);
  const proven = proofsOf({
    mail: {
      authorDomain: evidence.author?.domain ?? '',
      header: [],
      addressees: [], // what the signatures cover is not known here: none stands alone
      isOurs: () => false,
      now: evidence.receivedAt,
    },
    domain,
    pgp,
    standing: evidence.sender.standing,
  });
  const { assurance, proofs } = withPortal(proven, evidence.sender, evidence.transport.portal);
  return {
    ...evidence,
    domain,
    pgp,
    proofs,
    assurance,
    // The inner content of a replayed mail is nobody's word.
    content: pgp.result === 'replayed' && pgp.encrypted ? contentNotChecked : evidence.content,
    missingAnswer: null, // it is committed: too late to defer
  };
}

/** The same octets under the same id, with another sidecar; what was there stays until the new entry is whole. */
async function replaceEntry(spool: SettleOptions['spool'], sidecar: Sidecar): Promise<void> {
  const raw = await spool.read(sidecar.mailId);
  // Never discarded: in a bucket that would take away the octets that the standing entry names.
  const arrival = await spool.begin(sidecar.mailId, { replaces: true });
  for await (const chunk of raw.open()) await arrival.write(chunk);
  await arrival.complete();
  await arrival.commit(sidecar);
}
