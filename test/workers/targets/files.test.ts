import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { threadedFileSender } from '../../../src/main/threaded-file.ts';
import { createFolderSync } from '../../../src/spool/folder-sync.ts';
import { fileWriter } from '../../../workers/targets/file.ts';
import { maildirSender } from '../../../workers/targets/maildir.ts';
import type { Sender } from '../../../workers/targets/sender.ts';
import { handoffDocument, links } from '../../helpers/handoff-document.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'postern-targets-')), 'desk');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

const common = { name: 'desk', from: 'postern@postern.test', to: 'desk@help.test' };
const syncFolder = createFolderSync();
const once = { at: 1, again: false, createdAt: 1 };
const again = { at: 2, again: true, createdAt: 1 };

const open: Sender[] = [];
afterEach(async () => {
  for (const sender of open.splice(0)) await sender.close();
});

describe('the target file', () => {
  const sender = () => {
    const made = threadedFileSender({ ...common, kind: 'file', path }, links);
    open.push(made);
    return made;
  };

  it('takes many at once', async () => {
    const made = sender();
    const events = Array.from({ length: 150 }, (_, index) => `m${index}-0`);
    const ended = await Promise.all(events.map((event) => made.send(handoffDocument({ event }), once)));
    expect(ended.every(({ kind }) => kind === 'delivered')).toBe(true);
    expect(await readdir(join(path, '2026-03-02'))).toHaveLength(300);
  });

  it('holds JSON and message of each event, and nothing else', async () => {
    const made = sender();
    expect(await made.send(handoffDocument(), once)).toEqual({ kind: 'delivered' });
    expect(await made.send(handoffDocument({ event: 'm2-0' }), once)).toEqual({ kind: 'delivered' });
    const folder = join(path, '2026-03-02');
    expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'm1-0.eml',
      'm1-0.json',
      'm2-0.eml',
      'm2-0.json',
    ]);
    expect(JSON.parse(await readFile(join(folder, 'm1-0.json'), 'utf8'))).toMatchObject({ type: 'ticket.opened' });
    const mail = await simpleParser(await readFile(join(folder, 'm1-0.eml')));
    expect(mail.headers.get('x-postern-rule')).toBe('W-PRIMARY');
    expect((await stat(join(folder, 'm1-0.eml'))).mode & 0o077).toBe(0);
  });

  it('written twice is the same', async () => {
    const made = sender();
    await made.send(handoffDocument(), once);
    const before = await readFile(join(path, '2026-03-02', 'm1-0.json'), 'utf8');
    expect(await made.send(handoffDocument(), again)).toEqual({ kind: 'delivered' });
    expect(await readFile(join(path, '2026-03-02', 'm1-0.json'), 'utf8')).toBe(before);
    expect(await readdir(join(path, '2026-03-02'))).toHaveLength(2);
  });

  it('that cannot be written is trouble, and works again when it can', async () => {
    const made = sender();
    await writeFile(path, 'a file where the folder should be');
    expect((await made.send(handoffDocument(), once)).kind).toBe('trouble');
    await rm(path);
    expect(await made.send(handoffDocument(), once)).toEqual({ kind: 'delivered' });
    await rm(path, { recursive: true });
    expect((await made.send(handoffDocument(), once)).kind).toBe('trouble');
    expect(await made.send(handoffDocument(), once)).toEqual({ kind: 'delivered' });
  });
});

describe('a batch of the target file', () => {
  const at = Date.UTC(2026, 2, 2, 10);
  const toWrite = (event: string, day = 0) => ({
    document: handoffDocument({ event, at: at + day * 86_400_000 }),
    links,
  });

  it('may be of several days, and answers in its order', async () => {
    const writer = fileWriter({ ...common, kind: 'file', path }, syncFolder);
    await mkdir(path);
    await writeFile(join(path, '2026-03-03'), 'a file where the folder of a day should be');
    const ended = await writer.writeAll([toWrite('m1-0'), toWrite('m2-0', 1), toWrite('m3-0')]);
    expect(ended.map(({ kind }) => kind)).toEqual(['delivered', 'trouble', 'delivered']);
    expect(await readdir(join(path, '2026-03-02'))).toHaveLength(4);
  });

  it('goes on without the one that cannot be written, and leaves nothing of it', async () => {
    const writer = fileWriter({ ...common, kind: 'file', path }, syncFolder);
    await mkdir(join(path, '2026-03-02', 'm2-0.json'), { recursive: true });
    const ended = await writer.writeAll([toWrite('m1-0'), toWrite('m2-0'), toWrite('m3-0')]);
    expect(ended.map(({ kind }) => kind)).toEqual(['delivered', 'trouble', 'delivered']);
    const left = (await readdir(join(path, '2026-03-02'))).filter((name) => name.endsWith('.tmp'));
    expect(left).toEqual([]);
  });
});

describe('the target maildir', () => {
  const sender = () => maildirSender({ target: { ...common, kind: 'maildir', path }, links, syncFolder });

  it('gets one message for each event, in new', async () => {
    expect(await sender().send(handoffDocument(), once)).toEqual({ kind: 'delivered' });
    const files = await readdir(join(path, 'new'));
    expect(files).toEqual([`${Date.UTC(2026, 2, 2, 10) / 1_000}.m1-0.postern`]);
    const mail = await simpleParser(await readFile(join(path, 'new', files[0] ?? '')));
    expect(mail.subject).toContain('PT-7KQ4-M2XD');
    expect(await readdir(join(path, 'tmp'))).toEqual([]);
  });

  it('gets an event once, although its reader has moved it', async () => {
    const made = sender();
    await made.send(handoffDocument(), once);
    expect(await made.send(handoffDocument(), again)).toEqual({ kind: 'delivered' });
    const [file = ''] = await readdir(join(path, 'new'));
    await rename(join(path, 'new', file), join(path, 'cur', `${file}:2,S`));
    expect(await made.send(handoffDocument(), again)).toEqual({ kind: 'delivered' });
    expect(await readdir(join(path, 'new'))).toEqual([]);
  });

  it('is not held up by what a dead worker left in tmp', async () => {
    const made = sender();
    await mkdir(join(path, 'tmp'), { recursive: true });
    await writeFile(join(path, 'tmp', `${Date.UTC(2026, 2, 2, 10) / 1_000}.m1-0.postern`), 'half a mess');
    expect(await made.send(handoffDocument(), again)).toEqual({ kind: 'delivered' });
    expect(await readdir(join(path, 'tmp'))).toEqual([]);
  });

  it('that cannot be written is trouble', async () => {
    await writeFile(path, 'a file');
    expect((await sender().send(handoffDocument(), once)).kind).toBe('trouble');
  });
});
