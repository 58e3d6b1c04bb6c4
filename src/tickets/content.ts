/**
 * What a ticket takes from the mail itself: text, parts and marks, without secrets (P-SECRETS). Pure, plain data, and
 * nothing of ours goes into it: it may be made wherever hostile octets are read.
 *
 * The text of an encrypted mail is left out, with a note and the console's link in its place. It was encrypted so that
 * only we read it; in a ticket it would lie in clear in records, backups and every help desk behind a target, and the
 * process that writes tickets would have to hold the private keys. In the console staff read it under their own name.
 */
import { redactTogether } from '../classify/secrets.ts';
import type { PartSummary } from '../message/message.ts';
import type { MailContent } from '../message/read.ts';

/** Why the text is not all that the sender wrote. */
const textNotes = ['encrypted', 'unreadable', 'cut', 'secrets-removed'] as const;
export type TextNote = (typeof textNotes)[number];

export type TicketContent = {
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** To and Cc. */
  readonly addressees: readonly string[];
  /** Null when the mail could not be decoded, or is sealed. */
  readonly subject: string | null;
  readonly text: string;
  readonly notes: readonly TextNote[];
  readonly parts: readonly PartSummary[];
  /** Of the mail's own Reply-To. */
  readonly replyTo: string | null;
};

const maxText = 64 * 1024;
/** Read beyond the cap and dropped after redaction, so that no secret is cut in two and missed. */
const slack = 2 * 1024;
export const maxName = 200;
const maxParts = 500;

export function ticketContent({ content: read, header }: MailContent): TicketContent {
  const content = read.kind === 'parsed' ? read.content : null;
  const sealed = content?.pgp.kind === 'encrypted' || content?.pgp.kind === 'inline-encrypted';
  const parts = (content?.parts ?? []).slice(0, maxParts);
  const long = sealed ? '' : (content?.text ?? '');
  const own = long.slice(0, maxText + slack);
  const answerTo = header.find(({ name }) => name === 'reply-to')?.value.slice(0, maxName) ?? null;
  // Together: a password that the text introduces may stand bare in the subject or the name of a file.
  const [subject = '', text = '', replyTo = '', ...names] = redactTogether([
    content?.subject ?? '',
    own,
    answerTo ?? '',
    ...parts.map(({ fileName }) => fileName?.slice(0, maxName) ?? ''),
  ]);
  const isLong = long.length > maxText;
  const kept = isLong ? text.slice(0, Math.max(0, Math.min(maxText, text.length - slack))) : text;
  const isCut = isLong || (content?.truncated.length ?? 0) > 0;
  return {
    inReplyTo: content?.inReplyTo ?? null,
    references: content?.references ?? [],
    addressees: content?.addressees ?? [],
    // What a sealed text names is known where it was opened: the subject without it stands beside the mail.
    subject: content === null || sealed ? null : subject,
    text: kept.toWellFormed(),
    notes: notesOf({ isRead: content !== null, sealed, isCut, isRedacted: text !== own }),
    parts: parts.map((part, index) => ({ ...part, fileName: part.fileName === null ? null : (names[index] ?? '') })),
    replyTo: answerTo === null ? null : replyTo,
  };
}

type TextState = {
  readonly isRead: boolean;
  readonly sealed: boolean;
  readonly isCut: boolean;
  readonly isRedacted: boolean;
};

function notesOf({ isCut, isRead, isRedacted, sealed }: TextState): readonly TextNote[] {
  if (!isRead) return ['unreadable'];
  if (sealed) return ['encrypted'];
  return [...(isCut ? (['cut'] as const) : []), ...(isRedacted ? (['secrets-removed'] as const) : [])];
}
