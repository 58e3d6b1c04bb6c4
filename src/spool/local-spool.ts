/**
 * The spool on a local disk.
 *
 *   <dir>/arriving/<mailId>.<random>   a mail that is still arriving (only when it is larger than the memory threshold)
 *   <dir>/2026-11-22/09/<mailId>       a committed entry, by the hour (UTC) of its arrival
 *
 * The rename into the hour's folder is the commit: an entry is there whole or not at all. Everything is for the owner
 * only, and encrypted when a key is set, what is still arriving included.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SpoolEntry, SpoolPort } from '../intake/ports.ts';
import { memoryMail } from '../message/raw-mail.ts';
import { openBody } from './body.ts';
import { type Layout, readLayout, readSidecar, type WholeEntry } from './entry.ts';
import { SpoolCorrupt } from './errors.ts';
import { openFileSource } from './file-source.ts';
import { createFolderSync, type FolderSync, syncFolder } from './folder-sync.ts';
import { createLocalArrival } from './local-arrival.ts';
import { type OpenedBody, rawMailOf, verifyRaw } from './raw-body.ts';
import { checkedKey, longestHeader, type Sealing } from './sealing.ts';
import { checkedMailId, firstFolder, folderOf, isMailId } from './spool-key.ts';
import { codeOf, storageFault } from './storage-fault.ts';

export type LocalSpoolOptions = {
  /** Absolute path; made when it is missing. */
  readonly dir: string;
  /** 32 octets. Without it entries are stored as they are. */
  readonly encryptionKey?: Buffer;
  /** Reads entries that are not encrypted although there is a key: while a key is being introduced. Default false. */
  readonly readPlain?: boolean;
  /** Octets of a mail that are kept in memory until its commit; larger mails go to disk as they arrive. */
  readonly memoryThreshold: number;
};

export type LocalSpool = SpoolPort & {
  /** `read` and `sidecar` in one look at the disk. */
  entry(spoolKey: string): Promise<WholeEntry>;
  /**
   * Removes what a crash left: arriving mails not written to for `olderThanMs`, and empty folders of past days.
   * Resolves with the number of files.
   */
  cleanTemporary(olderThanMs: number, now?: number): Promise<number>;
};

export function localSpool(options: LocalSpoolOptions): LocalSpool {
  const sealing: Sealing = { key: checkedKey(options.encryptionKey), readPlain: options.readPlain ?? false };
  const arriving = join(options.dir, 'arriving');
  const sync = createFolderSync();
  const known = new Set<string>();

  const pathOf = (spoolKey: string) => join(options.dir, folderOf(checkedMailId(spoolKey)), spoolKey);
  const prepare = (folder: string, isLost = false) => {
    if (isLost) known.delete(folder);
    return makeFolder(known, folder);
  };

  return {
    begin: async (mailId, { replaces = false } = {}) => {
      if (!isMailId(mailId)) throw new RangeError('a mail id is made of lower-case letters and digits');
      return createLocalArrival({
        mailId,
        sealing,
        memoryThreshold: options.memoryThreshold,
        temporaryPath: join(arriving, `${mailId}.${randomBytes(6).toString('hex')}`),
        finalPath: pathOf(mailId),
        prepare,
        publish: (from, to) => publish({ sync, known, from, to, replaces }),
      });
    },
    entry: async (spoolKey) => readEntry(sealing, pathOf(spoolKey), spoolKey, options.memoryThreshold),
    read: async (spoolKey) => (await readEntry(sealing, pathOf(spoolKey), spoolKey, options.memoryThreshold)).raw,
    sidecar: async (spoolKey) => {
      const entry = await openEntry(sealing, pathOf(spoolKey), spoolKey);
      try {
        return await readSidecar(entry.body, entry.layout, spoolKey);
      } finally {
        await entry.close();
      }
    },
    entries: (since, onCorrupt) => listEntries(options.dir, since, onCorrupt),
    remove: async (spoolKey) => {
      const path = pathOf(spoolKey);
      await rm(path, { force: true });
      await sync(dirname(path)).catch(ignoring('ENOENT'));
    },
    cleanTemporary: async (olderThanMs, now = Date.now()) => {
      const removed = await removeOld(arriving, now - olderThanMs);
      await removeEmptyFolders(options.dir, firstFolder(now - dayMs));
      return removed;
    },
  };
}

const dayMs = 24 * 3_600_000;

type OpenedEntry = OpenedBody & { readonly layout: Layout };

async function openEntry(sealing: Sealing, path: string, name: string): Promise<OpenedEntry> {
  const { source, close } = await openFileSource(path);
  try {
    const body = await openBody(source, sealing, name);
    const layout = await readLayout(body);
    if (layout.isExternal) throw new SpoolCorrupt('the raw mail of the entry is elsewhere');
    return { body, layout, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A mail that fits the threshold is read once and kept in memory; a larger one is read again from the disk. */
async function readEntry(sealing: Sealing, path: string, mailId: string, threshold: number): Promise<WholeEntry> {
  const entry = await openEntry(sealing, path, mailId);
  try {
    const sidecar = await readSidecar(entry.body, entry.layout, mailId);
    if (sidecar.size !== entry.layout.rawOctets) throw new SpoolCorrupt('the mail does not have its size');
    if (sidecar.size <= threshold) {
      const raw = memoryMail(await entry.body.read(0, sidecar.size));
      if (raw.sha256 !== sidecar.sha256) throw new SpoolCorrupt('the mail does not match its digest');
      return { sidecar, raw };
    }
    await verifyRaw(sidecar, async () => ({ body: entry.body, close: async () => undefined }));
    return { sidecar, raw: rawMailOf(sidecar, () => openEntry(sealing, path, mailId)) };
  } finally {
    await entry.close();
  }
}

/** Makes a folder and everything above it durable, once in the life of the process. */
async function makeFolder(known: Set<string>, folder: string): Promise<void> {
  if (known.has(folder)) return;
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  // Without this a power cut may take the new folder away, and with it what was answered 250.
  if (first !== undefined) {
    for (let path = folder; path.length >= first.length; path = dirname(path)) await syncFolder(dirname(path));
  }
  if (known.size > 100) known.clear();
  known.add(folder);
}

type Publishing = {
  readonly sync: FolderSync;
  readonly known: Set<string>;
  readonly from: string;
  readonly to: string;
  readonly replaces: boolean;
};

/**
 * The commit: rename, then the folder's fsync. When the fsync fails a new entry is taken back, for nobody was told of it;
 * one that replaces another stays, for its mail may have been answered long ago.
 */
async function publish({ sync, known, from, to, replaces }: Publishing): Promise<void> {
  const folder = dirname(to);
  await makeFolder(known, folder);
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // Somebody removed the folder that we know.
    known.delete(folder);
    await makeFolder(known, folder);
    await rename(from, to);
  }
  try {
    await sync(folder);
  } catch (error) {
    if (!replaces) await unlink(to).catch(ignoring('ENOENT'));
    throw storageFault(error);
  }
}

async function* listEntries(
  dir: string,
  since: number,
  onCorrupt: (spoolKey: string, cause: string) => void,
): AsyncGenerator<SpoolEntry> {
  const first = firstFolder(since);
  for (const day of await namesIn(dir)) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day < first.slice(0, 10)) continue;
    for (const hour of await namesIn(join(dir, day))) {
      if (`${day}/${hour}` < first) continue;
      yield* entriesOfHour(join(dir, day, hour), `${day}/${hour}`, since, onCorrupt);
    }
  }
}

async function* entriesOfHour(
  path: string,
  folder: string,
  since: number,
  onCorrupt: (spoolKey: string, cause: string) => void,
): AsyncGenerator<SpoolEntry> {
  // Ids sort by the time of arrival.
  for (const name of await namesIn(path)) {
    const facts = await stat(join(path, name)).catch(ignoring('ENOENT'));
    if (facts === undefined || facts.mtimeMs < since) continue;
    if (!isMailId(name) || folderOf(name) !== folder) onCorrupt(name, 'this is no name of a spool entry');
    else if (!facts.isFile()) onCorrupt(name, 'this is no file');
    else if (facts.size <= longestHeader) onCorrupt(name, 'the entry is too short');
    else yield { spoolKey: name, committedAt: Math.trunc(facts.mtimeMs) };
  }
}

/** Sorted; nothing when there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignoring('ENOENT', 'ENOTDIR')))?.sort() ?? [];
}

async function removeOld(folder: string, before: number): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const facts = await stat(path).catch(ignoring('ENOENT'));
    if (facts === undefined || !facts.isFile() || facts.mtimeMs >= before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function removeEmptyFolders(dir: string, before: string): Promise<void> {
  for (const day of await namesIn(dir)) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || day > before.slice(0, 10)) continue;
    for (const hour of await namesIn(join(dir, day))) {
      if (`${day}/${hour}` < before)
        await rmdir(join(dir, day, hour)).catch(ignoring('ENOTEMPTY', 'ENOENT', 'ENOTDIR'));
    }
    await rmdir(join(dir, day)).catch(ignoring('ENOTEMPTY', 'ENOENT'));
  }
}

/** For `catch`: resolves with nothing for these codes, rejects with every other error. */
function ignoring(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  };
}
