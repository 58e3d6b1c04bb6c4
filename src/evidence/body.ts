/** Streams the body of a mail into the DKIM verifier, after it has proved that the header block is the one that was read. */
import { setImmediate } from 'node:timers/promises';
import type { DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import type { HeaderField } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';

const crlf = Buffer.from('\r\n');
const lineFeed = 0x0a;
const separator = Buffer.from('From ');
/** Mail up to this size is read in one piece. */
const wholeBytes = 65_536;

export type BodyLimits = {
  /** Octets of one line; RFC 5322 §2.1.1 allows 998. Every body hash scans an unfinished line again. */
  readonly lineBytes: number;
  /** Lines of the body: each may cost an allocation and a call for each body hash. Base64 of 25 MB has 340,000. */
  readonly bodyLines: number;
};

/** Null when the verifier has seen the body to its end, else why it has not. Rejects when the mail cannot be read. */
export async function feedBody(
  raw: RawMail,
  header: readonly HeaderField[],
  verifier: Pick<DkimVerifier, 'nextChunk'>,
  limits: BodyLimits,
): Promise<string | null> {
  const unread = 'the header block is not in plain form';
  const fields = Buffer.concat(header.flatMap(({ raw: octets }) => [octets, crlf]));
  let block: Buffer | null = null;
  let matched = 0;
  const lines = lineCounter(limits);
  for await (const chunk of octetsOf(raw)) {
    block ??= blockOf(fields, chunk, raw.size);
    const headerPart = Math.min(block.length - matched, chunk.length);
    // What is verified must be what was read: another cut between header and body would be another mail.
    if (!chunk.subarray(0, headerPart).equals(block.subarray(matched, matched + headerPart))) return unread;
    matched += headerPart;
    const body = chunk.subarray(headerPart);
    if (body.length === 0) continue;
    const excess = lines(body);
    if (excess !== null) return excess;
    await verifier.nextChunk(body);
  }
  return block !== null && matched === block.length ? null : unread;
}

/** Takes the body piece by piece; tells which limit a piece has broken. */
function lineCounter({ lineBytes, bodyLines }: BodyLimits): (chunk: Buffer) => string | null {
  let count = 0;
  let unfinished = 0;
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      if (unfinished + end - start > lineBytes) return `a line is longer than ${lineBytes} octets`;
      unfinished = 0;
      count += 1;
      start = end + 1;
    }
    unfinished += chunk.length - start;
    if (unfinished > lineBytes) return `a line is longer than ${lineBytes} octets`;
    return count > bodyLines ? `the body has more than ${bodyLines} lines` : null;
  };
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
  for await (const chunk of raw.open()) {
    yield chunk;
    await setImmediate(); // a mail that is hashed in memory must let others run
  }
}
