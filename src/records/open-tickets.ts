/**
 * An accepted mail that is not a copy opens a ticket or joins the one it belongs to. Ticket, text, references, clock and the
 * deliveries to be made are written in the transaction of the trace.
 */
import type { Transaction } from 'kysely';
import { defaultCalendar } from '../sla/calendar.ts';
import { clockRow } from './clock-row.ts';
import { insertClocks, loadClock, moveClock } from './clocks.ts';
import { insertDeliveries, insertTaken, type NewDelivery, type NewTaken, type Taken } from './handoff.ts';
import { insertAll } from './insert-all.ts';
import type { Schema } from './schema.ts';
import type { TicketMessagesTable, TicketsTable } from './tables-tickets.ts';
import { messageRow, type Opening, ticketRow } from './ticket-rows.ts';
import { chooseFor, loadThreads, referencesOf, threadTicketOf } from './ticket-threads.ts';
import type { TraceInput } from './trace.ts';

/**
 * Opens or joins a ticket for each accepted mail of the batch; a mail that has one already is passed over. Copies must
 * have been left out by the caller. Resolves with the deliveries that are in the caller's hands: of tickets that were
 * opened, for targets that the input takes. One that joins is rare, and is claimed like all others.
 */
export async function openTickets(
  trx: Transaction<Schema>,
  inputs: readonly TraceInput[],
  now: number,
): Promise<readonly Taken[]> {
  const accepted = await withoutTicket(
    trx,
    inputs.filter((input) => input.mail.verdict.outcome === 'accepted'),
  );
  if (accepted.length === 0) return [];
  const threads = await loadThreads(trx, accepted);
  const opening: Opening[] = [];
  const joining: Joining[] = [];
  // In order of arrival: the answer may stand in the same batch as the question.
  for (const input of accepted.toSorted(byArrival)) {
    const choice = chooseFor(input, threads);
    if (choice.kind === 'join') joining.push({ input, ticketId: choice.ticketId });
    else {
      opening.push({ input, follows: choice.follows });
      threads.add(threadTicketOf(input), referencesOf(input));
    }
  }
  const taken = await insertOpening(trx, opening, now);
  const leftOver: Opening[] = [];
  for (const each of joining) {
    // Its ticket was forgotten or erased since it was looked up.
    if (!(await join(trx, each, now))) leftOver.push({ input: each.input, follows: null });
  }
  return leftOver.length === 0 ? taken : [...taken, ...(await insertOpening(trx, leftOver, now))];
}

async function insertOpening(
  trx: Transaction<Schema>,
  opening: readonly Opening[],
  now: number,
): Promise<readonly Taken[]> {
  const opened = await insertTickets(trx, opening, now);
  await insertAll(
    trx,
    'ticket_messages',
    opened.map(({ message }) => message),
  );
  await insertReferences(
    trx,
    opening.flatMap(({ input }) => referenceRows(input, input.mail.messageId)),
  );
  await insertClocks(
    trx,
    opening.flatMap(({ input }) => clockRows(input)),
  );
  const deliveries = opened.flatMap(openingDeliveries);
  await insertDeliveries(
    trx,
    deliveries.filter(({ leaseMs }) => leaseMs === null).map(({ delivery }) => delivery),
    now,
  );
  return insertTaken(trx, deliveries.flatMap(takenOnly), now);
}

/** A ticket that was opened, with its rows. */
type Opened = { readonly input: TraceInput; readonly ticket: TicketsTable; readonly message: TicketMessagesTable };
type OpeningDelivery = Omit<NewTaken, 'leaseMs'> & { readonly leaseMs: number | null };

function openingDeliveries({ input, ticket, message }: Opened): readonly OpeningDelivery[] {
  const response = input.ticket?.clock ?? null;
  return deliveriesOf(input, input.mail.messageId, 'ticket.opened').map((delivery) => {
    const isTaken = input.taking?.targets.includes(delivery.target) ?? false;
    return { delivery, leaseMs: isTaken ? (input.taking?.leaseMs ?? null) : null, ticket, message, response };
  });
}

function takenOnly({ leaseMs, ...rest }: OpeningDelivery): readonly NewTaken[] {
  return leaseMs === null ? [] : [{ ...rest, leaseMs }];
}

type Joining = { readonly input: TraceInput; readonly ticketId: string };

function byArrival(one: TraceInput, other: TraceInput): number {
  return one.mail.receivedAt - other.mail.receivedAt || (one.mail.messageId < other.mail.messageId ? -1 : 1);
}

async function withoutTicket(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<readonly TraceInput[]> {
  if (inputs.length === 0) return [];
  const ids = inputs.map((input) => input.mail.messageId);
  const rows = await trx.selectFrom('ticket_messages').select('message_id').where('message_id', 'in', ids).execute();
  const known = new Set(rows.map((row) => row.message_id));
  return inputs.filter((input) => !known.has(input.mail.messageId));
}

async function insertTickets(
  trx: Transaction<Schema>,
  opening: readonly Opening[],
  now: number,
): Promise<readonly Opened[]> {
  const opened: Opened[] = [];
  let waiting = opening;
  // A number is drawn by chance; one that is taken (once in some million tickets) is drawn again.
  while (waiting.length > 0) {
    const drawn = waiting.map((each) => ({ each, ticket: ticketRow(each, now) }));
    const inserted = await trx
      .insertInto('tickets')
      .values(drawn.map(({ ticket }) => ticket))
      .onConflict((conflict) => conflict.column('number').doNothing())
      .returning('message_id')
      .execute();
    const done = new Set(inserted.map((row) => row.message_id));
    for (const { each, ticket } of drawn) {
      const { input } = each;
      if (done.has(ticket.message_id)) opened.push({ input, ticket, message: messageRow(input, input.mail.messageId) });
    }
    waiting = waiting.filter(({ input }) => !done.has(input.mail.messageId));
  }
  return opened;
}

function referenceRows(input: TraceInput, ticketId: string): readonly Schema['ticket_references'][] {
  return referencesOf(input).map((reference) => ({ reference, ticket_id: ticketId }));
}

export async function insertReferences(
  trx: Transaction<Schema>,
  rows: readonly Schema['ticket_references'][],
): Promise<void> {
  await insertAll(trx, 'ticket_references', rows, 'ignore known');
}

function clockRows({ mail, ticket }: TraceInput): readonly Schema['ticket_clocks'][] {
  const clock = ticket?.clock ?? null;
  return clock === null ? [] : [clockRow(mail.messageId, clock)];
}

function deliveriesOf(
  { mail, ticket }: TraceInput,
  ticketId: string,
  kind: NewDelivery['kind'],
): readonly NewDelivery[] {
  const { messageId, receivedAt } = mail;
  return (ticket?.targets ?? []).map((target) => ({
    target,
    event: messageId,
    kind,
    ticketId,
    messageId,
    at: receivedAt,
  }));
}

/** Resolves with whether the ticket was still there. */
async function join(trx: Transaction<Schema>, { input, ticketId }: Joining, now: number): Promise<boolean> {
  const { mail, ticket } = input;
  // Written before it is read: two mails that join at once wait for each other here.
  const held = await trx
    .updateTable('tickets')
    .set({ updated_at: now, status: 'open' })
    .where('message_id', '=', ticketId)
    .returning(['severity', 'prohibitions'])
    .executeTakeFirst();
  if (held === undefined) return false;
  const prohibitions = new Set<unknown>([...JSON.parse(held.prohibitions), ...mail.verdict.prohibitions]);
  await trx
    .updateTable('tickets')
    .set({
      severity: Math.min(held.severity, mail.verdict.severity),
      prohibitions: JSON.stringify([...prohibitions]),
    })
    .where('message_id', '=', ticketId)
    .execute();
  await insertAll(trx, 'ticket_messages', [messageRow(input, ticketId)]);
  await insertReferences(trx, referenceRows(input, ticketId));
  const fresh = ticket?.clock ?? null;
  const event = { kind: 'wrote', at: mail.receivedAt, fresh } as const;
  if ((await loadClock(trx, ticketId)) === null)
    await insertClocks(trx, fresh === null ? [] : [clockRow(ticketId, fresh)]);
  else await moveClock(trx, ticketId, event, ticket?.calendar ?? defaultCalendar);
  await insertDeliveries(trx, deliveriesOf(input, ticketId, 'ticket.message'), now);
  return true;
}
