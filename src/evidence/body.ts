/** Streams the body of a mail into the DKIM verifier, after it has proved that the header block is the one that was read. */
import type { DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import type { HeaderField } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';

const crlf = Buffer.from('\r\n');
const lineFeed = 0x0a;
const separator = Buffer.from('From ');
/** Mail up to this size is read in one piece. */
const wholeBytes = 65_536;

/** Null when the verifier has seen the body to its end, else why it has not. Rejects when the mail cannot be read. */
export async function feedBody(
  raw: RawMail,
  header: readonly HeaderField[],
  verifier: Pick<DkimVerifier, 'nextChunk'>,
  lineBytes: number,
): Promise<string | null> {
  const unread = 'the header block is not in plain form';
  const lines = Buffer.concat(header.flatMap(({ raw: octets }) => [octets, crlf]));
  let block: Buffer | null = null;
  let matched = 0;
  let lineLength = 0;
  for await (const chunk of octetsOf(raw)) {
    block ??= blockOf(lines, chunk, raw.size);
    const headerPart = Math.min(block.length - matched, chunk.length);
    // What is verified must be what was read: another cut between header and body would be another mail.
    if (!chunk.subarray(0, headerPart).equals(block.subarray(matched, matched + headerPart))) return unread;
    matched += headerPart;
    const body = chunk.subarray(headerPart);
    if (body.length === 0) continue;
    const first = body.indexOf(lineFeed);
    if (lineLength + (first < 0 ? body.length : first) > lineBytes) return `a line is longer than ${lineBytes} octets`;
    lineLength = first < 0 ? lineLength + body.length : body.length - 1 - body.lastIndexOf(lineFeed);
    await verifier.nextChunk(body);
  }
  return block !== null && matched === block.length ? null : unread;
}

/**
 * The header block and its empty line as the fields spell it. A mail may end with its header (RFC 5322 §2.1), and one
 * that comes from an mbox file begins with a separator line, which is no field (RFC 4155).
 */
function blockOf(lines: Buffer, start: Buffer, size: number): Buffer {
  const isSeparated = start.subarray(0, 5).equals(separator) && !lines.subarray(0, 5).equals(separator);
  const opening = isSeparated ? start.subarray(0, start.indexOf(lineFeed) + 1) : Buffer.alloc(0);
  const end = opening.length + lines.length;
  return Buffer.concat([opening, lines, crlf]).subarray(0, size <= end ? size : end + crlf.length);
}

async function* octetsOf(raw: RawMail): AsyncGenerator<Buffer> {
  if (raw.size <= wholeBytes) {
    yield await raw.bytes();
    return;
  }
  for await (const chunk of raw.open()) yield chunk;
}
