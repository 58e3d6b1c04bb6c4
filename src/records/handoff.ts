/**
 * Deliveries of ticket events to targets. The rows are the truth: a job of the queue `handoff` only wakes the lane of its
 * target, and a lost job delays nothing for longer than the poll.
 *
 * States: *queued* -> *delivered*; or -> *retrying* (failed, will be tried again) -> *delivered* or *parked* (until
 * staff decide: `parked.ts`). A worker that takes a delivery moves its `next_at` ahead by a lease: if the worker dies, the
 * delivery is free again when the lease is over.
 */
import type { Transaction } from 'kysely';
import type { HandoffDocument, HandoffKind } from '../handoff/document.ts';
import type { ClockEffect, ResponseClock } from '../tickets/clock.ts';
import { clockOfRow } from './clock-row.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { HandoffDeliveriesTable, TicketsTable } from './tables-tickets.ts';
import { messageOfRow, type TicketMessage } from './ticket-message.ts';

export type Delivery = Readonly<HandoffDeliveriesTable>;

/** A delivery in hand. */
export type ClaimedDelivery = {
  readonly id: string;
  /** Tells this attempt from others. */
  readonly claims: number;
  /** Attempts that failed so far. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly document: HandoffDocument;
};

/** How an attempt ended. */
export type Settlement =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retrying'; readonly nextAt: number; readonly cause: string }
  | { readonly kind: 'parked'; readonly cause: string };

export type Settled = { readonly id: string; readonly claims: number; readonly settlement: Settlement };

export type DeliveryCount = {
  readonly target: string;
  readonly state: Delivery['state'];
  readonly count: number;
  /** When the oldest of them was queued. */
  readonly oldestAt: number;
};

export type HandoffRecords = {
  /** Takes up to `limit` deliveries of a target that are due, oldest first, for `leaseMs`. */
  claim(target: string, now: number, leaseMs: number, limit: number): Promise<readonly ClaimedDelivery[]>;
  /** Writes how attempts ended, in one transaction. What was settled or taken by somebody else meanwhile stays. */
  settle(batch: readonly Settled[], now: number): Promise<readonly boolean[]>;
  /** Gives deliveries back that were taken but not tried. */
  release(ids: readonly string[], now: number): Promise<void>;
  /** Targets that have deliveries due. */
  dueTargets(now: number): Promise<readonly string[]>;
  /** For the trace of one message: where it went and how far that is. */
  ofMessage(messageId: string): Promise<readonly Delivery[]>;
  ofTicket(ticketId: string): Promise<readonly Delivery[]>;
  counts(): Promise<readonly DeliveryCount[]>;
  /** Of what still waits for something, by target and state. */
  unsettled(): Promise<readonly DeliveryCount[]>;
};

export function handoffRecords(records: Records): HandoffRecords {
  const { db } = records;
  const deliveries = db.selectFrom('handoff_deliveries').selectAll();
  return {
    claim: (target, now, leaseMs, limit) => claim(records, target, now, leaseMs, limit),
    settle: (batch, now) => records.writing((trx) => settle(trx, batch, now)),
    release: (ids, now) =>
      records.writing(async (trx) => {
        if (ids.length === 0) return;
        const free = trx.updateTable('handoff_deliveries').set({ next_at: now, updated_at: now });
        await free.where('id', 'in', ids).where('next_at', 'is not', null).execute();
      }),
    dueTargets: async (now) => {
      const due = db.selectFrom('handoff_deliveries').select('target').distinct().where('next_at', '<=', now);
      return (await due.orderBy('target').execute()).map((row) => row.target);
    },
    ofMessage: (messageId) => deliveriesOf(db, messageId),
    ofTicket: (ticketId) => deliveries.where('ticket_id', '=', ticketId).orderBy('created_at').orderBy('id').execute(),
    counts: () => countsOf(db).execute(),
    unsettled: () => countsOf(db).where('state', 'in', ['queued', 'retrying', 'parked']).execute(),
  };
}

function countsOf(db: Querying) {
  return db
    .selectFrom('handoff_deliveries')
    .select((select) => [
      'target',
      'state',
      select.fn.countAll<number>().as('count'),
      select.fn.min('created_at').as('oldestAt'),
    ])
    .groupBy(['target', 'state'])
    .orderBy('target')
    .orderBy('state');
}

/** For the trace of one message, the events of its ticket's clock among them. */
export function deliveriesOf(db: Querying, messageId: string): Promise<readonly Delivery[]> {
  const mine = db.selectFrom('handoff_deliveries').selectAll().where('message_id', '=', messageId);
  return mine.orderBy('created_at').orderBy('id').execute();
}

async function claim(
  records: Records,
  target: string,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<readonly ClaimedDelivery[]> {
  const due = records.db
    .selectFrom('handoff_deliveries')
    .select('id')
    .where('target', '=', target)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(limit);
  // Looking costs nothing; a write transaction for nothing would wait for all others.
  if ((await due.limit(1).execute()).length === 0) return [];
  return records.writing(async (trx) => {
    const locked = records.dialect === 'postgres' ? due.forUpdate().skipLocked() : due;
    const ids = (await trx.executeQuery(locked.compile())).rows.map((row) => row.id);
    if (ids.length === 0) return [];
    const taken = await trx
      .updateTable('handoff_deliveries')
      .set((update) => ({ next_at: now + leaseMs, updated_at: now, claims: update('claims', '+', 1) }))
      .where('id', 'in', ids)
      .returningAll()
      .execute();
    return withTickets(trx, taken);
  });
}

async function withTickets(trx: Transaction<Schema>, taken: readonly Delivery[]): Promise<readonly ClaimedDelivery[]> {
  const ticketIds = [...new Set(taken.map((delivery) => delivery.ticket_id))];
  const messageIds = [...new Set(taken.map((delivery) => delivery.message_id))];
  const tickets = await trx.selectFrom('tickets').selectAll().where('message_id', 'in', ticketIds).execute();
  const messages = await trx.selectFrom('ticket_messages').selectAll().where('message_id', 'in', messageIds).execute();
  const clocks = await trx.selectFrom('ticket_clocks').selectAll().where('ticket_id', 'in', ticketIds).execute();
  const ticketById = new Map(tickets.map((ticket) => [ticket.message_id, ticket]));
  const messageById = new Map(messages.map((message) => [message.message_id, messageOfRow(message)]));
  const clockById = new Map(clocks.map((clock) => [clock.ticket_id, clockOfRow(clock)]));
  const claimed: ClaimedDelivery[] = [];
  for (const delivery of taken.toSorted((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1))) {
    const ticket = ticketById.get(delivery.ticket_id);
    const message = messageById.get(delivery.message_id);
    // Erased meanwhile: there is nothing left to tell.
    if (ticket === undefined || message === undefined) {
      await trx.deleteFrom('handoff_deliveries').where('id', '=', delivery.id).execute();
      continue;
    }
    const document = documentOf(delivery, ticket, message, clockById.get(delivery.ticket_id) ?? null);
    const { attempts, claims, created_at: createdAt, id } = delivery;
    claimed.push({ id, claims, attempts, createdAt, document });
  }
  return claimed;
}

function documentOf(
  delivery: Delivery,
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

async function settle(trx: Transaction<Schema>, batch: readonly Settled[], now: number): Promise<readonly boolean[]> {
  const delivered = batch.filter(({ settlement }) => settlement.kind === 'delivered').map(({ id }) => id);
  const written = new Set<string>();
  if (delivered.length > 0) {
    // Delivered is delivered, whoever holds it by now.
    const rows = await trx
      .updateTable('handoff_deliveries')
      .set({ state: 'delivered', next_at: null, updated_at: now, cause: null })
      .where('id', 'in', delivered)
      .where('state', '!=', 'delivered')
      .returning('id')
      .execute();
    for (const row of rows) written.add(row.id);
  }
  for (const { id, claims, settlement } of batch) {
    if (settlement.kind === 'delivered') continue;
    const rows = await trx
      .updateTable('handoff_deliveries')
      .set((update) => ({
        state: settlement.kind,
        next_at: settlement.kind === 'retrying' ? settlement.nextAt : null,
        attempts: update('attempts', '+', 1),
        updated_at: now,
        cause: storable(settlement.cause, 300),
      }))
      .where('id', '=', id)
      .where('claims', '=', claims)
      .where('next_at', 'is not', null)
      .returning('id')
      .execute();
    for (const row of rows) written.add(row.id);
  }
  return batch.map(({ id }) => written.has(id));
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
  const rows = deliveries.map(({ target, event, kind, ticketId, messageId, at }) => ({
    id: `${event}_${target}`,
    target,
    event,
    kind,
    ticket_id: ticketId,
    message_id: messageId,
    event_at: at,
    state: 'queued' as const,
    attempts: 0,
    claims: 0,
    next_at: now,
    created_at: now,
    updated_at: now,
    cause: null,
  }));
  await insertAll(trx, 'handoff_deliveries', rows, 'ignore known');
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
