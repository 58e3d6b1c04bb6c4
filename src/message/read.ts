/** Bytes to `Message`: one pass over the octets, with memory bounded by the limits and not by the size of the mail. */
import { readAuthor } from './author.ts';
import { type ContentReader, type Head, openContentReader } from './content.ts';
import { createContentDigest } from './content-digest.ts';
import { createHeaderCollector, type HeaderBlock, scanHeader } from './header.ts';
import { createLineEndingScanner } from './line-endings.ts';
import type { Author, ContentResult, FormFault, HeaderField, Message, ReadLimits } from './message.ts';
import type { RawMail } from './raw-mail.ts';

/** Real mail stays far below all of these. */
export const defaultReadLimits: ReadLimits = {
  headerBytes: 256 * 1024,
  headerFields: 1_000,
  mimeDepth: 32,
  mimeParts: 500,
  textBytes: 512 * 1024,
  htmlBytes: 1024 * 1024,
  pgpBytes: 16 * 1024 * 1024,
};

/** How much work a mail may be, in octets. */
export type MailShape = { readonly longestField: number; readonly header: number; readonly body: number };

/** Chooses who decodes the content once the header is known: this thread, or another one. */
export type OpenContent = (head: Head, shape: MailShape) => ContentReader;

/**
 * Reads a mail. Hostile octets never make it reject; it rejects only when the raw mail itself cannot be read.
 * @param openContent Decoding in this thread unless given.
 */
export async function readMessage(
  raw: RawMail,
  limits: ReadLimits,
  openContent: OpenContent = (head) => openContentReader(head, limits),
): Promise<Message> {
  const { content, digest, head, lineEndings } = await readWith(readAuthor, raw, limits, openContent);
  return messageOf(head, lineEndings.faults(), content, digest.hex());
}

/** What there is to read in a mail, whoever wrote it. */
export type MailContent = Pick<Message, 'header' | 'content'>;

/** For who was told the author with the judgement: to find out that all readers see the same one is much of the work. */
export async function readContent(raw: RawMail, limits: ReadLimits): Promise<MailContent> {
  const { content, head } = await readWith(noAuthor, raw, limits, (each) => openContentReader(each, limits));
  return { header: head.fields, content };
}

async function readWith(author: typeof readAuthor, raw: RawMail, limits: ReadLimits, openContent: OpenContent) {
  const octets = await chunksOf(raw);
  const lineEndings = createLineEndingScanner();
  const collector = createHeaderCollector(limits.headerBytes);
  const first: Buffer[] = [];
  for (let isHeader = true; isHeader; ) {
    const { value, done } = await octets.next();
    if (done === true) break;
    first.push(value);
    isHeader = !collector.push(value);
  }
  for (const chunk of first) lineEndings.push(chunk);
  const head = readHead(author, collector.block(), limits, lineEndings.hasBareCr());
  const digest = createContentDigest(head.fields);
  const reader = openReader(head, () => openContent(contentHead(head), shapeOf(head, raw)));
  let headerLeft = head.headerLength;
  const take = async (chunk: Buffer): Promise<void> => {
    if (headerLeft < chunk.length) digest.push(chunk.subarray(headerLeft));
    headerLeft = Math.max(0, headerLeft - chunk.length);
    if (!lineEndings.hasBareCr()) await reader.write(chunk);
  };
  try {
    for (const chunk of first) await take(chunk);
    for (let next = await octets.next(); next.done !== true; next = await octets.next()) {
      lineEndings.push(next.value);
      await take(next.value);
    }
  } catch (error) {
    void reader.finish(); // lets go of a thread that waits for the rest
    throw error;
  }
  const content = await reader.finish();
  return { content: lineEndings.hasBareCr() ? notDecoded : content, digest, head, lineEndings };
}

/**
 * The MIME parser needs quadratic time for a run of CR in a header, its parts' included; and no two readers agree on
 * what a bare CR means. Nothing behind one is decoded.
 */
const notDecoded: ContentResult = { kind: 'unparseable', cause: 'not decoded: it contains a CR without LF' };

function openReader(head: ReadHead, open: () => ContentReader): ContentReader {
  if (!head.isWhole) return unreadable('the header is too large');
  return head.hasBareCr ? unreadable('the header contains a CR without LF') : open();
}

/** Up to this size a stream costs more than it saves. */
const wholeReadBytes = 64 * 1024;

type Chunks = AsyncIterator<Buffer, undefined> | { next(): IteratorResult<Buffer, undefined> };

async function chunksOf(raw: RawMail): Promise<Chunks> {
  if (raw.size <= wholeReadBytes) return [await raw.bytes()].values();
  const octets: AsyncIterator<Buffer, undefined> = raw.open()[Symbol.asyncIterator]();
  return octets;
}

type ReadHead = {
  readonly fields: readonly HeaderField[];
  readonly parserFrom: readonly string[];
  readonly headerLength: number;
  /** Nothing of the header is over a limit. */
  readonly isWhole: boolean;
  readonly hasBareCr: boolean;
  readonly faults: readonly FormFault[];
  readonly author: Author | null;
};

function readHead(author: typeof readAuthor, block: HeaderBlock, limits: ReadLimits, hasBareCr: boolean): ReadHead {
  const { fields, faults } = scanHeader(block, limits);
  const isWhole = !faults.some((fault) => fault.code === 'header-too-large');
  const from = fields.filter((field) => field.name === 'from');
  // A From beyond the limit would be one that others see.
  const reading = isWhole && !hasBareCr ? author(from, block.bytes) : noAuthor();
  return {
    fields,
    parserFrom: reading.parserFrom,
    headerLength: block.bytes.length,
    isWhole,
    hasBareCr,
    faults: [...faults, ...reading.faults],
    author: reading.author,
  };
}

function noAuthor(): ReturnType<typeof readAuthor> {
  return { author: null, parserFrom: [], faults: [] };
}

function contentHead({ fields, parserFrom }: ReadHead): Head {
  return { fields: fields.map(({ name, value }) => ({ name, value })), parserFrom };
}

function shapeOf(head: ReadHead, raw: RawMail): MailShape {
  const longestField = head.fields.reduce((longest, field) => Math.max(longest, field.raw.length), 0);
  return { longestField, header: head.headerLength, body: raw.size - head.headerLength };
}

/** Faults that leave the mail without an author. */
const fromFaults: ReadonlySet<FormFault['code']> = new Set([
  'no-from',
  'several-from-fields',
  'several-from-mailboxes',
  'from-syntax',
  'from-domain-not-canonical',
  'parsers-disagree',
  'field-name-space',
  'header-too-large',
]);

function messageOf(
  head: ReadHead,
  lineFaults: readonly FormFault[],
  content: ContentResult,
  contentDigest: string,
): Message {
  const faults: readonly FormFault[] = [...head.faults, ...lineFaults];
  const hasFromFault = faults.some((fault) => fromFaults.has(fault.code));
  const author = hasFromFault ? null : head.author;
  return { header: head.fields, faults, author, content, contentDigest };
}

function unreadable(cause: string): ContentReader {
  return { write: () => Promise.resolve(), finish: () => Promise.resolve({ kind: 'unparseable', cause }) };
}
