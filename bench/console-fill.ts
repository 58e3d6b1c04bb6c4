/** Fills records with what the console shows: mails with tickets and reviews, refusals, deny-list, audit log, directory. */

import { appendAudit } from '../src/records/audit.ts';
import { denylistRecords } from '../src/records/denylist.ts';
import { directoryRecords } from '../src/records/directory.ts';
import type { Records } from '../src/records/open-records.ts';
import { rowId } from '../src/records/row-id.ts';
import type { Schema } from '../src/records/schema.ts';
import { documentRow, type TraceInput, termRows, traceRow } from '../src/records/trace.ts';
import { recountMails } from '../src/records/trace-counts.ts';
import { denyEntryOf } from '../test/helpers/deny-entry.ts';
import { directoryOf } from '../test/helpers/directory-json.ts';
import { type BulkRows, openBulkRows } from './bulk-rows.ts';
import { chanceFrom, days, madeUpDirectory, madeUpMails, nuisanceAddress } from './made-up-traffic.ts';

const rowsAtOnce = 5_000;
const dayMs = 86_400_000;
export const denyCount = 50_000;

/** The database must be migrated and empty. */
export async function fillRecords(records: Records, url: string, mails: number, now: number): Promise<void> {
  await directoryRecords(records).replaceAll(await directoryOf(...madeUpDirectory()), { actor: 'bench', at: now });
  await fillDenylist(records, now);
  const bulk = await openBulkRows(url);
  await fillMails(bulk, mails, now);
  await fillRefusals(bulk, mails / 5, now);
  await fillHitCounts(records, bulk, now);
  await bulk.finish();
  await records.writing(recountMails);
}

async function fillMails(bulk: BulkRows, mails: number, now: number): Promise<void> {
  let batch: TraceInput[] = [];
  for (const input of madeUpMails(mails, now)) {
    batch.push(input);
    if (batch.length < rowsAtOnce) continue;
    await insertMails(bulk, batch, now);
    batch = [];
  }
  await insertMails(bulk, batch, now);
}

async function insertMails(bulk: BulkRows, batch: readonly TraceInput[], now: number): Promise<void> {
  const accepted = batch.filter(({ mail }) => mail.verdict.outcome === 'accepted');
  await bulk.insert(
    'trace',
    batch.map((input) => traceRow(input, input.mail.receivedAt + 40)),
  );
  await bulk.insert('trace_documents', batch.map(documentRow));
  await bulk.insert('trace_terms', batch.flatMap(termRows));
  await bulk.insert(
    'tickets',
    accepted.map((input) => ticketRow(input, now)),
  );
  await bulk.insert('ticket_messages', accepted.map(ticketMessageRow));
  await bulk.insert(
    'reviews',
    batch.flatMap((input) => reviewRows(input, now)),
  );
}

let tickets = 0;
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function ticketRow({ mail, sidecar }: TraceInput, now: number): Schema['tickets'] {
  tickets += 1;
  const letters = Array.from({ length: 8 }, (_, place) => digits[Math.floor(tickets / 32 ** place) % 32]).join('');
  return {
    message_id: mail.messageId,
    number: `PT-${letters.slice(0, 4)}-${letters.slice(4)}`,
    opened_at: mail.receivedAt,
    updated_at: mail.receivedAt,
    status: now - mail.receivedAt < 3 * dayMs ? 'open' : 'closed',
    tenant_id: mail.sender.tenant,
    admin_id: mail.sender.admin,
    tier: 'standard',
    requester: mail.sender.address,
    mailbox: mail.envelope.recipient,
    department: mail.verdict.department,
    severity: 3,
    request_kind: 'ordinary',
    prohibitions: '[]',
    subject: sidecar?.subject ?? '',
    language: 'en',
    follows: null,
  };
}

function ticketMessageRow({ mail, sidecar }: TraceInput): Schema['ticket_messages'] {
  return {
    message_id: mail.messageId,
    ticket_id: mail.messageId,
    received_at: mail.receivedAt,
    sender: mail.sender.address,
    sender_name: 'Ada',
    reply_to: null,
    assurance: 'proven',
    proof: '["domain"]',
    reason: mail.verdict.reason,
    rule: mail.verdict.rule,
    subject: sidecar?.subject ?? '',
    text: 'It fails since Monday, and nobody here knows why that could be.\n'.repeat(5),
    notes: '[]',
    parts: '[]',
    size: 4_096,
    sha256: mail.messageId,
  };
}

/** Those of the last two days wait. */
function reviewRows({ mail, sidecar }: TraceInput, now: number): readonly Schema['reviews'][] {
  const { verdict } = mail;
  if (verdict.outcome !== 'escalated') return [];
  const isOpen = now - mail.receivedAt < 2 * dayMs;
  return [
    {
      message_id: mail.messageId,
      opened_at: mail.receivedAt,
      state: isOpen ? 'open' : 'accepted',
      version: 1,
      reason: verdict.reason,
      rule: verdict.rule,
      department: verdict.department,
      severity: 3,
      assurance: 'claimed',
      sender_address: mail.sender.address,
      tenant_id: mail.sender.tenant,
      content_digest: sidecar?.contentDigest ?? null,
      proposal: null,
      denied_entry: null,
      decided_at: isOpen ? null : mail.receivedAt + dayMs / 4,
      decided_by: isOpen ? null : 'grace',
      note: isOpen ? '' : 'asked the address on file',
    },
  ];
}

async function fillRefusals(bulk: BulkRows, count: number, now: number): Promise<void> {
  const chance = chanceFrom(2);
  for (let start = 0; start < count; start += rowsAtOnce) {
    const rows = Array.from({ length: rowsAtOnce }, (_, index): Schema['refusals'] => {
      const at = now - Math.floor(chance() * days * dayMs);
      const isRare = (start + index) % 2_000 === 0;
      return {
        id: rowId(at),
        at,
        ip: `203.0.${Math.floor(chance() * 113)}.${Math.floor(chance() * 256)}`,
        helo: 'mx.bulk.example.org',
        mail_from: nuisanceAddress(Math.floor(chance() * 40_000)),
        recipient: isRare ? 'nobody@postern.test' : `guess${Math.floor(chance() * 5_000)}@postern.test`,
        stage: 'rcpt',
        reply_code: 550,
        reply_enhanced: '5.1.1',
        reply_text: 'No such mailbox here',
        cause: 'no such mailbox',
      };
    });
    await bulk.insert('refusals', rows);
  }
}

async function fillDenylist(records: Records, now: number): Promise<void> {
  const nuisances = ['offers', 'abuse', 'scans', 'threats'];
  const entries = Array.from({ length: denyCount }, (_, index) => {
    const reason = `${nuisances[index % 4]} again`;
    const createdAt = now - index * 60_000;
    const changes = {
      reason,
      createdAt,
      createdBy: `trust-${index % 7}`,
      expiresAt: index % 10 === 0 ? now - 1 : now + 90 * dayMs,
    };
    if (index % 5 === 0) return denyEntryOf('domain', `bulk${index}.example.org`, changes);
    if (index % 5 === 1) return denyEntryOf('network', `203.${(index >> 8) % 256}.${index % 256}.0/24`, changes);
    return denyEntryOf('email', nuisanceAddress(index), changes);
  });
  const deny = denylistRecords(records);
  const unique = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  for (let start = 0; start < unique.length; start += rowsAtOnce) {
    await deny.apply(
      { add: unique.slice(start, start + rowsAtOnce), remove: [] },
      { actor: `trust-${start % 7}`, at: now },
    );
  }
  // What staff did in the same weeks: looks at mails, mostly.
  const looks = Array.from({ length: 100_000 }, (_, index) => ({
    at: now - (100_000 - index) * 30_000,
    actor: `operator-${index % 30}`,
    action: 'mail.read',
    subject: `mail${index}-0`,
    detail: null,
  }));
  await records.writing((trx) => appendAudit(trx, records.dialect, looks));
}

async function fillHitCounts(records: Records, bulk: BulkRows, now: number): Promise<void> {
  const ids = await records.db.selectFrom('deny_list').select('id').execute();
  const counted = ids.filter((_, index) => index % 2 === 0);
  await bulk.insert(
    'deny_counters',
    counted.map(({ id }, index) => ({ entry_id: id, hits: 1 + (index % 900), last_hit_at: now - index })),
  );
}
