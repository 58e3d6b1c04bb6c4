/** What is asked, from the text that counts: the signed inner content where there is one, else what everybody sees. */
import type { Because, Classification, ClassifierInput } from '../classify/classification.ts';
import type { ContentFinding } from '../evidence/finding.ts';
import type { InnerContent } from '../evidence/pgp.ts';
import type { Content, Message, PartSummary } from '../message/message.ts';
import { memoryMail, type RawMail } from '../message/raw-mail.ts';
import { type Classify, NotClassified } from './classifier.ts';

export type ContentReading = {
  readonly read: (raw: RawMail) => Promise<Message>;
  readonly classify: Classify;
};

export type ReadContent = {
  readonly finding: ContentFinding;
  /** The text that counts where it names a secret, so that none of it is told elsewhere; else `''`. */
  readonly secretText: string;
};

/** Never rejects for what the mail holds: what nobody could read or classify is `unparseable`. */
export async function readContent(
  message: Message,
  inner: InnerContent | null,
  reading: ContentReading,
): Promise<ReadContent> {
  try {
    return await contentOf(message, inner, reading);
  } catch (error) {
    if (error instanceof NotClassified) return unreadable(error.message);
    throw error;
  }
}

function unreadable(cause: string): ReadContent {
  return { finding: { result: 'unparseable', cause }, secretText: '' };
}

async function contentOf(
  { content }: Message,
  inner: InnerContent | null,
  { classify, read }: ContentReading,
): Promise<ReadContent> {
  if (content.kind === 'unparseable') return unreadable(content.cause);
  const outer = content.content;
  if (inner === null) {
    const classification = await classify(textOf(outer, outer.subject));
    return { finding: finding(outer, outer, classification), secretText: secretTextOf(outer, classification) };
  }
  const opened = (await read(memoryMail(inner.mime))).content;
  if (opened.kind === 'unparseable') return unreadable(`inside PGP: ${opened.cause}`);
  const classification = await classify(textOf(opened.content, inner.subject ?? outer.subject));
  return {
    finding: finding(outer, opened.content, inner.encrypted ? withoutWords(classification) : classification),
    secretText: secretTextOf(opened.content, classification),
  };
}

function secretTextOf({ text }: Content, { secrets }: Classification): string {
  return secrets.length === 0 ? '' : text;
}

function textOf(content: Content, subject: string): ClassifierInput {
  const { attachedTexts, newestText, newestTextCut, text, parts } = content;
  // A document without a name is one all the same.
  const attachmentNames = parts.flatMap((part) => part.fileName ?? (isDocument(part) ? [''] : []));
  const unread =
    newestTextCut || isSealed(content) || isPicture(content) || isPassedOn(content) || isOtherText(content);
  return { subject, text: newestText === '' ? text : newestText, attachmentNames, attachedTexts, unread };
}

/** Holds what we do not open: PGP around less than all of the mail, or S/MIME (RFC 8551 §3.2). */
function isSealed({ pgp, parts }: Content): boolean {
  const isPgp =
    pgp.kind === 'encrypted' || pgp.kind === 'inline-encrypted' || (pgp.kind === 'partial' && pgp.encrypted);
  return isPgp || parts.some(({ contentType }) => /^application\/(?:x-)?pkcs7-mime$/.test(contentType));
}

/** Without a word, though not without content: an image, or a page of images. */
function isPicture({ text, parts }: Content): boolean {
  return (
    !/\p{L}/u.test(text) &&
    parts.some(({ contentType, disposition }) => contentType !== 'text/plain' || disposition === 'attachment')
  );
}

function isDocument({ contentType, disposition }: PartSummary): boolean {
  return (
    disposition === 'attachment' || /^(?:message\/rfc822|application\/(?!pgp-|(?:x-)?pkcs7-|ics$))/.test(contentType)
  );
}

/** A text of more letters says itself why another mail is attached to it. */
const mostCoverLetters = 150;

/** A mail within the mail, which is not read, and next to nothing beside it. */
function isPassedOn({ newestText, parts }: Content): boolean {
  const letters = newestText.match(/\p{L}/gu)?.length ?? 0;
  return letters <= mostCoverLetters && parts.some(({ contentType }) => contentType === 'message/rfc822');
}

/** Text that some mail program shows in the place of what is read or below it (RFC 2046 §5.1.4), and we do not read. */
const otherText =
  /^(?:text\/(?!(?:plain|html|calendar|(?:x-)?vcard|directory|rfc822-headers|css|csv)$)|application\/xhtml\+xml$)/;

function isOtherText({ parts }: Content): boolean {
  return parts.some(
    ({ contentType, disposition, fileName }) =>
      fileName === null && disposition !== 'attachment' && otherText.test(contentType),
  );
}

/** Parts are those of the visible mail: names of encrypted attachments stay secret. */
function finding(outer: Content, read: Content, classification: Classification): ContentFinding {
  return {
    result: 'parsed',
    automatic: { ...outer.automatic, calendarMethod: outer.automatic.calendarMethod ?? read.automatic.calendarMethod },
    parts: outer.parts,
    classification,
    truncated: outer === read ? outer.truncated : [...outer.truncated, ...read.truncated],
  };
}

/** Decrypted words go into no queue, log or spool; the names of the rules may. */
function withoutWords(classification: Classification): Classification {
  const bare = (because: readonly Because[]) => because.map(({ rule }) => ({ rule, words: [] }));
  return {
    ...classification,
    request: { ...classification.request, because: bare(classification.request.because) },
    severityBecause: bare(classification.severityBecause),
    abuse: { ...classification.abuse, because: bare(classification.abuse.because) },
  };
}
