/** The start page: what comes in now, what waits, what needs somebody. Live over server-sent events. */
import { Hono } from 'hono';
import type { OutcomeCount } from '../../records/trace-counts.ts';
import { type ConsoleContext, type ConsoleEnvironment, mayI } from '../environment.ts';
import { need } from '../guard.ts';
import {
  ageText,
  badge,
  bytesText,
  count,
  empty,
  facts,
  type Html,
  html,
  outcomeBadge,
  plural,
  table,
} from '../html.ts';
import { page } from '../layout.ts';
import { liveMark, liveSections, mostStreams } from '../live-sections.ts';
import { type OverviewState, overviewOf } from '../overview-state.ts';
import { createPlaces } from '../places.ts';
import type { ConsolePorts } from '../ports.ts';

const outcomes = ['accepted', 'rejected', 'escalated'] as const;

/** What a chart covers, and how fine. */
const ranges = {
  hour: { spanMs: 3_600_000, bucketMs: 60_000, text: 'hour' },
  day: { spanMs: 86_400_000, bucketMs: 15 * 60_000, text: 'day' },
  month: { spanMs: 30 * 86_400_000, bucketMs: 12 * 3_600_000, text: '30 days' },
} as const;
type Range = keyof typeof ranges;

export function overviewRoutes(ports: ConsolePorts): Hono<ConsoleEnvironment> {
  const routes = new Hono<ConsoleEnvironment>();
  const look = overviewOf(ports);
  const streams = createPlaces(mostStreams);

  routes.get('/', need('overview.see'), async (context) => context.html(overviewPage(context, await look())));

  routes.get('/live/overview', need('overview.see'), (context) =>
    liveSections(ports, context, streams, async () => sectionsOf(context, await look())),
  );

  routes.get('/live/flow', need('overview.see'), async (context) => {
    const asked = context.req.query('range');
    const range: Range = asked === 'day' || asked === 'month' ? asked : 'hour';
    const { spanMs, bucketMs } = ranges[range];
    const end = Math.floor(ports.now() / bucketMs) * bucketMs;
    const begin = end - spanMs + bucketMs;
    const points = await ports.flow({ since: begin, bucketMs });
    const times = Array.from({ length: spanMs / bucketMs }, (_, index) => begin + index * bucketMs);
    const series = Object.fromEntries(
      outcomes.map((outcome) => {
        const counts = new Map(points.filter((point) => point.outcome === outcome).map(({ at, count }) => [at, count]));
        return [outcome, times.map((at) => counts.get(at) ?? 0)];
      }),
    );
    return context.json({ times: times.map((at) => at / 1_000), series });
  });
  return routes;
}

function overviewPage(context: ConsoleContext, state: OverviewState): Html {
  const sections = sectionsOf(context, state);
  return page(context, {
    title: 'Overview',
    about: 'What comes in, what waits, and what needs somebody. It keeps itself up to date.',
    modules: ['live', 'charts'],
    charts: true,
    actions: liveMark('/live/overview', state.at),
    body: html`<div id="attention">${sections.attention}</div>
<div id="numbers">${sections.numbers}</div>
<section class="card chart-card"><div class="card-head"><h2 id="chart-title">Mail by outcome</h2>
<div class="tabs" role="group" aria-label="Range of the chart">${Object.entries(ranges).map(([key, { text }]) => html`<button type="button" data-range="${key}" aria-pressed="${key === 'hour' ? 'true' : 'false'}">Last ${text}</button>`)}</div></div>
<ul class="legend">${outcomes.map((outcome) => html`<li class="${outcome}">${outcome}</li>`)}</ul>
<div class="chart" id="chart" role="img" aria-labelledby="chart-title" data-flow="/live/flow"><p class="quiet-text">The chart needs JavaScript; the table below has the same numbers.</p></div></section>
<div class="columns"><section class="card"><h2>By reason</h2><div id="reasons">${sections.reasons}</div></section>
<section class="card"><h2>Queues</h2><div id="queues">${sections.queues}</div></section></div>
<section class="card"><h2>The machine</h2><div id="machine">${sections.machine}</div></section>`,
  });
}

function sectionsOf(context: ConsoleContext, state: OverviewState) {
  return {
    attention: attention(state),
    numbers: numbers(state),
    reasons: reasons(state, mayI(context, 'mail.find')),
    queues: queues(state, mayI(context, 'queues.see')),
    machine: machine(state),
  };
}

function attention({ alerts }: OverviewState): Html {
  if (alerts.length === 0)
    return html`<div class="headline good"><span class="dot"></span> All is well: nothing needs attention.</div>`;
  return html`<ul class="alerts">${alerts.map(({ tone, text, path }) => html`<li class="${tone}">${badge(tone, tone === 'bad' ? 'now' : 'soon')} ${path === null ? text : html`<a href="${path}">${text}</a>`}</li>`)}</ul>`;
}

function numbers({ lastHour, queues: states, undecided, workers }: OverviewState): Html {
  const waiting = states?.reduce((sum, { jobs }) => sum + jobs.waiting + jobs.delayed, 0) ?? null;
  const dead = states?.reduce((sum, { jobs }) => sum + jobs.failed, 0) ?? null;
  const oldest = states === null ? null : Math.max(0, ...states.map(({ oldestMs }) => oldestMs ?? 0));
  const sum = (outcome: string) => sumOf(lastHour.filter((row) => row.outcome === outcome));
  return html`<dl class="numbers">
${number('Mails, last hour', count(sumOf(lastHour)), `${count(sum('accepted'))} accepted · ${count(sum('rejected'))} rejected · ${count(sum('escalated'))} escalated`)}
${number('To decide', count(undecided), undecided === 0 ? 'no escalated mail waits' : 'escalated mails wait for a person')}
${number('Jobs waiting', waiting === null ? '?' : count(waiting), oldest === null ? 'Redis does not answer' : oldest === 0 ? 'none is left lying' : `the oldest for ${ageText(oldest)}`)}
${number('Dead letters', dead === null ? '?' : count(dead), dead === 0 ? 'every job got through' : 'failed for good until retried', dead !== null && dead > 0 ? 'warn' : undefined)}
${number('Workers', workers === null ? '?' : count(workers), workers === 0 ? 'jobs wait until one runs' : 'gave a sign of life', workers === 0 ? 'bad' : undefined)}
</dl>`;
}

function number(name: string, value: string, about: string, tone?: string): Html {
  return html`<div class="number ${tone ?? ''}"><dt>${name}</dt><dd><span class="value">${value}</span><span class="about">${about}</span></dd></div>`;
}

function reasons({ lastHour, lastDay }: OverviewState, mayFind: boolean): Html {
  if (lastDay.length === 0) {
    return empty('No mail in the last day', html`Send the samples: <code>npm run -s postern -- send samples/</code>`);
  }
  const hour = new Map(lastHour.map((row) => [`${row.outcome} ${row.reason}`, row.count]));
  // The day is counted less often than the hour, and must not look smaller.
  const inHour = (row: OutcomeCount) => hour.get(`${row.outcome} ${row.reason}`) ?? 0;
  const rows = lastDay
    .map((row) => ({ ...row, count: Math.max(row.count, inHour(row)) }))
    .toSorted((one, other) => other.count - one.count);
  const most = Math.max(...rows.map((row) => row.count));
  return table(
    'Mails by reason',
    ['Outcome', 'Reason', 'Hour', 'Day'],
    rows.map((row) => [
      outcomeBadge(row.outcome),
      mayFind ? html`<a href="/mail?reason=${row.reason}">${row.reason}</a>` : row.reason,
      count(inHour(row)),
      html`<span class="measure">${count(row.count)}<meter min="0" max="${most}" value="${row.count}" aria-hidden="true"></meter></span>`,
    ]),
  );
}

function queues({ queues: states }: OverviewState, maySee: boolean): Html {
  if (states === null) return empty('Redis does not answer', 'The numbers come back by themselves when it does.');
  return table(
    'Queues',
    ['Queue', 'Waiting', 'Active', 'Delayed', 'Dead', 'Oldest'],
    states.map(({ queue, jobs, oldestMs }) => [
      maySee ? html`<a href="/queues/${queue}">${queue}</a>` : queue,
      count(jobs.waiting),
      count(jobs.active),
      count(jobs.delayed),
      jobs.failed === 0 ? '0' : badge('warn', count(jobs.failed)),
      oldestMs === null ? '–' : ageText(oldestMs),
    ]),
  );
}

function machine({ at, certificate, deferred, disk, refused }: OverviewState): Html {
  return facts([
    [
      'Mail deferred (451)',
      deferred.length === 0
        ? 'none since the listeners started'
        : deferred.map(({ label, count: n }) => `${count(n)} ${label}`).join(', '),
    ],
    [
      'Refused in the session',
      refused.length === 0
        ? 'nothing since the listeners started'
        : refused.map(({ label, count: n }) => `${count(n)} at ${label}`).join(', '),
    ],
    ['Disk', disk === null ? 'unknown' : `${bytesText(disk.freeBytes)} of ${bytesText(disk.totalBytes)} free`],
    [
      'TLS certificate',
      certificate === null
        ? 'cannot be read'
        : `${certificate.isSelfSigned ? 'self-signed, ' : ''}valid for ${plural(Math.max(0, Math.floor((certificate.expiresAt - at) / 86_400_000)), 'day')}`,
    ],
  ]);
}

function sumOf(rows: readonly OutcomeCount[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}
