/** Payload of the queues `accepted`, `rejected` and `escalated`: ids and the verdict, never bodies. */
import { z } from 'zod';
import { requestKinds } from '../classify/classification.ts';
import { acceptedReasons, departments, escalatedReasons, rejectedReasons, ruleIds } from '../verdict/verdict.ts';

const commonVerdict = {
  rule: z.enum(ruleIds),
  detail: z.array(z.string()).readonly(),
  department: z.enum(departments),
  assurance: z.enum(['proven', 'claimed', 'unknown', 'forged']),
  severity: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  prohibitions: z.array(z.enum(['credentials', 'grant-access', 'tenant-change'])).readonly(),
  silent: z.boolean(),
};

const because = z.object({ rule: z.string(), words: z.array(z.string()).readonly() });

/** Why a mail that was judged before is on a queue once more. */
const followUpKinds = ['staff', 'confirmation', 'rejudged'] as const;
export type FollowUpKind = (typeof followUpKinds)[number];

export const judgedMailSchema = z.object({
  v: z.literal(1),
  /** Our id of this mail in this mailbox; also the job id and the key of its trace row. */
  messageId: z.string().regex(/^[0-9a-z]+-\d+$/),
  /** Epoch milliseconds. */
  receivedAt: z.int(),
  /** Key of the spool entry; null for a mail that was refused in the session. */
  spoolKey: z.string().nullable(),
  envelope: z.object({
    client: z.object({ ip: z.string(), port: z.int() }),
    helo: z.string(),
    mailFrom: z.string(),
    /** The mailbox this verdict is for. */
    recipient: z.string(),
    tls: z.object({ version: z.string(), cipher: z.string() }).nullable(),
  }),
  sender: z.object({
    address: z.string().nullable(),
    tenant: z.string().nullable(),
    admin: z.string().nullable(),
    proof: z.array(z.enum(['domain', 'pgp', 'portal', 'confirmation'])).readonly(),
  }),
  verdict: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('accepted'), reason: z.enum(acceptedReasons), ...commonVerdict }),
    z.object({ outcome: z.literal('rejected'), reason: z.enum(rejectedReasons), ...commonVerdict }),
    z.object({ outcome: z.literal('escalated'), reason: z.enum(escalatedReasons), ...commonVerdict }),
  ]),
  /** Of a mail that was refused in the session: what a sidecar would say, since nothing of it is kept. */
  refusal: z
    .object({
      reply: z.object({ code: z.int(), enhanced: z.string(), text: z.string() }),
      size: z.int(),
      rfcMessageId: z.string().nullable(),
      /** Without secrets. */
      subject: z.string(),
      evidence: z.record(z.string(), z.unknown()),
      /** Milliseconds by stage. */
      timings: z.record(z.string(), z.number()),
    })
    .exactOptional(),
  /** The n-th decision about a mail that has its trace row already; absent in the job of its arrival. */
  followUp: z.object({ number: z.int().min(1), kind: z.enum(followUpKinds) }).exactOptional(),
  /** Null when the content could not be read. */
  classification: z
    .object({
      request: z.object({
        kind: z.enum(requestKinds),
        score: z.number(),
        doubt: z.boolean(),
        because: z.array(because).readonly(),
        also: z.array(z.enum(requestKinds)).readonly().exactOptional(),
      }),
      severity: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      severityBecause: z.array(because).readonly(),
      abuse: z.object({
        label: z.enum(['none', 'swearing', 'abusive', 'threatening']),
        because: z.array(because).readonly(),
        doubt: z.literal(true).exactOptional(),
      }),
      automatic: z.boolean(),
      language: z.string(),
      secrets: z.array(z.enum(['password', 'private-key', 'api-token', 'card-number'])).readonly(),
    })
    .nullable(),
});

export type JudgedMail = z.infer<typeof judgedMailSchema>;

/**
 * The job id is the message id: it holds neither `:` nor only digits, which BullMQ refuses. A later decision gets an id of
 * its own, for the first job may still lie there and would swallow it.
 */
export function jobIdOf({ messageId, followUp }: Pick<JudgedMail, 'messageId' | 'followUp'>): string {
  return followUp === undefined ? messageId : `${messageId}-f${followUp.number}`;
}
