/** The ticket of a mail: how far its answer is, and buttons that say what became of it at the help desk. */
import { Hono } from 'hono';
import type { TraceRecord } from '../../../records/trace.ts';
import { type TicketAct, ticketActs, ticketActTexts } from '../../../tickets/act.ts';
import type { ResponseClock } from '../../../tickets/clock.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../../environment.ts';
import { actionButton, formTexts } from '../../form.ts';
import { need } from '../../guard.ts';
import { badge, facts, type Html, html, nothing, type Tone, timeTag } from '../../html.ts';
import { recordOf } from '../../kept-mail.ts';
import { messagePage } from '../../message-page.ts';
import type { ConsolePorts } from '../../ports.ts';
import { noMail } from './content.ts';

export function ticketRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.post('/mail/:id/ticket', need('tickets.work'), async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    const form = await formTexts(context);
    const act = ticketActs.find((one) => one === form('status'));
    if (act === undefined) return context.html(noSuchStatus(context), 422);
    const by = { actor: whoOf(context).member.name, at: ports.now() };
    const moved = record.ticket === null ? 'missing' : await ports.tickets.act(record.ticket.message_id, act, by);
    if (moved === 'missing') return context.html(noTicket(context), 404);
    return context.redirect(`/mail/${record.row.message_id}?done=ticket-${moved}`, 303);
  });
  return routes;
}

function noSuchStatus(context: ConsoleContext): Html {
  const text = `A ticket is said to be ${ticketActs.join(', ')}; nothing was changed.`;
  return messagePage(context, { title: 'No such status', text });
}

function noTicket(context: ConsoleContext): Html {
  const text = 'This mail has no ticket, or has it no longer.';
  return messagePage(context, { title: 'No ticket', text });
}

const clockTones: Readonly<Record<ResponseClock['state'], Tone>> = {
  due: 'good',
  warned: 'warn',
  breached: 'bad',
  met: 'good',
  paused: 'calm',
};

const buttons: Readonly<Record<TicketAct, string>> = {
  answered: 'It was answered',
  pending: 'Waits for the customer',
  open: 'Work goes on',
  closed: 'Close it',
};

/** Nothing when the mail has no ticket. */
export function ticketCard(
  context: ConsoleContext,
  { row, ticket }: Pick<TraceRecord, 'row' | 'ticket'>,
  clock: ResponseClock | null,
): Html {
  if (ticket === null) return nothing;
  return html`<section class="card"><h2>Ticket ${ticket.number}</h2>${facts([
    ['State', badge(ticket.status === 'closed' ? 'calm' : 'good', ticket.status)],
    [
      'Answer',
      clock === null ? 'no time is promised' : html`${badge(clockTones[clock.state], clock.state)}${due(clock)}`,
    ],
  ])}
${
  mayI(context, 'tickets.work')
    ? html`<div class="row">${ticketActs
        .filter((act) => act !== ticket.status && (act !== 'answered' || isWaiting(clock)))
        .map((act) =>
          actionButton(context, `/mail/${row.message_id}/ticket`, buttons[act], {
            label: `${buttons[act]}: ${ticketActTexts[act]}`,
            fields: { status: act },
          }),
        )}</div>`
    : nothing
}</section>`;
}

function isWaiting(clock: ResponseClock | null): boolean {
  return clock !== null && clock.state !== 'met';
}

function due({ dueAt, metAt, paused }: ResponseClock): Html {
  if (metAt !== null) return html` at ${timeTag(metAt)} UTC`;
  return paused === null ? html` by ${timeTag(dueAt)} UTC` : html` until the customer writes`;
}
