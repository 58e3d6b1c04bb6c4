/** One queue: its jobs by state, looked through by text and age; what can be done with them. */
import { jobStates, type QueueName } from '../../../jobs/queues.ts';
import type { JobQuery, JobRow } from '../../../queue/jobs.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton, postForm } from '../../form.ts';
import {
  choice,
  count,
  empty,
  field,
  type Html,
  html,
  note,
  nothing,
  pathWith,
  shown,
  table,
  timeTag,
} from '../../html.ts';
import { page } from '../../layout.ts';
import type { ConsolePorts } from '../../ports.ts';
import { pauseNote } from './overview.ts';

const rowsPerPage = 100;

const ages = [
  ['', 'any'],
  ['10', '10 minutes'],
  ['60', 'an hour'],
  ['1440', 'a day'],
  ['10080', 'a week'],
] as const;

/** The page's address, `state`, `q`, `older` (minutes) and `from`, as a question. */
export type AskedJobs = JobQuery & { readonly older: string };

export function jobQueryOf(context: ConsoleContext, queue: QueueName, now: number): AskedJobs {
  const asked = (name: string) => (context.req.query(name) ?? '').trim();
  const older = ages.some(([minutes]) => minutes === asked('older')) ? asked('older') : '';
  return {
    queue,
    state: jobStates.find((state) => state === asked('state')) ?? 'waiting',
    text: mayI(context, 'queues.causes') ? asked('q').slice(0, 200) : '',
    older,
    addedBefore: older === '' ? null : now - Number(older) * 60_000,
    from: Math.min(10_000_000, Math.max(0, Math.trunc(Number(asked('from'))) || 0)),
    limit: rowsPerPage,
  };
}

/** What its jobs do. */
const queueTexts: Readonly<Record<QueueName, string>> = {
  accepted: 'Accepted mail: each is recorded, and gets its ticket.',
  rejected: 'Rejected mail: each is recorded, and answered where policy says so.',
  escalated: 'Mail for a person: each is recorded, and waits among the reviews.',
  handoff: 'Tickets on their way to the help desk.',
  notices: 'Mail that the gateway sends: notices, questions to addresses on file, alerts.',
  maintenance: 'What is done by the clock: the sweep of the spool, retention, reminders.',
};

const done: Readonly<Record<string, string>> = {
  paused: 'Paused: workers finish what they have in hand and take nothing more.',
  resumed: 'Resumed: workers go on with it.',
  retried: 'The job is put back to work.',
  removed: 'The job is removed.',
};

export type TypedReason = { readonly reason?: string; readonly fault?: string };

export async function queuePage(
  ports: ConsolePorts,
  context: ConsoleContext,
  query: AskedJobs,
  typed: TypedReason,
): Promise<Html> {
  const { queue, state, text, older } = query;
  const [states, { rows, next }, pauses] = await Promise.all([
    ports.queues.states(),
    ports.queues.jobs(query),
    ports.queuePauses.all(),
  ]);
  const here = states.find((one) => one.queue === queue);
  const isPaused = here?.isPaused === true;
  const message = done[context.req.query('done') ?? ''];
  const pathOf = (changes: Readonly<Record<string, string>>) =>
    pathWith(`/queues/${queue}`, { state, q: text, older, ...changes });
  return page(context, {
    title: `Queue ${queue}`,
    about: queueTexts[queue],
    actions: html`<a class="button" href="/queues">All queues</a>${isPaused && mayI(context, 'queues.pause') ? actionButton(context, `/queues/${queue}/resume`, 'Resume', { tone: 'plain' }) : nothing}`,
    body: html`${message === undefined ? nothing : note('good', message)}
${isPaused ? pauseNote({ queue }, pauses) : nothing}
<div class="tabs" role="group" aria-label="State">${jobStates.map((one) => html`<a href="${pathOf({ state: one })}"${one === state ? html` aria-current="true"` : nothing}>${stateTexts[one]} ${count(here?.jobs[one] ?? 0)}</a>`)}</div>
<form class="filters" action="/queues/${queue}"><input type="hidden" name="state" value="${state}">
${mayI(context, 'queues.causes') ? html`<div class="grow">${field({ name: 'q', label: 'Part of the id or the cause', value: text, type: 'search' })}</div>` : nothing}
${choice({ name: 'older', label: 'Older than', value: older, options: ages })}<button class="button plain">Show</button></form>
${state === 'failed' && rows.length > 0 ? deadLetterButtons(context, query) : nothing}
<section class="card">${rows.length === 0 ? empty(`No job is ${stateTexts[state]}`, text === '' && older === '' ? 'Other states are one click away.' : 'Without the filter there may be some.') : jobTable(context, query, rows)}</section>
${next === null && query.from === 0 ? nothing : html`<div class="pager">${query.from === 0 ? html`<span></span>` : html`<a class="button" href="${pathOf({})}">First</a>`}${next === null ? html`<span class="quiet-text">No more.</span>` : html`<a class="button" rel="next" href="${pathOf({ from: String(next) })}">Go on</a>`}</div>`}
${!isPaused && mayI(context, 'queues.pause') ? pauseCard(context, queue, typed) : nothing}`,
  });
}

const stateTexts = {
  waiting: 'waiting',
  active: 'active',
  delayed: 'delayed',
  completed: 'completed',
  failed: 'dead',
} as const;

function jobTable(context: ConsoleContext, { queue, state }: AskedJobs, rows: readonly JobRow[]): Html {
  const seesCauses = mayI(context, 'queues.causes');
  const time =
    state === 'delayed' ? 'Due (UTC)' : state === 'completed' || state === 'failed' ? 'Ended (UTC)' : 'Begun (UTC)';
  return table(
    'Jobs',
    ['Job', 'Added (UTC)', time, 'Attempts', ...(seesCauses ? ['Last error'] : [])],
    rows.map((row) => {
      const at =
        state === 'delayed' ? row.dueAt : state === 'completed' || state === 'failed' ? row.finishedAt : row.begunAt;
      return [
        html`<a class="wrap" href="/queues/${queue}/jobs/${encodeURIComponent(row.id)}"><code>${shown(row.id, 80)}</code></a>`,
        timeTag(row.addedAt),
        at === null ? '–' : timeTag(at),
        `${row.attempts} of ${row.mostAttempts}`,
        ...(seesCauses ? [html`<span class="wrap">${shown(row.cause ?? '–', 200)}</span>`] : []),
      ];
    }),
  );
}

function deadLetterButtons(context: ConsoleContext, { queue, text, older }: AskedJobs): Html {
  const fields = { text, older };
  const what = text === '' && older === '' ? 'all' : 'all that match';
  return html`<div class="row">${mayI(context, 'queues.retry') ? actionButton(context, `/queues/${queue}/dead`, `Retry ${what}…`, { fields: { ...fields, act: 'retry' } }) : nothing}
${mayI(context, 'queues.remove') ? actionButton(context, `/queues/${queue}/dead`, `Remove ${what}…`, { fields: { ...fields, act: 'remove' } }) : nothing}</div>`;
}

function pauseCard(context: ConsoleContext, queue: QueueName, { reason, fault }: TypedReason): Html {
  return html`<section class="card"><h2>Pause it</h2><p class="quiet-text">Mail goes on being taken; its jobs wait here until somebody resumes the queue. The reason stands on the overview.</p>${postForm(
    context,
    `/queues/${queue}/pause`,
    html`${field({ name: 'reason', label: 'Why', value: reason ?? '', required: true, fault: fault ?? null })}<div class="row"><button class="button danger">Pause</button></div>`,
  )}</section>`;
}
