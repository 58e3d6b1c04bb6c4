/** All queues at a glance, and what their dead letters died of. */
import type { FailureGroup, QueueState } from '../../../queue/inspection.ts';
import type { QueuePause } from '../../../records/queue-pauses.ts';
import { type ConsoleContext, mayI } from '../../environment.ts';
import { actionButton } from '../../form.ts';
import {
  ageText,
  badge,
  count,
  empty,
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

export type QueueOverview = {
  readonly states: readonly QueueState[];
  readonly workers: number;
  readonly pauses: readonly QueuePause[];
  /** Null for roles that do not see causes. */
  readonly failures: readonly FailureGroup[] | null;
};

export function queueOverview(context: ConsoleContext, { states, workers, pauses, failures }: QueueOverview): Html {
  return page(context, {
    title: 'Queues',
    about:
      'What the workers do with each mail after it was judged. A dead letter failed at every attempt and waits for somebody.',
    body: html`${workers === 0 ? note('bad', 'No worker gives a sign of life: jobs wait until one runs.') : nothing}
${states.filter(({ isPaused }) => isPaused).map((state) => pauseNote(state, pauses))}
<section class="card">${table(
      'Queues',
      ['Queue', 'Waiting', 'Oldest', 'Active', 'Delayed', 'Completed lately', 'Dead'],
      states.map(({ queue, isPaused, jobs, oldestMs }) => [
        html`<a href="/queues/${queue}"><strong>${queue}</strong></a>${isPaused ? html` ${badge('warn', 'paused')}` : nothing}`,
        count(jobs.waiting),
        oldestMs === null ? '–' : ageText(oldestMs),
        count(jobs.active),
        count(jobs.delayed),
        count(jobs.completed),
        jobs.failed === 0
          ? '0'
          : html`<a href="/queues/${queue}?state=failed">${badge('warn', count(jobs.failed))}</a>`,
      ]),
    )}</section>
${failures === null ? nothing : failuresCard(context, failures)}`,
  });
}

/** Why a queue stands still. */
export function pauseNote({ queue }: Pick<QueueState, 'queue'>, pauses: readonly QueuePause[]): Html {
  const pause = pauses.find((one) => one.queue === queue);
  return note(
    'warn',
    pause === undefined
      ? html`<strong>${queue}</strong> is paused, and nobody said why: not by this console. Its jobs wait.`
      : html`<strong>${queue}</strong> is paused by ${shown(pause.actor, 80)} since ${timeTag(pause.at)} UTC: ${shown(pause.reason, 300)}`,
  );
}

function failuresCard(context: ConsoleContext, failures: readonly FailureGroup[]): Html {
  return html`<section class="card"><h2>Dead letters, by cause</h2>${
    failures.length === 0
      ? empty('No dead letters', 'Every job got through, if not at the first try.')
      : table(
          'Dead letters',
          ['Queue', 'Jobs', 'Cause', 'Last (UTC)', 'For example', ''],
          failures.map(({ queue, jobs, cause, lastAt, examples: [example] }) => [
            queue,
            count(jobs),
            html`<a class="wrap" href="${pathWith(`/queues/${queue}`, { state: 'failed', q: searchable(cause) })}">${shown(cause, 200)}</a>`,
            lastAt === 0 ? '–' : timeTag(lastAt),
            example === undefined
              ? '–'
              : html`<a class="wrap small" href="/queues/${queue}/jobs/${encodeURIComponent(example)}"><code>${shown(example, 60)}</code></a>`,
            mayI(context, 'queues.retry')
              ? actionButton(context, `/queues/${queue}/dead`, 'Retry…', {
                  label: `Retry ${jobs} of ${queue}: ${cause}`,
                  fields: { act: 'retry', text: searchable(cause) },
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
