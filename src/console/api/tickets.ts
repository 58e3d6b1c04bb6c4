/** Tickets and their response clocks, and what the help desk says became of them. */
import { z } from 'zod';
import type { Ticket } from '../../records/tickets.ts';
import { ticketActs } from '../../tickets/act.ts';
import type { ResponseClock } from '../../tickets/clock.ts';
import type { ConsolePorts } from '../ports.ts';
import { notFound } from './problem.ts';
import { route } from './route.ts';
import { messageId, page, pageOf, paging, placeOf, time, timeOrNull, timeText } from './shapes.ts';

const access = { scope: 'read', right: 'mail.find' } as const;
const statuses = ['open', 'pending', 'closed'] as const;

const ticket = z.strictObject({
  number: z.string(),
  messageId: messageId.describe('The mail that opened it'),
  openedAt: time,
  updatedAt: time,
  status: z.enum(statuses),
  tenantId: z.string().nullable(),
  adminId: z.string().nullable(),
  tier: z.string().nullable(),
  requester: z.string().nullable(),
  mailbox: z.string(),
  department: z.string(),
  severity: z.int(),
  request: z.string().nullable(),
  prohibitions: z.array(z.string()),
  subject: z.string(),
  follows: z.string().nullable(),
});

function ticketOf(row: Ticket): z.input<typeof ticket> {
  return {
    number: row.number,
    messageId: row.message_id,
    openedAt: timeText(row.opened_at),
    updatedAt: timeText(row.updated_at),
    status: row.status,
    tenantId: row.tenant_id,
    adminId: row.admin_id,
    tier: row.tier,
    requester: row.requester,
    mailbox: row.mailbox,
    department: row.department,
    severity: row.severity,
    request: row.request_kind,
    prohibitions: JSON.parse(row.prohibitions),
    subject: row.subject,
    follows: row.follows,
  };
}

const clock = z.strictObject({
  state: z.enum(['due', 'warned', 'breached', 'met', 'paused']),
  basis: z.enum(['business', 'elapsed']),
  startedAt: time,
  warnAt: time,
  dueAt: time,
  breachedAt: time.nullable(),
  metAt: time.nullable(),
});

function clockOf({ basis, breachedAt, dueAt, metAt, startedAt, state, warnAt }: ResponseClock): z.input<typeof clock> {
  return {
    state,
    basis,
    startedAt: timeText(startedAt),
    warnAt: timeText(warnAt),
    dueAt: timeText(dueAt),
    breachedAt: timeOrNull(breachedAt),
    metAt: timeOrNull(metAt),
  };
}

const byNumber = z.strictObject({ number: z.string().max(40).describe('However it was typed') });
const ticketWithClock = ticket.extend({ clock: clock.nullable() });

/** Throws a `Problem` when there is none. */
async function ticketNumbered({ tickets }: ConsolePorts, number: string): Promise<Ticket> {
  const row = await tickets.byNumber(number);
  if (row === null) throw notFound('ticket');
  return row;
}

async function withClock({ tickets }: ConsolePorts, row: Ticket): Promise<z.input<typeof ticketWithClock>> {
  const running = await tickets.clock(row.message_id);
  return { ...ticketOf(row), clock: running === null ? null : clockOf(running) };
}

export const ticketRoutes = [
  route({
    method: 'GET',
    path: '/tickets',
    summary: 'Tickets, newest first',
    access,
    query: z.strictObject({
      status: z.enum(statuses).exactOptional(),
      tenant: z.string().max(64).exactOptional(),
      requester: z.string().max(320).exactOptional(),
      ...paging,
    }),
    answer: { status: 200, media: 'application/json', schema: pageOf(ticket) },
    handle: async ({ ports, query: { after, limit, requester, status, tenant } }) => {
      const place = placeOf(after, z.tuple([z.int(), messageId]));
      const rows = await ports.tickets.list({
        limit: limit + 1,
        ...(status === undefined ? {} : { status }),
        ...(tenant === undefined ? {} : { tenantId: tenant }),
        ...(requester === undefined ? {} : { requester }),
        ...(place === null ? {} : { after: { opened_at: place[0], message_id: place[1] } }),
      });
      return page(rows, limit, ticketOf, (row) => [row.opened_at, row.message_id]);
    },
  }),
  route({
    method: 'GET',
    path: '/tickets/{number}',
    summary: 'One ticket with its clock',
    access,
    params: byNumber,
    answer: { status: 200, media: 'application/json', schema: ticketWithClock },
    handle: async ({ params, ports }) => withClock(ports, await ticketNumbered(ports, params.number)),
  }),
  route({
    method: 'POST',
    path: '/tickets/{number}/status',
    summary: 'Say what became of a ticket at the help desk',
    text: 'The same again changes nothing and is answered alike, with `changed` false: after 503 or a lost answer, send it again. Only a change is in the audit log.',
    access: { scope: 'tickets', right: 'tickets.work' },
    params: byNumber,
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({
        status: z
          .enum(ticketActs)
          .describe(
            'answered: the response time is met, the status stays; pending: paused until the customer writes; open: it runs on; closed: counts as the answer',
          ),
      }),
    },
    answer: { status: 200, media: 'application/json', schema: ticketWithClock.extend({ changed: z.boolean() }) },
    handle: async ({ body, caller, params, ports }) => {
      const { message_id: id, number } = await ticketNumbered(ports, params.number);
      const moved = await ports.tickets.act(id, body.status, { actor: caller.actor, at: ports.now() });
      if (moved === 'missing') throw notFound('ticket'); // erased meanwhile
      return { ...(await withClock(ports, await ticketNumbered(ports, number))), changed: moved === 'changed' };
    },
  }),
  route({
    method: 'GET',
    path: '/clocks',
    summary: 'Clocks of tickets that wait for an answer, soonest due first',
    access,
    query: z.strictObject({ limit: paging.limit }),
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({ items: z.array(clock.extend({ ticketId: messageId })) }),
    },
    handle: async ({ ports, query }) => {
      const running = await ports.clocks.running(query.limit);
      return { items: running.map((one) => ({ ticketId: one.ticketId, ...clockOf(one.clock) })) };
    },
  }),
];
