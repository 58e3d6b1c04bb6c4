/**
 * Deliveries of ticket events to targets. The rows are the truth (`outbox.ts`): a job of the queue `handoff` only wakes
 * the lane of its target, and a lost job delays nothing for longer than the poll.
 */
import type { Transaction } from 'kysely';
import { isBounceOf, readHandoffBounceId } from '../handoff/bounce-id.ts';
import type { HandoffDocument, HandoffKind } from '../handoff/document.ts';
import { deliveryIdOf } from '../jobs/handoff-job.ts';
import type { ClockEffect, ResponseClock } from '../tickets/clock.ts';
import { clockOfRow } from './clock-row.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import {
  type Claimed,
  countOutbox,
  freshInOutbox,
  type Outbox,
  type OutboxCount,
  type OutboxKind,
  openOutbox,
} from './outbox.ts';
import { chunks } from './retention.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { HandoffDeliveriesTable, TicketMessagesTable, TicketsTable } from './tables-tickets.ts';
import { messageOfRow, type TicketMessage } from './ticket-message.ts';

export type Delivery = Readonly<HandoffDeliveriesTable>;

export type HandoffRecords = Outbox<HandoffDocument> & {
  /** For the trace of one message: where it went and how far that is. */
  ofMessage(messageId: string): Promise<readonly Delivery[]>;
  ofTicket(ticketId: string): Promise<readonly Delivery[]>;
  counts(): Promise<readonly OutboxCount[]>;
  /** It was handed over by mail, and came back. Resolves with its target, or null when there is no such delivery. */
  bounced(bounceId: string, cause: string, now: number): Promise<string | null>;
  /** Of what still waits for something, by target and state. */
  unsettled(): Promise<readonly OutboxCount[]>;
};

const kind: OutboxKind<HandoffDocument> = {
  table: 'handoff_deliveries',
  words: { waiting: 'queued', delivered: 'delivered' },
  documents: documentsOf,
};

export function handoffRecords(records: Records): HandoffRecords {
  const { db } = records;
  const deliveries = db.selectFrom('handoff_deliveries').selectAll();
  return {
    ...openOutbox(records, kind),
    ofMessage: (messageId) => deliveriesOf(db, messageId),
    ofTicket: (ticketId) => deliveries.where('ticket_id', '=', ticketId).orderBy('created_at').orderBy('id').execute(),
    bounced: (bounceId, cause, now) => bounced(records, bounceId, cause, now),
    counts: () => countOutbox(db, 'handoff_deliveries').execute(),
    unsettled: () =>
      countOutbox(db, 'handoff_deliveries').where('state', 'in', ['queued', 'retrying', 'parked']).execute(),
  };
}

async function bounced(records: Records, bounceId: string, cause: string, now: number): Promise<string | null> {
  const read = readHandoffBounceId(bounceId);
  if (read === null) return null;
  const found = (await deliveriesOf(records.db, read.messageId)).find(({ id }) => isBounceOf(read, id));
  if (found === undefined) return null;
  return records.writing(async (trx) => {
    const row = await trx
      .updateTable('handoff_deliveries')
      .set({ state: 'parked', next_at: null, updated_at: now, cause: storable(cause, 300) })
      .where('id', '=', found.id)
      .where('state', '=', 'delivered')
      .returning('target')
      .executeTakeFirst();
    return row?.target ?? null;
  });
}

/** For the trace of one message, the events of its ticket's clock among them. */
export function deliveriesOf(db: Querying, messageId: string): Promise<readonly Delivery[]> {
  const mine = db.selectFrom('handoff_deliveries').selectAll().where('message_id', '=', messageId);
  return mine.orderBy('created_at').orderBy('id').execute();
}

async function documentsOf(
  trx: Transaction<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, HandoffDocument>> {
  const deliveries = await trx.selectFrom('handoff_deliveries').selectAll().where('id', 'in', ids).execute();
  const ticketIds = [...new Set(deliveries.map((delivery) => delivery.ticket_id))];
  const messageIds = [...new Set(deliveries.map((delivery) => delivery.message_id))];
  const tickets = await trx.selectFrom('tickets').selectAll().where('message_id', 'in', ticketIds).execute();
  const messages = await trx.selectFrom('ticket_messages').selectAll().where('message_id', 'in', messageIds).execute();
  const clocks = await trx.selectFrom('ticket_clocks').selectAll().where('ticket_id', 'in', ticketIds).execute();
  const ticketById = new Map(tickets.map((ticket) => [ticket.message_id, ticket]));
  const messageById = new Map(messages.map((message) => [message.message_id, messageOfRow(message)]));
  const clockById = new Map(clocks.map((clock) => [clock.ticket_id, clockOfRow(clock)]));
  const documents = new Map<string, HandoffDocument>();
  for (const delivery of deliveries) {
    const ticket = ticketById.get(delivery.ticket_id);
    const message = messageById.get(delivery.message_id);
    if (ticket === undefined || message === undefined) continue;
    documents.set(delivery.id, documentOf(delivery, ticket, message, clockById.get(delivery.ticket_id) ?? null));
  }
  return documents;
}

function documentOf(
  delivery: Pick<Delivery, 'event' | 'kind' | 'event_at'>,
  ticket: TicketsTable,
  message: TicketMessage,
  response: ResponseClock | null,
): HandoffDocument {
  return {
    event: delivery.event,
    kind: delivery.kind,
    at: delivery.event_at,
    ticket: {
      id: ticket.message_id,
      number: ticket.number,
      status: ticket.status,
      openedAt: ticket.opened_at,
      tenant: ticket.tenant_id,
      admin: ticket.admin_id,
      tier: ticket.tier,
      requester: ticket.requester,
      mailbox: ticket.mailbox,
      department: ticket.department,
      severity: ticket.severity,
      requestKind: ticket.request_kind,
      prohibitions: JSON.parse(ticket.prohibitions),
      subject: ticket.subject,
      language: ticket.language,
      follows: ticket.follows,
      response,
    },
    message: {
      id: message.message_id,
      receivedAt: message.received_at,
      sender: message.sender,
      senderName: message.sender_name,
      replyTo: message.reply_to,
      assurance: message.assurance,
      proof: message.proof,
      reason: message.reason,
      rule: message.rule,
      subject: message.subject,
      text: message.text,
      notes: message.notes,
      parts: message.parts,
      size: message.size,
      sha256: message.sha256,
    },
  };
}

export type NewDelivery = {
  readonly target: string;
  readonly event: string;
  readonly kind: HandoffKind;
  readonly ticketId: string;
  readonly messageId: string;
  readonly at: number;
};

/** The same event for the same target is one delivery, however often it is queued. */
export async function insertDeliveries(
  trx: Transaction<Schema>,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  const rows = deliveries.map((delivery) => deliveryRow(delivery, now));
  await insertAll(trx, 'handoff_deliveries', rows, 'ignore known');
}

/** A delivery that is in the hands of its lane from the moment it is written, as if it had been claimed. */
export type Taken = { readonly target: string; readonly delivery: Claimed<HandoffDocument> };

/** Who asks for that, and has room. */
export type Taking = { readonly targets: readonly string[]; readonly leaseMs: number };

export type NewTaken = {
  readonly delivery: NewDelivery;
  readonly leaseMs: number;
  /** The rows that its document is made of, as they were written. */
  readonly ticket: TicketsTable;
  readonly message: TicketMessagesTable;
  readonly response: ResponseClock | null;
};

/** `insertDeliveries` for what is taken at once. One that was there before is left to whoever has it. */
export async function insertTaken(
  trx: Transaction<Schema>,
  taking: readonly NewTaken[],
  now: number,
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const some of chunks(taking)) {
    const rows = some.map(({ delivery, leaseMs }) => ({
      ...deliveryRow(delivery, now),
      claims: 1,
      next_at: now + leaseMs,
    }));
    const insert = trx.insertInto('handoff_deliveries').values(rows);
    const inserted = await insert
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .execute();
    const ids = new Set(inserted.map(({ id }) => id));
    for (const [index, { message, response, ticket }] of some.entries()) {
      const row = rows[index];
      if (row === undefined || !ids.has(row.id)) continue;
      const document = documentOf(row, ticket, messageOfRow(message), response);
      const { attempts, claims, created_at: createdAt, id, target } = row;
      taken.push({ target, delivery: { id, claims, attempts, createdAt, document } });
    }
  }
  return taken;
}

/** For the outcome of one message: those of the deliveries that tell of it. */
export function inHand(taken: readonly Taken[], messageId: string): { readonly taken?: readonly Taken[] } {
  const mine = taken.filter(({ delivery }) => delivery.document.message.id === messageId);
  return mine.length === 0 ? {} : { taken: mine };
}

function deliveryRow({ target, event, kind, ticketId, messageId, at }: NewDelivery, now: number) {
  return {
    id: deliveryIdOf({ event, target }),
    target,
    event,
    kind,
    ticket_id: ticketId,
    message_id: messageId,
    event_at: at,
    state: 'queued' as const,
    ...freshInOutbox(now),
  };
}

/** What a clock did, told to every target that was told of the ticket. The due time tells one run of a clock from the next. */
export async function clockEvents(
  trx: Transaction<Schema>,
  steps: readonly { readonly ticketId: string; readonly dueAt: number; readonly effects: readonly ClockEffect[] }[],
  now: number,
): Promise<void> {
  const told = steps.filter(({ effects }) => effects.length > 0);
  if (told.length === 0) return;
  const targets = await trx
    .selectFrom('handoff_deliveries')
    .select(['target', 'ticket_id'])
    .where(
      'event',
      'in',
      told.map(({ ticketId }) => ticketId),
    )
    .where('kind', '=', 'ticket.opened')
    .execute();
  const deliveries = told.flatMap(({ ticketId, dueAt, effects }) =>
    effects.flatMap((effect) =>
      targets
        .filter((row) => row.ticket_id === ticketId)
        .map(({ target }): NewDelivery => {
          const event = `${ticketId}-${effect === 'warn' ? 'w' : 'b'}${dueAt.toString(36)}`;
          const kind = effect === 'warn' ? 'ticket.response_due_soon' : 'ticket.response_breached';
          return { target, event, kind, ticketId, messageId: ticketId, at: now };
        }),
    ),
  );
  await insertDeliveries(trx, deliveries, now);
}
