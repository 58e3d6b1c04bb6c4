/** Find the mail: the list, the story of one, its raw octets. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import type { TraceRecord } from '../../records/trace.ts';
import type { ResponseClock } from '../../tickets/clock.ts';
import { acceptedReasons, escalatedReasons, type Reason, rejectedReasons } from '../../verdict/verdict.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { type FoundMails, findMails, type MailSearch } from '../find-mail.ts';
import { actionButton } from '../form.ts';
import { need } from '../guard.ts';
import {
  choice,
  empty,
  field,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  pathWith,
  plainLine,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { auditLook, rawOf, recordOf } from '../kept-mail.ts';
import { page } from '../layout.ts';
import { storyBody } from '../mail-story.ts';
import type { ConsolePorts } from '../ports.ts';
import { mailContentRoutes, noMail, notKept } from './mail/content.ts';
import { judgeRoutes } from './mail/judge.ts';
import { canBeReleased, releaseRoutes } from './mail/release.ts';
import { ticketCard, ticketRoutes } from './mail/ticket.ts';

const outcomes = ['accepted', 'rejected', 'escalated'] as const;
const reasons: readonly Reason[] = [...acceptedReasons, ...rejectedReasons, ...escalatedReasons];

export function mailRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.route('/', mailContentRoutes(ports));
  routes.route('/', judgeRoutes(ports));
  routes.route('/', releaseRoutes(ports));
  routes.route('/', ticketRoutes(ports));

  routes.get('/mail', need('mail.find'), async (context) => {
    const search = searchOf(context);
    try {
      const found = await findMails(ports, search);
      if (found.only !== null) return context.redirect(`/mail/${found.only}`, 303);
      return context.html(listPage(context, search, found));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return context.redirect('/mail', 303); // a page number that somebody made up
    }
  });

  routes.get('/mail/:id', need('mail.find'), async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    const clock = record.ticket === null ? null : await ports.tickets.clock(record.ticket.message_id);
    return context.html(storyPage(ports, context, record, clock));
  });

  // A form, not a link: nothing fetches it ahead, and each download is one that somebody wanted.
  routes.post('/mail/:id/raw', need('mail.download'), async (context) => {
    const record = await recordOf(ports, context.req.param('id'));
    if (record === null) return context.html(noMail(context), 404);
    const raw = await rawOf(ports, record);
    if (raw === null) return context.html(notKept(context), 404);
    await auditLook(ports, whoOf(context).member.name, 'mail.download', record);
    context.header('content-type', 'message/rfc822');
    context.header('content-disposition', `attachment; filename="${record.row.message_id}.eml"`);
    context.header('content-length', String(raw.size));
    return stream(context, async (out) => {
      for await (const chunk of raw.open()) await out.write(chunk);
    });
  });
  return routes;
}

function searchOf(context: ConsoleContext): MailSearch {
  const query = (name: string) => context.req.query(name)?.trim() ?? '';
  return {
    text: query('q').slice(0, 500),
    outcome: outcomes.find((outcome) => outcome === query('outcome')) ?? null,
    reason: reasons.find((reason) => reason === query('reason')) ?? null,
    after: query('after') === '' ? null : query('after'),
  };
}

function pathOf({ text, outcome, reason }: MailSearch, after: string): string {
  return pathWith('/mail', { q: text, outcome: outcome ?? '', reason: reason ?? '', after });
}

function listPage(context: ConsoleContext, search: MailSearch, { rows, next, refusals }: FoundMails): Html {
  const isFiltered = search.outcome !== null || search.reason !== null || search.after !== null;
  return page(context, {
    title: search.text === '' ? 'Mail' : 'Found mail',
    about: 'Every mail that a listener took or refused, newest first, and why it went where it went.',
    actions: mayI(context, 'simulate') ? html`<a class="button" href="/simulate">Simulate a change</a>` : nothing,
    query: search.text,
    body: html`<form class="filters" action="/mail">
<div class="grow">${field({ name: 'q', label: 'Look for', value: search.text, type: 'search', placeholder: 'id, ticket, address, domain, client, rule, day, words of the subject' })}</div>
${choice({ name: 'outcome', label: 'Outcome', value: search.outcome ?? '', options: [['', 'any'], ...outcomes.map((one) => [one, one] as const)] })}
${choice({ name: 'reason', label: 'Reason', value: search.reason ?? '', options: [['', 'any'], ...reasons.map((one) => [one, one] as const)] })}
<button class="button plain">Find</button></form>
<section class="card">${rows.length === 0 ? nothingFound(search, isFiltered) : mailTable(rows)}</section>
${
  next === null && search.after === null
    ? nothing
    : html`<div class="pager">${search.after === null ? html`<span></span>` : html`<a class="button" href="${pathOf(search, '')}">Newest</a>`}${next === null ? html`<span class="quiet-text">No older ones.</span>` : html`<a class="button" rel="next" href="${pathOf(search, next)}">Older</a>`}</div>`
}
${refusals.length === 0 ? nothing : html`<section class="card"><h2>Refused in the session, before there was a mail</h2>${refusalTable(refusals)}</section>`}`,
  });
}

function nothingFound(search: MailSearch, isFiltered: boolean): Html {
  if (search.text === '' && !isFiltered) {
    return empty('No mail yet', html`Send the samples: <code>npm run -s postern -- send samples/</code>`);
  }
  return empty(
    'Nothing found',
    html`Try fewer words, the domain alone, or the address of the client. Mail that just came may still wait in a <a href="/queues">queue</a>.`,
  );
}

function mailTable(rows: FoundMails['rows']): Html {
  return table(
    'Mails',
    ['Received (UTC)', 'Outcome', 'Why', 'From and to', 'Subject'],
    rows.map((row) => [
      html`<a href="/mail/${row.message_id}">${timeTag(row.received_at)}</a>`,
      html`${outcomeBadge(row.outcome)}${row.duplicate_of === null ? nothing : html` <span class="quiet-text">copy</span>`}`,
      html`${row.reason}<br><code class="quiet-text small">${row.rule}</code>`,
      html`<span class="wrap">${shown(row.sender_address ?? (row.mail_from === '' ? '<>' : row.mail_from), 80)}<br><span class="quiet-text small">to ${shown(row.recipient, 80)}</span></span>`,
      html`<span class="wrap">${row.subject === null ? html`<span class="quiet-text">not kept</span>` : shown(row.subject, 90)}</span>`,
    ]),
  );
}

function refusalTable(refusals: FoundMails['refusals']): Html {
  return table(
    'Session refusals',
    ['At (UTC)', 'Client', 'At stage', 'Reply', 'From', 'To', 'Why'],
    refusals.map((row) => [
      timeTag(row.at),
      shown(row.ip),
      row.stage,
      `${row.reply_code} ${row.reply_enhanced}`.trim(),
      shown(row.mail_from ?? '–', 80),
      shown(row.recipient ?? '–', 80),
      shown(row.cause, 200),
    ]),
  );
}

function doneNote(context: ConsoleContext): Html {
  switch (context.req.query('done')) {
    case 'judged':
      return note('good', 'It goes on so: a worker takes it up now.');
    case 'released':
      return note('good', 'Released: a worker takes it up now.');
    case 'ticket-changed':
      return note('good', 'The ticket stands so now.');
    case 'ticket-unchanged':
      return note('good', 'The ticket stood so already: nothing was changed.');
    default:
      return nothing;
  }
}

function storyPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  record: TraceRecord,
  clock: ResponseClock | null,
): Html {
  const { row } = record;
  const path = `/mail/${row.message_id}`;
  const sender = row.sender_address;
  return page(context, {
    title: row.subject === null || row.subject.trim() === '' ? 'A mail without a subject' : plainLine(row.subject),
    about: 'What happened to this mail, step by step, and the rule that decided.',
    actions: html`${mayI(context, 'mail.read') && row.spool_key !== null ? html`<a class="button" href="${path}/text">Read it</a>` : nothing}
${mayI(context, 'reviews.decide') && canBeReleased(record) ? html`<a class="button" href="${path}/release">Release…</a>` : nothing}
${mayI(context, 'mail.judge') && row.spool_key !== null ? actionButton(context, `${path}/judge`, 'Judge again') : nothing}
${mayI(context, 'mail.download') && row.spool_key !== null ? actionButton(context, `${path}/raw`, 'Download') : nothing}
${mayI(context, 'deny.change') && sender !== null ? html`<a class="button" href="${pathWith('/deny/new', { kind: 'email', value: sender })}">Deny the sender…</a>` : nothing}`,
    body: html`${doneNote(context)}${storyBody(record, ports.judgeAgain(record), ticketCard(context, record, clock))}`,
  });
}
