/** The rows of a ticket and of a mail in it. */
import { drawTicketNumber } from '../tickets/number.ts';
import { storable, storableOrNull } from './storable.ts';
import type { TicketMessagesTable, TicketsTable } from './tables-tickets.ts';
import { tenantOf } from './ticket-threads.ts';
import type { TraceInput } from './trace.ts';

/** A mail that opens a ticket, and the ticket that it would have joined if it could. */
export type Opening = { readonly input: TraceInput; readonly follows: string | null };

export function ticketRow({ input, follows }: Opening, now: number): TicketsTable {
  const { mail, sidecar, ticket } = input;
  const tenant = tenantOf(mail, ticket);
  return {
    message_id: mail.messageId,
    number: drawTicketNumber(),
    opened_at: mail.receivedAt,
    updated_at: now,
    status: 'open',
    tenant_id: storableOrNull(tenant),
    admin_id: tenant === null ? null : storableOrNull(mail.sender.admin),
    tier: ticket?.tier ?? null,
    requester: storableOrNull(mail.sender.address),
    mailbox: storable(mail.envelope.recipient),
    department: mail.verdict.department,
    severity: mail.verdict.severity,
    request_kind: mail.classification?.request.kind ?? null,
    prohibitions: JSON.stringify(mail.verdict.prohibitions),
    subject: storable(ticket?.subject ?? sidecar?.subject ?? '', 1_000),
    language: mail.classification?.language ?? null,
    follows,
  };
}

export function messageRow({ mail, sidecar, ticket }: TraceInput, ticketId: string): TicketMessagesTable {
  return {
    message_id: mail.messageId,
    ticket_id: ticketId,
    received_at: mail.receivedAt,
    sender: storableOrNull(mail.sender.address),
    sender_name: storable(ticket?.senderName ?? '', 200),
    reply_to: storableOrNull(ticket?.replyTo ?? null, 200),
    assurance: mail.verdict.assurance,
    proof: JSON.stringify(mail.sender.proof),
    reason: mail.verdict.reason,
    rule: mail.verdict.rule,
    subject: storable(ticket?.subject ?? sidecar?.subject ?? '', 1_000),
    text: storable(ticket?.text ?? '', longestText),
    notes: JSON.stringify(ticket?.notes ?? []),
    parts: storable(JSON.stringify(ticket?.parts ?? []), longestParts),
    size: sidecar?.size ?? 0,
    sha256: sidecar?.sha256 ?? '',
  };
}

const longestText = 128 * 1024;
// 500 parts with the longest names; never cut, or it would be no JSON.
const longestParts = Number.MAX_SAFE_INTEGER;
