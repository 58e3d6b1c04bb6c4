/**
 * Puts a backup back into an empty place, in three steps: everything is unpacked beside its place and verified to the last
 * octet; then the records are loaded in one transaction; then the files are moved where they belong. Whatever fails before
 * the last step leaves nothing behind but the folder `restoring`, which is removed.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DumpChunk } from '../records/dump.ts';
import { ArchiveUnreadable, type EntryFacts, readArchive } from './archive.ts';
import type { Manifest } from './manifest.ts';

export type Unpacked = { readonly manifest: Manifest; readonly files: number; readonly mails: number };

/** Where a verified archive lies until it is put in its place. */
export type Staging = {
  readonly folder: string;
  readonly unpacked: Unpacked;
  /** Rows in the order of the archive. */
  chunks(): AsyncIterable<DumpChunk>;
};

/** Reads everything and keeps nothing. Rejects with `ArchiveUnreadable`. */
export async function verifyArchive(path: string): Promise<Unpacked> {
  const counts = { files: 0, mails: 0 };
  const manifest = await readArchive(createReadStream(path), {
    begin: async () => undefined,
    async entry({ name }, _size, content) {
      count(counts, checkedName(name));
      for await (const _ of content); // its digest is taken on the way
    },
  });
  return { manifest, ...counts };
}

/** Unpacks into `folder`, which must not exist yet. Rejects with `ArchiveUnreadable`; the folder is removed then. */
export async function unpackArchive(path: string, folder: string, onRead: (octets: number) => void): Promise<Staging> {
  const counts = { files: 0, mails: 0 };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const input = createReadStream(path).on('data', (chunk) => onRead(chunk.length));
    const manifest = await readArchive(input, {
      begin: async () => undefined,
      async entry(facts, _size, content) {
        count(counts, checkedName(facts.name));
        await writeEntry(folder, facts, content);
      },
    });
    return { folder, unpacked: { manifest, ...counts }, chunks: () => chunksIn(join(folder, 'records')) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Moves what was unpacked; both places must be free of what comes. */
export async function moveIntoPlace({ folder }: Staging, dataDir: string, spoolDir: string | null): Promise<void> {
  if (spoolDir !== null) {
    await mkdir(spoolDir, { recursive: true, mode: 0o700 });
    await moveAll(join(folder, 'spool'), spoolDir);
  }
  await moveAll(join(folder, 'data'), dataDir);
  await rm(folder, { recursive: true, force: true });
}

function count(counts: { files: number; mails: number }, name: string): void {
  if (name.startsWith('spool/')) counts.mails += 1;
  else if (name.startsWith('data/')) counts.files += 1;
}

/** An archive may come from anywhere: no name may lead out of the folder it is unpacked to. */
function checkedName(name: string): string {
  const parts = name.split('/');
  const isSafe = parts.length > 1 && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isSafe || name.includes('\0') || !['records', 'data', 'spool'].includes(parts[0] ?? '')) {
    throw new ArchiveUnreadable(
      `the archive holds ${JSON.stringify(name.slice(0, 100))}, which is no name of a backup`,
    );
  }
  return name;
}

async function writeEntry(folder: string, facts: EntryFacts, content: AsyncIterable<Buffer>): Promise<void> {
  const path = join(folder, facts.name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // `wx`: a name that comes twice would overwrite what was verified.
  const mode = (facts.mode & 0o700) | 0o600;
  await pipeline(content, createWriteStream(path, { flags: 'wx', mode, flush: true })).catch((error: unknown) => {
    const isTwice = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw isTwice ? new ArchiveUnreadable(`the archive holds ${JSON.stringify(facts.name)} twice`) : error;
  });
  // The sweep goes by the age of an entry.
  await utimes(path, facts.modifiedAt / 1_000, facts.modifiedAt / 1_000);
}

async function* chunksIn(folder: string): AsyncGenerator<DumpChunk> {
  for (const table of await namesIn(folder)) {
    for (const number of await namesIn(join(folder, table))) {
      yield { table, lines: await readFile(join(folder, table, number), 'utf8') };
    }
  }
}

async function moveAll(from: string, to: string): Promise<void> {
  for (const name of await namesIn(from)) await move(join(from, name), join(to, name));
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    // The spool may lie on a disk of its own.
    await cp(from, to, { recursive: true, preserveTimestamps: true, errorOnExist: true, force: false });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
