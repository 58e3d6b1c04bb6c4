/** All cases: open ones with what comes due first, closed ones, and what has to be noted without a case. */
import type { Case } from '../../../cases/case.ts';
import { dueItems } from '../../../cases/due.ts';
import { ruleOf } from '../../../cases/procedure.ts';
import { stateAt } from '../../../cases/state.ts';
import type { ConsoleContext } from '../../environment.ts';
import { postForm } from '../../form.ts';
import { empty, field, type Html, html, note, nothing, shown, table, timeTag } from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { dueLine, procedureText, stateBadge } from './case-texts.ts';

const rowsPerPage = 200;

export type CheckInNote = {
  readonly tone: 'good' | 'bad';
  readonly text: string;
  /** What stays in the form. */
  readonly typed: Readonly<Record<'tenant' | 'method' | 'reference', string>>;
};

export async function listPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  message: CheckInNote | null = null,
): Promise<Html> {
  const isClosed = context.req.query('state') === 'closed';
  const all = await ports.caseTools.cases.list({ open: !isClosed, limit: rowsPerPage });
  const now = ports.now();
  const rows = all
    .filter((of) => (of.closed !== null) === isClosed)
    .map((of) => ({ of, due: dueItems(of, now) }))
    .toSorted((one, other) => (one.due[0]?.at ?? Infinity) - (other.due[0]?.at ?? Infinity));
  const tab = (text: string, path: string, isCurrent: boolean): Html =>
    html`<a href="${path}"${isCurrent ? html` aria-current="true"` : nothing}>${text}</a>`;
  return page(context, {
    title: 'Cases',
    about: 'Recoveries and other requests that need proof beyond a mail. What comes due first stands on top.',
    actions: html`<a class="button plain" href="/cases/new" data-hotkey="n">Open a case</a>`,
    body: html`${message === null ? nothing : note(message.tone, message.text)}
<div class="tabs" role="group" aria-label="State">${tab('open', '/cases', !isClosed)}${tab('closed', '/cases?state=closed', isClosed)}</div>
<section class="card">${
      rows.length === 0
        ? empty(
            isClosed ? 'No case is closed yet' : 'No case is open',
            'Mail and requests of the portal that ask for recovery open one by themselves.',
          )
        : table(
            'Cases',
            ['Case', 'Procedure', 'Tenant', 'State', isClosed ? 'Outcome' : 'Due', 'Opened (UTC)'],
            rows.map(({ due, of }) => caseRow(of, due.map(dueLine), now)),
          )
    }${!isClosed && rows.some(({ of }) => of.procedure === null) ? html`<p><a href="/cases/unnamed">Close many unnamed cases</a></p>` : nothing}</section>
<section class="card"><h2>Somebody checked in</h2>
<p>A dead man's switch of a contract is set back by a check-in, whether or not there is a case.</p>
${postForm(
  context,
  '/cases/check-in',
  html`<div class="two">${field({ name: 'tenant', label: 'Tenant id', value: message?.typed.tenant ?? '', required: true })}${field({ name: 'method', label: 'Method id, as the contract has it', value: message?.typed.method ?? '', required: true })}</div>
${field({ name: 'reference', label: 'How: ticket, mail, call', value: message?.typed.reference ?? '', required: true })}
<button class="button">Note the check-in</button>`,
)}</section>`,
  });
}

function caseRow(of: Case, due: readonly Html[], now: number): readonly (string | Html)[] {
  return [
    html`<a href="/cases/${of.id}">${of.id}</a>`,
    html`${procedureText(of.procedure)}<br><code class="quiet-text small">${ruleOf(of.procedure)}</code>`,
    of.tenantId === null ? '–' : shown(of.tenantId, 80),
    stateBadge(stateAt(of, now)),
    of.closed === null
      ? due.length === 0
        ? '–'
        : html`${due.map((line) => html`<div>${line}</div>`)}`
      : of.closed.outcome,
    timeTag(of.openedAt),
  ];
}
