/** Tickets: looked up, and moved by staff and help desk. `open-tickets.ts` opens them. */
import type { Transaction } from 'kysely';
import type { TenantFacts } from '../directory/tenant.ts';
import { type BusinessCalendar, defaultCalendar } from '../sla/calendar.ts';
import type { TicketAct } from '../tickets/act.ts';
import type { ResponseClock } from '../tickets/clock.ts';
import { normalTicketNumber } from '../tickets/number.ts';
import { promisedCalendar } from '../tickets/promised.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { loadClock, moveClock } from './clocks.ts';
import type { Querying, Records } from './open-records.ts';
import { insertReferences } from './open-tickets.ts';
import type { Schema } from './schema.ts';
import { indexKey } from './storable.ts';
import type { TicketsTable } from './tables-tickets.ts';
import { messageOfRow, type TicketMessage } from './ticket-message.ts';

export type Ticket = Readonly<TicketsTable>;

export type TicketQuery = {
  readonly status?: Ticket['status'];
  readonly tenantId?: string;
  readonly requester?: string;
  /** At most 500. */
  readonly limit: number;
  /** The last ticket of the page before. */
  readonly after?: Pick<Ticket, 'opened_at' | 'message_id'>;
};

/** `unchanged`: it was so before, and nothing was written. */
export type TicketMove = 'missing' | 'unchanged' | 'changed';

export type TicketRecords = {
  /** By number, however it was typed: lower case, without dashes, O for 0. */
  byNumber(number: string): Promise<Ticket | null>;
  /** The ticket that a message opened or joined. */
  ofMessage(messageId: string): Promise<Ticket | null>;
  /** The mails of a ticket, oldest first; at most 1,000. */
  messages(ticketId: string): Promise<readonly TicketMessage[]>;
  clock(ticketId: string): Promise<ResponseClock | null>;
  /** Newest first. */
  list(query: TicketQuery): Promise<readonly Ticket[]>;
  /**
   * What staff, or a script of the help desk, say of it; audited when it changes anything. The clock follows: *pending*
   * (the customer must answer) pauses it, *open* lets it run on, *closed* counts as the answer.
   */
  act(ticketId: string, act: TicketAct, by: { readonly actor: string; readonly at: number }): Promise<TicketMove>;
  /** A mail that went out about this ticket: answers to it join. `id` is its Message-ID with angle brackets. */
  rememberSent(ticketId: string, id: string): Promise<void>;
};

/** @param calendar The vendor's, by which paused clocks run on. */
export function ticketRecords(records: Records, calendar: BusinessCalendar = defaultCalendar): TicketRecords {
  const tickets = records.db.selectFrom('tickets').selectAll();
  const move = (
    ticketId: string,
    kind: 'answered' | 'paused' | 'resumed',
    at: number,
    status: Ticket['status'] | null,
    actor: string,
  ) =>
    records.writing(async (trx): Promise<TicketMove> => {
      await lockAudit(trx, records.dialect);
      const ticket = await lockTicket(trx, records, ticketId);
      if (ticket === undefined) return 'missing';
      const isClockMoved = await moveClock(trx, ticketId, { kind, at }, await calendarOf(trx, ticket, calendar));
      const isStatusNew = status !== null && status !== ticket.status;
      if (!isClockMoved && !isStatusNew) return 'unchanged';
      if (status !== null) {
        const change = trx.updateTable('tickets').set({ status, updated_at: at });
        await change.where('message_id', '=', ticketId).execute();
      }
      const action = `ticket.${status ?? 'answered'}`;
      const detail = { number: ticket.number, before: ticket.status };
      await appendAudit(trx, records.dialect, [{ at, actor, action, subject: ticketId, detail }]);
      return 'changed';
    });
  const eventOf = { open: 'resumed', pending: 'paused', closed: 'answered' } as const;
  return {
    byNumber: async (number) =>
      (await tickets.where('number', '=', normalTicketNumber(number)).executeTakeFirst()) ?? null,
    ofMessage: (messageId) => ticketOfMessage(records.db, messageId),
    messages: (ticketId) => listMessages(records, ticketId),
    clock: (ticketId) => loadClock(records.db, ticketId),
    list: (query) => listTickets(records, query),
    act: (ticketId, act, { actor, at }) =>
      act === 'answered' ? move(ticketId, 'answered', at, null, actor) : move(ticketId, eventOf[act], at, act, actor),
    rememberSent: (ticketId, id) =>
      records.writing((trx) => insertReferences(trx, [{ reference: indexKey(id), ticket_id: ticketId }])),
  };
}

async function lockTicket(trx: Transaction<Schema>, records: Records, ticketId: string): Promise<Ticket | undefined> {
  const query = trx.selectFrom('tickets').selectAll().where('message_id', '=', ticketId);
  return (records.dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
}

/** The hours of the vendor, or those that the contract of the ticket's customer sets now (T-SLA). */
async function calendarOf(
  trx: Transaction<Schema>,
  { tenant_id }: Pick<Ticket, 'tenant_id'>,
  vendor: BusinessCalendar,
): Promise<BusinessCalendar> {
  if (tenant_id === null) return vendor;
  const row = await trx.selectFrom('tenants').select('facts').where('id', '=', tenant_id).executeTakeFirst();
  if (row === undefined) return vendor;
  const { contract }: TenantFacts = JSON.parse(row.facts);
  return promisedCalendar(contract, vendor);
}

async function ticketOfMessage(db: Querying, messageId: string): Promise<Ticket | null> {
  const query = db
    .selectFrom('tickets')
    .innerJoin('ticket_messages', 'ticket_messages.ticket_id', 'tickets.message_id')
    .selectAll('tickets')
    .where('ticket_messages.message_id', '=', messageId);
  return (await query.executeTakeFirst()) ?? null;
}

async function listMessages({ db }: Records, ticketId: string): Promise<readonly TicketMessage[]> {
  const rows = await db
    .selectFrom('ticket_messages')
    .selectAll()
    .where('ticket_id', '=', ticketId)
    .orderBy('received_at')
    .orderBy('message_id')
    .limit(1_000)
    .execute();
  return rows.map(messageOfRow);
}

async function listTickets({ db }: Records, query: TicketQuery): Promise<readonly Ticket[]> {
  const { after, requester, status, tenantId } = query;
  let select = db.selectFrom('tickets').selectAll();
  if (status !== undefined) select = select.where('status', '=', status);
  if (tenantId !== undefined) select = select.where('tenant_id', '=', tenantId);
  if (requester !== undefined) select = select.where('requester', '=', requester);
  if (after !== undefined) {
    select = select.where((where) =>
      where(where.refTuple('opened_at', 'message_id'), '<', where.tuple(after.opened_at, after.message_id)),
    );
  }
  return select.orderBy('opened_at', 'desc').orderBy('message_id', 'desc').limit(Math.min(query.limit, 500)).execute();
}
