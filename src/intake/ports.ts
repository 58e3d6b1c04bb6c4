/** What intake needs from storage and queue (DESIGN "Commit"). */
import type { ReplayRecord } from '../evidence/ports.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Sidecar } from './sidecar.ts';

/** A mail that is still arriving: written as it comes, hashed, counted. */
export type Arrival = {
  /** Resolves when the chunk is taken; honours back-pressure. */
  write(chunk: Buffer): Promise<void>;
  /** All octets are in; from here on the mail can be read. */
  complete(): Promise<RawMail>;
  /** Makes raw mail and sidecar durable under the spool key: fsync, rename, folder fsync (or a finished upload). */
  commit(sidecar: Sidecar): Promise<{ readonly spoolKey: string }>;
  /** Forgets what was written; safe to call at any time, more than once, and after `commit` (then it does nothing). */
  discard(): Promise<void>;
};

export type SpoolEntry = { readonly spoolKey: string; readonly committedAt: number };

export type SpoolPort = {
  /** Starts a mail under our id. With `replaces` an entry stands there, and is never taken away for a failed commit. */
  begin(mailId: string, options?: { readonly replaces?: boolean }): Promise<Arrival>;
  /** The raw mail; rejects with `SpoolMissing` when there is none, `SpoolCorrupt` when it does not match its digest. */
  read(spoolKey: string): Promise<RawMail>;
  sidecar(spoolKey: string): Promise<Sidecar>;
  /** Entries committed at or after `since`, oldest first; corrupt ones are reported by `onCorrupt` and left out. */
  entries(since: number, onCorrupt: (spoolKey: string, cause: string) => void): AsyncIterable<SpoolEntry>;
  /** Removes raw mail and sidecar together. */
  remove(spoolKey: string): Promise<void>;
};

export type QueuePort = {
  /** Enqueues under the job's own id; the same id twice is one job. Rejects within 2 s when Redis does not answer. */
  enqueue(mail: JudgedMail): Promise<void>;
};

/** Memory shared by all listeners, in Redis; rejects within 2 s when Redis does not answer. */
export type MemoryPort = {
  /** When this mail was first deferred; records `now` when it is new. */
  firstDeferred(mailKey: string, now: number): Promise<number>;
  deferredSince(mailKey: string): Promise<number | null>;
  /**
   * Remembers the keys with this content, in one step. The first content keeps a key: resolves with the keys that
   * another content has, and what that is.
   */
  rememberReplays(keys: readonly string[], record: ReplayRecord): Promise<ReadonlyMap<string, ReplayRecord>>;
};
