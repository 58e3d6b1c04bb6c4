/** The phone desk (W-PHONE): who calls, whether the number is denied, and whether there is a ticket to talk about. */
import { Hono } from 'hono';
import { parsePhone } from '../../address/phone.ts';
import type { ConsoleContext, ConsoleEnvironment } from '../environment.ts';
import { need } from '../guard.ts';
import { badge, facts, field, type Html, html, note, nothing, shown, table, timeTag } from '../html.ts';
import { page } from '../layout.ts';
import { lookUpPhone, type OnFile, type PhoneLookUp } from '../phone-look-up.ts';
import type { ConsolePorts } from '../ports.ts';

const nobody: PhoneLookUp = { denied: [], onFile: [] };

export function phoneRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.get('/phone', need('phone.look-up'), async (context) => context.html(await phonePage(ports, context)));
  return routes;
}

async function phonePage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const typed = (context.req.query('number') ?? '').trim().slice(0, 60);
  const ticketTyped = (context.req.query('ticket') ?? '').trim().slice(0, 40);
  const parsed = typed === '' ? null : parsePhone(typed);
  const phone = parsed?.ok === true ? parsed.number : null;
  const { denied, onFile } = phone === null ? nobody : await lookUpPhone(ports, phone);
  const ticket = ticketTyped === '' ? null : await ports.tickets.byNumber(ticketTyped);
  const isPremium = onFile.some(({ tenant }) => tenant.tier === 'premium');
  return page(context, {
    title: 'Phone desk',
    about:
      'Who calls, as far as the directory knows. A number can be forged: what is shown here never identifies a caller, and nothing about a tenant is told to one.',
    body: html`<form class="filters" action="/phone"><div class="grow">${field({ name: 'number', label: 'Number that calls', value: typed, type: 'search', placeholder: '+1 555 0100', hint: 'With its country code.', fault: parsed?.ok === false ? 'This is no international phone number.' : null, autofocus: typed === '' })}</div>
<div class="grow">${field({ name: 'ticket', label: 'Ticket they name', value: ticketTyped, placeholder: 'PT-…', hint: 'Support by phone follows a mail: there is a ticket.' })}</div><button class="button plain">Look up</button></form>
<div aria-live="polite">
${
  phone === null
    ? nothing
    : denied.length > 0
      ? note(
          'bad',
          html`<strong>${phone}</strong> is on the deny-list: end the call. ${denied.map((entry) => html`<a href="/deny/${entry.id}">${shown(entry.reason, 200)}</a> `)}`,
        )
      : note('good', html`<strong>${phone}</strong> is not denied.`)
}</div>
${phone === null ? nothing : callerCard(onFile, isPremium)}
${ticketTyped === '' ? nothing : ticketCard(ticket)}`,
  });
}

function callerCard(onFile: readonly OnFile[], isPremium: boolean): Html {
  return html`<section class="card"><h2>On file under this number</h2>${
    onFile.length === 0
      ? html`<p class="quiet-text">Nobody.</p>`
      : html`${isPremium ? nothing : note('warn', 'Support by phone is for the premium tier; others are asked to write.')}
${table(
  'Contacts under this number',
  ['Contact', 'Role', 'Tenant', 'Tier'],
  onFile.map(({ tenant, contact }) => [
    shown(contact.name, 120),
    contact.role,
    html`<a href="/directory/${encodeURIComponent(tenant.id)}">${shown(tenant.name, 120)}</a>`,
    tenant.tier === 'premium' ? badge('good', 'premium') : tenant.tier,
  ]),
)}`
  }</section>`;
}

function ticketCard(ticket: Awaited<ReturnType<ConsolePorts['tickets']['byNumber']>>): Html {
  if (ticket === null) return note('warn', 'There is no ticket of this number: ask them to write first.');
  return html`<section class="card"><h2>Ticket ${ticket.number}</h2>${facts([
    ['State', badge(ticket.status === 'closed' ? 'calm' : 'good', ticket.status)],
    ['Opened', html`${timeTag(ticket.opened_at)} UTC`],
    ['Severity', `${ticket.severity}, ${ticket.department}`],
    ['Tier', ticket.tier ?? 'none'],
    ['Story', html`<a href="/mail/${ticket.message_id}">of the mail that opened it</a>`],
  ])}</section>`;
}
