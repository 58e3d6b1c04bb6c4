/** Queues: what waits in which state, what failed and of what, and back to work with it after a dry run. */
import { Hono } from 'hono';
import { type QueueName, queueNames } from '../../jobs/queues.ts';
import type { FailureGroup, QueueState, RetryFilter } from '../../queue/inspection.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI, whoOf } from '../environment.ts';
import { actionButton, formTexts } from '../form.ts';
import { need } from '../guard.ts';
import {
  ageText,
  badge,
  count,
  empty,
  type Html,
  html,
  note,
  nothing,
  plural,
  shown,
  table,
  timeTag,
} from '../html.ts';
import { page } from '../layout.ts';
import type { ConsolePorts } from '../ports.ts';

export function queueRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();

  routes.get('/queues', need('queues.see'), async (context) => {
    const [states, workers] = await Promise.all([ports.queues.states(), ports.queues.workersAlive()]);
    const failures = mayI(context, 'queues.causes') ? await ports.queues.failures() : null;
    return context.html(queuesPage(context, states, workers, failures));
  });

  routes.post('/queues/retry', need('queues.retry'), async (context) => {
    const form = await formTexts(context);
    const queue = queueNames.find((name) => name === form('queue'));
    if (queue === undefined) return context.redirect('/queues', 303);
    const cause = form('cause').slice(0, 200);
    const filter: RetryFilter = { queue, ...(cause === '' ? {} : { cause }) };
    if (form('step') !== 'retry') {
      const { matched } = await ports.queues.retry(filter, { dryRun: true });
      return context.html(confirmPage(context, queue, cause, matched));
    }
    const result = await ports.queues.retry(filter, { dryRun: false });
    const actor = whoOf(context).member.name;
    await ports.audit.append({
      at: ports.now(),
      actor,
      action: 'queue.retry',
      subject: queue,
      detail: { cause, ...result },
    });
    return context.redirect(`/queues?retried=${result.retried}&gone=${result.gone}`, 303);
  });
  return routes;
}

function queuesPage(
  context: ConsoleContext,
  states: readonly QueueState[],
  workers: number,
  failures: readonly FailureGroup[] | null,
): Html {
  const retried = Number(context.req.query('retried') ?? Number.NaN);
  const gone = Number(context.req.query('gone') ?? 0);
  return page(context, {
    title: 'Queues',
    body: html`${Number.isSafeInteger(retried) ? note('good', `${plural(retried, 'job')} put back to work${gone > 0 ? `; ${count(gone)} were gone meanwhile` : ''}.`) : nothing}
${workers === 0 ? note('bad', 'No worker gives a sign of life: jobs wait until one runs.') : nothing}
<section class="card">${table(
      'Queues',
      ['Queue', 'Waiting', 'Oldest', 'Active', 'Delayed', 'Completed lately', 'Dead'],
      states.map(({ queue, jobs, oldestMs }) => [
        html`<strong>${queue}</strong>`,
        count(jobs.waiting),
        oldestMs === null ? '–' : ageText(oldestMs),
        count(jobs.active),
        count(jobs.delayed),
        count(jobs.completed),
        jobs.failed === 0 ? '0' : badge('warn', count(jobs.failed)),
      ]),
    )}</section>
${failures === null ? nothing : failuresCard(context, failures)}`,
  });
}

function failuresCard(context: ConsoleContext, failures: readonly FailureGroup[]): Html {
  return html`<section class="card"><h2>Dead letters, by cause</h2>${
    failures.length === 0
      ? empty('No dead letters', 'Every job got through, if not at the first try.')
      : table(
          'Dead letters',
          ['Queue', 'Jobs', 'Cause', 'Last (UTC)', 'For example', ''],
          failures.map(({ queue, jobs, cause, lastAt, examples }) => [
            queue,
            count(jobs),
            html`<span class="wrap">${shown(cause, 200)}</span>`,
            lastAt === 0 ? '–' : timeTag(lastAt),
            examples.map(
              (id) =>
                html`<a class="wrap small" href="/mail?q=${encodeURIComponent(id)}"><code>${shown(id, 60)}</code></a> `,
            )[0] ?? '–',
            mayI(context, 'queues.retry')
              ? actionButton(context, '/queues/retry', 'Retry…', {
                  label: `Retry ${jobs} of ${queue}: ${cause}`,
                  fields: { queue, cause: searchable(cause) },
                })
              : nothing,
          ]),
        )
  }</section>`;
}

/** Groups are named by their cause; jobs without one match everything of their queue. */
function searchable(cause: string): string {
  return cause === 'unknown' ? '' : cause;
}

function confirmPage(context: ConsoleContext, queue: QueueName, cause: string, matched: number): Html {
  return page(context, {
    title: 'Put back to work?',
    body: html`<section class="card"><p><strong>${plural(matched, 'dead letter')}</strong> of <strong>${queue}</strong> would run again, with all attempts anew${cause === '' ? '.' : ', those that failed with:'}</p>
${cause === '' ? nothing : html`<p><code>${shown(cause, 200)}</code></p>`}
<p class="quiet-text">Nothing was changed yet. Jobs that fail of the same again come back here.</p>
<div class="row">${matched === 0 ? nothing : actionButton(context, '/queues/retry', `Retry ${count(matched)}`, { tone: 'plain', fields: { queue, cause, step: 'retry' } })}<a class="button" href="/queues">Cancel</a></div></section>`,
  });
}
