/** The escalation inbox: what is claimed, proven and asked, what policy says, the one next step; and the decision. */
import { Hono } from 'hono';
import type { Review } from '../../records/reviews.ts';
import type { TraceRecord } from '../../records/trace.ts';
import { reviewBrief } from '../../reviews/brief.ts';
import { decideReview } from '../../reviews/deciding.ts';
import { authorizationLine } from '../../reviews/portal-authorization.ts';
import { type ConsoleContext, type ConsoleEnvironment, whoOf } from '../environment.ts';
import { formTexts, postForm } from '../form.ts';
import { need } from '../guard.ts';
import {
  ageText,
  badge,
  choice,
  count,
  empty,
  facts,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  plainLine,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import { messagePage } from '../message-page.ts';
import type { ConsolePorts } from '../ports.ts';
import { longestRemark, remarkFault } from '../remark.ts';

const states = ['open', 'accepted', 'rejected'] as const;
const rowsPerPage = 100;

export function reviewRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.use('/reviews', need('reviews.decide'));
  routes.use('/reviews/*', need('reviews.decide'));

  routes.get('/reviews', async (context) => context.html(await listPage(ports, context)));

  routes.get('/reviews/:id', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    return context.html(await itemPage(ports, context, found, { note: '', fault: null }));
  });

  routes.post('/reviews/:id', async (context) => {
    const found = await itemOf(ports, context.req.param('id'));
    if (found === null) return context.html(noItem(context), 404);
    const form = await formTexts(context);
    const remark = form('note').replace(/\s+/g, ' ').trim();
    const outcome = form('outcome') === 'accepted' ? 'accepted' : form('outcome') === 'rejected' ? 'rejected' : null;
    const fault = outcome === null ? 'Choose accept or reject.' : remarkFault(remark);
    if (outcome === null || fault !== null) {
      return context.html(await itemPage(ports, context, found, { note: form('note'), fault }), 422);
    }
    const deny = outcome === 'rejected' ? denyOf(form('deny')) : null;
    const verifiedBy = outcome === 'accepted' ? plainLine(form('verified')).trim() : '';
    try {
      await decideReview(ports.deciding, {
        messageId: found.item.message_id,
        outcome,
        actor: whoOf(context).member.name,
        at: ports.now(),
        note: remark,
        version: Number(form('version')) || found.item.version,
        verifiedBy: verifiedBy === '' ? null : verifiedBy,
        isAllowing: false,
        deny,
        denyLifeMs: ports.denyTtlMs(),
      });
    } catch (error) {
      if (!(error instanceof Error) || !refusals.has(error.name)) throw error;
      const now = await itemOf(ports, found.item.message_id);
      const typed = { note: form('note'), fault: `Not decided: ${error.message}.` };
      return context.html(await itemPage(ports, context, now ?? found, typed), 409);
    }
    const [next] = await ports.reviews.list({ state: 'open', limit: 1, after: found.item });
    return context.redirect(
      next === undefined ? `/reviews?done=${outcome}` : `/reviews/${next.message_id}?done=${outcome}`,
      303,
    );
  });
  return routes;
}

/** What staff can mend themselves: somebody was faster, or it cannot be decided so. */
const refusals: ReadonlySet<string> = new Set(['ReviewConflict', 'DecisionRefused', 'FollowUpRefused']);

function denyOf(text: string): 'sender' | 'network' | null {
  return text === 'sender' || text === 'network' ? text : null;
}

type Found = { readonly item: Review; readonly record: TraceRecord };

async function itemOf(ports: ConsolePorts, id: string): Promise<Found | null> {
  if (!/^[0-9a-z]{1,40}-\d{1,4}$/.test(id)) return null;
  const [item, record] = await Promise.all([ports.reviews.get(id), ports.trace.get(id)]);
  return item === null || record === null ? null : { item, record };
}

function noItem(context: ConsoleContext): Html {
  return messagePage(context, { title: 'Nothing to decide', text: 'This mail waits for no decision.' });
}

const done: Readonly<Record<string, string>> = {
  accepted: 'Accepted: the mail goes on.',
  rejected: 'Rejected. Nobody was told.',
};

function doneNote(context: ConsoleContext, rest = ''): Html {
  const text = done[context.req.query('done') ?? ''];
  return text === undefined ? nothing : note('good', `${text}${rest}`);
}

async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const state = states.find((one) => one === context.req.query('state')) ?? 'open';
  const [items, counts] = await Promise.all([
    ports.reviews.list({ state, limit: rowsPerPage }),
    ports.reviews.counts(),
  ]);
  return page(context, {
    title: 'Reviews',
    body: html`${doneNote(context)}
<div class="tabs" role="group" aria-label="State">${states.map((one) => html`<a href="/reviews?state=${one}"${one === state ? html` aria-current="true"` : nothing}>${one} ${count(counts[one])}</a>`)}</div>
<section class="card">${
      items.length === 0
        ? empty(
            state === 'open' ? 'Nothing waits for a decision' : 'None',
            state === 'open'
              ? 'Escalated mail appears here, the one that waits longest first.'
              : 'Nothing was decided so yet.',
          )
        : table(
            'Reviews',
            [
              state === 'open' ? 'Waits' : 'Waited',
              'Reason',
              'Severity',
              'From',
              'Assurance',
              state === 'open' ? 'Proposal' : 'Decided by',
            ],
            items.map((item) => [
              html`<a href="/reviews/${item.message_id}">${ageText(Math.max(0, (item.decided_at ?? ports.now()) - item.opened_at))}</a>`,
              html`${item.reason}<br><code class="quiet-text small">${item.rule}</code>`,
              String(item.severity),
              html`<span class="wrap">${shown(item.sender_address ?? 'no readable author', 120)}</span>`,
              badge(assuranceTones[item.assurance] ?? 'calm', item.assurance),
              state === 'open'
                ? item.proposal === null
                  ? '–'
                  : html`deny ${shown(item.proposal.value, 80)}`
                : html`${shown(item.decided_by ?? '?', 80)}<br><span class="quiet-text small">${shown(item.note, 120)}</span>`,
            ]),
          )
    }</section>
${items.length < rowsPerPage ? nothing : html`<p class="quiet-text">The first ${count(rowsPerPage)} are shown.</p>`}`,
  });
}

const assuranceTones: Readonly<Record<string, 'good' | 'warn' | 'calm' | 'bad'>> = {
  proven: 'good',
  claimed: 'warn',
  unknown: 'calm',
  forged: 'bad',
};

type Typed = { readonly note: string; readonly fault: string | null };

async function itemPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  { item, record }: Found,
  typed: Typed,
): Promise<Html> {
  const { evidence, judged, followUps, row } = record;
  const brief = evidence === null ? null : reviewBrief(followUps.at(-1)?.mail ?? judged, evidence);
  const [next] = await ports.reviews.list({ state: 'open', limit: 1, after: item });
  const answers = await ports.authorizations.of(item.message_id);
  const caseId = await ports.caseTools.cases.ofMail(item.message_id);
  const isOpen = item.state === 'open';
  return page(context, {
    title: row.subject === null || row.subject.trim() === '' ? 'A mail without a subject' : plainLine(row.subject),
    actions: html`${row.spool_key === null ? nothing : html`<a class="button" href="/mail/${item.message_id}/text" data-hotkey="t">Read it</a>`}
<a class="button" href="/mail/${item.message_id}" data-hotkey="h">Its story</a>
${caseId === null ? html`<a class="button" href="/cases/new?mail=${item.message_id}" data-hotkey="c">Open a case</a>` : html`<a class="button" href="/cases/${caseId}" data-hotkey="c">Its case</a>`}
${next === undefined ? nothing : html`<a class="button" href="/reviews/${next.message_id}" data-hotkey="x">Next one</a>`}`,
    body: html`${doneNote(context, ' The next one:')}
${typed.fault === null ? nothing : note('bad', typed.fault)}
<section class="card"><div class="story-head">${isOpen ? badge('warn', 'waits') : outcomeBadge(item.state)} <strong>${item.reason}</strong> by <code>${item.rule}</code> for ${item.department}, received ${timeTag(item.opened_at)} UTC</div>
${isOpen ? nothing : note('calm', html`${item.state} by ${shown(item.decided_by ?? '?', 80)}${item.decided_at === null ? nothing : html` at ${timeTag(item.decided_at)} UTC`}: ${shown(item.note, 600)}`)}
${brief === null ? note('warn', 'The evidence of this mail is not kept.') : html`<p class="why"><strong>Next step:</strong> ${brief.nextStep}</p>`}</section>
${
  brief === null
    ? nothing
    : html`<div class="columns">${lines('What is claimed', brief.claimed)}${lines('What is proven', brief.proven)}${lines('What is asked', brief.asked)}${lines('What policy says', brief.policy)}</div>`
}
${answers.length === 0 ? nothing : lines('Answered in the portal', answers.map(authorizationLine))}
${item.proposal === null ? nothing : proposalCard(item)}
${isOpen && brief !== null ? decisionCard(context, item, typed) : nothing}`,
  });
}

function lines(title: string, texts: readonly string[]): Html {
  return html`<section class="card"><h2>${title}</h2><ul class="details">${texts.map((text) => html`<li>${shown(text, 600)}</li>`)}</ul></section>`;
}

function proposalCard({ proposal, denied_entry: entered }: Review): Html {
  if (proposal === null) return nothing;
  return html`<section class="card"><h2>Proposed for the deny-list</h2>${facts([
    ['Entry', html`${proposal.kind} <strong>${shown(proposal.value)}</strong>`],
    ['Because', shown(proposal.reason, 600)],
    ['State', entered === null ? 'not entered' : html`<a href="/deny/${entered}">entered</a>`],
  ])}</section>`;
}

function decisionCard(context: ConsoleContext, item: Review, typed: Typed): Html {
  return html`<section class="card"><h2>Decide</h2>${postForm(
    context,
    `/reviews/${item.message_id}`,
    html`<input type="hidden" name="version" value="${item.version}">
<div class="field"><label for="note">Why, for staff <kbd>n</kbd></label><textarea id="note" name="note" required maxlength="${longestRemark}" data-hotkey="n">${typed.note}</textarea></div>
<div class="two"><div class="field"><label for="verified">If you verified the sender over a way on file: how</label><input id="verified" name="verified" type="text" autocomplete="off" placeholder="called the number on file"></div>
${choice({
  name: 'deny',
  label: 'With a rejection, deny',
  value: '',
  options: [
    ['', 'nothing'],
    ['sender', item.proposal === null ? 'the sender, if proven' : `the sender, ${item.proposal.value}`],
    ['network', 'the network address of the client'],
  ],
})}</div>
<div class="row"><button class="button plain" name="outcome" value="accepted">Accept</button><button class="button danger" name="outcome" value="rejected">Reject</button><span class="quiet-text">Nobody is told of a rejection.</span></div>`,
  )}</section>`;
}
