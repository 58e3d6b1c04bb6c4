/**
 * The digest of what a mail says: the body and the fields a reader sees or that steer its decoding. Another relay on
 * the way adds trace fields, refolds lines and adds or drops empty lines at the end; none of it changes the digest.
 */
import { createHash } from 'node:crypto';
import type { HeaderField } from './message.ts';

export type ContentDigest = {
  /** Takes the next octets of the body, which begins after the empty line that ends the header. */
  push(chunk: Buffer): void;
  /** SHA-256 in lower-case hex; call it once, at the end. */
  hex(): string;
};

const coveredFields: readonly string[] = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
];
const crlf = Buffer.from('\r\n');
const manyLineEnds = Buffer.from('\r\n'.repeat(16 * 1024));

export function createContentDigest(fields: readonly HeaderField[]): ContentDigest {
  const hash = createHash('sha256');
  for (const line of canonicalFields(fields)) hash.update(line);
  hash.update(crlf);
  /** Line ends seen since the last other octet: they count only when something follows (as in RFC 6376 §3.4.3). */
  let heldLines = 0;
  let endedWithCr = false;

  function push(chunk: Buffer): void {
    let octets = endedWithCr ? Buffer.concat([Buffer.from('\r'), chunk]) : chunk;
    endedWithCr = octets.at(-1) === 0x0d;
    if (endedWithCr) octets = octets.subarray(0, -1);
    const content = lengthWithoutFinalLineEnds(octets);
    if (content > 0) {
      releaseLines();
      hash.update(octets.subarray(0, content));
    }
    heldLines += (octets.length - content) / 2;
  }

  function releaseLines(): void {
    for (let octets = heldLines * 2; octets > 0; octets -= manyLineEnds.length) {
      hash.update(manyLineEnds.subarray(0, Math.min(octets, manyLineEnds.length)));
    }
    heldLines = 0;
  }

  function hex(): string {
    if (endedWithCr) {
      releaseLines();
      hash.update('\r');
    }
    return hash.digest('hex');
  }

  return { push, hex };
}

/** `name:value` with the value unfolded and its white space collapsed (RFC 6376 §3.4.2), ordered by name, then by place. */
function canonicalFields(fields: readonly HeaderField[]): readonly string[] {
  return fields
    .filter((field) => coveredFields.includes(field.name) || field.name.startsWith('content-'))
    .map((field) => ({ name: field.name, line: `${field.name}:${field.value.replace(/[ \t]+/g, ' ')}\r\n` }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map((field) => field.line);
}

/** How many octets come before the run of CRLF at the end. */
function lengthWithoutFinalLineEnds(octets: Buffer): number {
  let length = octets.length;
  while (length >= 2 && octets[length - 1] === 0x0a && octets[length - 2] === 0x0d) length -= 2;
  return length;
}
