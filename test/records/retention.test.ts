import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { followUpRecords } from '../../src/records/follow-ups.ts';
import type { Records } from '../../src/records/open-records.ts';
import {
  type MailToForget,
  type RetentionLimits,
  type RetentionRecords,
  retentionRecords,
} from '../../src/records/retention.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { onEachDatabase } from './databases.ts';
import { type MailTraits, traceInput } from './mails.ts';

const limits = (changes: Partial<RetentionLimits> = {}): RetentionLimits => ({
  raw: 0,
  trace: 0,
  rejected: 0,
  tickets: 0,
  ...changes,
});

async function all(batches: AsyncIterable<readonly MailToForget[]>): Promise<readonly MailToForget[]> {
  const found: MailToForget[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}
const names = async (batches: AsyncIterable<readonly MailToForget[]>) =>
  (await all(batches)).map(({ mailId }) => mailId);

onEachDatabase((databases) => {
  let records: Records;
  let retention: RetentionRecords;
  const receive = (...traits: readonly MailTraits[]) => traceRecords(records).record(traits.map(traceInput), 1);
  beforeEach(async () => {
    records = await databases.fresh();
    retention = retentionRecords(records);
  });

  const rowsLeft = async () => {
    const counts: Record<string, number> = {};
    for (const table of [
      'trace',
      'trace_documents',
      'trace_terms',
      'duplicate_claims',
      'reviews',
      'follow_ups',
    ] as const) {
      const { count } = await records.db
        .selectFrom(table)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      counts[table] = count;
    }
    return counts;
  };

  describe('mails that are due', () => {
    it('are those before the limit, whole, in all mailboxes', async () => {
      await receive(
        { messageId: 'a-0', receivedAt: 10 },
        { messageId: 'a-1', receivedAt: 10, recipient: 'sales@postern.test' },
        { messageId: 'b-0', receivedAt: 20 },
      );
      expect(await all(retention.mailsDue(limits({ trace: 20 })))).toEqual([
        { mailId: 'a', messageIds: ['a-0', 'a-1'], jobIds: ['a-0', 'a-1'], spoolKey: '2026-11-22/09/a' },
      ]);
      expect(await names(retention.rawDue(limits({ raw: 21 })))).toEqual(['a', 'b']);
    });

    it('go page by page, none twice and none left out', async () => {
      const ids = Array.from({ length: 1_203 }, (_, index) => `m${String(index).padStart(5, '0')}`);
      const traits = ids.map((id, index) => ({ messageId: `${id}-0`, receivedAt: 1 + Math.floor(index / 7) }));
      for (let start = 0; start < traits.length; start += 400) await receive(...traits.slice(start, start + 400));
      expect(await names(retention.mailsDue(limits({ trace: 1_000 })))).toEqual(ids);
    });

    it('are rejected ones earlier, unless another mailbox took the mail', async () => {
      await receive(
        { messageId: 'a-0', receivedAt: 10, outcome: 'rejected' },
        { messageId: 'b-0', receivedAt: 10, outcome: 'rejected' },
        { messageId: 'b-1', receivedAt: 10, recipient: 'sales@postern.test' },
        { messageId: 'c-0', receivedAt: 10 },
      );
      expect(await names(retention.mailsDue(limits({ rejected: 11 })))).toEqual(['a']);
    });

    it('are not those that a review, a decision under way or a case holds', async () => {
      await receive(
        { messageId: 'open-0', outcome: 'escalated', receivedAt: 10 },
        { messageId: 'case-0', receivedAt: 10 },
        { messageId: 'decided-0', receivedAt: 10 },
        { messageId: 'free-0', receivedAt: 10 },
        { messageId: 'looked-0', receivedAt: 10 },
      );
      const links = [
        { message_id: 'case-0', case_id: 'c1', joined_at: 1 },
        // Somebody looked whether it belongs to a case, and it does not.
        { message_id: 'looked-0', case_id: '', joined_at: 1 },
      ];
      await records.writing((trx) => trx.insertInto('case_mails').values(links).execute());
      const { mail } = traceInput({ messageId: 'decided-0' });
      const followUp = { mail, kind: 'rejudged', at: 1, actor: 'grace', note: '' } as const;
      const decided = await followUpRecords(records).open(followUp);
      const due = limits({ trace: 99, raw: 99 });
      expect(await names(retention.mailsDue(due))).toEqual(['free', 'looked']);
      expect(await names(retention.rawDue(due))).toEqual(['free', 'looked']);
      await traceRecords(records).record([{ mail: decided, sidecar: null }], 1);
      expect(await all(retention.mailsDue(due))).toMatchObject([
        { mailId: 'decided', jobIds: ['decided-0', 'decided-0-f1'] },
        { mailId: 'free' },
        { mailId: 'looked' },
      ]);
    });
  });

  it('forgets raw mail and keeps the trace', async () => {
    await receive({ messageId: 'a-0', receivedAt: 10 });
    await retention.forgetRaw(await all(retention.rawDue(limits({ raw: 99 }))));
    expect(await names(retention.rawDue(limits({ raw: 99 })))).toEqual([]);
    expect((await traceRecords(records).get('a-0'))?.row.spool_key).toBeNull();
  });

  it('forgets a mail with everything it is found by, and its neighbour keeps everything', async () => {
    const same = { rfcMessageId: '<x@y>', contentDigest: 'same' };
    await receive({ messageId: 'a-0', receivedAt: 10, ...same });
    await receive({ messageId: 'b-0', receivedAt: 20, ...same });
    const before = await rowsLeft();
    await retention.forgetMails(await all(retention.mailsDue(limits({ trace: 15 }))));
    const after = await rowsLeft();
    expect(after).toMatchObject({ trace: 1, trace_documents: 1, duplicate_claims: 0 });
    expect(after['trace_terms']).toBe((before['trace_terms'] ?? 0) / 2);
    expect((await traceRecords(records).get('b-0'))?.row.duplicate_of).toBeNull();
    await retention.forgetMails(await all(retention.mailsDue(limits({ trace: 99 }))));
    expect(Object.values(await rowsLeft()).every((count) => count === 0)).toBe(true);
  });

  const forgetTickets = async (tickets: number) => {
    const ticketIds = await retention.ticketsDue(limits({ tickets }), '');
    return retention.forgetTickets(limits({ tickets }), ticketIds);
  };

  it('leaves a ticket that was opened again since it was due', async () => {
    await receive({ messageId: 'a-0', receivedAt: 10 });
    const tickets = ticketRecords(records);
    await tickets.act('a-0', 'closed', { actor: 'desk', at: 50 });
    const ticketIds = await retention.ticketsDue(limits({ tickets: 51 }), '');
    expect(ticketIds).toEqual(['a-0']);
    await tickets.act('a-0', 'open', { actor: 'desk', at: 52 });
    expect(await retention.forgetTickets(limits({ tickets: 51 }), ticketIds)).toBe(0);
    expect(await tickets.messages('a-0')).toHaveLength(1);
  });

  it('forgets closed tickets only', async () => {
    await receive({ messageId: 'a-0', receivedAt: 10 }, { messageId: 'b-0', receivedAt: 10, from: 'eve@example.com' });
    const tickets = ticketRecords(records);
    await tickets.act('a-0', 'closed', { actor: 'desk', at: 50 });
    expect(await forgetTickets(50)).toBe(0);
    expect(await forgetTickets(51)).toBe(1);
    expect((await tickets.list({ limit: 9 })).map(({ message_id }) => message_id)).toEqual(['b-0']);
    expect(await tickets.messages('a-0')).toEqual([]);
  });

  it('keeps a closed ticket that holds a mail of a recovery case', async () => {
    await receive({ messageId: 'a-0', receivedAt: 10 });
    await ticketRecords(records).act('a-0', 'closed', { actor: 'desk', at: 50 });
    const joined = { message_id: 'a-0', case_id: 'c1', joined_at: 1 };
    await records.writing((trx) => trx.insertInto('case_mails').values(joined).execute());
    expect(await forgetTickets(99)).toBe(0);
    expect(await ticketRecords(records).messages('a-0')).toHaveLength(1);
  });

  it('knows mail without a trace', async () => {
    await receive({ messageId: 'a-1', receivedAt: 10 });
    expect(await retention.orphanJobs('a')).toBeNull();
    expect(await retention.orphanJobs('b')).toEqual(expect.arrayContaining(['b-0', 'b-1']));
  });

  it('lets a work begin once in its time, whoever asks', async () => {
    const times = { everyMs: 100, leaseMs: 10 };
    expect(await retention.begin('retention', times, 1_000)).toBe(true);
    await retention.finish('retention', 1_000);
    expect(await retention.begin('retention', times, 1_099)).toBe(false);
    expect(await retention.begin('other', times, 1_099)).toBe(true);
    const both = await Promise.all([1, 2].map(() => retention.begin('retention', times, 1_100)));
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it('lets a work that died begin again when its lease is over, and not before', async () => {
    const times = { everyMs: 100, leaseMs: 10 };
    expect(await retention.begin('retention', times, 1_000)).toBe(true);
    expect(await retention.begin('retention', times, 1_009)).toBe(false);
    expect(await retention.begin('retention', times, 1_010)).toBe(true);
    await retention.finish('retention', 1_010);
    // The first one was only slow: its word comes late and takes nothing back.
    await retention.finish('retention', 1_000);
    expect(await retention.begin('retention', times, 1_109)).toBe(false);
    expect(await retention.begin('retention', times, 1_110)).toBe(true);
  });

  it('lets a work begin although a clock that ran far ahead put its last time into the future', async () => {
    const times = { everyMs: 100, leaseMs: 10 };
    expect(await retention.begin('retention', times, 1_000_000)).toBe(true);
    await retention.finish('retention', 1_000_000);
    expect(await retention.begin('retention', times, 1_000)).toBe(true);
    expect(await retention.begin('retention', times, 1_009)).toBe(false);
    await retention.finish('retention', 1_000);
    expect(await retention.begin('retention', times, 1_099)).toBe(false);
  });

  describe('the audit log', () => {
    const log = async (times: readonly number[]) => {
      for (const at of times) {
        await auditRecords(records).append({ at, actor: 'grace', action: 'deny.add', subject: `d${at}`, detail: null });
      }
    };
    const by = { actor: 'system', at: 100 };

    it('loses its beginning and stays whole', async () => {
      const audit = auditRecords(records);
      await log([10, 20, 30]);
      const early = await audit.head();
      await log([40]);
      expect(await audit.prune(35, by)).toBe(3);
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 2 });
      expect(await audit.list({ limit: 9 })).toMatchObject([
        { action: 'audit.prune', subject: '3' },
        { subject: 'd40' },
      ]);
      // The last removed row is still the one that the chain hangs on.
      expect(await audit.verify(early)).toMatchObject({ ok: true });
      expect(await audit.verify({ seq: 2, hash: 'x' })).toMatchObject({ ok: false, seq: 2 });
      expect(await audit.verify({ seq: 3, hash: 'x' })).toMatchObject({ ok: false, seq: 3 });
      expect(await audit.prune(35, by)).toBe(0);
      await log([110]);
      expect(await audit.prune(1_000, { ...by, at: 1_001 })).toBe(3);
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 1 });
    });

    it('shows a beginning that was taken away without saying so', async () => {
      await log([10, 20, 30]);
      await records.writing(async (trx) => {
        const row = await trx.selectFrom('audit_log').selectAll().where('seq', '=', 2).executeTakeFirstOrThrow();
        await trx.deleteFrom('audit_log').where('seq', '<=', 2).execute();
        await trx.insertInto('audit_head').values({ id: 0, seq: 2, hash: row.hash }).execute();
      });
      expect(await auditRecords(records).verify()).toMatchObject({ ok: false });
    });
  });
});
