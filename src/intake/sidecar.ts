/** What lies beside each raw mail in the spool: enough to enqueue again, to explain, and to judge anew. */
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Reply, Verdict } from '../verdict/verdict.ts';

/** The verdict for one of the mailboxes, with the job that carries it. */
export type Judgement = { readonly mailbox: string; readonly verdict: Verdict; readonly job: JudgedMail };

export type Sidecar = {
  readonly v: 1;
  /** Our id of the mail: lower-case, sortable by time. */
  readonly mailId: string;
  readonly receivedAt: number;
  readonly size: number;
  readonly sha256: string;
  readonly contentDigest: string;
  /** The mail's own Message-ID; null when it has none. */
  readonly rfcMessageId: string | null;
  readonly subject: string;
  readonly envelope: Envelope;
  readonly evidence: Evidence;
  readonly judgements: readonly Judgement[];
  readonly reply: Reply;
  /** Replay keys that this mail used up. */
  readonly replayKeys: readonly string[];
  /**
   * Milliseconds by stage up to the verdict. The sidecar is what the commit makes durable, so it cannot tell how long that
   * took; the metric `postern_stage_seconds` has the stages `commit` and `enqueue` as well.
   */
  readonly timings: Readonly<Record<string, number>>;
};
