/** From evidence and verdict to the job that carries them. Pure. */
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Envelope } from '../message/envelope.ts';
import { replyFor, takenReply } from '../verdict/reply.ts';
import { adminOf, tenantOf } from '../verdict/standing.ts';
import type { Reply, Verdict } from '../verdict/verdict.ts';
import { messageIdOf } from './mail-id.ts';

export type JudgedInput = {
  readonly mailId: string;
  readonly index: number;
  readonly mailbox: string;
  readonly envelope: Envelope;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  /** Null when the mail is not kept: a refusal in the session. */
  readonly spoolKey: string | null;
};

/** Who wrote, as far as proven or claimed: an unproven tenant is still named, with empty `proof`. */
export function senderOf(evidence: Evidence): JudgedMail['sender'] {
  const { standing } = evidence.sender;
  return {
    address: evidence.author?.address ?? null,
    tenant: tenantOf(standing)?.id ?? null,
    admin: adminOf(standing)?.id ?? null,
    proof: evidence.proofs.map((proof) => proof.kind),
  };
}

export function judgedMail(input: JudgedInput): JudgedMail {
  const { envelope, evidence } = input;
  return {
    v: 1,
    messageId: messageIdOf(input.mailId, input.index),
    receivedAt: evidence.receivedAt,
    spoolKey: input.spoolKey,
    envelope: {
      client: envelope.client,
      helo: envelope.helo,
      mailFrom: envelope.mailFrom,
      recipient: input.mailbox,
      tls: envelope.tls,
    },
    sender: senderOf(evidence),
    verdict: input.verdict,
    classification: evidence.content.result === 'parsed' ? evidence.content.classification : null,
  };
}

/** The portal passes on what it is told: it learns no verdict, and what it handed in is kept whatever the verdict. */
export function replyOf(verdicts: readonly Verdict[], evidence: Evidence): Reply {
  return evidence.transport.portal === undefined ? replyFor(verdicts, evidence) : takenReply;
}
