/**
 * Takes a backup while the gateway runs. The order is what makes it whole: records first, then files, then mail. Mail that
 * came in between is in the spool and not in the records: after a restore the sweep records it.
 */
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { DumpVisitor } from '../records/dump.ts';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import { type ArchiveEnd, type Manifest, manifestName, manifestOf } from './manifest.ts';

export type BackupSources = {
  readonly dataDir: string;
  /** Null when mail lies in a bucket. */
  readonly spoolDir: string | null;
  /** Absolute paths that are not to be in it: the archive itself. */
  readonly leaveOut: readonly string[];
  readonly dump: (visitor: DumpVisitor) => Promise<number>;
  readonly facts: Omit<Manifest, 'format' | 'schema'>;
};

export type Taken = {
  readonly rows: number;
  readonly files: number;
  readonly mails: number;
  readonly end: ArchiveEnd;
};

/** What the next start makes anew, or what is of no use to another system. */
const notKept = /^(?:redis|samples|restoring|supervisor\..+|postern\.db(?:-wal|-shm|-journal)?)$/;

/** `onMail` hears of each mail that was written. Rejects with what the stores or the output say. */
export async function takeBackup(
  sources: BackupSources,
  output: NodeJS.WritableStream,
  onMail: () => void,
): Promise<Taken> {
  const archive = writeArchive(output);
  try {
    const rows = await addRecords(archive, sources);
    let files = 0;
    for await (const path of filesIn(sources.dataDir, (path) => isKept(path, sources))) {
      if (await addFile(archive, `data/${relative(sources.dataDir, path)}`, path)) files += 1;
    }
    let mails = 0;
    for await (const path of committedMail(sources.spoolDir)) {
      if (!(await addFile(archive, `spool/${relative(sources.spoolDir ?? '', path)}`, path))) continue;
      mails += 1;
      onMail();
    }
    return { rows, files, mails, end: await archive.finish() };
  } catch (error) {
    await archive.abort(error instanceof Error ? error : new Error('the backup was given up'));
    throw error;
  }
}

/** How many mails there are to write, for a progress bar. */
export async function countMail(spoolDir: string | null): Promise<number> {
  let count = 0;
  for await (const _ of committedMail(spoolDir)) count += 1;
  return count;
}

async function addRecords(archive: ArchiveWriter, { dump, facts }: BackupSources): Promise<number> {
  const numbers = new Map<string, number>();
  const entry = (name: string, content: Buffer) =>
    archive.add({ name, modifiedAt: facts.createdAt, mode: 0o600 }, content);
  return dump({
    begin: (schema) =>
      entry(manifestName, Buffer.from(`${JSON.stringify(manifestOf({ ...facts, schema }), null, 2)}\n`)),
    chunk: (table, lines) => {
      const number = (numbers.get(table) ?? 0) + 1;
      numbers.set(table, number);
      return entry(`records/${table}/${String(number).padStart(6, '0')}`, lines);
    },
  });
}

function isKept(path: string, { dataDir, leaveOut, spoolDir }: BackupSources): boolean {
  const name = relative(dataDir, path);
  return !notKept.test(name) && path !== spoolDir && !leaveOut.includes(path);
}

/** What still arrives was promised to nobody. */
async function* committedMail(spoolDir: string | null): AsyncGenerator<string> {
  if (spoolDir === null) return;
  const arriving = join(spoolDir, 'arriving');
  yield* filesIn(spoolDir, (path) => path !== arriving);
}

/** Sorted; sockets and other oddities are passed over, links to files are followed, links to folders are not. */
async function* filesIn(folder: string, isWanted: (path: string) => boolean): AsyncGenerator<string> {
  const found = await readdir(folder, { withFileTypes: true }).catch(ifGone([]));
  for (const entry of found.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (!isWanted(path)) continue;
    if (entry.isDirectory()) yield* filesIn(path, isWanted);
    else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

/** Larger files are not held in memory. */
const memoryOctets = 8 * 1024 * 1024;

/** False when the file is gone meanwhile: retention and workers go on. */
async function addFile(archive: ArchiveWriter, name: string, path: string): Promise<boolean> {
  const facts = await stat(path).catch(ifGone(null));
  if (facts === null || !facts.isFile()) return false;
  const entry = { name, modifiedAt: Math.trunc(facts.mtimeMs), mode: facts.mode & 0o700 };
  if (facts.size > memoryOctets) {
    await archive.addStream(entry, facts.size, createReadStream(path, { end: facts.size - 1 }));
    return true;
  }
  const content = await readFile(path).catch(ifGone(null));
  if (content === null) return false;
  await archive.add(entry, content);
  return true;
}

function ifGone<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
}
