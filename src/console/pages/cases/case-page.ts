/** One case as a checklist: what it is, what is there and what is missing, what comes due, what may be done next. */
import { type OrderProgress, orderProgress } from '../../../case-file/order-progress.ts';
import { actionLines, type CaseAdmin } from '../../../cases/action.ts';
import { actorName } from '../../../cases/actor.ts';
import type { Case } from '../../../cases/case.ts';
import { cessationWindow } from '../../../cases/cessation-clock.ts';
import { type ContactStanding, contactAddresses, contactStanding } from '../../../cases/contacts.ts';
import { switchState } from '../../../cases/contract-method.ts';
import { dueItems } from '../../../cases/due.ts';
import type { ChecklistItem } from '../../../cases/missing.ts';
import type { SignedOrder } from '../../../cases/order-payload.ts';
import { ruleOf } from '../../../cases/procedure.ts';
import { specs } from '../../../cases/specs.ts';
import { approvalExpiresAt, barredBecause, stateAt } from '../../../cases/state.ts';
import { eventWords, requestWords } from '../../../cases/words.ts';
import type { KeptCase } from '../../../records/cases.ts';
import type { UnreachableAddresses } from '../../../reviews/asked-lines.ts';
import { type ConsoleContext, whoOf } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import {
  badge,
  bytesText,
  facts,
  type Html,
  html,
  note,
  nothing,
  shown,
  shownLines,
  type Tone,
  table,
  timeTag,
} from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { caseForms } from './case-forms.ts';
import { documentTexts, dueLine, outcomeTexts, procedureText, requirementTexts, stateBadge } from './case-texts.ts';

/** A form that was not taken: which one, what it held, and why. */
export type Refused = {
  readonly kind: string;
  readonly form: (name: string) => string;
  readonly lines: readonly string[];
};

export async function casePage(
  ports: ConsolePorts,
  context: ConsoleContext,
  kept: KeptCase,
  refused: Refused | null = null,
): Promise<Html> {
  const { cases, engineering } = ports.caseTools;
  const { case: of } = kept;
  const now = ports.now();
  const [items, tenant, admins, order, deliveries, unreachable] = await Promise.all([
    cases.checklist(of, now),
    of.tenantId === null ? null : cases.tenant(of.tenantId),
    cases.admins(of),
    cases.orders.order(of.id),
    cases.orders.deliveriesOf(of.id),
    ports.unreachable(contactAddresses(of)),
  ]);
  const progress = of.workOrder === null ? [] : orderProgress(of.workOrder, order, deliveries, engineering);
  return page(context, {
    title: of.id,
    about:
      'What is there, what is missing, what comes due, and what may be done next. Every step stands in the history.',
    modules: ['passkey'],
    actions: html`${actionButton(context, `/cases/${of.id}/export`, 'Export the whole case', { tone: 'secondary' })}`,
    body: html`${context.req.query('done') === undefined ? nothing : note('good', 'Recorded.')}
${refused === null ? nothing : note('bad', html`<strong>Nothing was changed.</strong><ul class="details">${refused.lines.map((line) => html`<li>${shown(line, 600)}</li>`)}</ul>`)}
<section class="card"><div class="story-head">${stateBadge(stateAt(of, now))} <strong>${procedureText(of.procedure)}</strong> <code>${ruleOf(of.procedure)}</code></div>
${facts(headFacts(of, tenant?.name ?? null, admins, now))}
${dueItems(of, now).map((item) => html`<p>${dueLine(item)}</p>`)}
${barredBecause(of).map((cause) => note('bad', html`The way is closed: ${shown(cause, 300)}. Only closing is left.`))}</section>
${checklistCard(of, items)}
${fourEyesCard(context, of)}
${orderCard(context, of, order, progress)}
${documentsCard(context, of)}
${contactsCard(of, unreachable)}
${methodsCard(of, now)}
${caseForms(ports, context, { of, admins, refused, now })}
${mailsCard(of)}
${historyCard(kept)}`,
  });
}

function headFacts(
  of: Case,
  tenantName: string | null,
  admins: readonly CaseAdmin[],
  now: number,
): readonly (readonly [string, Html | string])[] {
  const window = cessationWindow(of);
  return [
    [
      'Tenant',
      of.tenantId === null
        ? 'not named yet'
        : html`${shown(tenantName ?? 'not in the directory', 120)} <code>${of.tenantId}</code>`,
    ],
    ['Asked for', of.request === null ? 'not said yet' : shown(requestWords(of.request, admins))],
    ['Opened', html`${timeTag(of.openedAt)} by ${shown(actorName(of.openedBy), 80)}`],
    ...(window === null
      ? []
      : [
          [
            'Support is ceased',
            html`from ${timeTag(window.from)} until ${window.until === null ? 'the evidence is confirmed or refuted' : timeTag(window.until)}${window.until !== null && window.until <= now ? ': over' : ''}`,
          ] as const,
        ]),
    ...(of.closed === null
      ? []
      : [
          [
            'Closed',
            html`${timeTag(of.closed.at)} by ${shown(of.closed.by, 80)}: ${of.closed.outcome}; ${shown(of.closed.note, 600)}`,
          ] as const,
        ]),
  ];
}

function checklistCard(of: Case, items: readonly ChecklistItem[]): Html {
  const rule = ruleOf(of.procedure);
  const line = (isDone: boolean, text: string, missing: readonly string[]): Html =>
    html`<li>${badge(isDone ? 'good' : 'warn', isDone ? 'done' : 'missing')} <strong>${text}</strong> <code class="quiet-text small">${rule}</code>${missing.length === 0 ? nothing : html`<ul class="details">${missing.map((each) => html`<li>${shown(each, 300)}</li>`)}</ul>`}</li>`;
  return html`<section class="card"><h2>What it needs</h2><ul class="checklist">
${line(of.procedure !== null, 'Tenant and procedure, named by staff', [])}
${of.procedure === null ? nothing : line(of.request !== null, 'What is asked for', [])}
${items.map(({ missing, requirement }) => line(missing.length === 0, requirementTexts[requirement], missing))}
</ul>${
    of.procedure === null
      ? nothing
      : html`<p class="quiet-text">All that may ever follow: ${specs[of.procedure].actions.join(' or ') || 'ordinary support is ignored for a time; nothing is deleted'}. No procedure adds an admin.</p>`
  }</section>`;
}

function fourEyesCard(context: ConsoleContext, of: Case): Html {
  const { proposal } = of;
  if (proposal === null) return nothing;
  const expiresAt = approvalExpiresAt(proposal);
  const me = whoOf(context).member.name;
  return html`<section class="card"><h2>Four eyes</h2>${facts([
    [
      'To be done',
      html`<ul class="details">${actionLines(proposal.action).map((line) => html`<li><strong>${shown(line, 600)}</strong></li>`)}</ul>`,
    ],
    proposal.objectId === null
      ? null
      : ['Object id of the tenant', html`<code>${shown(proposal.objectId, 120)}</code>`],
    ['Proposed', html`${timeTag(proposal.at)} by ${shown(proposal.by, 80)}`],
    [
      'Approved',
      proposal.approvals.length === 0
        ? 'by nobody yet; two others have to'
        : html`${proposal.approvals.map(({ at, by }) => html`<div>${timeTag(at)} by ${shown(by, 80)}</div>`)}`,
    ],
    expiresAt === null || of.workOrder !== null
      ? null
      : ['The second approval', html`before ${timeTag(expiresAt)} UTC`],
  ])}
${of.workOrder === null && proposal.by === me ? note('calm', 'You proposed it: two others approve.') : nothing}</section>`;
}

const progressTones: Readonly<Record<OrderProgress['state'], Tone>> = {
  unsigned: 'warn',
  queued: 'warn',
  retrying: 'warn',
  delivered: 'good',
  parked: 'bad',
  cancelled: 'calm',
};

function orderCard(
  context: ConsoleContext,
  { id, workOrder }: Case,
  order: SignedOrder | null,
  progress: readonly OrderProgress[],
): Html {
  if (workOrder === null) return nothing;
  const { answer } = workOrder;
  return html`<section class="card"><h2>Work order</h2>${facts([
    ['Id', html`<code>${workOrder.id}</code>`],
    [
      'Issued',
      html`${timeTag(workOrder.issuedAt)}, to be carried out once and before ${timeTag(workOrder.expiresAt)} UTC`,
    ],
    ['Signature', order === null ? 'not signed' : html`by key <code>${order.fingerprint}</code>`],
    progress.length === 0
      ? null
      : [
          'Engineering',
          html`${progress.map(({ at, state, text }) => html`<div>${badge(progressTones[state], state)} ${shown(text, 400)}${at === null ? nothing : html` <span class="quiet-text">${timeTag(at)}</span>`}</div>`)}`,
        ],
    [
      'Answer',
      answer === null
        ? 'none yet'
        : html`${timeTag(answer.at)} ${answer.result}, ${shown(answer.reference, 120)}; ${shown(answer.note, 600)}, recorded by ${shown(answer.by, 120)}`,
    ],
  ])}
${progress.some(({ state }) => state === 'parked') ? actionButton(context, `/cases/${id}/order/retry`, 'Send it again', { tone: 'secondary' }) : nothing}
${order === null ? nothing : html`<details><summary>The signed text</summary><pre class="mono">${shownLines(order.document)}</pre></details>`}</section>`;
}

function documentsCard(context: ConsoleContext, of: Case): Html {
  if (of.documents.length === 0) return nothing;
  return html`<section class="card"><h2>Evidence</h2>
<p class="quiet-text">Kept sealed; Postern opens none of it. Who takes a copy is recorded as having looked.</p>${table(
    'Evidence',
    ['Document', 'File', 'Standing', 'Received (UTC)', 'Looked at by', ''],
    of.documents.map((document) => [
      html`${document.id}<br>${documentTexts[document.kind]}`,
      html`<span class="wrap">${shown(document.fileName, 120)}</span><br><span class="quiet-text small">${bytesText(document.size)}, sha256 <span class="wrap">${document.digest}</span></span>${document.marks.map((mark) => html` ${badge('bad', mark)}`)}`,
      html`${badge(document.standing === 'confirmed' ? 'good' : document.standing === 'refuted' ? 'bad' : 'warn', document.standing)}${
        document.confirmation === null
          ? nothing
          : html`<br><span class="small">asked ${shown(document.confirmation.source.asked, 160)}, by ${shown(document.confirmation.by, 80)}</span>`
      }`,
      html`${timeTag(document.receivedAt)}<br><span class="quiet-text small">${document.origin.kind === 'upload' ? 'uploaded' : shown(document.origin.reference, 80)}</span>`,
      shown([...new Set(document.looks.map(({ by }) => by))].join(', ') || '–', 200),
      actionButton(context, `/cases/${of.id}/documents/${document.id}`, 'Take a copy', {
        label: `Take a copy of ${document.id}`,
      }),
    ]),
  )}</section>`;
}

function awayNote(away: { readonly since: number; readonly cause: string } | undefined): Html {
  if (away === undefined) return nothing;
  return html`<br><span class="small">${badge('bad', 'unreachable')} since ${timeTag(away.since)} UTC: ${shown(away.cause, 200)}</span>`;
}

const standingBadges: Readonly<Record<ContactStanding, Html>> = {
  executive: badge('good', 'yes'),
  'too-young': badge('bad', 'no: changed within 30 days before the case'),
  technical: badge('calm', 'no: technical'),
  'billing-alone': badge('calm', 'no: billing, not an executive'),
};

function contactsCard(of: Case, unreachable: UnreachableAddresses): Html {
  if (of.procedure === null) return nothing;
  return html`<section class="card"><h2>Contacts on file</h2>${
    of.contacts.length === 0
      ? html`<p>None was on file when the case was opened.</p>`
      : table(
          'Contacts on file',
          ['Name', 'Role', 'Way', 'Unchanged since (UTC)', 'Counts'],
          of.contacts.map((contact) => [
            shown(contact.name, 80),
            contact.role,
            html`${contact.channel}: ${shown(contact.value, 120)}${awayNote(unreachable.get(contact.value))}`,
            timeTag(contact.since),
            standingBadges[contactStanding(of, contact)],
          ]),
        )
  }
${of.contactChanges.map(({ at, change, channel, name }) => note('warn', html`The ${channel} of ${shown(name, 80)} was ${change} ${timeTag(at)} UTC.`))}
${
  of.attempts.length === 0
    ? nothing
    : table(
        'Contacts that were asked',
        ['Asked at (UTC)', 'Who', 'Outcome', 'By', 'Note'],
        of.attempts.map(({ by, channel, madeAt, name, note: said, outcome }) => [
          timeTag(madeAt),
          html`${shown(name, 80)} by ${channel}`,
          badge(outcome === 'confirmed' ? 'good' : outcome === 'denied' ? 'bad' : 'calm', outcomeTexts[outcome]),
          shown(by, 80),
          shown(said, 300),
        ]),
      )
}</section>`;
}

function methodsCard(of: Case, now: number): Html {
  if (of.methods.length === 0) return nothing;
  return html`<section class="card"><h2>Methods of the contract</h2>${table(
    'Methods of the contract',
    ['Method', 'Stands in for', 'Held since (UTC)', 'Counts', 'Used'],
    of.methods.map((method) => [
      html`<code>${shown(method.id, 60)}</code> ${method.kind === 'dead-mans-switch' ? 'dead man’s switch' : html`third party ${shown(method.name, 80)}`}`,
      method.replaces.join(', '),
      timeTag(method.since),
      method.since > of.openedAt
        ? 'no: the contract got it after the request'
        : method.kind === 'dead-mans-switch'
          ? html`when nobody checks in; at the earliest ${timeTag(switchState(method, null, now).firesAt)}`
          : 'by a proven mail of its exact address',
      of.methodUses
        .filter((use) => use.methodId === method.id)
        .map(({ by, undoneAt }) => `${by}${undoneAt === null ? '' : ', undone by a check-in'}`)
        .join('; ') || '–',
    ]),
  )}</section>`;
}

function mailsCard(of: Case): Html {
  if (of.communications.length === 0) return nothing;
  return html`<section class="card"><h2>Mail and requests</h2>${table(
    'Mail and requests',
    ['Received (UTC)', 'What', 'Claimed author'],
    of.communications.map(({ address, channel, receivedAt, reference }) => [
      timeTag(receivedAt),
      channel === 'mail'
        ? html`<a href="/mail/${reference}">${shown(reference, 80)}</a>`
        : html`portal ${shown(reference, 120)}`,
      address === null ? '–' : shown(address, 120),
    ]),
  )}</section>`;
}

function historyCard({ case: of, events }: KeptCase): Html {
  return html`<section class="card"><h2>What happened</h2>${table(
    'What happened',
    ['Time (UTC)', 'Who', 'What'],
    events.map(({ at, by, event }) => [
      timeTag(at),
      shown(actorName(by), 80),
      html`<span class="wrap">${shown(eventWords(event, of), 2_000)}</span>`,
    ]),
  )}
<p><a href="/audit?subject=${of.id}">The same in the audit log</a></p></section>`;
}
