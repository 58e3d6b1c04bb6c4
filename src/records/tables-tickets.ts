/** The tables of tickets, their response clocks and their hand-over. */
import type { HandoffKind } from '../handoff/document.ts';
import type { ClockBasis, ClockState } from '../tickets/clock.ts';
import type { IndexMaker, TableMaker } from './migrations.ts';
import { type OutboxRow, outboxColumns } from './outbox.ts';

export type TicketSchema = {
  tickets: TicketsTable;
  ticket_messages: TicketMessagesTable;
  ticket_references: TicketReferencesTable;
  ticket_clocks: TicketClocksTable;
  handoff_deliveries: HandoffDeliveriesTable;
};

/** The id of a ticket is the message that opened it. */
export type TicketsTable = {
  message_id: string;
  number: string;
  opened_at: number;
  updated_at: number;
  status: 'open' | 'pending' | 'closed';
  /** Null for prospects and unproven senders: such a ticket carries nothing about any tenant. */
  tenant_id: string | null;
  admin_id: string | null;
  tier: string | null;
  requester: string | null;
  mailbox: string;
  department: string;
  severity: number;
  request_kind: string | null;
  /** JSON array. */
  prohibitions: string;
  subject: string;
  language: string | null;
  /** Number of the closed ticket that this one goes on from. */
  follows: string | null;
};

/** Each mail of a ticket, the first one too. */
export type TicketMessagesTable = {
  message_id: string;
  ticket_id: string;
  received_at: number;
  sender: string | null;
  sender_name: string;
  reply_to: string | null;
  assurance: string;
  /** JSON array. */
  proof: string;
  reason: string;
  rule: string;
  subject: string;
  /** Redacted; empty for an encrypted mail. */
  text: string;
  /** JSON array of `TextNote`. */
  notes: string;
  /** JSON array of `PartSummary`. */
  parts: string;
  /** Octets and SHA-256 of the raw mail; its spool key stands in the trace. */
  size: number;
  sha256: string;
};

/** Message-IDs that name a ticket. */
export type TicketReferencesTable = { reference: string; ticket_id: string };

export type TicketClocksTable = {
  ticket_id: string;
  state: ClockState;
  basis: ClockBasis;
  started_at: number;
  warn_at: number;
  due_at: number;
  warned_at: number | null;
  breached_at: number | null;
  met_at: number | null;
  paused_at: number | null;
  warn_left_ms: number | null;
  due_left_ms: number | null;
  /** When time itself next changes the clock; null when it waits for somebody. */
  wake_at: number | null;
};

/** One row for each target and ticket event. */
export type HandoffDeliveriesTable = OutboxRow<'queued' | 'retrying' | 'delivered' | 'parked' | 'given-up'> & {
  // The id is `<event>_<target>`.
  target: string;
  event: string;
  kind: HandoffKind;
  ticket_id: string;
  /** The mail that the event is about; the ticket's first one for the events of its clock. */
  message_id: string;
  event_at: number;
};

export async function createTicketTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'tickets',
    {
      message_id: 'text',
      number: 'text',
      opened_at: 'bigint',
      updated_at: 'bigint',
      status: 'text',
      tenant_id: 'text?',
      admin_id: 'text?',
      tier: 'text?',
      requester: 'text?',
      mailbox: 'text',
      department: 'text',
      severity: 'integer',
      request_kind: 'text?',
      prohibitions: 'text',
      subject: 'text',
      language: 'text?',
      follows: 'text?',
    },
    ['message_id'],
  );
  await index('tickets', ['number'], 'unique');
  await index('tickets', ['status', 'opened_at', 'message_id']);
  await index('tickets', ['tenant_id', 'opened_at', 'message_id']);
  await index('tickets', ['requester', 'opened_at', 'message_id']);
  await table(
    'ticket_messages',
    {
      message_id: 'text',
      ticket_id: 'text',
      received_at: 'bigint',
      sender: 'text?',
      sender_name: 'text',
      reply_to: 'text?',
      assurance: 'text',
      proof: 'text',
      reason: 'text',
      rule: 'text',
      subject: 'text',
      text: 'text',
      notes: 'text',
      parts: 'text',
      size: 'bigint',
      sha256: 'text',
    },
    ['message_id'],
  );
  await index('ticket_messages', ['ticket_id', 'received_at', 'message_id']);
  await index('ticket_messages', ['sender', 'received_at', 'message_id']);
  await table('ticket_references', { reference: 'text', ticket_id: 'text' }, ['reference', 'ticket_id']);
  await index('ticket_references', ['ticket_id']);
  await table(
    'ticket_clocks',
    {
      ticket_id: 'text',
      state: 'text',
      basis: 'text',
      started_at: 'bigint',
      warn_at: 'bigint',
      due_at: 'bigint',
      warned_at: 'bigint?',
      breached_at: 'bigint?',
      met_at: 'bigint?',
      paused_at: 'bigint?',
      warn_left_ms: 'bigint?',
      due_left_ms: 'bigint?',
      wake_at: 'bigint?',
    },
    ['ticket_id'],
  );
  await index('ticket_clocks', ['wake_at']);
  await table(
    'handoff_deliveries',
    {
      ...outboxColumns,
      target: 'text',
      event: 'text',
      kind: 'text',
      ticket_id: 'text',
      message_id: 'text',
      event_at: 'bigint',
    },
    ['id'],
  );
  await index('handoff_deliveries', ['target', 'next_at', 'id']);
  await index('handoff_deliveries', ['message_id']);
  await index('handoff_deliveries', ['ticket_id']);
}
