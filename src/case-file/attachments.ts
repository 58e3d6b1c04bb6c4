/** The attachments of a mail, to be kept as evidence. Their content is carried over and never looked into. */
import { simpleParser } from 'mailparser';

export type MailAttachment = {
  /** From 1, in the order of the mail. */
  readonly number: number;
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: Buffer;
};

/** Rejects when the mail cannot be read. */
export async function attachmentsOf(raw: Buffer): Promise<readonly MailAttachment[]> {
  const parsed = await simpleParser(raw, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
  return parsed.attachments.map(({ content, contentType, filename }, index) => ({
    number: index + 1,
    fileName: filename ?? `attachment-${index + 1}`,
    mediaType: contentType,
    content,
  }));
}
