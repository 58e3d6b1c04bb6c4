/** The content of an object in the spool, whatever lies between it and the storage: written in order, read anywhere. */
import { SpoolCorrupt } from './errors.ts';
import { type BlockCipher, blockOctets, cipherOf, longestHeader, type Sealing } from './sealing.ts';

/** Octets at rest. */
export type ByteSource = {
  readonly size: number;
  /** The octets from `start` to before `end`, fewer only past the end. */
  read(start: number, end: number): Promise<Buffer>;
};

export const emptySource: ByteSource = { size: 0, read: async () => Buffer.alloc(0) };

/** Content of known size. */
export type Body = {
  readonly size: number;
  /** `0 <= start <= end <= size`. Rejects with `SpoolCorrupt`. */
  read(start: number, end: number): Promise<Buffer>;
};

/** Collects content and hands out sealed blocks. What is pending is not sealed yet and can still be read. */
export type BodyWriter = {
  push(chunk: Buffer): void;
  /** Octets that `takeBlocks` and `finish` have not handed out. */
  readonly pending: number;
  /** Everything that fills whole blocks, sealed; the header goes first. Always leaves the last octet, for the last block. */
  takeBlocks(): Buffer[];
  /** The rest, with the last block. Nothing may be pushed after it. */
  finish(): Buffer[];
  /** What was pushed until now: from the blocks handed out, wherever they are, and from what is pending. */
  readable(): (written: ByteSource) => Body;
};

export function createBodyWriter(cipher: BlockCipher): BodyWriter {
  let chunks: Buffer[] = [];
  let pending = 0;
  let sealed = 0;
  let started = false;

  const header = (): Buffer[] => {
    if (started) return [];
    started = true;
    return [cipher.header];
  };
  const rest = (): Buffer => {
    const whole = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks = [whole];
    return whole;
  };

  return {
    push: (chunk) => {
      if (chunk.length === 0) return;
      chunks.push(chunk);
      pending += chunk.length;
    },
    get pending() {
      return pending;
    },
    takeBlocks: () => {
      if (pending <= blockOctets) return [];
      const blocks = header();
      const whole = rest();
      let start = 0;
      for (; whole.length - start > blockOctets; start += blockOctets) {
        blocks.push(cipher.seal(whole.subarray(start, start + blockOctets), sealed, false));
        sealed += 1;
      }
      // A copy: a view would keep the whole buffer alive.
      chunks = [Buffer.from(whole.subarray(start))];
      pending = whole.length - start;
      return blocks;
    },
    finish: () => {
      const blocks = header();
      const whole = rest();
      for (let start = 0; start === 0 || start < whole.length; start += blockOctets) {
        const isLast = start + blockOctets >= whole.length;
        blocks.push(cipher.seal(whole.subarray(start, start + blockOctets), sealed, isLast));
        sealed += 1;
      }
      chunks = [];
      pending = 0;
      return blocks;
    },
    readable: () => {
      const tail = rest();
      const onStorage = sealed * blockOctets;
      const blocks = sealed;
      return (written) => ({
        size: onStorage + tail.length,
        read: async (start, end) => {
          const fromMemory = tail.subarray(Math.max(0, start - onStorage), Math.max(0, end - onStorage));
          if (start >= onStorage) return fromMemory;
          const stored = await readBlocks(written, cipher, start, Math.min(end, onStorage), blocks, false);
          return fromMemory.length === 0 ? stored : Buffer.concat([stored, fromMemory]);
        },
      });
    },
  };
}

/** The content of a finished object. Rejects with `SpoolCorrupt`. */
export async function openBody(source: ByteSource, sealing: Sealing, name: string): Promise<Body> {
  const cipher = cipherOf(sealing, await source.read(0, Math.min(longestHeader, source.size)), name);
  const stored = source.size - cipher.header.length;
  const blocks = Math.ceil(stored / (blockOctets + cipher.overhead));
  const size = stored - blocks * cipher.overhead;
  if (blocks < 1 || size < 0) throw new SpoolCorrupt('the entry is empty');
  return {
    size,
    read: (start, end) => readBlocks(source, cipher, start, end, blocks, true),
  };
}

async function readBlocks(
  source: ByteSource,
  cipher: BlockCipher,
  start: number,
  end: number,
  blocks: number,
  isFinished: boolean,
): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const stride = blockOctets + cipher.overhead;
  const first = Math.floor(start / blockOctets);
  const last = Math.floor((end - 1) / blockOctets);
  const offset = cipher.header.length + first * stride;
  const until = Math.min(cipher.header.length + (last + 1) * stride, source.size);
  const stored = await source.read(offset, until);
  const opened: Buffer[] = [];
  for (let index = first; index <= last; index += 1) {
    const block = stored.subarray((index - first) * stride, (index - first + 1) * stride);
    opened.push(cipher.open(block, index, isFinished && index === blocks - 1));
  }
  const content = opened.length === 1 && opened[0] !== undefined ? opened[0] : Buffer.concat(opened);
  const wanted = content.subarray(start - first * blockOctets, end - first * blockOctets);
  if (wanted.length !== end - start) throw new SpoolCorrupt('the entry was cut short');
  return wanted;
}
