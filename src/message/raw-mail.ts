import { hash } from 'node:crypto';
import { Readable } from 'node:stream';

/** The octets of one mail, in memory when small and on disk when not. Never changed after it is complete. */
export type RawMail = {
  /** Octets. */
  readonly size: number;
  /** SHA-256 of all octets, lower-case hex. */
  readonly sha256: string;
  /** A fresh stream from the first octet, in chunks of at most 64 KiB. */
  open(): Readable;
  /** All octets at once; only for readers that have checked `size`. */
  bytes(): Promise<Buffer>;
};

const chunkBytes = 64 * 1024;

/** A mail whose octets are in memory. The caller does not write to them afterwards. */
export function memoryMail(bytes: Buffer): RawMail {
  return {
    size: bytes.length,
    sha256: hash('sha256', bytes),
    open: () => Readable.from(chunksOf(bytes), { objectMode: false, highWaterMark: chunkBytes }),
    bytes: () => Promise.resolve(bytes),
  };
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}
