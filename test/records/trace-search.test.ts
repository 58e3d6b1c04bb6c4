import { beforeAll, describe, expect, it } from 'vitest';
import { type TraceRecords, traceRecords } from '../../src/records/trace.ts';
import type { TraceQuery } from '../../src/records/trace-search.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const mails = [
  { messageId: 'm1-0', receivedAt: 100, subject: 'The printer is on FIRE', ip: '192.0.2.1' },
  { messageId: 'm1-1', receivedAt: 100, recipient: 'sales@postern.test', subject: 'The printer is on FIRE' },
  { messageId: 'm2-0', receivedAt: 200, from: 'grace@example.org', subject: 'Straße: Ärger', outcome: 'rejected' },
  {
    messageId: 'm10-0',
    receivedAt: 300,
    mailFrom: 'bounce@list.example.net',
    subject: 'printer',
    outcome: 'escalated',
  },
  { messageId: 'm4-0', receivedAt: 300, ip: '2001:db8::1', subject: 'no such thing' },
] as const;

onEachDatabase((databases) => {
  let trace: TraceRecords;
  beforeAll(async () => {
    trace = traceRecords(await databases.lasting());
    await trace.record(mails.map(traceInput), 1_000);
  });

  async function find(query: Omit<TraceQuery, 'limit'>): Promise<readonly string[]> {
    return (await trace.search({ limit: 50, ...query })).rows.map((row) => row.message_id);
  }

  describe('search', () => {
    it.each<[string, Omit<TraceQuery, 'limit'>, readonly string[]]>([
      ['everything', {}, ['m4-0', 'm10-0', 'm2-0', 'm1-1', 'm1-0']],
      ['message id', { messageId: 'm1-1' }, ['m1-1']],
      ['mail id', { mailId: 'm1' }, ['m1-1', 'm1-0']],
      ['Message-ID', { rfcMessageId: '<m2-0@example.com>' }, ['m2-0']],
      ['Message-ID without brackets', { rfcMessageId: ' m2-0@example.com' }, ['m2-0']],
      ['author', { address: 'grace@example.org' }, ['m2-0']],
      ['envelope sender', { address: 'bounce@list.example.net' }, ['m10-0']],
      ['recipient', { address: 'sales@postern.test' }, ['m1-1']],
      ['address in capitals', { address: 'Grace@EXAMPLE.org' }, ['m2-0']],
      ['domain', { domain: 'list.example.net' }, ['m10-0']],
      ['domain of ours is no sender domain', { domain: 'postern.test' }, []],
      ['client address', { ip: '2001:db8::1' }, ['m4-0']],
      ['tenant', { tenantId: 't1', since: 300 }, ['m4-0', 'm10-0']],
      ['word', { subject: 'printer' }, ['m10-0', 'm1-1', 'm1-0']],
      ['words in any order and case', { subject: 'fire PRINTER' }, ['m1-1', 'm1-0']],
      ['word that one mail lacks', { subject: 'printer ärger' }, []],
      ['folded word', { subject: 'ÄRGER' }, ['m2-0']],
      ['no word at all', { subject: '???' }, []],
      ['outcome', { outcome: 'escalated' }, ['m10-0']],
      ['reason', { reason: 'deny-listed' }, ['m2-0']],
      ['rule', { rule: 'W-PRIMARY' }, ['m4-0', 'm1-1', 'm1-0']],
      ['time', { since: 200, until: 300 }, ['m2-0']],
      ['all together', { subject: 'printer', outcome: 'accepted', address: 'sales@postern.test' }, ['m1-1']],
      ['word, outcome and time', { subject: 'printer', outcome: 'escalated', since: 301 }, []],
    ])('finds by %s', async (_, query, expected) => {
      expect(await find(query)).toEqual(expected);
    });

    let arrived = 0;
    it.each<[string, Omit<TraceQuery, 'limit'>]>([
      ['the trace', {}],
      ['a term', { address: 'support@postern.test' }],
      ['a term and an outcome', { address: 'ada@example.com', outcome: 'accepted' }],
    ])('reads %s page by page, each mail once', async (_, query) => {
      const all = await find(query);
      expect(all.length).toBeGreaterThan(2);
      const read: string[] = [];
      let after: string | null = null;
      do {
        const page = await trace.search({ ...query, limit: 1, ...(after === null ? {} : { after }) });
        read.push(...page.rows.map((row) => row.message_id));
        // Mail that comes in meanwhile shifts nothing.
        arrived += 1;
        await trace.record([traceInput({ messageId: `new${arrived}-0`, receivedAt: 900 + arrived })], 1_000);
        after = page.next;
      } while (after !== null);
      expect(read).toEqual(all);
    });

    it('refuses a place that it did not give', async () => {
      await expect(trace.search({ limit: 1, after: '1; drop table trace' })).rejects.toThrow(RangeError);
    });
  });
});
