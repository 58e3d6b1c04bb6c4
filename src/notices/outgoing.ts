/** A notice that was decided and written, as it waits to be sent. Nothing in it was written by anybody but us. */
import type { Letter } from './letter.ts';
import type { Addressee } from './notice.ts';
import type { NoticeMail } from './notice-mail.ts';

/** The one target of the outbox of notices. */
export type NoticeTarget = 'relay';

export type Outgoing = Pick<NoticeMail, 'from' | 'replyTo' | 'answers'> & {
  /** Also part of Message-ID and loop mark: lower-case letters, digits and a dash. */
  readonly id: string;
  /** The mail that it answers; null for mail of our own accord. */
  readonly messageId: string | null;
  readonly kind: string;
  readonly to: Addressee;
  readonly letter: Letter;
  /** Empty for answers (RFC 3834 §3.3), a bounce address for mail of our own accord. */
  readonly envelopeFrom: string;
  /** Encrypt to the recipient's keys; without one that can be used, see `targets/notice.ts`. Never for a receipt, which is the same for everybody. */
  readonly encrypts: boolean;
};
