import { beforeEach, describe, expect, it } from 'vitest';
import { type LimitSettings, limitsOf } from '../../src/notices/limits.ts';
import type { Notice } from '../../src/notices/notice.ts';
import type { Outgoing } from '../../src/notices/outgoing.ts';
import { type NoticeRecords, noticeRecords } from '../../src/records/notices.ts';
import type { Records } from '../../src/records/open-records.ts';
import type { Settlement } from '../../src/records/outbox.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { personRecords } from '../../src/records/person.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { onEachDatabase } from './databases.ts';

const hour = 3_600_000;
const settings: LimitSettings = { windowMs: hour, perAddressPerDay: 3, perHour: 5 };

const notice = (address = 'ada@example.com', changes: Partial<Pick<Notice, 'rotate'>> = {}): Notice => ({
  kind: 'receipt',
  to: { address, because: 'proven-sender' },
  language: 'en',
  rotate: [],
  ...changes,
});

const outgoing = (id: string, address = 'ada@example.com'): Outgoing => ({
  id,
  messageId: id,
  kind: 'receipt',
  to: { address, because: 'proven-sender' },
  from: { name: 'Support', address: 'support@postern.test' },
  replyTo: null,
  answers: { messageId: '<m@example.com>', references: [] },
  letter: {
    language: 'en',
    subject: 'We have it \0',
    outerSubject: 'A message',
    greeting: 'Hello,',
    blocks: [{ kind: 'text', text: 'It came.' }],
    closing: ['Support'],
  },
  envelopeFrom: '',
  encrypts: false,
});

onEachDatabase((databases) => {
  let records: Records;
  let notices: NoticeRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    notices = noticeRecords(records);
  });
  const opening = (id: string, of = notice()) => ({
    outgoing: outgoing(id, of.to.address),
    limits: limitsOf(of, settings),
  });
  const open = async (id: string, at: number, of = notice()) => (await notices.open([opening(id, of)], at))[0];
  const settle = async (id: string, claims: number, settlement: Settlement, at: number) =>
    (await notices.settle([{ id, claims, settlement }], at))[0];
  const suppressed = (id: string) => ({
    suppressed: { id, messageId: id, kind: 'receipt', to: notice().to, language: 'en' },
    cause: 'made',
  });

  describe('the outbox', () => {
    it('takes a notice once, and counts it once', async () => {
      expect(await open('m1-0', 1_000)).toBe('waiting');
      expect(await open('m1-0', 1_001)).toBe('already');
      expect(await notices.get('m1-0')).toMatchObject({
        state: 'waiting',
        next_at: 1_000,
        recipient: 'ada@example.com',
      });
      expect(await notices.ofMessage('m1-0')).toHaveLength(1);
      expect(await open('m2-0', 1_000 + hour)).toBe('waiting');
    });

    it('gives a notice to one worker for the time of its lease', async () => {
      await open('m1-0', 1_000);
      const [first] = await notices.claim('relay', 1_000, 500, 10);
      expect(first).toMatchObject({ claims: 1, attempts: 0, createdAt: 1_000, document: outgoing('m1-0') });
      expect(await notices.claim('relay', 1_499, 500, 10)).toEqual([]);
      expect(await notices.claim('relay', 1_500, 500, 10)).toMatchObject([{ claims: 2 }]);
    });

    it('is claimed oldest first', async () => {
      await open('m1-0', 1_000, notice('a@example.com'));
      await open('m2-0', 1_001, notice('b@example.com'));
      expect(await notices.dueTargets(2_000)).toEqual(['relay']);
      expect(await notices.claim('relay', 2_000, 500, 1)).toMatchObject([{ id: 'm1-0' }]);
      expect(await notices.claim('relay', 2_000, 500, 1)).toMatchObject([{ id: 'm2-0' }]);
      expect(await notices.dueTargets(2_000)).toEqual([]);
    });

    it('two workers never have the same notice in hand', async () => {
      for (let index = 0; index < 5; index += 1) await open(`m${index}-0`, 1_000, notice(`a${index}@example.com`));
      const taken = await Promise.all([1, 2, 3].map(() => notices.claim('relay', 2_000, 500, 3)));
      const ids = taken.flat().map((one) => one.id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('forgets what a sent notice said', async () => {
      await open('m1-0', 1_000);
      await notices.claim('relay', 1_000, 500, 1);
      expect(await settle('m1-0', 1, { kind: 'delivered' }, 1_200)).toBe(true);
      expect(await notices.get('m1-0')).toMatchObject({ state: 'sent', sent_at: 1_200, next_at: null });
      const { letter } = await records.db.selectFrom('notices').select('letter').executeTakeFirstOrThrow();
      expect(letter).toBeNull();
      expect(await settle('m1-0', 1, { kind: 'delivered' }, 1_300)).toBe(false);
      expect(await notices.claim('relay', 9_000, 500, 1)).toEqual([]);
    });

    it('a worker that lost its lease cannot undo what another one wrote', async () => {
      await open('m1-0', 1_000);
      await notices.claim('relay', 1_000, 500, 1);
      await notices.claim('relay', 1_500, 500, 1);
      const late = { kind: 'retrying', nextAt: 9_000, cause: 'late' } as const;
      expect(await settle('m1-0', 1, late, 1_600)).toBe(false);
      // But a mail that the relay took is sent, whoever handed it over.
      expect(await settle('m1-0', 1, { kind: 'delivered' }, 1_600)).toBe(true);
      expect(await settle('m1-0', 2, late, 1_700)).toBe(false);
      expect(await notices.get('m1-0')).toMatchObject({ state: 'sent' });
    });

    it('tries again, parks, and takes up what was parked', async () => {
      await open('m1-0', 1_000);
      await notices.claim('relay', 1_000, 500, 1);
      await settle('m1-0', 1, { kind: 'retrying', nextAt: 5_000, cause: 'away' }, 1_100);
      expect(await notices.get('m1-0')).toMatchObject({
        state: 'retrying',
        attempts: 1,
        next_at: 5_000,
        cause: 'away',
      });
      expect(await notices.claim('relay', 4_999, 500, 1)).toEqual([]);
      await notices.claim('relay', 5_000, 500, 1);
      await settle('m1-0', 2, { kind: 'parked', cause: 'refused' }, 5_100);
      expect(await notices.claim('relay', 99_000, 500, 1)).toEqual([]);
      expect(await notices.counts()).toEqual([{ state: 'parked', count: 1, oldestAt: 1_000 }]);
      expect(await parkedRecords(records).decide({}, 'retry', { actor: 'test', at: 100_000 })).toBe(1);
      expect(await notices.claim('relay', 100_000, 500, 1)).toMatchObject([{ attempts: 0, createdAt: 100_000 }]);
    });

    it('knows who cannot be reached: whose last mail came back, until a later one does not', async () => {
      const send = async (id: string, at: number, kind = 'verify-sender') => {
        await notices.open([{ outgoing: { ...outgoing(id, 'a@example.com'), kind }, limits: [] }], at);
        await notices.claim('relay', at, 500, 1);
        await settle(id, 1, { kind: 'delivered' }, at);
      };
      const unreachable = async () => [...(await notices.unreachable(['a@example.com', 'b@example.com']))];
      await send('m1-0', 1_000);
      expect(await unreachable()).toEqual([]);
      await notices.bounced('m1-0', 'its delivery failed (5.1.1)', 2_000);
      await notices.bounced('m1-0', 'its delivery failed (5.7.1)', 2_500);
      expect(await unreachable()).toEqual([['a@example.com', { since: 2_000, cause: 'its delivery failed (5.1.1)' }]]);
      // What is sent from nobody cannot come back.
      await send('m3-0', 2_500_000_000, 'received');
      expect(await unreachable()).toHaveLength(1);
      await send('m2-0', 3_000_000_000);
      expect(await unreachable()).toEqual([]);
      await notices.bounced('unknown', 'its delivery failed (5.1.1)', 4_000_000_000);
      expect(await unreachable()).toEqual([]);
    });

    it('lists the newest first', async () => {
      await open('m1-0', 1_000, notice('a@example.com'));
      await open('m2-0', 2_000, notice('b@example.com'));
      await notices.open([suppressed('m3-0')], 3_000);
      const ids = async (query: Parameters<NoticeRecords['list']>[0]) =>
        (await notices.list(query)).map(({ id }) => id);
      expect(await ids({ limit: 10 })).toEqual(['m3-0', 'm2-0', 'm1-0']);
      expect(await ids({ limit: 1, state: 'waiting' })).toEqual(['m2-0']);
    });
  });

  describe('what is kept', () => {
    it('goes with the mail that it answers', async () => {
      await open('m1-0', 1_000);
      await open('m2-0', 1_000, notice('bob@example.com'));
      const mail = { mailId: 'm1', messageIds: ['m1-0'], jobIds: [], spoolKey: null };
      await retentionRecords(records).forgetMails([mail]);
      expect((await notices.list({ limit: 10 })).map(({ id }) => id)).toEqual(['m2-0']);
    });

    it('goes when it answers nothing, is settled and old', async () => {
      const own = (id: string): Outgoing => ({ ...outgoing(id), messageId: null });
      await notices.open(
        ['old1', 'old2'].map((id) => ({ outgoing: own(id), limits: [] })),
        1_000,
      );
      await notices.claim('relay', 1_000, 500, 1);
      await settle('old1', 1, { kind: 'delivered' }, 1_000);
      await notices.forgetSettled(1_001);
      expect((await notices.list({ limit: 10 })).map(({ id }) => id)).toEqual(['old2']);
    });

    it('is given out to the person, and removed with the counts that name it', async () => {
      await open('m1-0', 1_000);
      await open('m2-0', 1_000, notice('bob@example.com'));
      const person = personRecords(records);
      expect((await person.dataOf('ada@example.com')).notices.map(({ id }) => id)).toEqual(['m1-0']);
      await person.erase(await person.planErasure('ada@example.com'), 0, { actor: 'grace', at: 2_000 });
      expect((await notices.list({ limit: 10 })).map(({ id }) => id)).toEqual(['m2-0']);
      const counts = await records.db.selectFrom('notice_limits').select('limit_key').execute();
      expect(counts.map(({ limit_key }) => limit_key).toSorted()).toEqual([
        'address bob@example.com',
        'all',
        'kind receipt bob@example.com',
      ]);
    });
  });

  describe('limits', () => {
    it('one of a kind to an address within the window, subaddresses included', async () => {
      expect(await open('m1-0', 1_000)).toBe('waiting');
      expect(await open('m2-0', 1_000 + hour - 1)).toBe('suppressed');
      expect(await open('m3-0', 2_000, notice('ada+x@example.com'))).toBe('suppressed');
      expect(await open('m4-0', 2_000, notice('ada@example.com', { rotate: ['password'] }))).toBe('waiting');
      expect(await open('m5-0', 1_000 + hour)).toBe('waiting');
      expect(await notices.get('m2-0')).toMatchObject({ state: 'suppressed', next_at: null });
      expect((await notices.get('m2-0'))?.cause).toMatch(/one of this kind/);
    });

    it('so many to an address in a day', async () => {
      for (let index = 0; index < 3; index += 1) expect(await open(`a${index}-0`, index * hour)).toBe('waiting');
      expect(await open('a3-0', 3 * hour)).toBe('suppressed');
      expect((await notices.get('a3-0'))?.cause).toMatch(/in a day/);
      expect(await open('b0-0', 3 * hour, notice('bob@example.com'))).toBe('waiting');
      expect(await open('a4-0', 24 * hour)).toBe('waiting');
    });

    it('so many to all in an hour', async () => {
      const to = (index: number, at: number) => open(`m${index}-0`, at, notice(`a${index}@example.com`));
      for (let index = 0; index < 5; index += 1) expect(await to(index, 1_000)).toBe('waiting');
      expect(await to(5, 2_000)).toBe('suppressed');
      expect((await notices.get('m5-0'))?.cause).toMatch(/in an hour/);
      expect(await to(6, 1_000 + hour)).toBe('waiting');
    });

    it('hold for notices that are decided at the same moment', async () => {
      const opened = await Promise.all(Array.from({ length: 12 }, (_, index) => open(`m${index}-0`, 1_000)));
      expect(opened.filter((one) => one === 'waiting')).toHaveLength(1);
      expect(opened.filter((one) => one === 'suppressed')).toHaveLength(11);
    });

    it('hold within a batch too, and for each of its notices alone', async () => {
      const batch = [
        opening('m1-0'),
        suppressed('m2-0'),
        opening('m3-0'),
        opening('m4-0', notice('bob@example.com')),
        opening('m1-0'),
      ];
      expect(await notices.open(batch, 1_000)).toEqual(['waiting', 'suppressed', 'suppressed', 'waiting', 'waiting']);
      expect(await notices.open(batch, 1_001)).toEqual(['already', 'already', 'already', 'already', 'already']);
      expect(await notices.open([], 1_001)).toEqual([]);
      expect(await notices.get('m2-0')).toMatchObject({ state: 'suppressed', cause: 'made', next_at: null });
      expect(await notices.get('m3-0')).toMatchObject({ state: 'suppressed', next_at: null });
    });

    it('batches of several workers do not deadlock', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const batches = Array.from({ length: 6 }, (_, worker) => {
        const turned = [...names.slice(worker), ...names.slice(0, worker)];
        return turned.map((name) => opening(`${name}${worker}-0`, notice(`${name}@example.com`)));
      });
      const opened = (await Promise.all(batches.map((batch) => notices.open(batch, 1_000)))).flat();
      expect(opened.filter((one) => one === 'waiting')).toHaveLength(5);
    });

    it('can be looked at without counting', async () => {
      const limits = limitsOf(notice(), settings);
      expect(await notices.usedUp(limits, 1_000)).toBeNull();
      await open('m1-0', 1_000);
      expect(await notices.usedUp(limits, 1_000 + hour - 1)).toMatch(/one of this kind/);
      expect(await notices.usedUp(limits, 1_000 + hour)).toBeNull();
    });

    it('counts of a clock that ran far ahead hold nobody up after it was set right', async () => {
      const year = 365 * 24 * hour;
      const limits = limitsOf(notice(), settings);
      expect(await open('m1-0', year)).toBe('waiting');
      expect(await notices.usedUp(limits, 1_000)).toBeNull();
      expect(await open('m2-0', 1_000)).toBe('waiting');
      expect(await notices.usedUp(limits, 1_001)).toMatch(/one of this kind/);
      expect(await open('m3-0', 1_001)).toBe('suppressed');
      // Clocks of two machines that differ a little count together.
      expect(await open('m4-0', 900)).toBe('suppressed');
    });

    it('old counts are forgotten', async () => {
      await open('m1-0', 1_000);
      await notices.forgetCounts(1_001);
      const rows = await records.db.selectFrom('notice_limits').selectAll().execute();
      expect(rows).toEqual([]);
    });
  });
});
