/**
 * Tickets: an accepted mail that is not a copy opens one or joins the one it belongs to. Ticket, text, references, clock
 * and the deliveries to be made are written in the transaction of the trace.
 */
import { randomInt } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { TenantFacts } from '../directory/tenant.ts';
import { type BusinessCalendar, defaultCalendar } from '../sla/calendar.ts';
import type { TicketAct } from '../tickets/act.ts';
import { advance, type ClockEvent, type ResponseClock, workingTime } from '../tickets/clock.ts';
import type { TicketDraft } from '../tickets/draft.ts';
import { promisedCalendar } from '../tickets/promised.ts';
import { chooseThread, type ThreadTicket, threadIds } from '../tickets/thread.ts';
import { type Department, departments } from '../verdict/verdict.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { clockRow } from './clock-row.ts';
import { insertClocks, loadClock, saveClock } from './clocks.ts';
import { clockEvents, insertDeliveries, insertTaken, type NewDelivery, type NewTaken, type Taken } from './handoff.ts';
import { insertAll } from './insert-all.ts';
import type { Querying, Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { indexKey, storable, storableOrNull } from './storable.ts';
import type { TicketMessagesTable, TicketsTable } from './tables-tickets.ts';
import { messageOfRow, type TicketMessage } from './ticket-message.ts';
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
    byNumber: async (number) => (await tickets.where('number', '=', normalNumber(number)).executeTakeFirst()) ?? null,
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

/** Resolves with whether that changed the clock. */
async function moveClock(
  trx: Transaction<Schema>,
  ticketId: string,
  event: ClockEvent,
  calendar: BusinessCalendar,
): Promise<boolean> {
  const clock = await loadClock(trx, ticketId);
  if (clock === null) return false;
  const step = advance(clock, event, workingTime(clock.basis, calendar));
  if (step.clock === clock) return false;
  await saveClock(trx, ticketId, step.clock);
  await clockEvents(trx, [{ ticketId, dueAt: clock.dueAt, effects: step.effects }], event.at);
  return true;
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

type Opening = { readonly input: TraceInput; readonly follows: string | null };
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

/** Tickets that mails of this batch may join, in memory. */
type Threads = {
  under(reference: string): readonly ThreadTicket[];
  numbered(number: string): ThreadTicket | undefined;
  add(ticket: ThreadTicket, references: readonly string[]): void;
};

// More tickets than this under the references of one batch are somebody's flood; the newest count.
const maxCandidates = 1_000;

async function loadThreads(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<Threads> {
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
function threadTicketOf({ mail, ticket }: TraceInput): ThreadTicket {
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

function chooseFor(input: TraceInput, threads: Threads): ReturnType<typeof chooseThread> {
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
function tenantOf(mail: TraceInput['mail'], draft: TicketDraft | null | undefined): string | null {
  if (mail.verdict.department === 'prospect') return null;
  return draft === null || draft === undefined ? mail.sender.tenant : draft.sender.tenantId;
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

function ticketRow({ input, follows }: Opening, now: number): TicketsTable {
  const { mail, sidecar, ticket } = input;
  const tenant = tenantOf(mail, ticket);
  return {
    message_id: mail.messageId,
    number: drawNumber(),
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

function messageRow({ mail, sidecar, ticket }: TraceInput, ticketId: string): TicketMessagesTable {
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
/** References of one mail that are kept to find its ticket by; the newest are the ones that answers name. */
const keptReferences = 20;

/**
 * The mail's own Message-ID and those it names: two mails that name the same third one belong together, although that
 * one never passed through here.
 */
function referencesOf({ sidecar, ticket }: TraceInput): readonly string[] {
  const named = ticket === null || ticket === undefined ? [] : threadIds(ticket.marks).slice(0, keptReferences);
  const own = sidecar?.rfcMessageId ?? null;
  return [...new Set((own === null ? named : [own, ...named]).map((id) => indexKey(id)))];
}

function referenceRows(input: TraceInput, ticketId: string): readonly Schema['ticket_references'][] {
  return referencesOf(input).map((reference) => ({ reference, ticket_id: ticketId }));
}

async function insertReferences(trx: Transaction<Schema>, rows: readonly Schema['ticket_references'][]): Promise<void> {
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
