/** Two processes at the same rows at once, each with connections of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import type { Records } from '../../src/records/open-records.ts';
import { personRecords } from '../../src/records/person.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { ticketRecords } from '../../src/records/tickets.ts';
import { type TraceInput, traceRecords } from '../../src/records/trace.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const now = 10_000;
const by = { actor: 'ada', at: now };
const eve = { address: 'eve@example.com', isProven: true, tenantId: 't1', isAdmin: true };
const clock = startClock(1_000, 'elapsed', { warnAt: 50_000, dueAt: 100_000 });

onEachDatabase((databases) => {
  let one: Records;
  let other: Records;
  beforeEach(async () => {
    const url = await databases.address();
    one = await databases.open(url);
    await migrate(one);
    other = await databases.open(url);
  });

  const opening = (messageId: string): TraceInput => ({
    ...traceInput({ messageId, from: eve.address, receivedAt: 1_000 }),
    ticket: ticketDraft({ sender: eve, targets: ['desk'], clock }),
  });
  const answering = (messageId: string, to: string): TraceInput => ({
    ...traceInput({ messageId, receivedAt: 2_000 }),
    ticket: ticketDraft({
      marks: { inReplyTo: `<${to}@example.com>`, references: [], numbers: [] },
      targets: ['desk'],
      clock,
    }),
  });
  const countOf = async (table: 'tickets' | 'ticket_messages' | 'ticket_clocks' | 'handoff_deliveries' | 'trace') =>
    (
      await one.db
        .selectFrom(table)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count;

  describe('two workers', () => {
    it('with the same job record one mail, one ticket and one delivery', async () => {
      for (let round = 0; round < 8; round += 1) {
        const input = opening(`a${round}-0`);
        await Promise.all([one, other, one, other].map((records) => traceRecords(records).record([input], now)));
      }
      expect({
        traces: await countOf('trace'),
        tickets: await countOf('tickets'),
        mails: await countOf('ticket_messages'),
        clocks: await countOf('ticket_clocks'),
        deliveries: await countOf('handoff_deliveries'),
      }).toEqual({ traces: 8, tickets: 8, mails: 8, clocks: 8, deliveries: 8 });
    });

    it('with two answers to one ticket bring both into it', async () => {
      await traceRecords(one).record([opening('a-0')], now);
      const answers = Array.from({ length: 10 }, (_, index) => answering(`b${index}-0`, 'a-0'));
      await Promise.all(
        answers.map((input, index) => traceRecords(index % 2 === 0 ? one : other).record([input], now)),
      );
      expect(await ticketRecords(one).messages('a-0')).toHaveLength(11);
      expect(await countOf('tickets')).toBe(1);
    });
  });

  it('a mail that joins while its ticket is closed is in one ticket, which is open when it came last', async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = `a${round}-0`;
      await traceRecords(one).record([opening(id)], now);
      const [, move] = await Promise.all([
        traceRecords(one).record([answering(`b${round}-0`, id)], now),
        ticketRecords(other).act(id, 'closed', by),
      ]);
      expect(move).toBe('changed');
      const ticket = await ticketRecords(one).ofMessage(`b${round}-0`);
      if (ticket === null) throw new Error('the mail is in no ticket');
      // Closed first: it has opened one of its own. Otherwise it is in the old one, closed or opened again by it.
      if (ticket.message_id !== id) expect(ticket.status).toBe('open');
    }
    expect(await countOf('ticket_messages')).toBe(24);
    expect(await auditRecords(one).verify()).toMatchObject({ ok: true, entries: 12 });
  });

  it('a mail that joins while its ticket is forgotten is not forgotten with it', async () => {
    const limits = { raw: 0, trace: 0, rejected: 0, tickets: now + 1 };
    for (let round = 0; round < 12; round += 1) {
      const id = `a${round}-0`;
      await traceRecords(one).record([opening(id)], now);
      // Closed before: an answer that came earlier still would rightly go with its ticket.
      await ticketRecords(other).act(id, 'closed', by);
      await Promise.all([
        retentionRecords(other).forgetTickets(limits, [id]),
        traceRecords(one).record([answering(`b${round}-0`, id)], now),
      ]);
      expect(await ticketRecords(one).ofMessage(`b${round}-0`)).toMatchObject({ status: 'open' });
    }
  });

  it('a mail that joins while its ticket is erased is not erased with it', async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = `a${round}-0`;
      await traceRecords(one).record([opening(id)], now);
      const person = personRecords(other);
      await Promise.all([
        ticketRecords(other)
          .act(id, 'closed', by)
          .then(() => person.planErasure(eve.address))
          .then((plan) => person.erase(plan, 0, by))
          .catch((error: unknown) => {
            // The mail came between plan and erasure: staff are asked to plan anew.
            if (!(error instanceof Error) || error.name !== 'PlanOutdated') throw error;
          }),
        traceRecords(one).record([answering(`b${round}-0`, id)], now),
      ]);
      const ticket = await ticketRecords(one).ofMessage(`b${round}-0`);
      expect(ticket).not.toBeNull();
    }
  });

  it('two workers that hand over at once have each delivery in one hand', async () => {
    await traceRecords(one).record(
      Array.from({ length: 20 }, (_, index) => opening(`a${index}-0`)),
      now,
    );
    const claims = await Promise.all(
      [one, other, one, other].map((records) => handoffRecords(records).claim('desk', now, 60_000, 7)),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(20);
  });
});
