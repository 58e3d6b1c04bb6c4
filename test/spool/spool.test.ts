import { createHash, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SpoolEntry } from '../../src/intake/ports.ts';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import { SpoolCorrupt, SpoolMissing } from '../../src/spool/errors.ts';
import { sidecar } from '../records/mails.ts';
import { memoryThreshold, onEachSpool, type SpoolSettings, type SpoolUnderTest, type Storage } from './spools.ts';

const block = 64 * 1024;
const start = Date.UTC(2026, 10, 22, 9, 30);

/** An id that arrived at this time. */
function mailIdAt(time: number, suffix = 'x'): string {
  return `${time.toString(36).padStart(9, '0')}${suffix}`;
}

function sidecarOf(mailId: string, raw: Buffer): Sidecar {
  const sha256 = createHash('sha256').update(raw).digest('hex');
  return { ...sidecar({ messageId: `${mailId}-0`, sha256, receivedAt: start }), size: raw.length };
}

async function arrive(spool: SpoolUnderTest, mailId: string, raw: Buffer, chunk = 10_000) {
  const arrival = await spool.begin(mailId);
  for (let at = 0; at < raw.length; at += chunk) await arrival.write(raw.subarray(at, at + chunk));
  return arrival;
}

async function store(spool: SpoolUnderTest, mailId: string, raw: Buffer): Promise<string> {
  const arrival = await arrive(spool, mailId, raw);
  await arrival.complete();
  return (await arrival.commit(sidecarOf(mailId, raw))).spoolKey;
}

async function entriesOf(spool: SpoolUnderTest, since: number) {
  const entries: SpoolEntry[] = [];
  const corrupt: string[] = [];
  for await (const entry of spool.entries(since, (key, cause) => corrupt.push(`${key}: ${cause}`))) entries.push(entry);
  return { keys: entries.map((entry) => entry.spoolKey), entries, corrupt };
}

onEachSpool((setup) => {
  let spool: SpoolUnderTest;
  let storage: Storage;
  let reopen: (settings: SpoolSettings) => SpoolUnderTest;
  beforeEach(async () => {
    ({ spool, storage, reopen } = await setup.fresh());
  });

  describe('an entry that is replaced', () => {
    it.each([
      ['small', 4_096],
      ['above the memory threshold', memoryThreshold + 1],
    ])('has the new sidecar and the octets that it had, and is one entry: %s', async (_, size) => {
      const raw = randomBytes(size);
      const mailId = mailIdAt(start);
      await store(spool, mailId, raw);
      const standing = await spool.read(mailId);
      const arrival = await spool.begin(mailId, { replaces: true });
      for await (const chunk of standing.open()) await arrival.write(chunk);
      await arrival.complete();
      expect((await spool.sidecar(mailId)).subject).not.toBe('judged anew'); // until the commit
      await arrival.commit({ ...sidecarOf(mailId, raw), subject: 'judged anew' });
      expect((await spool.sidecar(mailId)).subject).toBe('judged anew');
      expect((await (await spool.read(mailId)).bytes()).equals(raw)).toBe(true);
      expect(await entriesOf(spool, start - 1)).toMatchObject({ keys: [mailId], corrupt: [] });
    });
  });

  describe('arriving', () => {
    it.each([
      ['empty', 0],
      ['one octet', 1],
      ['small', 4_096],
      ['exactly one block', block],
      ['at the memory threshold', memoryThreshold],
      ['above the memory threshold', memoryThreshold + 1],
      ['whole blocks', 4 * block],
      ['a block and an octet', 4 * block + 1],
    ])('can be read before and after the commit: %s', async (_, size) => {
      const raw = randomBytes(size);
      const mailId = mailIdAt(start);
      const arrival = await arrive(spool, mailId, raw);
      const mail = await arrival.complete();
      expect({ size: mail.size, sha256: mail.sha256 }).toEqual({
        size,
        sha256: createHash('sha256').update(raw).digest('hex'),
      });
      expect((await mail.bytes()).equals(raw)).toBe(true);
      expect((await buffer(mail.open())).equals(raw)).toBe(true);
      const { spoolKey } = await arrival.commit(sidecarOf(mailId, raw));
      expect(spoolKey).toBe(mailId);
      expect((await mail.bytes()).equals(raw)).toBe(true);
      const stored = await spool.read(spoolKey);
      expect(stored).toMatchObject({ size, sha256: mail.sha256 });
      expect((await buffer(stored.open())).equals(raw)).toBe(true);
      expect(await spool.sidecar(spoolKey)).toEqual(sidecarOf(mailId, raw));
    });

    it('hands the mail out in chunks of at most 64 KiB', async () => {
      const mail = await (await arrive(spool, mailIdAt(start), randomBytes(3 * block + 5), 200_000)).complete();
      const sizes: number[] = [];
      for await (const chunk of mail.open()) sizes.push((chunk as Buffer).length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(block);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3 * block + 5);
    });

    it('keeps the order of chunks that were not waited for', async () => {
      const raw = randomBytes(300_000);
      const arrival = await spool.begin(mailIdAt(start));
      const writes = [];
      for (let at = 0; at < raw.length; at += 7_001) writes.push(arrival.write(raw.subarray(at, at + 7_001)));
      await Promise.all(writes);
      expect((await (await arrival.complete()).bytes()).equals(raw)).toBe(true);
    });

    it.each([
      ['small', 1_000],
      ['large', 300_000],
    ])('leaves nothing behind when it is discarded: %s', async (_, size) => {
      const first = await arrive(spool, mailIdAt(start), randomBytes(size));
      await first.discard();
      const second = await arrive(spool, mailIdAt(start + 1), randomBytes(size));
      await second.complete();
      await second.discard();
      await second.discard();
      expect(await storage.list().catch(() => [])).toEqual([]);
      expect(await entriesOf(spool, 0)).toMatchObject({ keys: [], corrupt: [] });
    });

    it('does nothing when it is discarded after the commit', async () => {
      const raw = randomBytes(300_000);
      const mailId = mailIdAt(start);
      const arrival = await arrive(spool, mailId, raw);
      await arrival.complete();
      await arrival.commit(sidecarOf(mailId, raw));
      await arrival.discard();
      expect((await (await spool.read(mailId)).bytes()).equals(raw)).toBe(true);
    });

    it('is no entry before the commit', async () => {
      const mailId = mailIdAt(start);
      const arrival = await arrive(spool, mailId, randomBytes(300_000));
      await arrival.complete();
      await expect(spool.read(mailId)).rejects.toBeInstanceOf(SpoolMissing);
      await expect(spool.sidecar(mailId)).rejects.toBeInstanceOf(SpoolMissing);
      expect(await entriesOf(spool, 0)).toMatchObject({ keys: [], corrupt: [] });
      await arrival.discard();
    });

    it('refuses steps out of order', async () => {
      const arrival = await arrive(spool, mailIdAt(start), randomBytes(10));
      await expect(arrival.commit(sidecarOf(mailIdAt(start), randomBytes(10)))).rejects.toThrow('not complete');
      await expect(arrival.write(Buffer.from('x'))).rejects.toThrow('failed');
      await expect(spool.begin('../../etc/passwd')).rejects.toThrow(RangeError);
    });

    it('takes many mails at once', async () => {
      const mails = Array.from({ length: 40 }, (_, index) => ({
        mailId: mailIdAt(start + index),
        raw: randomBytes(index * 6_000),
      }));
      await Promise.all(mails.map(({ mailId, raw }) => store(spool, mailId, raw)));
      const { keys } = await entriesOf(spool, 0);
      expect(keys).toEqual(mails.map(({ mailId }) => mailId));
      for (const { mailId, raw } of mails) {
        expect((await (await spool.read(mailId)).bytes()).equals(raw)).toBe(true);
      }
    });
  });

  describe('entries', () => {
    it('lists what was committed since a time, oldest first, over hours and days', async () => {
      const hour = 3_600_000;
      const times = [start + 20 * hour, start, start - 60 * hour, start + hour];
      for (const time of times) await store(spool, mailIdAt(time), randomBytes(10));
      const { entries, keys } = await entriesOf(spool, 0);
      expect(keys).toEqual(times.toSorted((one, other) => one - other).map((time) => mailIdAt(time)));
      expect(entries.every(({ committedAt }) => Math.abs(committedAt - Date.now()) < 60_000)).toBe(true);
      expect((await entriesOf(spool, Date.now() + 60_000)).keys).toEqual([]);
    });

    it('reports what is no entry and goes on', async () => {
      const mailId = mailIdAt(start);
      await store(spool, mailId, randomBytes(10));
      const [name] = await storage.list();
      const folder = dirname(name ?? '');
      const extension = setup.kind === 's3' ? '.mail' : '';
      await storage.write(`${folder}/${mailIdAt(start, 'y')}${extension}`, Buffer.from('cut'));
      await storage.write(`${folder}/NOT-A-NAME`, randomBytes(200));
      const { corrupt, keys } = await entriesOf(spool, 0);
      expect(keys).toEqual([mailId]);
      expect(corrupt).toHaveLength(2);
      expect(corrupt.join('\n')).toContain(`${mailIdAt(start, 'y')}: the entry is too short`);
    });

    it.each([
      ['small', 10],
      ['large', 300_000],
    ])('removes raw mail and sidecar together: %s', async (_, size) => {
      const mailId = await store(spool, mailIdAt(start), randomBytes(size));
      await spool.remove(mailId);
      await spool.remove(mailId);
      await expect(spool.read(mailId)).rejects.toBeInstanceOf(SpoolMissing);
      expect(await storage.list()).toEqual([]);
    });

    it('finds nothing under keys that lead elsewhere', async () => {
      for (const key of ['../../etc/passwd', '', 'A', 'x/y', mailIdAt(start)]) {
        await expect(spool.read(key)).rejects.toBeInstanceOf(SpoolMissing);
      }
    });
  });

  describe('damage', () => {
    const mailId = mailIdAt(start);
    const sizes = [
      ['small', 1_000],
      ['large', 300_000],
    ] as const;

    /** Reading the mail or its sidecar finds the damage; which of them does depends on where it is. */
    async function expectCorrupt(): Promise<void> {
      await expect(spool.read(mailId)).rejects.toBeInstanceOf(SpoolCorrupt);
    }

    it.each(sizes)('finds a changed octet anywhere: %s', async (_, size) => {
      await store(spool, mailId, randomBytes(size));
      for (const name of await storage.list()) {
        const whole = await storage.read(name);
        const places = [0, 20, 30, 60, Math.floor(whole.length / 2), whole.length - 60, whole.length - 1];
        for (const place of places) {
          const changed = Buffer.from(whole);
          changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
          await storage.write(name, changed);
          await expectCorrupt();
        }
        await storage.write(name, whole);
      }
      expect((await spool.read(mailId)).size).toBe(size);
    });

    it.each(sizes)('finds that it was cut, at the end of a block too: %s', async (_, size) => {
      await store(spool, mailId, randomBytes(size));
      for (const name of await storage.list()) {
        const whole = await storage.read(name);
        const ends = [whole.length - 1, 100, 10, 85 + block, 61 + block + 16, 61 + 2 * (block + 16), 15 + block, 0];
        for (const end of ends.filter((end) => end < whole.length)) {
          await storage.write(name, whole.subarray(0, end));
          await expectCorrupt();
        }
        await storage.write(name, whole);
      }
    });

    it('finds an entry under another name', async () => {
      const [one, other] = [mailIdAt(start), mailIdAt(start, 'y')];
      await store(spool, one, randomBytes(10));
      const [name = ''] = await storage.list();
      await storage.rename(name, name.replace(one, other));
      await expect(spool.sidecar(other)).rejects.toBeInstanceOf(SpoolCorrupt);
      await expect(spool.read(other)).rejects.toBeInstanceOf(SpoolCorrupt);
      await expect(spool.read(one)).rejects.toBeInstanceOf(SpoolMissing);
    });
  });

  describe('keys', () => {
    const secret = Buffer.from('Subject: the secret of the pyramids\r\n\r\n');

    it.each([
      ['small', 1],
      ['large', 9_000],
    ])(`${setup.isSealed ? 'shows nothing' : 'shows the mail'} to whoever reads the storage: %s`, async (_, times) => {
      const raw = Buffer.concat(Array.from({ length: times }, () => secret));
      const arrival = await arrive(spool, mailIdAt(start), raw);
      const whileArriving = await storage.list().catch(() => []);
      const early = await Promise.all(whileArriving.map((name) => storage.read(name)));
      await arrival.complete();
      await arrival.commit(sidecarOf(mailIdAt(start), raw));
      const late = await Promise.all((await storage.list()).map((name) => storage.read(name)));
      const visible = Buffer.concat([...early, ...late]);
      expect(visible.includes('pyramids')).toBe(!setup.isSealed);
      expect(visible.includes('ada@example.com')).toBe(!setup.isSealed);
    });

    it('does not read under another key, nor without one', async () => {
      const mailId = await store(spool, mailIdAt(start), randomBytes(10));
      await expect(reopen({ encryptionKey: randomBytes(32) }).read(mailId)).rejects.toBeInstanceOf(SpoolCorrupt);
      if (setup.isSealed) await expect(reopen({}).read(mailId)).rejects.toThrow('no key is set');
    });

    it('takes a plain entry for forged once a key is set, unless told otherwise', async () => {
      const raw = randomBytes(10);
      const mailId = await store(reopen({}), mailIdAt(start), raw);
      const encryptionKey = randomBytes(32);
      await expect(reopen({ encryptionKey }).sidecar(mailId)).rejects.toThrow('not encrypted');
      const lenient = await reopen({ encryptionKey, readPlain: true }).read(mailId);
      expect((await lenient.bytes()).equals(raw)).toBe(true);
    });

    it('refuses a key of the wrong size', () => {
      expect(() => reopen({ encryptionKey: randomBytes(16) })).toThrow('32 octets');
    });
  });

  describe('left-overs', () => {
    it('removes what never was committed, after a grace, and nothing else', async () => {
      const now = Date.now();
      const kept = await store(spool, mailIdAt(now - 1_000), randomBytes(300_000));
      const arrival = await arrive(spool, mailIdAt(now - 2_000), randomBytes(6_000_000), 500_000);
      await arrival.complete();
      expect(await storage.list()).toHaveLength(setup.kind === 's3' ? 3 : 2);
      expect(await spool.cleanTemporary(60_000)).toBe(0);
      expect(await spool.cleanTemporary(60_000, now + 120_000)).toBe(1);
      expect((await spool.read(kept)).size).toBe(300_000);
      expect(await storage.list()).toHaveLength(setup.kind === 's3' ? 2 : 1);
    });
  });
});
