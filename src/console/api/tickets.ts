/** Tickets and their response clocks, to look at. */
import { z } from 'zod';
import type { Ticket } from '../../records/tickets.ts';
import type { ResponseClock } from '../../tickets/clock.ts';
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
    params: z.strictObject({ number: z.string().max(40).describe('However it was typed') }),
    answer: { status: 200, media: 'application/json', schema: ticket.extend({ clock: clock.nullable() }) },
    handle: async ({ params, ports }) => {
      const row = await ports.tickets.byNumber(params.number);
      if (row === null) throw notFound('ticket');
      const running = await ports.tickets.clock(row.message_id);
      return { ...ticketOf(row), clock: running === null ? null : clockOf(running) };
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
