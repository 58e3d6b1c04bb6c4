/** A response clock as a row, and back. */
import { type ResponseClock, wakeAt } from '../tickets/clock.ts';
import type { TicketClocksTable } from './tables-tickets.ts';

export function clockRow(ticketId: string, clock: ResponseClock): TicketClocksTable {
  return {
    ticket_id: ticketId,
    state: clock.state,
    basis: clock.basis,
    started_at: clock.startedAt,
    warn_at: clock.warnAt,
    due_at: clock.dueAt,
    warned_at: clock.warnedAt,
    breached_at: clock.breachedAt,
    met_at: clock.metAt,
    paused_at: clock.paused?.at ?? null,
    warn_left_ms: clock.paused?.warnLeftMs ?? null,
    due_left_ms: clock.paused?.dueLeftMs ?? null,
    wake_at: wakeAt(clock),
  };
}

export function clockOfRow(row: TicketClocksTable): ResponseClock {
  return {
    state: row.state,
    basis: row.basis,
    startedAt: row.started_at,
    warnAt: row.warn_at,
    dueAt: row.due_at,
    warnedAt: row.warned_at,
    breachedAt: row.breached_at,
    metAt: row.met_at,
    paused:
      row.paused_at === null
        ? null
        : { at: row.paused_at, warnLeftMs: row.warn_left_ms ?? 0, dueLeftMs: row.due_left_ms ?? 0 },
  };
}
