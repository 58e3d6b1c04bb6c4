import { beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '../../src/records/open-records.ts';
import { replayRecords } from '../../src/records/replays.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceRecords, traceRecords } from '../../src/records/trace.ts';
import { onEachDatabase } from './databases.ts';
import { judgedMail, traceInput } from './mails.ts';

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
      expect(await ticketRecords(records).ofMessage('m1-0')).toEqual(ticket);
      expect((await trace.get('m1-0'))?.row.recorded_at).toBe(2_000);
    });
  });
});
