/**
 * The spool in an S3-compatible bucket.
 *
 *   <prefix>2026-11-22/09/<mailId>.mail   the entry: sidecar, and the raw mail when it is small; put last, so its
 *                                         being there is the commit
 *   <prefix>2026-11-22/09/<mailId>.raw    a large raw mail, uploaded in parts while it arrives
 *
 * Uploads that a crash left unfinished are invisible; a lifecycle rule of the bucket (abort incomplete multipart
 * uploads after a day) removes them.
 */
import type { SpoolEntry, SpoolPort } from '../intake/ports.ts';
import type { Sidecar } from '../intake/sidecar.ts';
import type { RawMail } from '../message/raw-mail.ts';
import { type ByteSource, openBody } from './body.ts';
import { type Layout, readLayout, readSidecar, type WholeEntry } from './entry.ts';
import { SpoolCorrupt } from './errors.ts';
import { type OpenedBody, rawMailOf, verifyRaw } from './raw-body.ts';
import { createS3Arrival } from './s3-arrival.ts';
import { type S3Store, type S3StoreOptions, s3Store } from './s3-store.ts';
import { checkedKey, longestHeader, type Sealing } from './sealing.ts';
import { checkedMailId, firstFolder, folderOf, isMailId } from './spool-key.ts';

export type S3SpoolOptions = S3StoreOptions & {
  /** Of all object keys, `mail/` for example; may be empty. */
  readonly prefix: string;
  /** 32 octets. Without it entries are stored as they are. */
  readonly encryptionKey?: Buffer;
  /** Reads entries that are not encrypted although there is a key: while a key is being introduced. Default false. */
  readonly readPlain?: boolean;
  /** Octets of a mail that are kept in memory until its commit; larger mails are uploaded as they arrive. */
  readonly memoryThreshold: number;
};

export type S3Spool = SpoolPort & {
  /** `read` and `sidecar` with one look at the entry. */
  entry(spoolKey: string): Promise<WholeEntry>;
  /** Removes raw mails of the last week that were never committed and are older than this. Resolves with their number. */
  cleanTemporary(olderThanMs: number, now?: number): Promise<number>;
  close(): void;
};

export function s3Spool(options: S3SpoolOptions): S3Spool {
  const store = s3Store(options);
  const sealing: Sealing = { key: checkedKey(options.encryptionKey), readPlain: options.readPlain ?? false };
  const keyOf = (mailId: string, kind: 'mail' | 'raw') =>
    `${options.prefix}${folderOf(checkedMailId(mailId))}/${mailId}.${kind}`;
  const openEntry = (mailId: string) => readObject(store, sealing, keyOf(mailId, 'mail'), mailId);
  const openRaw = (mailId: string) => openLarge(store, sealing, keyOf(mailId, 'raw'), rawNameOf(mailId));
  const readWhole = async (mailId: string): Promise<WholeEntry> => {
    const entry = await openEntry(mailId);
    const sidecar = await readSidecar(entry.body, entry.layout, mailId);
    const raw = rawOf(entry, sidecar, () => openRaw(mailId));
    await verifyRaw(sidecar, raw.open);
    return { sidecar, raw: raw.mail };
  };

  return {
    begin: async (mailId) => {
      if (!isMailId(mailId)) throw new RangeError('a mail id is made of lower-case letters and digits');
      return createS3Arrival({
        mailId,
        sealing,
        store,
        memoryThreshold: options.memoryThreshold,
        entryKey: keyOf(mailId, 'mail'),
        rawKey: keyOf(mailId, 'raw'),
        rawName: rawNameOf(mailId),
        openRaw: () => openRaw(mailId),
      });
    },
    entry: readWhole,
    read: async (mailId) => (await readWhole(mailId)).raw,
    sidecar: async (mailId) => {
      const entry = await openEntry(mailId);
      return readSidecar(entry.body, entry.layout, mailId);
    },
    entries: (since, onCorrupt) => listEntries(store, options.prefix, since, onCorrupt),
    remove: async (mailId) => {
      // The entry first: a raw mail without one is a left-over, an entry without its raw mail would be corrupt.
      await store.delete(keyOf(mailId, 'mail'));
      await store.delete(keyOf(mailId, 'raw'));
    },
    cleanTemporary: (olderThanMs, now = Date.now()) => removeOrphans(store, options.prefix, now, now - olderThanMs),
    close: () => store.close(),
  };
}

function rawNameOf(mailId: string): string {
  return `${mailId}.raw`;
}

type Entry = OpenedBody & { readonly layout: Layout };

/** A whole small object. */
async function readObject(store: S3Store, sealing: Sealing, key: string, name: string): Promise<Entry> {
  const content = await store.get(key);
  const source: ByteSource = { size: content.length, read: async (start, end) => content.subarray(start, end) };
  const body = await openBody(source, sealing, name);
  return { body, layout: await readLayout(body), close: async () => undefined };
}

async function openLarge(store: S3Store, sealing: Sealing, key: string, name: string): Promise<OpenedBody> {
  const source = readAhead(store, key, await store.sizeOf(key));
  return { body: await openBody(source, sealing, name), close: async () => undefined };
}

const windowOctets = 4 * 1024 * 1024;

/** Fetches more than is asked for: readers go from front to back in small steps, and each request costs a journey. */
function readAhead(store: S3Store, key: string, size: number): ByteSource {
  let window: { readonly start: number; readonly content: Buffer } = { start: 0, content: Buffer.alloc(0) };
  return {
    size,
    read: async (start, end) => {
      if (start < window.start || end > window.start + window.content.length) {
        const until = Math.min(Math.max(end, start + windowOctets), size);
        window = { start, content: await store.getRange(key, start, until) };
      }
      return window.content.subarray(start - window.start, end - window.start);
    },
  };
}

function rawOf(
  entry: Entry,
  sidecar: Sidecar,
  openExternal: () => Promise<OpenedBody>,
): { readonly mail: RawMail; readonly open: () => Promise<OpenedBody> } {
  const open = entry.layout.isExternal
    ? async () => {
        const opened = await openExternal();
        if (opened.body.size !== sidecar.size) throw new SpoolCorrupt('the mail does not have its size');
        return opened;
      }
    : async () => entry;
  if (!entry.layout.isExternal && entry.layout.rawOctets !== sidecar.size) {
    throw new SpoolCorrupt('the mail does not have its size');
  }
  return { mail: rawMailOf(sidecar, open), open };
}

type Place = { readonly mailId: string; readonly kind: 'mail' | 'raw' };

/** Null for a key that the spool would never have made. */
function placeOf(prefix: string, key: string): Place | null {
  const match = /^(\d{4}-\d{2}-\d{2}\/\d{2})\/([0-9a-z]+)\.(mail|raw)$/.exec(key.slice(prefix.length));
  const mailId = match?.[2];
  if (mailId === undefined || !isMailId(mailId) || folderOf(mailId) !== match?.[1]) return null;
  return { mailId, kind: match[3] === 'raw' ? 'raw' : 'mail' };
}

async function* listEntries(
  store: S3Store,
  prefix: string,
  since: number,
  onCorrupt: (spoolKey: string, cause: string) => void,
): AsyncGenerator<SpoolEntry> {
  for await (const { key, modifiedAt, size } of store.list(prefix, `${prefix}${firstFolder(since)}`)) {
    // Stores keep whole seconds.
    if (modifiedAt + 999 < since) continue;
    const place = placeOf(prefix, key);
    if (place === null) onCorrupt(key, 'this is no name of a spool entry');
    else if (place.kind === 'raw') continue;
    else if (size <= longestHeader) onCorrupt(place.mailId, 'the entry is too short');
    else yield { spoolKey: place.mailId, committedAt: modifiedAt };
  }
}

const weekMs = 7 * 24 * 3_600_000;

async function removeOrphans(store: S3Store, prefix: string, now: number, before: number): Promise<number> {
  let removed = 0;
  let committed: string | null = null;
  // `<id>.mail` comes before `<id>.raw`.
  for await (const { key, modifiedAt } of store.list(prefix, `${prefix}${firstFolder(now - weekMs)}`)) {
    const place = placeOf(prefix, key);
    if (place?.kind === 'mail') committed = place.mailId;
    if (place?.kind !== 'raw' || place.mailId === committed || modifiedAt >= before) continue;
    await store.delete(key);
    removed += 1;
  }
  return removed;
}
