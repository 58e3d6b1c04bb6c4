/**
 * Counters and histograms of one process, and their sum over all processes. Labels are closed sets: never an address,
 * a domain or a tenant, which would both leak and grow without bound.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

/** A process's metrics in a form that can be sent to another process. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

export type Metrics = {
  /** One verdict for one mailbox. */
  judged(outcome: string, reason: string, rule: string): void;
  /** A mail that was answered 451. */
  deferred(cause: string): void;
  /** Milliseconds that one stage of one mail took. */
  stage(stage: string, durationMs: number): void;
  /** Something the listener refused by itself. */
  sessionRefused(stage: string, code: number): void;
  /** An SMTP session opened (+1) or closed (-1). */
  sessions(change: 1 | -1): void;
  /** A job that a worker ended with. */
  job(queue: string, result: 'completed' | 'retried' | 'dead', durationMs: number): void;
  /** Jobs of a queue in a state, as last counted. */
  queueDepth(queue: string, state: string, jobs: number): void;
  /** Age of the oldest waiting job of a queue, milliseconds. */
  oldestJob(queue: string, ageMs: number): void;
  /** Jobs that the sweep brought back. */
  swept(jobs: number): void;
  /** A call of the HTTP API, by its route (`GET /messages/{id}`) or `unknown`. */
  apiAnswered(route: string, status: number): void;
  /** Somebody tried to log in to the console: `let in`, `refused`, `slowed` or `busy`. */
  loggedIn(result: 'let in' | 'refused' | 'slowed' | 'busy'): void;
  /** An attempt at a hand-over ended: `delivered`, `trouble`, `refused` or `hopeless`. */
  delivery(target: string, result: string): void;
  /** Whether staff hold a queue. */
  queuePaused(queue: string, isPaused: boolean): void;
  /** Hand-overs of a target that wait or are parked, as last counted, with the age of the oldest that waits. */
  deliveriesLeft(
    target: string,
    counts: { readonly waiting: number; readonly parked: number; readonly oldestMs: number },
  ): void;
  /** 0: the target is tried; 1: it is left alone for a while after trouble. */
  breaker(target: string, isOpen: boolean): void;
  /** What became of a notice of a kind: `suppressed`, `bounced`, or how an attempt ended: `delivered`, `trouble`, … */
  notice(kind: string, result: string): void;
  /** Notices in the outbox by state, as last counted. */
  noticesLeft(state: 'waiting' | 'parked', count: number): void;
  /** Time until the certificate, or the last PGP key of the gateway, ends; less than none when it has. Null: unknown, or never. */
  timeLeft(what: 'certificate' | 'pgp-key', leftMs: number | null): void;
  /** Active admins of the directory whose last PGP key ends soon or has ended; null: not counted. */
  adminKeysEnding(admins: number | null): void;
  /** Open alerts by kind; kinds that are not named have none. */
  alertsOpen(byKind: ReadonlyMap<string, number>): void;
  /** How an attempt to tell a target of an alert ended. Targets are named in the configuration. */
  alertDelivery(target: string, outcome: string): void;
  /** How an attempt to tell engineering of a work order ended. */
  workOrderDelivery(outcome: string): void;
  /** What engineering is to be told, by state, as last counted. */
  workOrdersLeft(state: 'waiting' | 'parked', count: number): void;
  /** 1 while the daily removal is held back because the clock is in doubt, else 0. */
  retentionHeld(held: number): void;
  /** How long each target that something waits for has taken nothing; the others are forgotten. Null is unknown. */
  targetsStalled(ms: ReadonlyMap<string, number> | null): void;
  /** What the last daily removal could not remove. */
  retentionStuck(things: number): void;
  /** Prometheus text of this process alone. */
  text(): Promise<string>;
  snapshot(): Promise<MetricsSnapshot>;
  /** Stops the event-loop monitor. */
  close(): void;
};

/** Seconds; mail is judged in milliseconds, but a slow DNS answer takes seconds. */
const stageBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const judged = new Counter({
    name: 'postern_verdicts_total',
    help: 'Verdicts by outcome, reason and rule; one for each mailbox of a mail.',
    labelNames: ['outcome', 'reason', 'rule'],
    registers,
  });
  const deferred = new Counter({
    name: 'postern_deferred_total',
    help: 'Mails answered 451, by cause.',
    labelNames: ['cause'],
    registers,
  });
  const stages = new Histogram({
    name: 'postern_stage_seconds',
    help: 'Time that a stage of one mail took.',
    labelNames: ['stage'],
    buckets: stageBuckets,
    registers,
  });
  const refusals = new Counter({
    name: 'postern_session_refusals_total',
    help: 'Commands, recipients and connections that the listener refused by itself.',
    labelNames: ['stage', 'code'],
    registers,
  });
  const sessions = new Gauge({
    name: 'postern_smtp_sessions',
    help: 'Open SMTP sessions.',
    aggregator: 'sum',
    registers,
  });
  const jobs = new Histogram({
    name: 'postern_job_seconds',
    help: 'Time that a worker spent on one job, by queue and how it ended.',
    labelNames: ['queue', 'result'],
    buckets: stageBuckets,
    registers,
  });
  const depth = new Gauge({
    name: 'postern_queue_jobs',
    help: 'Jobs of a queue by state. The same Redis is counted by every process that asks it.',
    labelNames: ['queue', 'state'],
    aggregator: 'max',
    registers,
  });
  const oldest = new Gauge({
    name: 'postern_queue_oldest_seconds',
    help: 'Age of the oldest job that still waits.',
    labelNames: ['queue'],
    aggregator: 'max',
    registers,
  });
  const paused = new Gauge({
    name: 'postern_queue_paused',
    help: '1 while staff hold the queue.',
    labelNames: ['queue'],
    aggregator: 'max',
    registers,
  });
  const swept = new Counter({
    name: 'postern_swept_total',
    help: 'Jobs enqueued again by the sweep.',
    registers,
  });
  const calls = new Counter({
    name: 'postern_api_requests_total',
    help: 'Calls of the HTTP API, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const logIns = new Counter({
    name: 'postern_log_ins_total',
    help: 'Tries to log in to the console, by what became of them.',
    labelNames: ['result'],
    registers,
  });
  const deliveries = new Counter({
    name: 'postern_deliveries_total',
    help: 'Attempts at handing over to a target, by how they ended.',
    labelNames: ['target', 'result'],
    registers,
  });
  const deliveriesLeft = new Gauge({
    name: 'postern_deliveries',
    help: 'Hand-overs to a target that wait or are parked.',
    labelNames: ['target', 'state'],
    aggregator: 'max',
    registers,
  });
  const oldestDelivery = new Gauge({
    name: 'postern_delivery_oldest_seconds',
    help: 'Age of the oldest hand-over that still waits for a target.',
    labelNames: ['target'],
    aggregator: 'max',
    registers,
  });
  const breakers = new Gauge({
    name: 'postern_target_breaker_open',
    help: '1 while a target is left alone after trouble.',
    labelNames: ['target'],
    aggregator: 'max',
    registers,
  });
  const notices = new Counter({
    name: 'postern_notices_total',
    help: 'Notices by kind and what became of them.',
    labelNames: ['kind', 'result'],
    registers,
  });
  const noticesLeft = new Gauge({
    name: 'postern_notices',
    help: 'Notices in the outbox that wait or are parked.',
    labelNames: ['state'],
    aggregator: 'max',
    registers,
  });
  const timeLeft = new Gauge({
    name: 'postern_expiry_seconds',
    help: 'Time until the TLS certificate, or the last PGP key of the gateway, ends.',
    labelNames: ['what'],
    aggregator: 'min',
    registers,
  });
  const adminKeys = new Gauge({
    name: 'postern_admin_keys_ending',
    help: 'Active admins of the directory whose last PGP key ends soon or has ended (alerts.adminKeyDays).',
    aggregator: 'max',
    registers,
  });
  const alertsOpen = new Gauge({
    name: 'postern_alerts_open',
    help: 'Open alerts by kind. The same records are counted by every process that asks them.',
    labelNames: ['kind'],
    aggregator: 'max',
    registers,
  });
  const alertDeliveries = new Counter({
    name: 'postern_alert_deliveries_total',
    help: 'Attempts to tell a target of an alert, by how they ended.',
    labelNames: ['target', 'outcome'],
    registers,
  });
  const workOrders = new Counter({
    name: 'postern_work_order_deliveries_total',
    help: 'Attempts to tell engineering of a work order, by how they ended.',
    labelNames: ['outcome'],
    registers,
  });
  const workOrdersLeft = new Gauge({
    name: 'postern_work_orders',
    help: 'What engineering is to be told of work orders and waits or is parked.',
    labelNames: ['state'],
    aggregator: 'max',
    registers,
  });
  const retentionHeld = new Gauge({
    name: 'postern_retention_held',
    help: '1 while nothing is removed by its age, because the clock is in doubt.',
    aggregator: 'max',
    registers,
  });
  const targetsStalled = new Gauge({
    name: 'postern_target_stalled_seconds',
    help: 'How long a target took nothing while something waits for it.',
    labelNames: ['target'],
    aggregator: 'max',
    registers,
  });
  const retentionStuck = new Gauge({
    name: 'postern_retention_stuck',
    help: 'Mails and tickets that the last daily removal could not remove.',
    aggregator: 'sum',
    registers,
  });
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const lagGauge = new Gauge({
    name: 'postern_event_loop_lag_seconds',
    help: 'Event-loop delay since the last scrape.',
    labelNames: ['quantile'],
    aggregator: 'max',
    registers,
    collect() {
      for (const [label, percentile] of [
        ['0.5', 50],
        ['0.99', 99],
        ['1', 100],
      ] as const) {
        lagGauge.set({ quantile: label }, lag.count === 0 ? 0 : lag.percentile(percentile) / 1e9);
      }
      lag.reset();
    },
  });
  const resident: Gauge = new Gauge({
    name: 'postern_process_resident_bytes',
    help: 'Resident memory, added up over processes.',
    aggregator: 'sum',
    registers,
    collect: () => resident.set(process.memoryUsage.rss()),
  });

  return {
    judged: (outcome, reason, rule) => judged.inc({ outcome, reason, rule }),
    deferred: (cause) => deferred.inc({ cause }),
    stage: (stage, durationMs) => stages.observe({ stage }, durationMs / 1_000),
    sessionRefused: (stage, code) => refusals.inc({ stage, code: String(code) }),
    sessions: (change) => sessions.inc(change),
    job: (queue, result, durationMs) => jobs.observe({ queue, result }, durationMs / 1_000),
    queueDepth: (queue, state, count) => depth.set({ queue, state }, count),
    oldestJob: (queue, ageMs) => oldest.set({ queue }, ageMs / 1_000),
    queuePaused: (queue, isPaused) => paused.set({ queue }, isPaused ? 1 : 0),
    swept: (jobs) => swept.inc(jobs),
    apiAnswered: (route, status) => calls.inc({ route, status: String(status) }),
    loggedIn: (result) => logIns.inc({ result }),
    delivery: (target, result) => deliveries.inc({ target, result }),
    deliveriesLeft: (target, { oldestMs, parked, waiting }) => {
      deliveriesLeft.set({ target, state: 'waiting' }, waiting);
      deliveriesLeft.set({ target, state: 'parked' }, parked);
      oldestDelivery.set({ target }, oldestMs / 1_000);
    },
    breaker: (target, isOpen) => breakers.set({ target }, isOpen ? 1 : 0),
    notice: (kind, result) => notices.inc({ kind, result }),
    noticesLeft: (state, count) => noticesLeft.set({ state }, count),
    timeLeft: (what, leftMs) => {
      if (leftMs === null) timeLeft.remove({ what });
      else timeLeft.set({ what }, leftMs / 1_000);
    },
    adminKeysEnding: (admins) => {
      if (admins !== null) adminKeys.set(admins);
    },
    alertsOpen: (byKind) => {
      alertsOpen.reset();
      for (const [kind, alerts] of byKind) alertsOpen.set({ kind }, alerts);
    },
    alertDelivery: (target, outcome) => alertDeliveries.inc({ target, outcome }),
    workOrderDelivery: (outcome) => workOrders.inc({ outcome }),
    workOrdersLeft: (state, count) => workOrdersLeft.set({ state }, count),
    retentionHeld: (held) => retentionHeld.set(held),
    targetsStalled: (ms) => {
      if (ms === null) return;
      targetsStalled.reset();
      for (const [target, stalledMs] of ms) targetsStalled.set({ target }, stalledMs / 1_000);
    },
    retentionStuck: (things) => retentionStuck.set(things),
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    close: () => lag.disable(),
  };
}

/** Prometheus text of several processes added up: counters and histograms as sums, gauges as each one says. */
export async function mergedText(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
