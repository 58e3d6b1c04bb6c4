/**
 * The archive of a backup: a gzipped tar, so that any machine can look into it.
 *
 *   postern-backup.json            what it is
 *   records/<table>/<number>       rows, one JSON object a line
 *   data/<path>                    files of the data directory
 *   spool/<path>                   committed mail
 *   end.json                       how much there was, and a digest over all of it
 */
import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Extract, extract, type Pack, pack } from 'tar-stream';
import { type ArchiveEnd, endName, endSchema, type Manifest, manifestName, manifestSchema } from './manifest.ts';

export type EntryFacts = {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  readonly mode: number;
};

export type ArchiveWriter = {
  add(facts: EntryFacts, content: Buffer): Promise<void>;
  /** `size` octets, neither more nor less, or it rejects. */
  addStream(facts: EntryFacts, size: number, content: AsyncIterable<Buffer>): Promise<void>;
  /** Writes the end. Resolves when the output has taken everything. */
  finish(): Promise<ArchiveEnd>;
  /** Gives up: the output ends broken. Never rejects. */
  abort(cause: Error): Promise<void>;
};

/** The archive is cut off, damaged or no archive of ours; the message is one line. */
export class ArchiveUnreadable extends Error {
  override readonly name = 'ArchiveUnreadable';
}

export function writeArchive(output: NodeJS.WritableStream): ArchiveWriter {
  const tar = pack();
  const written = pipeline(tar, createGzip(), output);
  written.catch(() => undefined); // told by whichever call comes next
  const tally = createTally();

  const add = async (facts: EntryFacts, content: Buffer): Promise<void> => {
    tally.add(facts.name, content.length, createHash('sha256').update(content).digest());
    await Promise.race([entryWritten(tar, facts, content), written]);
  };
  return {
    add,
    async addStream(facts, size, content) {
      const digest = createHash('sha256');
      const entry = tar.entry(headerOf(facts, size));
      await Promise.race([pipeline(hashed(content, digest), entry), written]);
      tally.add(facts.name, size, digest.digest());
    },
    async finish() {
      const end = tally.end();
      const content = Buffer.from(`${JSON.stringify(end)}\n`);
      await Promise.race([entryWritten(tar, { name: endName, modifiedAt: 0, mode: 0o600 }, content), written]);
      tar.finalize();
      await written;
      return end;
    },
    async abort(cause) {
      tar.destroy(cause);
      await written.catch(() => undefined);
    },
  };
}

function headerOf({ mode, modifiedAt, name }: EntryFacts, size: number) {
  return { name, size, mode, mtime: new Date(modifiedAt), type: 'file' as const };
}

function entryWritten(tar: Pack, facts: EntryFacts, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(headerOf(facts, content.length), content, (error) => (error ? reject(error) : resolve()));
  });
}

export type ArchiveVisitor = {
  /** Called once, first. */
  begin(manifest: Manifest): Promise<void>;
  /** Must read the content to its end. */
  entry(facts: EntryFacts, size: number, content: AsyncIterable<Buffer>): Promise<void>;
};

/** Reads the whole archive. Rejects with `ArchiveUnreadable` unless everything that was written is there, unchanged. */
export async function readArchive(input: NodeJS.ReadableStream, visitor: ArchiveVisitor): Promise<Manifest> {
  const tar = extract();
  const read = pipeline(input, createGunzip(), tar);
  read.catch(() => undefined); // a broken stream ends the walk, which tells
  try {
    const manifest = await walk(entriesOf(tar), visitor);
    await read.catch(broken);
    return manifest;
  } finally {
    tar.destroy();
  }
}

type ArchiveEntry = { readonly facts: EntryFacts; readonly size: number; readonly content: AsyncIterable<Buffer> };

/** Whatever the streams complain of is one thing to the user; what the visitor throws stays as it is. */
function broken(cause: unknown): never {
  throw new ArchiveUnreadable('the archive is cut off or damaged', { cause });
}

async function* entriesOf(tar: Extract): AsyncGenerator<ArchiveEntry> {
  try {
    for await (const entry of tar) {
      const { mode, mtime, name, size, type } = entry.header;
      if (type !== 'file') throw new ArchiveUnreadable(`the archive holds ${printableName(name)}, which is no file`);
      yield {
        facts: { name, mode, modifiedAt: mtime.getTime() },
        size,
        content: contentOf(entry),
      };
    }
  } catch (error) {
    if (error instanceof ArchiveUnreadable) throw error;
    broken(error);
  }
}

async function* contentOf(entry: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of entry) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    broken(error);
  }
}

async function walk(entries: AsyncIterable<ArchiveEntry>, visitor: ArchiveVisitor): Promise<Manifest> {
  const tally = createTally();
  let manifest: Manifest | null = null;
  let end: ArchiveEnd | null = null;
  for await (const { content, facts, size } of entries) {
    const { name } = facts;
    if (end !== null) throw new ArchiveUnreadable('the archive goes on behind its end');
    if (manifest === null) {
      if (name !== manifestName) throw new ArchiveUnreadable('this is no backup of Postern');
      const octets = await shortContent(content, size);
      tally.add(name, octets.length, createHash('sha256').update(octets).digest());
      manifest = documentOf(manifestSchema, octets, 'the archive is of another Postern or damaged: its first entry');
      await visitor.begin(manifest);
    } else if (name === endName) {
      end = documentOf(endSchema, await shortContent(content, size), 'the end of the archive');
    } else {
      const digest = createHash('sha256');
      await visitor.entry(facts, size, hashed(content, digest));
      tally.add(name, size, digest.digest());
    }
  }
  if (manifest === null) throw new ArchiveUnreadable('this is no backup of Postern');
  if (end === null) throw new ArchiveUnreadable('the archive is cut off: it has no end');
  const seen = tally.end();
  if (seen.sha256 !== end.sha256 || seen.entries !== end.entries || seen.octets !== end.octets) {
    throw new ArchiveUnreadable('the archive was changed or damaged: its digest does not match');
  }
  return manifest;
}

async function* hashed(content: AsyncIterable<Buffer>, digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    digest.update(chunk);
    yield chunk;
  }
}

const longestDocument = 64 * 1024;

async function shortContent(entry: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  if (size > longestDocument) throw new ArchiveUnreadable('this is no backup of Postern');
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks);
}

type Schema<Value> = { safeParse(value: unknown): { success: true; data: Value } | { success: false } };

function documentOf<Value>(schema: Schema<Value>, content: Buffer, what: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ArchiveUnreadable(`${what} cannot be read`);
  return parsed.data;
}

function createTally() {
  const digest = createHash('sha256');
  let entries = 0;
  let octets = 0;
  return {
    add(name: string, size: number, sha256: Buffer): void {
      entries += 1;
      octets += size;
      digest.update(`${Buffer.byteLength(name)}:${name}:${size}:`).update(sha256);
    },
    end: (): ArchiveEnd => ({ entries, octets, sha256: digest.copy().digest('hex') }),
  };
}

/** Names in an archive are somebody else's words until they are checked. */
function printableName(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
