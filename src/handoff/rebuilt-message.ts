/**
 * The message that a help desk gets by mail: rebuilt from the ticket, never the original. No field and no part of the
 * original is copied. Every field with our verdict is set here alone, from values without line ends; what the customer
 * wrote stands below a line that says so, and attachments are named only.
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import { encode, wrap } from 'nodemailer/lib/qp';
import type { HandoffDocument, HandoffLinks } from './document.ts';

export type RebuiltOptions = {
  /** Our own address in From: the relay's domain must be ours, or the help desk's DMARC check refuses it. */
  readonly from: string;
  /** The help desk's address. */
  readonly to: string;
  readonly links: HandoffLinks;
};

/** The whole message with CRLF line ends; the same document gives the same octets. */
export function rebuiltMessage(document: HandoffDocument, options: RebuiltOptions): Buffer {
  const { message, ticket } = document;
  const domain = options.from.slice(options.from.lastIndexOf('@') + 1);
  const opening = messageIdOf(ticket.id, domain);
  const isOpening = document.kind === 'ticket.opened';
  const text = textOf(document, options.links).replaceAll('\n', '\r\n');
  const node = new MailComposer({
    from: { name: senderName(document), address: options.from },
    to: { name: '', address: options.to },
    // The only way an answer can go: the judged address.
    ...(message.sender === null ? {} : { replyTo: { name: '', address: message.sender } }),
    subject: `[${ticket.number}] ${marker(document)}${oneLine(message.subject, 400)}`,
    date: new Date(document.at),
    messageId: isOpening ? opening : messageIdOf(document.event, domain),
    ...(isOpening ? {} : { inReplyTo: opening, references: [opening] }),
    text,
    textEncoding: 'quoted-printable',
  }).compile();
  // The streams that the library would build a whole message with cost three times as much as all the rest.
  const header = [...verdictFields(document, options.links), node.buildHeaders()].join('\r\n');
  const body = wrap(encode(text));
  return Buffer.from(`${header}\r\n\r\n${body}`);
}

/** The Message-ID under which an event is handed over, so that a help desk keeps the events of a ticket together. */
function messageIdOf(event: string, domain: string): string {
  return `<handoff.${event}@${domain}>`;
}

function senderName({ message }: HandoffDocument): string {
  const name = oneLine(message.senderName, 60);
  const address = message.sender ?? 'unknown sender';
  // A display name is anybody's word: the judged address always stands beside it.
  return oneLine(name === '' ? `${address} via Postern` : `${name} (${address}) via Postern`, 160);
}

function marker({ kind }: HandoffDocument): string {
  if (kind === 'ticket.response_due_soon') return 'Answer due soon: ';
  return kind === 'ticket.response_breached' ? 'Answer overdue: ' : '';
}

/** Whole fields without line end. Names are fixed, values printable ASCII on one line. */
function verdictFields({ event, kind, message, ticket }: HandoffDocument, links: HandoffLinks): readonly string[] {
  const fields: Record<string, string | null> = {
    'X-Postern-Event': kind,
    'X-Postern-Ticket': ticket.number,
    'X-Postern-Message': message.id,
    'X-Postern-Outcome': 'accepted',
    'X-Postern-Reason': message.reason,
    'X-Postern-Rule': message.rule,
    'X-Postern-Assurance': message.assurance,
    'X-Postern-Proof': message.proof.join(' ') || 'none',
    'X-Postern-Sender': message.sender,
    'X-Postern-Department': ticket.department,
    'X-Postern-Tenant': ticket.tenant,
    'X-Postern-Admin': ticket.admin,
    'X-Postern-Tier': ticket.tier,
    'X-Postern-Severity': String(ticket.severity),
    'X-Postern-Prohibitions': ticket.prohibitions.join(' ') || 'none',
    'X-Postern-Response-Due': ticket.response === null ? null : new Date(ticket.response.dueAt).toISOString(),
    'X-Postern-Answer-From': links.replyAddress(ticket.number, ticket.mailbox),
    // RFC 5322 §3.6.2 gives Reply-To its force; under this name it has none.
    'X-Postern-Original-Reply-To': message.replyTo,
    'X-Postern-Original': links.original(message.id),
    // R-AUTO: should it ever come back to us, it is refused as our own.
    'X-Postern-Loop': event,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${plain(value)}`]));
}

const wroteLine = '---------- What the sender wrote; nothing below this line is from Postern ----------';

function textOf({ kind, message, ticket }: HandoffDocument, links: HandoffLinks): string {
  const { response } = ticket;
  const link = links.original(message.id);
  const summary = [
    `Ticket: ${ticket.number}${ticket.follows === null ? '' : `, goes on from ${ticket.follows}`}`,
    `From: ${message.sender ?? 'unknown'} (${message.assurance}${message.proof.length > 0 ? `: ${message.proof.join(', ')}` : ''})`,
    `Department: ${ticket.department}, severity ${ticket.severity}`,
    ...(ticket.tenant === null ? [] : [`Tenant: ${ticket.tenant}${ticket.tier === null ? '' : `, ${ticket.tier}`}`]),
    ...(response === null ? [] : [`Answer due: ${new Date(response.dueAt).toISOString()} (${response.state})`]),
    ...ticket.prohibitions.map((prohibition) => `Never done by support: ${prohibition}`),
    ...(ticket.severity === 1 && ticket.tenant !== null ? [remediationLine] : []),
    `Answer from: ${links.replyAddress(ticket.number, ticket.mailbox)}`,
    ...(link === null ? [] : [`Original: ${link}`]),
    ...message.notes.map((note) => noteTexts[note]),
    ...message.parts.map(partLine),
  ].map((line) => oneLine(line, 900));
  const isAboutMail = kind === 'ticket.opened' || kind === 'ticket.message';
  const wrote = isAboutMail && message.text !== '' ? ['', wroteLine, '', readable(message.text)] : [];
  return [...summary, ...wrote, ''].join('\n');
}

/** P-REMEDIATION. */
const remediationLine =
  'Data and production of this customer: put right by engineering only, after contact, with the express consent of an admin recorded in this ticket';

const noteTexts: Readonly<Record<HandoffDocument['message']['notes'][number], string>> = {
  encrypted: 'Note: the mail is encrypted. Its text is shown in the console only.',
  unreadable: 'Note: the mail could not be decoded. The original is in the console.',
  cut: 'Note: the text is longer than what is shown here. The original is in the console.',
  'secrets-removed': 'Note: passwords, keys or card numbers were removed from the text.',
};

function partLine({ contentType, fileName, sha256, size }: HandoffDocument['message']['parts'][number]): string {
  return `Part: ${contentType}${fileName === null ? '' : ` "${fileName}"`}, ${size} octets, sha256 ${sha256}`;
}

/** One line without control or direction-changing characters. */
function oneLine(text: string, length: number): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, length)
    .toWellFormed();
}

/** A field value that programs may act on: printable ASCII only, anything else becomes `?`. */
function plain(text: string): string {
  return oneLine(text, 900).replace(/[^\x20-\x7e]/g, '?');
}

/** Text of several lines: line ends and tabs stay, other control characters go. */
function readable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .toWellFormed();
}
