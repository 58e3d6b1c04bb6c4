/**
 * What a ticket takes from the mail itself: text, parts and marks, without secrets (P-SECRETS). Pure, plain data, and
 * nothing of ours goes into it: it may be made wherever hostile octets are read.
 *
 * The text of an encrypted mail is left out, with a note and the console's link in its place. It was encrypted so that
 * only we read it; in a ticket it would lie in clear in records, backups and every help desk behind a target, and the
 * process that writes tickets would have to hold the private keys. In the console staff read it under their own name.
 */
import { redact } from '../classify/secrets.ts';
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
  /** Null when the mail could not be decoded. */
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

export function ticketContent(message: MailContent): TicketContent {
  const content = message.content.kind === 'parsed' ? message.content.content : null;
  return {
    inReplyTo: content?.inReplyTo ?? null,
    references: content?.references ?? [],
    addressees: content?.addressees ?? [],
    subject: content === null ? null : redact(content.subject),
    ...textOf(message),
    parts: (content?.parts ?? []).slice(0, maxParts).map(redactedPart),
    replyTo: replyToOf(message),
  };
}

function textOf({ content }: MailContent): Pick<TicketContent, 'text' | 'notes'> {
  if (content.kind === 'unparseable') return { text: '', notes: ['unreadable'] };
  const { pgp, text, truncated } = content.content;
  if (pgp.kind === 'encrypted' || pgp.kind === 'inline-encrypted') return { text: '', notes: ['encrypted'] };
  const isLong = text.length > maxText;
  const read = text.slice(0, maxText + slack);
  const redacted = redact(read);
  const kept = isLong ? redacted.slice(0, Math.max(0, Math.min(maxText, redacted.length - slack))) : redacted;
  const notes: TextNote[] = [];
  if (isLong || truncated.length > 0) notes.push('cut');
  if (redacted !== read) notes.push('secrets-removed');
  return { text: kept.toWellFormed(), notes };
}

function redactedPart(part: PartSummary): PartSummary {
  return { ...part, fileName: part.fileName === null ? null : redact(part.fileName.slice(0, maxName)) };
}

function replyToOf({ header }: MailContent): string | null {
  const field = header.find(({ name }) => name === 'reply-to');
  return field === undefined ? null : redact(field.value.slice(0, maxName));
}
