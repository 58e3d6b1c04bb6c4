/** Response clocks in the records. The rows are the truth; a timer only looks which of them time has changed. */

import type { Transaction } from 'kysely';
import type { BusinessCalendar } from '../sla/calendar.ts';
import { advance, type ClockEvent, type ResponseClock, workingTime } from '../tickets/clock.ts';
import { clockOfRow, clockRow } from './clock-row.ts';
import { clockEvents } from './handoff.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import type { TicketClocksTable } from './tables-tickets.ts';

/** What one look at the clocks changed. `more` says that there are others to look at right away. */
export type ClockRound = { readonly warned: number; readonly breached: number; readonly more: boolean };

export type ClockRecords = {
  /**
   * Marks the clocks that time has changed by `now`, and queues the events for the targets of their tickets, in one
   * transaction. The same time again changes nothing.
   */
  pass(now: number): Promise<ClockRound>;
  /** Tickets that wait for an answer, soonest due first. */
  running(limit: number): Promise<readonly { readonly ticketId: string; readonly clock: ResponseClock }[]>;
};

const clocksPerRound = 200;

export function clockRecords(records: Records): ClockRecords {
  return {
    pass: (now) => records.writing((trx) => passTime(trx, records, now)),
    running: async (limit) => {
      const rows = await records.db
        .selectFrom('ticket_clocks')
        .innerJoin('tickets', 'tickets.message_id', 'ticket_clocks.ticket_id')
        .selectAll('ticket_clocks')
        .where('state', 'in', ['due', 'warned', 'breached'])
        // One that was closed because nothing happened in it waits for nobody.
        .where('tickets.status', '!=', 'closed')
        .orderBy('due_at')
        .orderBy('ticket_id')
        .limit(Math.min(limit, 500))
        .execute();
      return rows.map((row) => ({ ticketId: row.ticket_id, clock: clockOfRow(row) }));
    },
  };
}

async function passTime(trx: Transaction<Schema>, records: Records, now: number): Promise<ClockRound> {
  const due = trx
    .selectFrom('ticket_clocks')
    .selectAll()
    .where('wake_at', '<=', now)
    .orderBy('wake_at')
    .orderBy('ticket_id')
    .limit(clocksPerRound);
  // Another process that looks at the same time takes other clocks.
  const rows = await (records.dialect === 'postgres' ? due.forUpdate().skipLocked() : due).execute();
  const steps = rows.map((row) => {
    const clock = clockOfRow(row);
    return {
      ticketId: row.ticket_id,
      dueAt: clock.dueAt,
      ...advance(clock, { kind: 'time', at: now }, workingTime(clock.basis)),
    };
  });
  for (const { ticketId, clock } of steps) await saveClock(trx, ticketId, clock);
  await clockEvents(trx, steps, now);
  const count = (effect: 'warn' | 'breach') => steps.filter(({ effects }) => effects.includes(effect)).length;
  return { warned: count('warn'), breached: count('breach'), more: rows.length === clocksPerRound };
}

export function insertClocks(trx: Transaction<Schema>, rows: readonly TicketClocksTable[]): Promise<void> {
  return insertAll(trx, 'ticket_clocks', rows);
}

export async function loadClock(db: Querying, ticketId: string): Promise<ResponseClock | null> {
  const row = await db.selectFrom('ticket_clocks').selectAll().where('ticket_id', '=', ticketId).executeTakeFirst();
  return row === undefined ? null : clockOfRow(row);
}

async function saveClock(trx: Transaction<Schema>, ticketId: string, clock: ResponseClock): Promise<void> {
  await trx.updateTable('ticket_clocks').set(clockRow(ticketId, clock)).where('ticket_id', '=', ticketId).execute();
}

/** Resolves with whether that changed the clock. */
export async function moveClock(
  trx: Transaction<Schema>,
  ticketId: string,
  event: ClockEvent,
  calendar: BusinessCalendar,
): Promise<boolean> {
  const clock = await loadClock(trx, ticketId);
  if (clock === null) return false;
  const step = advance(clock, event, workingTime(clock.basis, calendar));
  if (step.clock === clock) return false;
  await saveClock(trx, ticketId, step.clock);
  await clockEvents(trx, [{ ticketId, dueAt: clock.dueAt, effects: step.effects }], event.at);
  return true;
}
