/** Everything that is kept about one mail address, given out or removed. */
import type { Transaction } from 'kysely';
import { limitKeysAbout } from '../notices/limits.ts';
import { addressHash } from './address-hash.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { type HandedOver, handedOver } from './handed-over.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import {
  chunks,
  decisionsOf,
  forgetMessages,
  forgetTickets,
  type HeldBy,
  heldMessages,
  type MailToForget,
} from './retention.ts';
import type { RefusalsTable, Schema, TraceTable } from './schema.ts';
import { indexKey } from './storable.ts';
import type { NoticesTable } from './tables-notices.ts';
import type { AllowedAddressesTable, VerificationsTable } from './tables-reviews.ts';
import type { TicketMessagesTable, TicketsTable } from './tables-tickets.ts';
import { addressTerm } from './trace-terms.ts';

export type PersonData = {
  /** Mails that the address wrote or was the envelope sender of, oldest first. */
  readonly mails: readonly Readonly<TraceTable>[];
  /** Tickets that it takes part in, with its own mails in them. */
  readonly tickets: readonly Readonly<TicketsTable>[];
  readonly ticketMessages: readonly Readonly<TicketMessagesTable>[];
  readonly refusals: readonly Readonly<RefusalsTable>[];
  readonly verifications: readonly Readonly<VerificationsTable>[];
  /** What it was sent. */
  readonly notices: readonly Readonly<NoticesTable>[];
  /** Staff allow it as a secondary address. */
  readonly allowances: readonly Readonly<AllowedAddressesTable>[];
};

/** What an erasure would do. */
export type ErasurePlan = {
  readonly address: string;
  readonly mails: readonly MailToForget[];
  /** Mails that must stay, and why. */
  readonly held: readonly { readonly messageId: string; readonly by: HeldBy }[];
  /** Tickets that nobody else takes part in. */
  readonly ticketIds: readonly string[];
  /** Its own mails in tickets of others too. */
  readonly ticketMessageIds: readonly string[];
  readonly refusals: number;
} & AtTargets;

export type AtTargets = {
  /** What targets have of its mails: files and tickets there are named by the events, and these rows go. */
  readonly handedOver: readonly HandedOver[];
  /** What targets have of others' mails in tickets that it opened: that names it too. */
  readonly namedIn: readonly HandedOver[];
};

/** Something came in since the plan was made; the message is one line for staff. */
class PlanOutdated extends Error {
  override readonly name = 'PlanOutdated';
}

export type PersonRecords = {
  /** The address is in comparison form. */
  dataOf(address: string): Promise<PersonData>;
  planErasure(address: string): Promise<ErasurePlan>;
  /**
   * From here on nothing of these mails is handed over any more but what is in a worker's hands this moment. Resolves with
   * what targets have by now. Rejects with `PlanOutdated`, with nothing changed, when somebody wrote in its tickets.
   */
  withdraw(plan: ErasurePlan): Promise<AtTargets>;
  /**
   * Removes the rows of the plan; jobs, raw mail and `files` (how many) must be gone. The audit row keeps a hash of the
   * address.
   */
  erase(plan: ErasurePlan, files: number, by: { readonly actor: string; readonly at: number }): Promise<void>;
};

export function personRecords(records: Records): PersonRecords {
  return {
    dataOf: (address) => dataOf(records, address),
    planErasure: (address) => planErasure(records, address),
    withdraw: async (plan) => {
      const going = goingOf(plan);
      await records.writing(async (trx) => {
        await refuseOutdated(trx, records.dialect, plan);
        for (const ids of chunks(going)) {
          const pending = trx.updateTable('handoff_deliveries').set({ next_at: null }).where('message_id', 'in', ids);
          await pending.where('next_at', 'is not', null).execute();
        }
      });
      return whatTargetsHave(records, going);
    },
    erase: (plan, files, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        await refuseOutdated(trx, records.dialect, plan);
        await erase(trx, plan);
        const detail = { mails: plan.mails.length, tickets: plan.ticketIds.length, held: plan.held.length, files };
        await appendAudit(trx, records.dialect, [
          { ...by, action: 'person.erase', subject: addressHash(plan.address), detail },
        ]);
      }),
  };
}

async function dataOf({ db }: Records, address: string): Promise<PersonData> {
  const found = await db
    .selectFrom('trace')
    .innerJoin('trace_terms', 'trace_terms.message_id', 'trace.message_id')
    .selectAll('trace')
    .where('trace_terms.term', '=', addressTerm(address))
    .orderBy('trace.received_at')
    .orderBy('trace.message_id')
    .execute();
  // The index also knows addresses by what was written to them, folded.
  const mails = found.filter((row) => row.sender_address === address || row.mail_from === address);
  const wrote = new Map<string, TicketMessagesTable>();
  // Tickets are kept for longer than traces: what its mails say may be all that is left.
  const bySender = db.selectFrom('ticket_messages').selectAll().where('sender', '=', address);
  for (const row of await bySender.execute()) wrote.set(row.message_id, row);
  for (const ids of chunks(mails.map((row) => row.message_id))) {
    const rows = await db.selectFrom('ticket_messages').selectAll().where('message_id', 'in', ids).execute();
    for (const row of rows) wrote.set(row.message_id, row);
  }
  const ticketMessages = [...wrote.values()].toSorted(byArrival);
  const tickets: TicketsTable[] = [];
  for (const ids of chunks([...new Set(ticketMessages.map(({ ticket_id }) => ticket_id))])) {
    tickets.push(...(await db.selectFrom('tickets').selectAll().where('message_id', 'in', ids).execute()));
  }
  const refusals = await db.selectFrom('refusals').selectAll().where('mail_from', '=', address).execute();
  const verifications = await db
    .selectFrom('verifications')
    .selectAll()
    .where('asked_address', '=', address)
    .orderBy('created_at')
    .execute();
  const notices = await db
    .selectFrom('notices')
    .selectAll()
    .where('recipient', '=', address)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const allowances = await db.selectFrom('allowed_addresses').selectAll().where('address', '=', address).execute();
  return { mails, tickets, ticketMessages, refusals, verifications, notices, allowances };
}

function byArrival(one: TicketMessagesTable, other: TicketMessagesTable): number {
  return one.received_at - other.received_at || (one.message_id < other.message_id ? -1 : 1);
}

async function planErasure(records: Records, address: string): Promise<ErasurePlan> {
  const { mails, refusals, ticketMessages, tickets } = await dataOf(records, address);
  const ids = mails.map(({ message_id }) => message_id);
  const traced = new Set(ids);
  const untraced = ticketMessages.map(({ message_id }) => message_id).filter((id) => !traced.has(id));
  const held = new Map<string, HeldBy>(await heldMessages(records, [...ids, ...untraced]));
  const open = new Set(tickets.filter(({ status }) => status !== 'closed').map(({ message_id }) => message_id));
  for (const { message_id, ticket_id } of ticketMessages) {
    if (open.has(ticket_id)) held.set(message_id, 'open-ticket');
  }
  const heldMails = new Set(mails.filter(({ message_id }) => held.has(message_id)).map(({ mail_id }) => mail_id));
  const decisions = await decisionsOf(records, ids);
  const groups = Map.groupBy(
    mails.filter(({ mail_id }) => !heldMails.has(mail_id)),
    ({ mail_id }) => mail_id,
  );
  const going = new Set([
    ...[...groups.values()].flatMap((rows) => rows.map(({ message_id }) => message_id)),
    ...untraced.filter((id) => !held.has(id)),
  ]);
  const mine = ticketMessages.filter(({ message_id }) => going.has(message_id));
  const ticketIds = await aloneIn(records, mine);
  return {
    address,
    mails: [...groups].map(([mailId, rows]) => ({
      mailId,
      messageIds: rows.map(({ message_id }) => message_id),
      jobIds: rows.flatMap(({ message_id }) => [message_id, ...(decisions.get(message_id) ?? [])]),
      spoolKey: rows.find(({ spool_key }) => spool_key !== null)?.spool_key ?? null,
    })),
    held: [...held].map(([messageId, by]) => ({ messageId, by })),
    ticketIds,
    ticketMessageIds: mine
      .filter(({ ticket_id }) => !ticketIds.includes(ticket_id))
      .map(({ message_id }) => message_id),
    refusals: refusals.length,
    ...(await whatTargetsHave(records, [...going])),
  };
}

/** A ticket has the id of the mail that opened it. */
async function whatTargetsHave({ db }: Records, going: readonly string[]): Promise<AtTargets> {
  const ofMails: HandedOver[] = [];
  const ofTickets: HandedOver[] = [];
  for (const ids of chunks(going)) {
    ofMails.push(...(await handedOver(db, 'message_id', ids)));
    ofTickets.push(...(await handedOver(db, 'ticket_id', ids)));
  }
  const mine = new Set(ofMails.map(({ event }) => event));
  return { handedOver: ofMails, namedIn: ofTickets.filter(({ event }) => !mine.has(event)) };
}

/** Tickets that hold no other mails than these. */
async function aloneIn({ db }: Records, mine: readonly TicketMessagesTable[]): Promise<readonly string[]> {
  const byTicket = Map.groupBy(mine, ({ ticket_id }) => ticket_id);
  const alone: string[] = [];
  for (const ids of chunks([...byTicket.keys()])) {
    const counts = await db
      .selectFrom('ticket_messages')
      .select((select) => ['ticket_id', select.fn.countAll<number>().as('count')])
      .where('ticket_id', 'in', ids)
      .groupBy('ticket_id')
      .execute();
    for (const { count, ticket_id } of counts) if (byTicket.get(ticket_id)?.length === count) alone.push(ticket_id);
  }
  return alone;
}

/** The messages that go: those of its mails, and what tickets alone have of older ones. */
function goingOf({ mails, ticketIds, ticketMessageIds }: ErasurePlan): readonly string[] {
  return [...new Set([...mails.flatMap(({ messageIds }) => messageIds), ...ticketIds, ...ticketMessageIds])];
}

/** A mail that was on its way into a ticket when that was closed opens it again: what it says must not go unread. */
async function refuseOutdated(trx: Transaction<Schema>, dialect: RecordsDialect, plan: ErasurePlan): Promise<void> {
  const going = goingOf(plan);
  for (const ids of chunks(going)) {
    const mine = trx.selectFrom('ticket_messages').select('ticket_id').where('message_id', 'in', ids);
    const tickets = trx.selectFrom('tickets').select(['number', 'status']).where('message_id', 'in', mine);
    // A mail that joins one of them at this moment is waited for, or waits and finds it gone.
    const rows = await (dialect === 'postgres' ? tickets.orderBy('message_id').forUpdate() : tickets).execute();
    const open = rows.find(({ status }) => status !== 'closed');
    if (open !== undefined) throw new PlanOutdated(`ticket ${open.number} is open again`);
  }
  const known = new Set(going);
  for (const ids of chunks(plan.ticketIds)) {
    const rows = trx.selectFrom('ticket_messages').select('message_id').where('ticket_id', 'in', ids);
    if ((await rows.execute()).some(({ message_id }) => !known.has(message_id)))
      throw new PlanOutdated('somebody wrote in one of its tickets');
  }
}

/**
 * Message-IDs of erased mails lead to the ticket no longer. Which are whose is only known of mails that have a trace: those
 * of the others that go on are kept, and the rest goes.
 */
async function forgetReferences(trx: Transaction<Schema>, messageIds: readonly string[]): Promise<void> {
  for (const ids of chunks(messageIds)) {
    const tickets = trx.selectFrom('ticket_messages').select('ticket_id').distinct().where('message_id', 'in', ids);
    for (const { ticket_id } of await tickets.execute()) {
      const others = trx
        .selectFrom('trace')
        .innerJoin('ticket_messages', 'ticket_messages.message_id', 'trace.message_id')
        .select('rfc_message_id')
        .where('ticket_id', '=', ticket_id)
        .where('trace.message_id', 'not in', messageIds);
      const kept = (await others.execute()).flatMap(({ rfc_message_id: id }) => (id === null ? [] : [indexKey(id)]));
      const references = trx.deleteFrom('ticket_references').where('ticket_id', '=', ticket_id);
      await (kept.length === 0 ? references : references.where('reference', 'not in', kept)).execute();
    }
  }
}

async function erase(trx: Transaction<Schema>, plan: ErasurePlan): Promise<void> {
  await forgetTickets(trx, plan.ticketIds);
  await forgetReferences(trx, plan.ticketMessageIds);
  for (const ids of chunks(plan.ticketMessageIds)) {
    await trx.deleteFrom('ticket_messages').where('message_id', 'in', ids).execute();
    await trx.deleteFrom('handoff_deliveries').where('message_id', 'in', ids).execute();
    // The ticket that the erased mail opened goes on without its words.
    await trx
      .updateTable('tickets')
      .set({ requester: null, admin_id: null, subject: '' })
      .where('message_id', 'in', ids)
      .execute();
  }
  await forgetMessages(
    trx,
    plan.mails.flatMap(({ messageIds }) => messageIds),
  );
  await trx.deleteFrom('refusals').where('mail_from', '=', plan.address).execute();
  await trx.deleteFrom('allowed_addresses').where('address', '=', plan.address).execute();
  await trx.deleteFrom('notices').where('recipient', '=', plan.address).execute();
  await trx.deleteFrom('notice_limits').where('limit_key', 'in', limitKeysAbout(plan.address)).execute();
  await trx
    .deleteFrom('verifications')
    .where('asked_address', '=', plan.address)
    .where('state', '!=', 'waiting')
    .execute();
}
