/**
 * A request of the portal as the mail that it is judged, kept and handed on as. Everything that somebody typed is put in by
 * the library as a value of a field or as content, and is encoded there: none of it can become a field of its own.
 */
import MailComposer from 'nodemailer/lib/mail-composer';
import type { PortalAttachment } from './request.ts';

export type PortalMail = {
  /** Our id of the mail; also in its Message-ID. */
  readonly mailId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly PortalAttachment[];
  /** Epoch milliseconds. */
  readonly at: number;
};

export async function portalMail({ at, attachments, from, mailId, subject, text, to }: PortalMail): Promise<Buffer> {
  const composer = new MailComposer({
    from: { name: oneLine(from.name), address: from.address },
    to: { name: '', address: to },
    subject: oneLine(subject),
    date: new Date(at),
    messageId: `<portal.${mailId}@${to.slice(to.lastIndexOf('@') + 1)}>`,
    text: text.replace(/\r\n?|\n/g, '\r\n'), // a bare LF is R-FORM
    // Nothing is fetched: a name of a file or an address in what was typed stays a text.
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments: attachments.map(({ content, contentType, fileName }) => ({
      filename: oneLine(fileName),
      content,
      contentType: opaque(contentType),
      contentTransferEncoding: 'base64' as const,
      contentDisposition: 'attachment' as const,
    })),
  });
  return composer.compile().build();
}

/** A mail within the mail would have to stand there as it is (RFC 2046 §5.2.1): its headers are nobody's here. */
function opaque(contentType: string): string {
  return /^(?:message|multipart)\//i.test(contentType) ? 'application/octet-stream' : contentType;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ').trim();
}
