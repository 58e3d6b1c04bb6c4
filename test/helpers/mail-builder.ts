/** Raw test mails: fields in the order given, CRLF line ends, octets exactly as the test wants them. */

export type MailSpec = {
  /** The From value; null for a mail without the field. */
  readonly from?: string | null;
  /** Whole fields after the usual ones, without line ends; folded ones carry their own CRLF. */
  readonly fields?: readonly string[];
  readonly subject?: string;
  readonly to?: string;
  readonly body?: string | Buffer;
};

/** A mail of one plain part unless `fields` name another type. */
export function buildMail(spec: MailSpec = {}): Buffer {
  const fields = [
    ...(spec.from === null ? [] : [`From: ${spec.from ?? 'Ada <ada@example.com>'}`]),
    `To: ${spec.to ?? 'support@postern.test'}`,
    `Subject: ${spec.subject ?? 'Question'}`,
    'Date: Tue, 01 Jul 2025 10:00:00 +0000',
    'Message-ID: <m1@example.com>',
    ...(spec.fields ?? []),
  ];
  return rawMail(fields, spec.body ?? 'Hello,\r\nhow do I export my data?\r\n');
}

/** Only these fields, and this body. */
export function rawMail(fields: readonly string[], body: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

/** A part with its own header, for `multipart`. */
export function part(type: string, body: string | Buffer, fields: readonly string[] = []): Buffer {
  return Buffer.concat([Buffer.from([`Content-Type: ${type}`, ...fields, '', ''].join('\r\n')), Buffer.from(body)]);
}

/** The body of a multipart: parts between delimiters, closed. */
export function multipart(boundary: string, parts: readonly Buffer[], preamble = '', epilogue = ''): Buffer {
  const pieces = parts.flatMap((each) => [Buffer.from(`--${boundary}\r\n`), each, Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(`--${boundary}--\r\n${epilogue}`)]);
}
