/** A `RawMail` on top of content that can be read anywhere. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { RawMail } from '../message/raw-mail.ts';
import type { Body } from './body.ts';
import { SpoolCorrupt } from './errors.ts';
import { blockOctets } from './sealing.ts';

/** Opened for one reading, and closed when that ends however it does. */
export type OpenedBody = { readonly body: Body; readonly close: () => Promise<void> };

export type RawFacts = { readonly size: number; readonly sha256: string };

/** The first `size` octets of the body are the mail. */
export function rawMailOf(facts: RawFacts, open: () => Promise<OpenedBody>): RawMail {
  return {
    size: facts.size,
    sha256: facts.sha256,
    open: () => Readable.from(chunksOf(facts.size, open), { objectMode: false }),
    bytes: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of chunksOf(facts.size, open)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

/** Reads the mail once and compares it with its digest. Rejects with `SpoolCorrupt`. */
export async function verifyRaw(facts: RawFacts, open: () => Promise<OpenedBody>): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(facts.size, open)) hash.update(chunk);
  if (hash.digest('hex') !== facts.sha256) throw new SpoolCorrupt('the mail does not match its digest');
}

async function* chunksOf(size: number, open: () => Promise<OpenedBody>): AsyncGenerator<Buffer> {
  const { body, close } = await open();
  try {
    // Aligned with the blocks, so that each is opened once.
    for (let start = 0; start < size; start += blockOctets) {
      yield await body.read(start, Math.min(start + blockOctets, size));
    }
  } finally {
    await close();
  }
}
