/** Tickets: one row for each accepted mail that is not a copy. */
import { randomInt } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Records } from './open-records.ts';
import type { Schema, TicketsTable } from './schema.ts';
import { storable, storableOrNull } from './storable.ts';
import type { TraceInput } from './trace.ts';

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

export type TicketRecords = {
  /** By number, however it was typed: lower case, without dashes, O for 0. */
  byNumber(number: string): Promise<Ticket | null>;
  ofMessage(messageId: string): Promise<Ticket | null>;
  /** Newest first. */
  list(query: TicketQuery): Promise<readonly Ticket[]>;
  /** Resolves with whether there is such a ticket. */
  setStatus(messageId: string, status: Ticket['status'], now: number): Promise<boolean>;
};

export function ticketRecords(records: Records): TicketRecords {
  const tickets = records.db.selectFrom('tickets').selectAll();
  return {
    byNumber: async (number) => (await tickets.where('number', '=', normalNumber(number)).executeTakeFirst()) ?? null,
    ofMessage: async (messageId) => (await tickets.where('message_id', '=', messageId).executeTakeFirst()) ?? null,
    list: (query) => listTickets(records, query),
    setStatus: (messageId, status, now) =>
      records.writing(async (trx) => {
        const change = trx.updateTable('tickets').set({ status, updated_at: now });
        const result = await change.where('message_id', '=', messageId).executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
  };
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

/** Opens a ticket for each accepted mail of the batch. Copies must have been left out by the caller. */
export async function openTickets(trx: Transaction<Schema>, inputs: readonly TraceInput[], now: number): Promise<void> {
  let waiting = inputs.filter((input) => input.mail.verdict.outcome === 'accepted');
  // A number is drawn by chance; one that is taken (once in some million tickets) is drawn again.
  while (waiting.length > 0) {
    const opened = await trx
      .insertInto('tickets')
      .values(waiting.map((input) => ticketOf(input, now)))
      .onConflict((conflict) => conflict.column('number').doNothing())
      .returning('message_id')
      .execute();
    const done = new Set(opened.map((row) => row.message_id));
    waiting = waiting.filter((input) => !done.has(input.mail.messageId));
  }
}

function ticketOf({ mail, sidecar }: TraceInput, now: number): TicketsTable {
  return {
    message_id: mail.messageId,
    number: drawNumber(),
    opened_at: mail.receivedAt,
    updated_at: now,
    status: 'open',
    tenant_id: storableOrNull(mail.sender.tenant),
    admin_id: storableOrNull(mail.sender.admin),
    requester: storableOrNull(mail.sender.address),
    mailbox: storable(mail.envelope.recipient),
    department: mail.verdict.department,
    severity: mail.verdict.severity,
    request_kind: mail.classification?.request.kind ?? null,
    prohibitions: JSON.stringify(mail.verdict.prohibitions),
    subject: storable(sidecar?.subject ?? '', 1_000),
    language: mail.classification?.language ?? null,
  };
}

/** Crockford's base 32: no letter that is read for another one or for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Not in sequence: a number tells its holder nothing about how many tickets others open. `PT-7KQ4-M2XD`. */
function drawNumber(): string {
  const letters = Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return `PT-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function normalNumber(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/^\s*PT/, '')
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return `PT-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
