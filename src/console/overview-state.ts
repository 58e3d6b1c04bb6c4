/** What the overview shows, gathered at most once every two seconds however many people look. */
import type { Alert as OpenAlert } from '../alerts/alert.ts';
import type { QueueState } from '../queue/inspection.ts';
import type { QueuePause } from '../records/queue-pauses.ts';
import type { OutcomeCount } from '../records/trace-counts.ts';
import { countsBy, type LabelCount } from './counters.ts';
import { ageText, bytesText, plural } from './html.ts';
import type { CertificateFacts, ConsolePorts, Disk } from './ports.ts';

export type Alert = { readonly tone: 'bad' | 'warn'; readonly text: string; readonly path: string | null };

export type OverviewState = {
  readonly at: number;
  readonly lastHour: readonly OutcomeCount[];
  readonly lastDay: readonly OutcomeCount[];
  /** Null when Redis does not answer. */
  readonly queues: readonly QueueState[] | null;
  /** Why queues stand still; those that Redis says do. */
  readonly pauses: readonly QueuePause[];
  readonly workers: number | null;
  /** Escalated mails that wait for a decision. */
  readonly undecided: number;
  /** Open alerts that no silence holds. */
  readonly openAlerts: { readonly critical: number; readonly warning: number };
  /** Mails answered 451 since the listeners started, by cause. */
  readonly deferred: readonly LabelCount[];
  /** Sessions and recipients that the listeners refused, by stage. */
  readonly refused: readonly LabelCount[];
  readonly disk: Disk | null;
  readonly certificate: CertificateFacts | null;
  readonly alerts: readonly Alert[];
};

export type OverviewSource = Pick<
  ConsolePorts,
  'trace' | 'reviews' | 'alerts' | 'queues' | 'queuePauses' | 'metrics' | 'disk' | 'certificate' | 'now'
>;

const freshMs = 2_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A day's counts read a day's rows: less often than the rest. */
const dayFreshMs = 30_000;

export function overviewOf(source: OverviewSource): () => Promise<OverviewState> {
  const countDay = cached(dayFreshMs, source.now, () => source.trace.countsSince(source.now() - dayMs));
  return cached(freshMs, source.now, async () => {
    const [lastHour, lastDay, reviews, open, queues, pauses, workers, metrics, disk, certificate] = await Promise.all([
      source.trace.countsSince(source.now() - hourMs),
      countDay(),
      source.reviews.counts(),
      source.alerts.open(),
      orNull(() => source.queues.states()),
      source.queuePauses.all(),
      orNull(() => source.queues.workersAlive()),
      orNull(() => source.metrics()),
      orNull(() => source.disk()),
      orNull(() => source.certificate()),
    ]);
    const state = {
      at: source.now(),
      lastHour,
      lastDay,
      queues,
      pauses: pauses.filter(({ queue }) => queues?.some((state) => state.queue === queue && state.isPaused)),
      workers,
      undecided: reviews.open,
      openAlerts: countOf(open),
      deferred: countsBy(metrics ?? [], 'postern_deferred_total', 'cause'),
      refused: countsBy(metrics ?? [], 'postern_session_refusals_total', 'stage'),
      disk,
      certificate,
    };
    return { ...state, alerts: alertsOf(state) };
  });
}

/** What needs somebody, worst first. */
function alertsOf(state: Omit<OverviewState, 'alerts'>): readonly Alert[] {
  const { at, certificate, disk, openAlerts, queues, workers } = state;
  const alerts: Alert[] = [];
  const { critical, warning } = openAlerts;
  if (critical > 0) alerts.push({ tone: 'bad', text: `${plural(critical, 'critical alert')} open`, path: '/alerts' });
  if (warning > 0) alerts.push({ tone: 'warn', text: `${plural(warning, 'alert')} open`, path: '/alerts' });
  if (queues === null) alerts.push({ tone: 'bad', text: 'Redis does not answer: mail is deferred (451)', path: null });
  if (workers === 0) alerts.push({ tone: 'bad', text: 'No worker gives a sign of life: jobs wait', path: '/queues' });
  for (const { queue, isPaused, jobs, oldestMs } of queues ?? []) {
    if (oldestMs !== null && oldestMs > 5 * 60_000) {
      const tone = oldestMs > 30 * 60_000 ? 'bad' : 'warn';
      alerts.push({ tone, text: `The oldest job in ${queue} has waited ${ageText(oldestMs)}`, path: '/queues' });
    }
    if (isPaused) {
      const pause = state.pauses.find((one) => one.queue === queue);
      const why = pause === undefined ? '' : ` by ${pause.actor}, for ${ageText(at - pause.at)}: ${pause.reason}`;
      alerts.push({ tone: 'warn', text: `${queue} is paused${why}`, path: `/queues/${queue}` });
    }
    if (jobs.failed > 0) {
      alerts.push({ tone: 'warn', text: `${plural(jobs.failed, 'dead letter')} in ${queue}`, path: '/queues' });
    }
  }
  if (disk !== null && disk.freeBytes < disk.totalBytes / 10) {
    const tone = disk.freeBytes < disk.totalBytes / 50 ? 'bad' : 'warn';
    alerts.push({
      tone,
      text: `Only ${bytesText(disk.freeBytes)} are free on the disk of the data directory`,
      path: null,
    });
  }
  if (certificate !== null && certificate.expiresAt - at < 14 * dayMs) {
    const left = certificate.expiresAt - at;
    const text = left <= 0 ? 'The TLS certificate has expired' : `The TLS certificate expires in ${ageText(left)}`;
    alerts.push({ tone: left < 3 * dayMs ? 'bad' : 'warn', text, path: null });
  }
  return alerts.toSorted((one, other) => (one.tone === other.tone ? 0 : one.tone === 'bad' ? -1 : 1));
}

function countOf(open: readonly OpenAlert[]): OverviewState['openAlerts'] {
  const heard = open.filter(({ silencedBy }) => silencedBy === null);
  const critical = heard.filter(({ severity }) => severity === 'critical').length;
  return { critical, warning: heard.length - critical };
}

async function orNull<Value>(look: () => Promise<Value>): Promise<Value | null> {
  try {
    return await look();
  } catch {
    return null; // shown as "does not answer"; the log of the connection says why
  }
}

/** The value of `look`, kept for a while; looks that overlap are one. */
export function cached<Value>(keepMs: number, now: () => number, look: () => Promise<Value>): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | null = null;
  return () => {
    if (kept !== null && now() - kept.at < keepMs) return kept.value;
    const value = look();
    kept = { at: now(), value };
    value.catch(() => {
      kept = null;
    });
    return value;
  };
}
