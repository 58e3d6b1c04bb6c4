/** The audit log: who did what, newest first; and whether its chain is whole. */
import { Hono } from 'hono';
import type { AuditRow, AuditVerification } from '../../records/audit.ts';
import type { ConsoleContext, ConsoleEnvironment } from '../environment.ts';
import { actionButton } from '../form.ts';
import { need } from '../guard.ts';
import {
  count,
  empty,
  field,
  type Html,
  html,
  note,
  nothing,
  pathWith,
  plural,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts } from '../ports.ts';

const rowsPerPage = 100;

export function auditRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  routes.get('/audit', need('audit.see'), async (context) => context.html(await auditPage(ports, context, null)));
  // Reads the whole log: asked for, not done at each look.
  routes.post('/audit/verify', need('audit.see'), async (context) =>
    context.html(await auditPage(ports, context, await ports.audit.verify())),
  );
  return routes;
}

async function auditPage(
  ports: ConsolePorts,
  context: ConsoleContext,
  verified: AuditVerification | null,
): Promise<Html> {
  const asked = (name: string) => (context.req.query(name) ?? '').trim().slice(0, 200);
  const [actor, action, subject] = [asked('actor'), asked('action'), asked('subject')];
  const before = Number(asked('before') || Number.NaN);
  const rows = await ports.audit.list({
    limit: rowsPerPage + 1,
    ...(actor === '' ? {} : { actor }),
    ...(action === '' ? {} : { action }),
    ...(subject === '' ? {} : { subject }),
    ...(Number.isSafeInteger(before) ? { before } : {}),
  });
  const shownRows = rows.slice(0, rowsPerPage);
  const last = shownRows.at(-1);
  return page(context, {
    title: 'Audit log',
    about:
      'Who did what and when, newest first. Each row is chained to the one before: a row that was changed or taken out shows.',
    actions: actionButton(context, '/audit/verify', 'Verify the chain'),
    body: html`${verified === null ? nothing : verifiedNote(verified)}
<form class="filters" action="/audit">${field({ name: 'actor', label: 'Who', value: actor })}${field({ name: 'action', label: 'Did', value: action, placeholder: 'deny.add' })}<div class="grow">${field({ name: 'subject', label: 'To what', value: subject, placeholder: 'id of a mail, an entry, a member' })}</div><button class="button plain">Show</button></form>
<section class="card">${shownRows.length === 0 ? empty('Nothing', 'No act matches.') : auditTable(shownRows)}</section>
${rows.length <= rowsPerPage || last === undefined ? nothing : html`<div class="pager"><span></span><a class="button" rel="next" href="${pathWith('/audit', { actor, action, subject, before: String(last.seq) })}">Older</a></div>`}`,
  });
}

function verifiedNote(verified: AuditVerification): Html {
  return verified.ok
    ? note(
        'good',
        html`The chain is whole: ${plural(verified.entries, 'row')}. Its end, to be kept elsewhere: <code>${verified.head.seq} ${verified.head.hash}</code>`,
      )
    : note('bad', `The chain is broken at row ${count(verified.seq)}: ${verified.cause}.`);
}

function auditTable(rows: readonly AuditRow[]): Html {
  return table(
    'Audit log',
    ['At (UTC)', 'Who', 'Did', 'To what', 'Detail'],
    rows.map((row) => [
      timeTag(row.at),
      shown(row.actor, 100),
      html`<code>${shown(row.action, 60)}</code>`,
      html`<span class="wrap">${subjectLink(row)}</span>`,
      detailOf(row.detail),
    ]),
  );
}

/** What was written down besides, by its names. */
function detailOf(detail: unknown): Html | string {
  if (detail === null) return '';
  if (typeof detail !== 'object' || Array.isArray(detail))
    return html`<span class="small wrap">${valueOf(detail)}</span>`;
  const pairs = Object.entries(detail).slice(0, mostPairs);
  return html`<ul class="pairs small">${pairs.map(([name, value]) => html`<li><span class="quiet-text">${shown(name, 60)}</span> <span class="wrap">${valueOf(value)}</span></li>`)}</ul>`;
}

const mostPairs = 12;

function valueOf(value: unknown): Html {
  return shown(typeof value === 'string' ? value : JSON.stringify(value), 240);
}

/** Acts whose subject is an id, and the page of it; others are about a list as a whole. */
const places: readonly (readonly [acts: RegExp, id: RegExp, path: string])[] = [
  [/^deny\./, /^[0-9a-f]{20}$/, '/deny/'],
  [/^(?:mail|review)\./, /^[0-9a-z]+-\d+$/, '/mail/'],
  [/^staff\./, /./, '/staff/'],
  [/^case\./, /^case-\w+$/, '/cases/'],
];

function subjectLink({ action, subject }: AuditRow): Html {
  const place = places.find(([acts, id]) => acts.test(action) && id.test(subject));
  if (place === undefined) return shown(subject, 120);
  return html`<a href="${place[2]}${encodeURIComponent(subject)}">${shown(subject, 120)}</a>`;
}
