import { beforeEach, describe, expect, it } from 'vitest';
import { denylistRecords } from '../../src/records/denylist.ts';
import type { Records } from '../../src/records/open-records.ts';
import { replayRecords } from '../../src/records/replays.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceRecords, traceRecords } from '../../src/records/trace.ts';
import { onEachDatabase } from './databases.ts';
import { judgedMail, type MailTraits, traceInput } from './mails.ts';

/** Twelve mails of which every letter has a copy. */
const copies = (letter: string) =>
  Array.from({ length: 12 }, (_, index) =>
    traceInput({
      messageId: `${letter}${index}-0`,
      rfcMessageId: `<${index}@example.com>`,
      contentDigest: 'same',
      denyHits: [`d${index % 3}`],
      replayKeys: [`k${index}`],
    }),
  );

onEachDatabase((databases) => {
  let records: Records;
  let trace: TraceRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    trace = traceRecords(records);
  });

  describe('recording', () => {
    it('keeps everything that explains the mail', async () => {
      const input = traceInput({ messageId: 'm1-0', receivedAt: 1_500, subject: 'Hello', replayKeys: ['k1'] });
      expect(await trace.record([input], 2_000)).toEqual([{ kind: 'recorded', messageId: 'm1-0' }]);
      const record = await trace.get('m1-0');
      expect(record).toMatchObject({
        row: {
          mail_id: 'm1',
          received_at: 1_500,
          recorded_at: 2_000,
          outcome: 'accepted',
          reason: 'admin',
          rule: 'W-PRIMARY',
          subject: 'Hello',
          size: 4_096,
          reply_code: 250,
          duplicate_of: null,
        },
        judged: input.mail,
        evidence: input.sidecar?.evidence,
        envelope: input.sidecar?.envelope,
        timings: { parse: 1.5, total: 9.25 },
        ticket: { status: 'open', tenant_id: 't1', severity: 3 },
        copies: [],
      });
      expect(await replayRecords(records).find(['k1', 'k2'])).toEqual(
        new Map([['k1', { contentDigest: 'digest-m1-0', mailId: 'm1' }]]),
      );
      expect(await trace.get('m2-0')).toBeNull();
    });

    it('records what a refusal in the session said of the mail, and finds it by its Message-ID', async () => {
      const plain = { ...judgedMail({ messageId: 'm1-0', outcome: 'rejected' }), spoolKey: null };
      const refusal = {
        reply: { code: 550, enhanced: '5.7.26', text: 'The DMARC policy of the From domain rejects this mail' },
        size: 321,
        rfcMessageId: '<a@b.example>',
        subject: 'our invoice, my password is Xk92!tulip',
        evidence: { form: [] },
        timings: { decide: 1 },
      };
      await trace.record([{ mail: { ...plain, refusal }, sidecar: null }], 2_000);
      expect(await trace.get('m1-0')).toMatchObject({
        row: { reply_code: 550, reply_text: refusal.reply.text, size: 321, rfc_message_id: '<a@b.example>' },
        judged: plain,
        evidence: { form: [] },
        timings: { decide: 1 },
      });
      expect((await trace.get('m1-0'))?.row.subject).not.toContain('tulip');
    });

    it('records a mail that was refused in the session, which has no sidecar', async () => {
      const mail = { ...judgedMail({ messageId: 'm1-0', outcome: 'rejected' }), spoolKey: null };
      expect(await trace.record([{ mail, sidecar: null }], 2_000)).toEqual([{ kind: 'recorded', messageId: 'm1-0' }]);
      expect(await trace.get('m1-0')).toMatchObject({
        row: { spool_key: null, subject: null },
        judged: mail,
        evidence: null,
        ticket: null,
      });
    });

    it('records a message once, however often its job runs', async () => {
      const input = traceInput({ messageId: 'm1-0', denyHits: ['d1'] });
      await trace.record([input], 2_000);
      const ticket = await ticketRecords(records).ofMessage('m1-0');
      expect(await trace.record([input, input], 9_000)).toEqual([
        { kind: 'already', messageId: 'm1-0', linkedTo: null },
        { kind: 'already', messageId: 'm1-0', linkedTo: null },
      ]);
      expect(ticket).not.toBeNull();
      expect(await ticketRecords(records).ofMessage('m1-0')).toEqual(ticket);
      expect((await trace.get('m1-0'))?.row.recorded_at).toBe(2_000);
      expect(await denylistRecords(records).counters(['d1'])).toEqual(new Map([['d1', { hits: 1, lastHitAt: 1_000 }]]));
    });

    it('records a message once when it stands twice in a batch', async () => {
      const input = traceInput({ messageId: 'm1-0' });
      expect(await trace.record([input, input], 2_000)).toEqual([
        { kind: 'recorded', messageId: 'm1-0' },
        { kind: 'already', messageId: 'm1-0', linkedTo: null },
      ]);
      expect(await trace.record([], 2_000)).toEqual([]);
    });

    it('takes what a hostile mail may hold', async () => {
      const input = traceInput({
        messageId: 'm1-0',
        subject: `nul \0 half \uD800 ${'long '.repeat(5_000)}`,
        rfcMessageId: `<${'x'.repeat(9_000)}@example.com>`,
        from: `${'a'.repeat(5_000)}\0@example.com`,
        mailFrom: `${'b'.repeat(5_000)}@example.com`,
        replayKeys: ['r'.repeat(5_000)],
      });
      expect(await trace.record([input], 2_000)).toEqual([{ kind: 'recorded', messageId: 'm1-0' }]);
      expect((await trace.get('m1-0'))?.judged).toEqual(input.mail);
      const found = await trace.search({ rfcMessageId: `${'x'.repeat(9_000)}@example.com`, limit: 10 });
      expect(found.rows.map((row) => row.message_id)).toEqual(['m1-0']);
      expect([...(await replayRecords(records).find(['r'.repeat(5_000)])).keys()]).toEqual(['r'.repeat(5_000)]);
    });

    it('writes all of a batch or nothing', async () => {
      const good = traceInput({ messageId: 'm1-0' });
      const bad = traceInput({ messageId: 'm2-0' });
      const broken = { mail: { ...bad.mail, receivedAt: Number.NaN }, sidecar: bad.sidecar };
      await expect(trace.record([good, broken], 2_000)).rejects.toThrow();
      expect(await trace.has(['m1-0', 'm2-0'])).toEqual(new Set());
      expect(await trace.record([good], 2_000)).toEqual([{ kind: 'recorded', messageId: 'm1-0' }]);
    });

    it('knows which of many messages it has', async () => {
      await trace.record([traceInput({ messageId: 'm1-0' }), traceInput({ messageId: 'm700-0' })], 2_000);
      const asked = Array.from({ length: 1_200 }, (_, index) => `m${index}-0`);
      expect(await trace.has(asked)).toEqual(new Set(['m1-0', 'm700-0']));
      expect(await trace.has([])).toEqual(new Set());
    });

    it('counts by outcome and reason since a time', async () => {
      const outcomes = ['accepted', 'accepted', 'rejected', 'escalated'] as const;
      await trace.record(
        outcomes.map((outcome, index) => traceInput({ messageId: `m${index}-0`, receivedAt: 100 + index, outcome })),
        2_000,
      );
      expect(await trace.countsSince(101)).toEqual([
        { outcome: 'accepted', reason: 'admin', count: 1 },
        { outcome: 'escalated', reason: 'unproven-sender', count: 1 },
        { outcome: 'rejected', reason: 'deny-listed', count: 1 },
      ]);
    });
  });

  describe('copies', () => {
    const same = { rfcMessageId: '<one@example.com>', contentDigest: 'same' };
    const recordOne = async (traits: MailTraits) => (await trace.record([traceInput({ ...same, ...traits })], 1))[0];

    it('links a second copy, which gets no ticket of its own', async () => {
      await recordOne({ messageId: 'm1-0' });
      expect(await recordOne({ messageId: 'm2-0' })).toEqual({
        kind: 'duplicate',
        messageId: 'm2-0',
        linkedTo: 'm1-0',
      });
      expect(await trace.get('m2-0')).toMatchObject({ row: { duplicate_of: 'm1-0' }, ticket: null });
      expect((await trace.get('m1-0'))?.copies).toEqual(['m2-0']);
      expect(await recordOne({ messageId: 'm2-0' })).toEqual({
        kind: 'already',
        messageId: 'm2-0',
        linkedTo: 'm1-0',
      });
    });

    it('links copies within one batch', async () => {
      const batch = ['m3-0', 'm1-0', 'm2-0'].map((messageId) => traceInput({ ...same, messageId }));
      const outcomes = await trace.record(batch, 1);
      expect(outcomes.filter((outcome) => outcome.kind === 'recorded')).toHaveLength(1);
      const winner = outcomes.find((outcome) => outcome.kind === 'recorded')?.messageId;
      expect(outcomes.flatMap((outcome) => (outcome.kind === 'duplicate' ? [outcome.linkedTo] : []))).toEqual([
        winner,
        winner,
      ]);
    });

    it.each([
      ['another mailbox', { recipient: 'sales@postern.test' }],
      ['other content', { contentDigest: 'other' }],
      ['another Message-ID', { rfcMessageId: '<two@example.com>' }],
    ])('is no copy: %s', async (_, traits) => {
      await recordOne({ messageId: 'm1-0' });
      expect(await recordOne({ messageId: 'm2-0', ...traits })).toEqual({ kind: 'recorded', messageId: 'm2-0' });
    });

    it('does not let a forged early copy swallow the real mail', async () => {
      await recordOne({ messageId: 'm1-0', assurance: 'claimed', outcome: 'escalated' });
      expect(await recordOne({ messageId: 'm2-0', assurance: 'proven' })).toEqual({
        kind: 'recorded',
        messageId: 'm2-0',
      });
      expect((await trace.get('m2-0'))?.ticket).not.toBeNull();
      // From now on the proven one speaks for both.
      expect(await recordOne({ messageId: 'm3-0', assurance: 'claimed', outcome: 'escalated' })).toMatchObject({
        kind: 'duplicate',
        linkedTo: 'm2-0',
      });
      expect((await trace.get('m1-0'))?.row.duplicate_of).toBeNull();
    });

    it('does not let a rejected copy swallow one that is accepted later', async () => {
      await recordOne({ messageId: 'm1-0', outcome: 'rejected' });
      expect(await recordOne({ messageId: 'm2-0', outcome: 'accepted' })).toMatchObject({ kind: 'recorded' });
      expect(await recordOne({ messageId: 'm3-0', outcome: 'rejected' })).toMatchObject({ linkedTo: 'm2-0' });
    });

    it('keeps apart what is better in one way and worse in the other', async () => {
      await recordOne({ messageId: 'm1-0', assurance: 'proven', outcome: 'rejected' });
      expect(await recordOne({ messageId: 'm2-0', assurance: 'claimed', outcome: 'accepted' })).toMatchObject({
        kind: 'recorded',
      });
      expect(await recordOne({ messageId: 'm3-0', assurance: 'proven', outcome: 'rejected' })).toMatchObject({
        linkedTo: 'm1-0',
      });
    });

    it('takes mails without a Message-ID for copies only when they are the same octets', async () => {
      await recordOne({ messageId: 'm1-0', rfcMessageId: null, sha256: 'x' });
      expect(await recordOne({ messageId: 'm2-0', rfcMessageId: null, sha256: 'y' })).toMatchObject({
        kind: 'recorded',
      });
      expect(await recordOne({ messageId: 'm3-0', rfcMessageId: null, sha256: 'x' })).toMatchObject({
        kind: 'duplicate',
        linkedTo: 'm1-0',
      });
    });

    it('has one winner when workers race with overlapping batches in different orders', async () => {
      const batches = [copies('a'), copies('b').toReversed(), copies('c'), copies('d').toReversed()];
      const outcomes = (await Promise.all(batches.map((batch) => trace.record(batch, 1)))).flat();
      expect(outcomes.filter((outcome) => outcome.kind === 'recorded')).toHaveLength(12);
      expect(outcomes.filter((outcome) => outcome.kind === 'duplicate')).toHaveLength(36);
      expect(await ticketRecords(records).list({ limit: 100 })).toHaveLength(12);
      const counters = await denylistRecords(records).counters(['d0', 'd1', 'd2']);
      expect([...counters.values()].map(({ hits }) => hits)).toEqual([16, 16, 16]);
    });

    it('records a message once when two workers have its job', async () => {
      const batch = Array.from({ length: 20 }, (_, index) => traceInput({ messageId: `m${index}-0` }));
      const outcomes = await Promise.all([
        trace.record(batch, 1),
        trace.record(batch.toReversed(), 1),
        trace.record(batch, 1),
      ]);
      expect(outcomes.flat().filter((outcome) => outcome.kind === 'recorded')).toHaveLength(20);
      expect(outcomes.flat().filter((outcome) => outcome.kind === 'already')).toHaveLength(40);
      expect(await ticketRecords(records).list({ limit: 100 })).toHaveLength(20);
    });
  });
});
