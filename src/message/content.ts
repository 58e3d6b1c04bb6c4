/** The content of a mail: what its fields and parts say once they are decoded. A mail that cannot be decoded is `unparseable`. */
import addressparser from 'nodemailer/lib/addressparser';
import { canonicalAddress } from '../address/mailbox.ts';
import { attachedTextsOf } from './attached-text.ts';
import { parseMailDate } from './date.ts';
import { decodeEncodedWords, hidesEncodedWords } from './encoded-word.ts';
import type { AutomaticMarks, Content, ContentResult, HeaderField, ReadLimits } from './message.ts';
import { parameterOf } from './mime-parameter.ts';
import { leavesOf, type MimePart, type MimeTree, openMimeReader, summaryOf } from './mime-tree.ts';
import { newestTextOf } from './newest-text.ts';
import { pgpStructureOf } from './pgp-structure.ts';
import { readableTextOf } from './readable-text.ts';

/** A header field as far as its octets do not matter. */
export type NamedField = Pick<HeaderField, 'name' | 'value'>;

/** What was learned from the header block before the body is read; plain data, so that it can go to another thread. */
export type Head = {
  readonly fields: readonly NamedField[];
  /** From addresses as the MIME parser reads them. */
  readonly parserFrom: readonly string[];
};

export type ContentReader = {
  /** Resolves when the octets are taken; never rejects. */
  write(chunk: Buffer): Promise<void>;
  /** The content; never rejects. */
  finish(): Promise<ContentResult>;
};

/** Reads the octets of the whole mail, header block included, in this thread. */
export function openContentReader(head: Head, limits: ReadLimits): ContentReader {
  const mime = openMimeReader(limits);
  return {
    write: (chunk) => mime.write(chunk),
    finish: async () => {
      try {
        const tree = await mime.finish();
        return { kind: 'parsed', content: contentOf(head, tree, await attachedTextsOf(tree.root, limits), limits) };
      } catch (error) {
        return { kind: 'unparseable', cause: causeOf(error) };
      }
    },
  };
}

/** One line for staff out of whatever a parser threw. */
export function causeOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, 300) || 'unknown';
}

const maxSubjectLength = 1_000;
const maxReferences = 100;
const maxAddressees = 10_000;

function contentOf(head: Head, tree: MimeTree, attachedTexts: readonly string[], limits: ReadLimits): Content {
  const pgp = pgpStructureOf(tree);
  const { text, blocks, truncated, isPartial } = readableTextOf(tree.root, limits.textBytes);
  // Ciphertext is nothing to read; what it says is known after decryption only.
  const isReadable = pgp.kind !== 'inline-encrypted';
  const newest = isReadable ? newestTextOf(...blocks) : { text: '', cut: false };
  const to = addresseesOf(head.fields);
  const leaves = leavesOf(tree.root);
  const subject = subjectOf(valueOf(head.fields, 'subject'));
  const unreadNames = [
    ...(hidesEncodedWords(valueOf(head.fields, 'from')) ? ['a name in a charset that is not read'] : []),
    ...(leaves.some(({ isNameUnread }) => isNameUnread) ? ['the name of a file in a charset that is not read'] : []),
  ];
  return {
    subject: subject.text,
    messageId: soleMessageId(valueOf(head.fields, 'message-id')),
    inReplyTo: messageIds(valueOf(head.fields, 'in-reply-to')).at(0) ?? null,
    references: messageIds(valueOf(head.fields, 'references')).slice(-maxReferences),
    date: parseMailDate(valueOf(head.fields, 'date')),
    addressees: to.slice(0, maxAddressees),
    parserFrom: head.parserFrom,
    text: isReadable ? text : '',
    newestText: newest.text,
    newestTextCut: isPartial || newest.cut || subject.cut !== null || unreadNames.length > 0,
    attachedTexts,
    parts: leaves.map(summaryOf),
    automatic: automaticMarks(head.fields, tree.root, leaves),
    pgp,
    truncated: [
      ...truncated,
      ...(subject.cut === null ? [] : [subject.cut]),
      ...unreadNames,
      ...(to.length > maxAddressees ? [`${to.length} addressees`] : []),
    ],
  };
}

function valueOf(fields: readonly NamedField[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? '';
}

/** `cut`: what of it was not read, one line; null when all was. */
function subjectOf(value: string): { readonly text: string; readonly cut: string | null } {
  const decoded = decodeEncodedWords(value)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  const text = decoded.slice(0, maxSubjectLength).toWellFormed();
  if (hidesEncodedWords(value)) return { text, cut: 'a subject in a charset that is not read, or too long to be' };
  return { text, cut: decoded.length > maxSubjectLength ? `a subject longer than ${maxSubjectLength}` : null };
}

const messageId = /<[^<>\s]{1,990}>/g;

function messageIds(value: string): readonly string[] {
  return value.match(messageId) ?? [];
}

/** RFC 5322 §3.6.4: one msg-id; comments around it are fine, a second id is not. */
function soleMessageId(value: string): string | null {
  const [id, ...more] = messageIds(value);
  return id === undefined || more.length > 0 ? null : id;
}

function addresseesOf(fields: readonly NamedField[]): readonly string[] {
  const addresses = fields
    .filter((field) => field.name === 'to' || field.name === 'cc')
    .flatMap((field) => addressparser(field.value, { flatten: true }))
    .map((mailbox) => canonicalAddress(mailbox.address))
    .filter((address) => address !== null);
  return [...new Set(addresses)];
}

function automaticMarks(fields: readonly NamedField[], root: MimePart, leaves: readonly MimePart[]): AutomaticMarks {
  const autoSubmitted = fields.filter((field) => field.name === 'auto-submitted').flatMap(autoSubmittedKeyword);
  const listFields = fields.filter((field) => field.name.startsWith('list-'));
  const precedence = valueOf(fields, 'precedence').toLowerCase();
  return {
    // One field that says so is enough: a wrong answer to a machine may loop.
    autoSubmitted: autoSubmitted.find((keyword) => keyword !== 'no') ?? autoSubmitted[0] ?? null,
    report: /^\s*multipart\/report\b/i.test(root.contentTypeValue),
    calendarMethod: calendarMethodOf(leaves),
    ownMark: fields.find((field) => field.name === 'x-postern-loop')?.value ?? null,
    suppressReply:
      /^(?:bulk|list|junk)\b/.test(precedence) || fields.some((field) => field.name === 'x-auto-response-suppress'),
    list: listFields.length === 0 ? null : { id: listId(valueOf(listFields, 'list-id')) },
  };
}

/** RFC 3834 §5: a keyword, comments and parameters around it. */
function autoSubmittedKeyword({ value }: NamedField): readonly string[] {
  const keyword = /[a-z0-9-]+/i.exec(value.replace(/^\s*\([^)]*\)/, ''));
  return keyword === null ? [] : [keyword[0].toLowerCase()];
}

/** RFC 2919 §2: `phrase <list-id>`. */
function listId(value: string): string | null {
  const id = /<([^<>]{1,255})>/.exec(value)?.[1] ?? value;
  return id.trim().toLowerCase().slice(0, 255) || null;
}

/** RFC 6047 §2.4: the `method` parameter; where it is missing, the METHOD property itself. */
function calendarMethodOf(leaves: readonly MimePart[]): string | null {
  const calendar = leaves.find((leaf) => leaf.contentType === 'text/calendar');
  if (calendar === undefined) return null;
  const property = /^METHOD:\s*([A-Z-]{1,20})\s*$/im.exec(calendar.octets.toString('latin1'))?.[1];
  return (parameterOf(calendar.contentTypeValue, 'method') ?? property ?? '').toUpperCase() || null;
}
