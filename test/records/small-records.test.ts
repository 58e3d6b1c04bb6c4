/** Tickets, replay memory and session refusals. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionRefusal } from '../../src/intake/intake.ts';
import type { Records } from '../../src/records/open-records.ts';
import { refusalRecords } from '../../src/records/refusals.ts';
import { replayRecords } from '../../src/records/replays.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

async function recordAll(records: Records, ...ids: readonly string[]): Promise<void> {
  const inputs = ids.map((messageId, index) =>
    traceInput({ messageId, receivedAt: 100 + index, from: `${messageId}@x.example` }),
  );
  await traceRecords(records).record(inputs, 500);
}

const refusal = (at: number, more: Partial<SessionRefusal> = {}): SessionRefusal => ({
  at,
  ip: '192.0.2.1',
  helo: 'mx.example.com',
  mailFrom: 'ada@example.com',
  recipient: null,
  stage: 'rcpt',
  reply: { code: 550, enhanced: '5.1.1', text: 'No such mailbox' },
  cause: 'unknown mailbox',
  ...more,
});

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });

  describe('tickets', () => {
    it('are opened for accepted mail only', async () => {
      await traceRecords(records).record(
        (['accepted', 'rejected', 'escalated'] as const).map((outcome) =>
          traceInput({ messageId: `${outcome}-0`, outcome }),
        ),
        500,
      );
      const tickets = await ticketRecords(records).list({ limit: 10 });
      expect(tickets.map((ticket) => ticket.message_id)).toEqual(['accepted-0']);
      expect(tickets[0]).toMatchObject({
        opened_at: 1_000,
        updated_at: 500,
        requester: 'ada@example.com',
        mailbox: 'support@postern.test',
        department: 'support',
        prohibitions: '[]',
      });
    });

    it('are found by number, however it was typed', async () => {
      await recordAll(records, 'm1-0');
      const ticket = await ticketRecords(records).ofMessage('m1-0');
      const number = ticket?.number ?? '';
      expect(number).toMatch(/^PT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
      const typed = [number, number.toLowerCase(), number.replaceAll('-', ''), ` ${number.replaceAll('0', 'o')} `];
      for (const form of [...typed, number.replaceAll('1', 'l'), number.slice(3)]) {
        expect(await ticketRecords(records).byNumber(form)).toEqual(ticket);
      }
      expect(await ticketRecords(records).byNumber('PT-0000')).toBeNull();
    });

    it('are listed by status, tenant and requester, page by page', async () => {
      await recordAll(records, 'm1-0', 'm2-0', 'm3-0');
      const tickets = ticketRecords(records);
      expect(await tickets.act('m2-0', 'closed', { actor: 'desk', at: 900 })).toBe('changed');
      expect(await tickets.act('none-0', 'closed', { actor: 'desk', at: 900 })).toBe('missing');
      const ids = async (query: Omit<Parameters<typeof tickets.list>[0], 'limit'>) =>
        (await tickets.list({ limit: 10, ...query })).map((ticket) => ticket.message_id);
      expect(await ids({ status: 'open', tenantId: 't1' })).toEqual(['m3-0', 'm1-0']);
      expect(await ids({ requester: 'm2-0@x.example' })).toEqual(['m2-0']);
      const [last] = await tickets.list({ limit: 1 });
      expect(await ids(last === undefined ? {} : { after: last })).toEqual(['m2-0', 'm1-0']);
      expect((await tickets.ofMessage('m2-0'))?.updated_at).toBe(900);
    });
  });

  describe('replay memory', () => {
    it('keeps the first mail that used a key, and forgets old ones', async () => {
      const trace = traceRecords(records);
      await trace.record([traceInput({ messageId: 'm1-0', replayKeys: ['a', 'b', 'a'], contentDigest: 'one' })], 100);
      await trace.record([traceInput({ messageId: 'm2-0', replayKeys: ['b', 'c'], contentDigest: 'two' })], 200);
      const replays = replayRecords(records);
      expect(await replays.find(['a', 'b', 'c', 'd'])).toEqual(
        new Map([
          ['a', { contentDigest: 'one', mailId: 'm1' }],
          ['b', { contentDigest: 'one', mailId: 'm1' }],
          ['c', { contentDigest: 'two', mailId: 'm2' }],
        ]),
      );
      expect(await replays.prune(200)).toBe(2);
      expect([...(await replays.find(['a', 'b', 'c'])).keys()]).toEqual(['c']);
      expect(await replays.find([])).toEqual(new Map());
    });
  });

  describe('refusals', () => {
    it('are found by client, address and time, newest first, page by page', async () => {
      const refusals = refusalRecords(records);
      await refusals.recordRefusals([
        refusal(100),
        refusal(200, { ip: '2001:db8::1', mailFrom: null, stage: 'connect' }),
        refusal(300, { recipient: 'support@postern.test', helo: 'x\0'.repeat(9_000) }),
      ]);
      await refusals.recordRefusals([]);
      const times = async (query: Omit<Parameters<typeof refusals.search>[0], 'limit'>) =>
        (await refusals.search({ limit: 10, ...query })).map(({ at }) => at);
      expect(await times({})).toEqual([300, 200, 100]);
      expect(await times({ ip: '2001:db8::1' })).toEqual([200]);
      expect(await times({ address: 'ada@example.com' })).toEqual([300, 100]);
      expect(await times({ address: 'support@postern.test' })).toEqual([300]);
      expect(await times({ since: 200, until: 300 })).toEqual([200]);
      const [last] = await refusals.search({ limit: 1 });
      expect(await times(last === undefined ? {} : { after: last })).toEqual([200, 100]);
      expect(await refusals.prune(200)).toBe(1);
      expect(await times({})).toEqual([300, 200]);
    });
  });
});
