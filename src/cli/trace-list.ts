/** Mails and session refusals as lists: a table for people, one JSON object a line for programs. */
import type { Refusal } from '../records/refusals.ts';
import type { TraceTable } from '../records/schema.ts';
import { columns } from './columns.ts';

export type TraceRow = Readonly<TraceTable>;

export function mailTable(rows: readonly TraceRow[]): string {
  return columns(
    ['RECEIVED (UTC)', 'ID', 'OUTCOME', 'REASON', 'RULE', 'FROM', 'TO', 'SUBJECT'],
    rows.map((row) => [
      timeText(row.received_at),
      row.message_id,
      row.duplicate_of === null ? row.outcome : `${row.outcome} (copy)`,
      row.reason,
      row.rule,
      row.sender_address ?? envelopeText(row.mail_from),
      row.recipient,
      shortened(row.subject ?? ''),
    ]),
  );
}

export function refusalTable(rows: readonly Refusal[]): string {
  return columns(
    ['REFUSED IN THE SESSION (UTC)', 'CLIENT', 'STAGE', 'REPLY', 'ENVELOPE FROM', 'TO', 'WHY'],
    rows.map((row) => [
      timeText(row.at),
      row.ip,
      row.stage,
      `${row.reply_code} ${row.reply_enhanced}`.trim(),
      row.mail_from === null ? '-' : envelopeText(row.mail_from),
      row.recipient ?? '-',
      row.cause,
    ]),
  );
}

export function mailLine(row: TraceRow): string {
  return `${JSON.stringify({
    kind: 'mail',
    messageId: row.message_id,
    receivedAt: new Date(row.received_at).toISOString(),
    outcome: row.outcome,
    reason: row.reason,
    rule: row.rule,
    department: row.department,
    assurance: row.assurance,
    clientIp: row.client_ip,
    mailFrom: row.mail_from,
    recipient: row.recipient,
    sender: { address: row.sender_address, tenant: row.tenant_id, admin: row.admin_id },
    rfcMessageId: row.rfc_message_id,
    subject: row.subject,
    size: row.size,
    duplicateOf: row.duplicate_of,
  })}\n`;
}

export function refusalLine(row: Refusal): string {
  const { id, at, ip, helo, mail_from: mailFrom, recipient, stage, cause } = row;
  const reply = { code: row.reply_code, enhanced: row.reply_enhanced, text: row.reply_text };
  return `${JSON.stringify({ kind: 'refusal', id, at: new Date(at).toISOString(), ip, helo, mailFrom, recipient, stage, reply, cause })}\n`;
}

/** `2026-03-02 10:00:00` */
export function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

export function envelopeText(mailFrom: string): string {
  return mailFrom === '' ? '<>' : mailFrom;
}

function shortened(text: string): string {
  const characters = Array.from(text); // by code point: half of a pair is no text
  return characters.length <= 60 ? text : `${characters.slice(0, 59).join('')}…`;
}
