import type { Readable } from 'node:stream';

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
