/** What only the local spool promises: modes, order of the commit, a full disk. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localSpool } from '../../src/spool/local-spool.ts';
import { sidecar } from '../records/mails.ts';

const mailId = `${Date.UTC(2026, 10, 22, 9, 30).toString(36).padStart(9, '0')}x`;

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

describe('the local spool', () => {
  let folder = '';
  let dir = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-spool-'));
    dir = join(folder, 'spool');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a small mail nowhere before its commit, a large one only where arriving mail lies', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    const small = await spool.begin('1small');
    await small.write(Buffer.alloc(1_000));
    await small.complete();
    const large = await spool.begin('2large');
    await large.write(Buffer.alloc(200_000));
    await large.complete();
    expect(filesIn(dir)).toEqual([expect.stringMatching(/^arriving\/2large\.[0-9a-f]{12}$/)]);
    await small.discard();
    await large.discard();
    expect(filesIn(dir)).toEqual([]);
  });

  it('has the entry in the folder of its hour after the commit, for the owner only', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    const arrival = await spool.begin(mailId);
    await arrival.write(Buffer.alloc(200_000));
    const { size, sha256 } = await arrival.complete();
    await arrival.commit({ ...sidecar({ messageId: `${mailId}-0` }), size, sha256 });
    expect(filesIn(dir)).toEqual([`2026-11-22/09/${mailId}`]);
    const modes = ['', 'arriving', '2026-11-22', '2026-11-22/09', `2026-11-22/09/${mailId}`].map(
      (name) => statSync(join(dir, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o700, 0o700, 0o600]);
  });

  it('makes the octets durable before the entry has its name, and the name before the commit is told', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    const entry = join(dir, '2026-11-22', '09', mailId);
    const probe = await open(folder, 'r');
    const handles: typeof probe = Object.getPrototypeOf(probe);
    await probe.close();
    const steps: string[] = [];
    const note = (step: string) => void steps.push(`${step}, ${existsSync(entry) ? 'entry' : 'no entry'}`);
    // oxlint-disable-next-line typescript/unbound-method -- called on the handle itself below
    const { datasync, sync } = handles;
    const spies = [
      vi.spyOn(handles, 'datasync').mockImplementation(async function (this: typeof probe) {
        await datasync.call(this);
        note('octets');
      }),
      vi.spyOn(handles, 'sync').mockImplementation(async function (this: typeof probe) {
        await sync.call(this);
        note('folder');
      }),
    ];
    const arrival = await spool.begin(mailId);
    await arrival.write(Buffer.alloc(200_000));
    const { size, sha256 } = await arrival.complete();
    await arrival.commit({ ...sidecar({ messageId: `${mailId}-0` }), size, sha256 });
    for (const spy of spies) spy.mockRestore();
    expect(steps.filter((step) => step.startsWith('octets'))).toEqual(['octets, no entry']);
    expect(steps.at(-1)).toBe('folder, entry');
  });

  it('takes a new entry back when its folder cannot be synced, and leaves one that replaces another', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    const store = async (replaces: boolean) => {
      const arrival = await spool.begin(mailId, { replaces });
      await arrival.write(Buffer.from('the octets'));
      const { size, sha256 } = await arrival.complete();
      await arrival.commit({ ...sidecar({ messageId: `${mailId}-0` }), size, sha256 });
    };
    const probe = await open(folder, 'r');
    const handles: typeof probe = Object.getPrototypeOf(probe);
    await probe.close();
    const failing = () => vi.spyOn(handles, 'sync').mockRejectedValue(new Error('EIO: input/output error'));

    let spy = failing();
    await expect(store(false)).rejects.toThrow();
    spy.mockRestore();
    expect(filesIn(dir)).toEqual([]);

    await store(false);
    spy = failing();
    await expect(store(true)).rejects.toThrow();
    spy.mockRestore();
    expect(filesIn(dir)).toEqual([`2026-11-22/09/${mailId}`]);
    expect((await spool.sidecar(mailId)).size).toBe(10);
  });

  it('commits although somebody removed the empty folder', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    const store = async (id: string) => {
      const arrival = await spool.begin(id);
      const { size, sha256 } = await arrival.complete();
      await arrival.commit({ ...sidecar({ messageId: `${id}-0` }), size, sha256 });
    };
    await store(mailId);
    rmSync(join(dir, '2026-11-22'), { recursive: true });
    await store(`${mailId}y`);
    expect(filesIn(dir)).toEqual([`2026-11-22/09/${mailId}y`]);
  });

  it('fails a commit that finds no room for its folder, and takes its file back', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    mkdirSync(join(dir, '2026-11-22'), { recursive: true });
    execFileSync('touch', [join(dir, '2026-11-22', '09')]);
    const arrival = await spool.begin(mailId);
    const { size, sha256 } = await arrival.complete();
    const commit = arrival.commit({ ...sidecar({ messageId: `${mailId}-0` }), size, sha256 });
    await expect(commit).rejects.toMatchObject({ code: 'EEXIST' });
    expect(filesIn(dir)).toEqual(['2026-11-22/09']);
  });

  it.each([
    ['while a large mail arrives', 10_000],
    ['when a small mail is committed', 10_000_000],
  ])('says that the storage is full and gives the room back: %s', (_, memoryThreshold) => {
    mkdirSync(dir);
    const script = join(import.meta.dirname, 'limited-writer.ts');
    // No file above 512 KB: the process meets the same refusal as on a full disk.
    const command = 'ulimit -f 1000; exec "$@"';
    const output = execFileSync('sh', ['-c', command, 'sh', process.execPath, script, dir, String(memoryThreshold)], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({ said: ['StorageFull'], left: 0 });
  });

  it('removes empty folders of past days, and those only', async () => {
    const spool = localSpool({ dir, memoryThreshold: 1_000 });
    mkdirSync(join(dir, '2026-11-01', '09'), { recursive: true });
    mkdirSync(join(dir, '2026-11-22', '09'), { recursive: true });
    mkdirSync(join(dir, 'other'), { recursive: true });
    await spool.cleanTemporary(60_000, Date.UTC(2026, 10, 22, 12));
    expect(readdirSync(dir).sort()).toEqual(['2026-11-22', 'other']);
  });
});
