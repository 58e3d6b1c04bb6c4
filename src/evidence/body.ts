/** Streams the body of a mail into the DKIM verifier, after it has proved that the header block is the one that was read. */
import type { DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import type { HeaderField } from '../message/message.ts';
import type { RawMail } from '../message/raw-mail.ts';

const crlf = Buffer.from('\r\n');
const lineFeed = 0x0a;
/** Mail up to this size is read in one piece. */
const wholeBytes = 65_536;

/** Null when the verifier has seen the body to its end, else why it has not. Rejects when the mail cannot be read. */
export async function feedBody(
  raw: RawMail,
  header: readonly HeaderField[],
  verifier: Pick<DkimVerifier, 'nextChunk'>,
  lineBytes: number,
): Promise<string | null> {
  const block = blockOf(header, raw.size);
  let matched = 0;
  let lineLength = 0;
  for await (const chunk of octetsOf(raw)) {
    const headerPart = Math.min(block.length - matched, chunk.length);
    // What is verified must be what was read: another cut between header and body would be another mail.
    if (!chunk.subarray(0, headerPart).equals(block.subarray(matched, matched + headerPart))) {
      return 'the header block is not in plain form';
    }
    matched += headerPart;
    const body = chunk.subarray(headerPart);
    if (body.length === 0) continue;
    const first = body.indexOf(lineFeed);
    if (lineLength + (first < 0 ? body.length : first) > lineBytes) return `a line is longer than ${lineBytes} octets`;
    lineLength = first < 0 ? lineLength + body.length : body.length - 1 - body.lastIndexOf(lineFeed);
    await verifier.nextChunk(body);
  }
  return matched === block.length ? null : 'the header block is not in plain form';
}

/** The header block and its empty line as the fields spell it; a mail may end right after its header (RFC 5322 §2.1). */
function blockOf(header: readonly HeaderField[], size: number): Buffer {
  const lines = Buffer.concat(header.flatMap(({ raw }) => [raw, crlf]));
  return size === lines.length ? lines : Buffer.concat([lines, crlf]);
}

async function* octetsOf(raw: RawMail): AsyncGenerator<Buffer> {
  if (raw.size <= wholeBytes) {
    yield await raw.bytes();
    return;
  }
  for await (const chunk of raw.open()) yield chunk;
}
