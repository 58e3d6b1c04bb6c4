/**
 * One attachment of a mail, to be kept as evidence. The mail is split within the limits of reading, as when it came in;
 * the content is carried over octet for octet and never looked into.
 */
import { leavesOf, type MimePart, openMimeReader } from '../message/mime-tree.ts';
import { readOnePart } from '../message/one-part.ts';
import { memoryMail, type RawMail } from '../message/raw-mail.ts';
import { defaultReadLimits } from '../message/read.ts';

export type MailAttachment = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Buffer;
};

export type AttachmentFound =
  | { readonly kind: 'found'; readonly attachment: MailAttachment }
  /** How many the mail has. */
  | { readonly kind: 'missing'; readonly count: number }
  /** One line for staff. */
  | { readonly kind: 'unreadable'; readonly cause: string };

/** @param number From 1, in the order of the mail. */
export async function attachmentOf(octets: Buffer, number: number): Promise<AttachmentFound> {
  const raw = memoryMail(octets);
  try {
    const indexes = (await leavesIn(raw)).flatMap((leaf, index) => (isAttachment(leaf) ? [index] : []));
    const index = indexes[number - 1];
    if (index === undefined) return { kind: 'missing', count: indexes.length };
    const read = await readOnePart(raw, index, defaultReadLimits, octets.length);
    if (read.kind === 'unparseable') return { kind: 'unreadable', cause: read.cause };
    if (read.kind === 'missing') return { kind: 'missing', count: indexes.length };
    const { contentType, fileName, octets: content } = read.part;
    return {
      kind: 'found',
      attachment: { fileName: fileName ?? `attachment-${number}`, mediaType: contentType, content },
    };
  } catch (error) {
    return { kind: 'unreadable', cause: error instanceof Error ? error.message : 'unknown error' };
  }
}

async function leavesIn(raw: RawMail): Promise<readonly MimePart[]> {
  const mime = openMimeReader(defaultReadLimits);
  for await (const chunk of raw.open()) await mime.write(chunk);
  return leavesOf((await mime.finish()).root);
}

/** What is not the text of the mail itself. */
function isAttachment({ contentType, disposition, fileName }: MimePart): boolean {
  return disposition === 'attachment' || fileName !== null || !/^text\/(?:plain|html)$/.test(contentType);
}
