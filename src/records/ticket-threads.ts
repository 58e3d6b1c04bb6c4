/** Which tickets the mails of a batch may join: what is looked up for `chooseThread`. */
import type { Transaction } from 'kysely';
import type { TicketDraft } from '../tickets/draft.ts';
import { chooseThread, type ThreadTicket, threadIds } from '../tickets/thread.ts';
import { type Department, departments } from '../verdict/verdict.ts';
import type { Schema } from './schema.ts';
import { indexKey } from './storable.ts';
import type { TicketsTable } from './tables-tickets.ts';
import type { TraceInput } from './trace.ts';

/** Tickets that mails of this batch may join, in memory. */
export type Threads = {
  under(reference: string): readonly ThreadTicket[];
  numbered(number: string): ThreadTicket | undefined;
  add(ticket: ThreadTicket, references: readonly string[]): void;
};

// More tickets than this under the references of one batch are somebody's flood; the newest count.
const maxCandidates = 1_000;

export async function loadThreads(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<Threads> {
  const drafts = inputs
    .map((input) => input.ticket ?? null)
    .filter((draft) => draft !== null)
    .filter((draft) => draft.sender.isProven);
  const references = [...new Set(drafts.flatMap((draft) => threadIds(draft.marks)).map((id) => indexKey(id)))];
  const numbers = [...new Set(drafts.flatMap((draft) => draft.marks.numbers))];
  const tenants = [...new Set(drafts.map((draft) => draft.sender.tenantId).filter((id) => id !== null))];
  const addresses = [...new Set(drafts.map((draft) => draft.sender.address).filter((address) => address !== null))];
  const byReference = new Map<string, ThreadTicket[]>();
  const byNumber = new Map<string, ThreadTicket>();
  const threads: Threads = {
    under: (reference) => byReference.get(indexKey(reference)) ?? [],
    numbered: (number) => byNumber.get(number),
    add: (ticket, ids) => {
      for (const id of ids) byReference.set(id, [...(byReference.get(id) ?? []), ticket]);
    },
  };
  if (addresses.length === 0) return threads;
  for (let start = 0; start < references.length; start += 500) {
    const rows = await trx
      .selectFrom('ticket_references')
      .innerJoin('tickets', 'tickets.message_id', 'ticket_references.ticket_id')
      .leftJoin('ticket_messages', 'ticket_messages.message_id', 'tickets.message_id')
      .selectAll('tickets')
      .select(['ticket_references.reference', 'ticket_messages.assurance', 'ticket_messages.proof'])
      .where('reference', 'in', references.slice(start, start + 500))
      // Foreign tickets are not even read.
      .where((where) =>
        where.or([
          where('tickets.requester', 'in', addresses),
          ...(tenants.length === 0 ? [] : [where('tickets.tenant_id', 'in', tenants)]),
        ]),
      )
      .orderBy('tickets.opened_at', 'desc')
      .limit(maxCandidates)
      .execute();
    for (const row of rows) threads.add(threadTicketOfRow(row, isProvenRow(row)), [row.reference]);
  }
  for (let start = 0; start < numbers.length; start += 500) {
    const wanted = numbers.slice(start, start + 500);
    const rows = await trx
      .selectFrom('tickets')
      .leftJoin('ticket_messages', 'ticket_messages.message_id', 'tickets.message_id')
      .selectAll('tickets')
      .select(['ticket_messages.assurance', 'ticket_messages.proof'])
      .where('number', 'in', wanted)
      .execute();
    for (const row of rows) byNumber.set(row.number, threadTicketOfRow(row, isProvenRow(row)));
  }
  return threads;
}

type FounderRow = Pick<TicketsTable, 'tenant_id'> & {
  readonly assurance: string | null;
  readonly proof: string | null;
};

/** As `ticketDraft` sees a sender. Only a proven one gives a ticket its tenant; who founded it may be erased since. */
function isProvenRow({ assurance, proof, tenant_id: tenantId }: FounderRow): boolean {
  return tenantId !== null || (assurance === 'proven' && proof !== '[]');
}

function threadTicketOfRow(row: TicketsTable, isFounderProven: boolean): ThreadTicket {
  return {
    ticketId: row.message_id,
    number: row.number,
    openedAt: row.opened_at,
    status: row.status,
    department: departmentOf(row.department),
    tenantId: row.tenant_id,
    requester: row.requester,
    isFounderProven,
  };
}

function departmentOf(text: string): Department {
  return departments.find((department) => department === text) ?? 'support';
}

/** A ticket that is being opened; it has no number yet, and nobody can know one. */
export function threadTicketOf({ mail, ticket }: TraceInput): ThreadTicket {
  return {
    ticketId: mail.messageId,
    number: '',
    openedAt: mail.receivedAt,
    status: 'open',
    department: mail.verdict.department,
    tenantId: tenantOf(mail, ticket),
    requester: mail.sender.address,
    isFounderProven: ticket?.sender.isProven ?? false,
  };
}

export function chooseFor(input: TraceInput, threads: Threads): ReturnType<typeof chooseThread> {
  const draft = input.ticket ?? null;
  if (draft === null) return { kind: 'open', follows: null };
  const { marks, sender } = draft;
  const { department } = input.mail.verdict;
  return chooseThread(
    { marks, sender, department },
    (reference) => threads.under(reference),
    (number) => threads.numbered(number),
  );
}

/** D-PROSPECT: nothing about any tenant; nor about one that was only claimed, when the draft says so. */
export function tenantOf(mail: TraceInput['mail'], draft: TicketDraft | null | undefined): string | null {
  if (mail.verdict.department === 'prospect') return null;
  return draft === null || draft === undefined ? mail.sender.tenant : draft.sender.tenantId;
}

/** References of one mail that are kept to find its ticket by; the newest are the ones that answers name. */
const keptReferences = 20;

/**
 * The mail's own Message-ID and those it names: two mails that name the same third one belong together, although that
 * one never passed through here.
 */
export function referencesOf({ sidecar, ticket }: TraceInput): readonly string[] {
  const named = ticket === null || ticket === undefined ? [] : threadIds(ticket.marks).slice(0, keptReferences);
  const own = sidecar?.rfcMessageId ?? null;
  return [...new Set((own === null ? named : [own, ...named]).map((id) => indexKey(id)))];
}
