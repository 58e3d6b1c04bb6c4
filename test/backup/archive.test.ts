import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { ArchiveUnreadable, readArchive, writeArchive } from '../../src/backup/archive.ts';
import { endName, manifestName, manifestOf } from '../../src/backup/manifest.ts';
import { unpackArchive, verifyArchive } from '../../src/backup/put-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = manifestOf({
  createdAt: 1_700_000_000_000,
  schema: 2,
  records: 'sqlite',
  spool: 'included',
  secrets: [],
});
const facts = (name: string) => ({ name, modifiedAt: 1_700_000_001_000, mode: 0o600 });
let files = 0;
const newFile = () => join(folder, `${(files += 1)}.tar.gz`);

async function archiveOf(entries: Readonly<Record<string, Buffer>>): Promise<string> {
  const path = newFile();
  const archive = writeArchive(createWriteStream(path));
  await archive.add(facts(manifestName), Buffer.from(JSON.stringify(manifest)));
  for (const [name, content] of Object.entries(entries)) await archive.add(facts(name), content);
  await archive.finish();
  return path;
}

async function contents(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await readArchive(createReadStream(path), {
    begin: async () => undefined,
    async entry({ name }, size, content) {
      const octets = await buffer(content);
      expect(octets).toHaveLength(size);
      found[name] = octets.toString('latin1');
    },
  });
  return found;
}

/** Any tar that somebody may hand to us, gzipped. */
async function foreign(entries: readonly (readonly [Parameters<ReturnType<typeof pack>['entry']>[0], string])[]) {
  const tar = pack();
  for (const [header, content] of entries) tar.entry(header, content);
  tar.finalize();
  const path = newFile();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  writeFileSync(path, gzipSync(Buffer.concat(chunks)));
  return path;
}

describe('an archive', () => {
  it('gives back every entry as it was, empty and large ones too', async () => {
    const large = Buffer.alloc(3_000_000, 'large ');
    const path = await archiveOf({ 'data/a': Buffer.from('ä\0\r\n'), 'data/empty': Buffer.alloc(0), 'spool/b': large });
    expect(await contents(path)).toEqual({ 'data/a': 'Ã¤\0\r\n', 'data/empty': '', 'spool/b': large.toString() });
    expect(await verifyArchive(path)).toEqual({ manifest, files: 2, mails: 1 });
  });

  it('takes a stream of the size that was announced, and no other', async () => {
    const path = newFile();
    const archive = writeArchive(createWriteStream(path));
    await archive.add(facts(manifestName), Buffer.from(JSON.stringify(manifest)));
    await archive.addStream(facts('spool/streamed'), 6, Readable.from([Buffer.from('abc'), Buffer.from('def')]));
    await archive.finish();
    expect(await contents(path)).toEqual({ 'spool/streamed': 'abcdef' });

    const broken = writeArchive(createWriteStream(newFile()));
    await expect(broken.addStream(facts('spool/short'), 9, Readable.from([Buffer.from('abc')]))).rejects.toThrow(
      /size/i,
    );
    await broken.abort(new Error('given up'));
  });

  it('fails when the output does', async () => {
    const archive = writeArchive(createWriteStream(join(folder, 'no', 'such', 'folder')));
    await expect(
      archive.add(facts('data/a'), Buffer.alloc(9_000_000, 'x')).then(() => archive.finish()),
    ).rejects.toThrow(/ENOENT/);
  });

  it.each([0.02, 0.5, 0.9, 0.99])('tells when only a share of it is there: %s', async (share) => {
    const path = await archiveOf({
      'data/a': Buffer.from('a'),
      'spool/b': Buffer.alloc(200_000, Math.random().toString()),
    });
    truncateSync(path, Math.floor(readFileSync(path).length * share));
    await expect(verifyArchive(path)).rejects.toThrow(ArchiveUnreadable);
  });

  it('tells when an octet of an entry was changed', async () => {
    const path = await archiveOf({ 'data/a': Buffer.from('password: old') });
    const tar = gunzipSync(readFileSync(path));
    tar.write('new', tar.indexOf('old'));
    writeFileSync(path, gzipSync(tar));
    await expect(verifyArchive(path)).rejects.toThrow('the archive was changed or damaged: its digest does not match');
  });

  it.each([
    ['no tar at all', () => gzipSync('only text')],
    ['not gzipped', () => Buffer.from('only text')],
    ['empty', () => Buffer.alloc(0)],
  ])('refuses what is no archive: %s', async (_what, content) => {
    const path = newFile();
    writeFileSync(path, content());
    await expect(verifyArchive(path)).rejects.toThrow(ArchiveUnreadable);
  });

  it('refuses the archive of another program', async () => {
    await expect(verifyArchive(await foreign([[{ name: 'readme.txt' }, 'hello']]))).rejects.toThrow(
      'this is no backup of Postern',
    );
  });

  it('refuses an archive whose end is missing, and one that goes on behind it', async () => {
    const first = [{ name: manifestName }, JSON.stringify(manifest)] as const;
    await expect(verifyArchive(await foreign([first]))).rejects.toThrow('the archive is cut off: it has no end');
    const end = [{ name: endName }, JSON.stringify({ entries: 1, octets: 1, sha256: '0'.repeat(64) })] as const;
    await expect(verifyArchive(await foreign([first, end, [{ name: 'data/a' }, 'x']]))).rejects.toThrow(
      'behind its end',
    );
  });
});

describe('unpacking', () => {
  const evil = [
    '../outside',
    'data/../../outside',
    '/etc/passwd',
    'data//a',
    'data/.',
    'data',
    'elsewhere/a',
    'data/a/..',
  ];
  it.each(evil)('lets no name lead out of the folder: %s', async (name) => {
    const path = await archiveOf({ 'data/first': Buffer.from('x'), [name]: Buffer.from('owned') });
    const place = join(folder, 'place');
    await expect(unpackArchive(path, place, () => undefined)).rejects.toThrow(/no name of a backup/);
    expect(() => readFileSync(join(place, 'data', 'first'))).toThrow(/ENOENT/);
    expect(() => readFileSync(join(folder, 'outside'))).toThrow(/ENOENT/);
  });

  it.each(['symlink', 'link', 'directory', 'character-device', 'fifo'] as const)('takes no %s', async (type) => {
    const path = await foreign([
      [{ name: manifestName }, JSON.stringify(manifest)],
      [{ name: 'data/a', type, linkname: '/etc/passwd' }, ''],
    ]);
    await expect(unpackArchive(path, join(folder, 'place'), () => undefined)).rejects.toThrow('which is no file');
  });

  it('refuses a name that comes twice', async () => {
    const path = newFile();
    const archive = writeArchive(createWriteStream(path));
    await archive.add(facts(manifestName), Buffer.from(JSON.stringify(manifest)));
    await archive.add(facts('data/a'), Buffer.from('one'));
    await archive.add(facts('data/a'), Buffer.from('two'));
    await archive.finish();
    await expect(unpackArchive(path, join(folder, 'place'), () => undefined)).rejects.toThrow('"data/a" twice');
  });
});
