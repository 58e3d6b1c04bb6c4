/** The items by state, the one that waits longest first, and who has which in hand. */
import type { ReviewClaim } from '../../../records/review-claims.ts';
import { type ConsoleContext, whoOf } from '../../environment.ts';
import { ageText, badge, count, empty, type Html, html, nothing, shown, table } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { assuranceTones, doneNote } from './review-texts.ts';

const states = ['open', 'accepted', 'rejected'] as const;
const rowsPerPage = 100;

export async function listPage(ports: ConsolePorts, context: ConsoleContext): Promise<Html> {
  const state = states.find((one) => one === context.req.query('state')) ?? 'open';
  const [items, counts, claims] = await Promise.all([
    ports.reviews.list({ state, limit: rowsPerPage }),
    ports.reviews.counts(),
    ports.reviewClaims.standing(ports.now()),
  ]);
  const subjects = await ports.reviews.subjectsOf(items.map(({ message_id: id }) => id));
  const me = whoOf(context).member.name;
  return page(context, {
    title: 'Reviews',
    about:
      'Escalated mail that a person has to decide about, the one that waits longest first. Who opens one has it in hand, and others see that.',
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
              'Subject',
              state === 'open' ? 'Waits' : 'Waited',
              'Reason',
              'Severity',
              'From',
              'Assurance',
              state === 'open' ? 'Proposal' : 'Decided by',
            ],
            items.map((item) => [
              html`<a class="wrap" href="/reviews/${item.message_id}">${subjectText(subjects.get(item.message_id) ?? null)}</a>${state === 'open' ? holderText(claims.get(item.message_id), me) : nothing}`,
              html`<span class="nowrap">${ageText(Math.max(0, (item.decided_at ?? ports.now()) - item.opened_at))}</span>`,
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

function subjectText(subject: string | null): Html | string {
  return subject === null || subject.trim() === '' ? 'without a subject' : shown(subject, 90);
}

function holderText(claim: ReviewClaim | undefined, me: string): Html {
  if (claim === undefined) return nothing;
  return html`<br>${claim.actor === me ? badge('good', 'in your hand') : badge('calm', `with ${claim.actor}`)}`;
}
