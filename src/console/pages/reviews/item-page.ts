/** One item: what is claimed, proven and asked, what policy says, the one next step; and the form to decide. */
import type { ReviewClaim } from '../../../records/review-claims.ts';
import type { Review } from '../../../records/reviews.ts';
import type { TraceRecord } from '../../../records/trace.ts';
import { reviewBrief } from '../../../reviews/brief.ts';
import { askedOf } from '../../asked.ts';
import { type ConsoleContext, whoOf } from '../../environment.ts';
import { actionButton, postForm } from '../../form.ts';
import {
  ageText,
  badge,
  choice,
  facts,
  type Html,
  html,
  note,
  nothing,
  outcomeBadge,
  plainLine,
  shown,
  timeTag,
} from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { longestRemark } from '../../remark.ts';
import { nextFree } from './claims.ts';
import { allowBox, doneNote } from './review-texts.ts';

export type Found = { readonly item: Review; readonly record: TraceRecord };

/** What stands in the form, and what is wrong with it. */
export type Typed = {
  readonly note: string;
  readonly verified: string;
  readonly deny: string;
  readonly allow: boolean;
  readonly fault: string | null;
};
export const nothingTyped: Typed = { note: '', verified: '', deny: '', allow: false, fault: null };

export async function itemPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  { item, record }: Found,
  typed: Typed,
): Promise<Html> {
  const { evidence, judged, followUps, row } = record;
  const brief = evidence === null ? null : reviewBrief(followUps.at(-1)?.mail ?? judged, evidence);
  const me = whoOf(context).member.name;
  const [holder, next] = await Promise.all([holderOf(ports, context, item), nextFree(ports, me, item)]);
  const asked = await askedOf(ports, item.message_id);
  const caseId = await ports.caseTools.cases.ofMail(item.message_id);
  const isOpen = item.state === 'open';
  return page(context, {
    title: row.subject === null || row.subject.trim() === '' ? 'A mail without a subject' : plainLine(row.subject),
    about: 'An escalated mail: what it claims, what is proven, and what you decide about it.',
    actions: html`${row.spool_key === null ? nothing : html`<a class="button" href="/mail/${item.message_id}/text" data-hotkey="t">Read it</a>`}
<a class="button" href="/mail/${item.message_id}" data-hotkey="h">Its story</a>
${caseId === null ? html`<a class="button" href="/cases/new?mail=${item.message_id}" data-hotkey="c">Open a case</a>` : html`<a class="button" href="/cases/${caseId}" data-hotkey="c">Its case</a>`}
${next === null ? nothing : html`<a class="button" href="/reviews/${next.message_id}" data-hotkey="x">Next one</a>`}`,
    body: html`${doneNote(context, ' The next one:')}
${typed.fault === null ? nothing : note('bad', typed.fault)}
${holder === null ? nothing : heldNote(ports, context, { item, holder, typed })}
<section class="card"><div class="story-head">${isOpen ? badge('warn', 'waits') : outcomeBadge(item.state)} <strong>${item.reason}</strong> by <code>${item.rule}</code> for ${item.department}, received ${timeTag(item.opened_at)} UTC</div>
${isOpen ? nothing : note('calm', html`${item.state} by ${shown(item.decided_by ?? '?', 80)}${item.decided_at === null ? nothing : html` at ${timeTag(item.decided_at)} UTC`}: ${shown(item.note, 600)}`)}
${brief === null ? note('warn', 'The evidence of this mail is not kept.') : html`<p class="why"><strong>Next step:</strong> ${brief.nextStep}</p>`}</section>
${
  brief === null
    ? nothing
    : html`<div class="columns">${lines('What is claimed', brief.claimed)}${lines('What is proven', brief.proven)}${lines('What is asked', brief.asked)}${lines('What policy says', brief.policy)}</div>`
}
${asked.length > 0 ? lines('Asked on file', asked) : isOpen ? askCard(context, item) : nothing}
${item.proposal === null ? nothing : proposalCard(item)}
${isOpen && brief !== null && (holder === null || holder.actor === me) ? decisionCard(context, item, typed) : nothing}`,
  });
}

function lines(title: string, texts: readonly string[]): Html {
  return html`<section class="card"><h2>${title}</h2><ul class="details">${texts.map((text) => html`<li>${shown(text, 600)}</li>`)}</ul></section>`;
}

/** The workers ask by themselves; what they could not, or may now, is a button. */
function askCard(context: ConsoleContext, item: Review): Html {
  return html`<section class="card"><h2>The address on file</h2><p class="quiet-text">It was not asked. Whoever policy lets be asked gets a link that only they can answer, about exactly this mail.</p>${actionButton(context, `/reviews/${item.message_id}/ask`, 'Ask the address on file')}</section>`;
}

function proposalCard(item: Review): Html {
  const { proposal, denied_entry: entered } = item;
  if (proposal === null) return nothing;
  return html`<section class="card"><h2>Proposed for the deny-list</h2>${facts([
    ['Entry', html`${proposal.kind} <strong>${shown(proposal.value)}</strong>`],
    ['Because', shown(proposal.reason, 600)],
    ['State', entered === null ? 'not entered' : html`<a href="/deny/${entered}">entered</a>`],
  ])}${entered === null && item.state === 'open' ? html`<p><a class="button" href="/deny/proposals/${item.message_id}" data-hotkey="p">Confirm or dismiss</a></p>` : nothing}</section>`;
}

function decisionCard(context: ConsoleContext, item: Review, typed: Typed): Html {
  return html`<section class="card"><h2>Decide</h2>${postForm(
    context,
    `/reviews/${item.message_id}`,
    html`<input type="hidden" name="version" value="${item.version}">
<div class="field"><label for="note">Why, for staff <kbd>n</kbd></label><textarea id="note" name="note" required maxlength="${longestRemark}" data-hotkey="n">${typed.note}</textarea></div>
<div class="two"><div class="field"><label for="verified">If you verified the sender over a way on file: how</label><input id="verified" name="verified" type="text" value="${typed.verified}" autocomplete="off" placeholder="called the number on file"></div>
${choice({
  name: 'deny',
  label: 'With a rejection, deny',
  value: typed.deny,
  options: [
    ['', 'nothing'],
    ['sender', item.proposal === null ? 'the sender, if proven' : `the sender, ${item.proposal.value}`],
    ['network', 'the network address of the client'],
  ],
})}</div>
${allowBox(typed.allow)}
<div class="row"><button class="button plain" name="outcome" value="accepted" data-hotkey="a" data-confirm aria-keyshortcuts="a">Accept <kbd>a</kbd></button><button class="button danger" name="outcome" value="rejected" data-hotkey="r" data-confirm aria-keyshortcuts="r">Reject <kbd>r</kbd></button><span class="quiet-text">Nobody is told of a rejection. A key only chooses: <kbd>Enter</kbd> decides, <kbd>Esc</kbd> leaves the field or the choice.</span></div>`,
  )}</section>`;
}

/** Whoever looks at an open item that nobody has takes it; null when it is decided. */
async function holderOf(ports: ConsolePorts, context: ConsoleContext, item: Review): Promise<ReviewClaim | null> {
  if (item.state !== 'open') return null;
  return ports.reviewClaims.take(item.message_id, { actor: whoOf(context).member.name, at: ports.now() });
}

type Held = { readonly item: Review; readonly holder: ReviewClaim; readonly typed: Typed };

function heldNote(ports: ConsolePorts, context: ConsoleContext, { holder, item, typed }: Held): Html {
  const path = `/reviews/${item.message_id}`;
  if (holder.actor === whoOf(context).member.name) {
    const putBack = actionButton(context, `${path}/put-back`, 'Put it back', { tone: 'quiet' });
    return note('calm', html`It is in your hand: others see that. ${putBack}`);
  }
  // What was typed meanwhile comes along.
  const takeOver = actionButton(context, `${path}/take-over`, 'Take it over', {
    fields: { note: typed.note, verified: typed.verified, deny: typed.deny, allow: typed.allow ? 'yes' : '' },
  });
  const age = ageText(Math.max(0, ports.now() - holder.at));
  return note('warn', html`${shown(holder.actor, 80)} has it in hand, last seen ${age} ago. ${takeOver}`);
}
