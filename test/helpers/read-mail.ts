/** A mail in memory, read by the header scanner: what the domain check and the proofs take. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { canonicalAddress } from '../../src/address/mailbox.ts';
import { readAuthor } from '../../src/message/author.ts';
import { createHeaderCollector, scanHeader } from '../../src/message/header.ts';
import type { Author, HeaderField, ReadLimits } from '../../src/message/message.ts';
import type { RawMail } from '../../src/message/raw-mail.ts';

export type ReadMail = {
  readonly raw: RawMail;
  readonly header: readonly HeaderField[];
  readonly author: Author | null;
  /** Addresses in angle brackets, or bare ones, of To and Cc. */
  readonly addressees: readonly string[];
};

const limits: ReadLimits = {
  headerBytes: 1_048_576,
  headerFields: 2_000,
  mimeDepth: 20,
  mimeParts: 100,
  textBytes: 65_536,
  htmlBytes: 65_536,
  pgpBytes: 65_536,
};

export function readMail(octets: Buffer | string): ReadMail {
  const bytes = Buffer.from(octets);
  const collector = createHeaderCollector(limits.headerBytes);
  collector.push(bytes);
  const block = collector.block();
  const { fields } = scanHeader(block, limits);
  const { author } = readAuthor(
    fields.filter(({ name }) => name === 'from'),
    block.bytes,
  );
  return { raw: rawMailOf(bytes), header: fields, author, addressees: addresseesOf(fields) };
}

/** `open` gives chunks of 64 KiB, as a file would. */
export function rawMailOf(bytes: Buffer): RawMail {
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from(chunksOf(bytes), { objectMode: false, highWaterMark: 65_536 }),
    bytes: async () => bytes,
  };
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

function addresseesOf(fields: readonly HeaderField[]): string[] {
  return fields
    .filter(({ name }) => name === 'to' || name === 'cc')
    .flatMap(({ value }) => value.split(','))
    .flatMap((entry) => canonicalAddress(/<([^<>]+)>/.exec(entry)?.[1] ?? entry.trim()) ?? []);
}
