import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { clockRecords } from '../../src/records/clocks.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { type BusinessCalendar, defaultCalendar } from '../../src/sla/calendar.ts';
import { dueAt } from '../../src/sla/response-time.ts';
import { startClock } from '../../src/tickets/clock.ts';
import { runClocks } from '../../workers/clock.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { traceInput } from '../records/mails.ts';

let folder: string;
let records: Records;
let wakes: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-clock-'));
  records = await openRecords({ url: `sqlite:${join(folder, 'p.db')}`, logger: silentLogger() });
  await migrate(records);
  wakes = 0;
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (at: number) =>
  runClocks({
    clocks: clockRecords(records),
    now: () => at,
    wake: async () => {
      wakes += 1;
    },
  });

/** Opens a ticket of severity 2 (eight business hours) at this time. */
async function open(openedAt: number, calendar: BusinessCalendar = defaultCalendar): Promise<void> {
  const times = dueAt({ tier: 'standard', severity: 2, openedAt, calendar });
  if (times === null) throw new Error('standard has a response time');
  const clock = startClock(openedAt, 'business', times);
  const input = traceInput({ messageId: 'm1-0', receivedAt: openedAt });
  await traceRecords(records).record([{ ...input, ticket: ticketDraft({ clock, targets: ['desk'] }) }], openedAt);
}

const kinds = async () => (await handoffRecords(records).ofTicket('m1-0')).map(({ kind }) => kind);

describe('the timer', () => {
  const openings: readonly [string, BusinessCalendar, string, string, string][] = [
    // Friday 16:00 EST; clocks go forward on Sunday 8 March 2026. Due Monday 16:00 EDT, warned at 14:00.
    ['over the start of summer time', defaultCalendar, '2026-03-06T21:00Z', '2026-03-09T18:00Z', '2026-03-09T20:00Z'],
    // Friday 16:00 EDT; clocks go back on Sunday 1 November 2026.
    ['over its end', defaultCalendar, '2026-10-30T20:00Z', '2026-11-02T19:00Z', '2026-11-02T21:00Z'],
    // Thursday 16:00; Friday 3 July 2026 is the observed Independence Day.
    ['over a holiday and a weekend', defaultCalendar, '2026-07-02T20:00Z', '2026-07-06T18:00Z', '2026-07-06T20:00Z'],
    // The vendor's own day off.
    [
      'over a day off of the vendor',
      { ...defaultCalendar, closedOn: ['2026-06-09'] },
      '2026-06-08T20:00Z',
      '2026-06-10T18:00Z',
      '2026-06-10T20:00Z',
    ],
  ];

  it.each(openings)('%s warns and marks at the right time', async (_name, calendar, openedAt, warnAt, due) => {
    await open(Date.parse(openedAt), calendar);
    expect(await run(Date.parse(warnAt) - 1)).toEqual({ warned: 0, breached: 0 });
    expect(await run(Date.parse(warnAt))).toEqual({ warned: 1, breached: 0 });
    expect(await run(Date.parse(due) - 1)).toEqual({ warned: 0, breached: 0 });
    expect(await run(Date.parse(due))).toEqual({ warned: 0, breached: 1 });
    expect(await run(Date.parse(due) + 1)).toEqual({ warned: 0, breached: 0 });
    expect(await kinds()).toEqual(['ticket.opened', 'ticket.response_due_soon', 'ticket.response_breached']);
    expect(wakes).toBe(2);
  });

  it('that died after marking has lost nothing: the poll of the lanes finds the event', async () => {
    await open(Date.parse('2026-06-08T14:00Z'));
    const at = Date.parse('2026-06-09T14:00Z');
    const dying = { clocks: clockRecords(records), now: () => at, wake: () => Promise.reject(new Error('killed')) };
    await expect(runClocks(dying)).rejects.toThrow('killed');
    expect(await run(at)).toEqual({ warned: 0, breached: 0 });
    expect(await kinds()).toEqual(['ticket.opened', 'ticket.response_breached']);
    expect(await handoffRecords(records).dueTargets(at)).toEqual(['desk']);
  });

  it('that died before writing starts over', async () => {
    await open(Date.parse('2026-06-08T14:00Z'));
    const at = Date.parse('2026-06-09T14:00Z');
    const dying = {
      clocks: { pass: () => Promise.reject(new Error('killed')) },
      now: () => at,
      wake: async () => undefined,
    };
    await expect(runClocks(dying)).rejects.toThrow('killed');
    expect(await run(at)).toEqual({ warned: 0, breached: 1 });
  });
});
