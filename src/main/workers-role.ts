/** The process that works the queues and is the only one that writes the trace: workers, sweep, housekeeping. */
import { randomUUID } from 'node:crypto';
import { setPriority } from 'node:os';
import { startWorkers } from '../../workers/main.ts';
import { rejected } from '../../workers/rejected.ts';
import type { Config } from '../config/config.ts';
import { policyOf } from '../intake/configured.ts';
import { sweep } from '../intake/sweep.ts';
import { outcomeQueues, queuePrefix } from '../jobs/queues.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { signDetached } from '../keyring/sign.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { markAlive, workersAliveKey } from '../queue/alive.ts';
import { queueStates, sweepQueues } from '../queue/inspection.ts';
import { connectPatiently } from '../queue/patient-client.ts';
import type { Queues } from '../queue/queues.ts';
import { prefixFor, type RedisTarget } from '../queue/redis-target.ts';
import { drainRefusals } from '../queue/refusals.ts';
import { refusalRecords } from '../records/refusals.ts';
import { traceRecords } from '../records/trace.ts';
import { startAfterVerdict } from './after-verdict.ts';
import { startAlerting } from './alerts.ts';
import { keepCases } from './case-keeping.ts';
import { every, type Recurring } from './every.ts';
import { startHandoff } from './handoff.ts';
import { startNotices } from './notices.ts';
import { openConfiguredRecords, openMemory, openQueues, openSpool } from './stores.ts';
import { startWorkOrders } from './work-orders.ts';

export type WorkersRole = { stop(): Promise<void> };

export type WorkersRoleOptions = {
  readonly config: Config;
  readonly target: RedisTarget;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** Nice value; the listeners run at 0. */
const bookkeepingPriority = 10;
const redisReadyMs = 10_000;
const heartLifeMs = 15_000;
const countEveryMs = 10_000;
const drainEveryMs = 1_000;
const tidyEveryMs = 600_000;
/** Longer than any mail may take to arrive: what was not written to for this long was left by a crash. */
const abandonedMs = 3 * 3_600_000;
const hourMs = 3_600_000;

export async function startWorkersRole(options: WorkersRoleOptions): Promise<WorkersRole> {
  // Taking mail comes before the bookkeeping of it: what waits in the queue is safe, a sender who waits gives up.
  setPriority(bookkeepingPriority);
  const { config, target, logger, metrics } = options;
  const records = await openConfiguredRecords(config, logger);
  const queues = openQueues(config, target, logger);
  const spool = openSpool(config);
  const trace = traceRecords(records);
  const id = randomUUID();
  const handoff = await startHandoff({ config, logger, metrics, records, spool });
  const after = startAfterVerdict({ config, logger, metrics, queues, records, spool });
  const notices = await startNotices({ config, logger, metrics, queues, records, spool });
  await queues.ready(redisReadyMs);
  const deps = {
    connect: () => connectPatiently(target, logger),
    prefix: prefixFor(target, queuePrefix),
    spool,
    trace,
    beat: () => markAlive(queues.client, workersAliveKey, id, heartLifeMs),
    settings: config.workers,
    logger,
    metrics,
    now: Date.now,
  };
  const [accepted, handingOver] = handoff.handlers;
  const recording = [
    notices.announced(accepted),
    notices.announced(notices.bounces(rejected)),
    notices.announced(after.escalated),
  ];
  const handlers = [...recording, handingOver, notices.handler];
  const workers = startWorkers(deps, handlers, [...outcomeQueues, 'handoff', 'notices']);
  await workers.ready();

  const refusals = refusalRecords(records);
  const sweeper = sweeping(options, queues, openMemory(config, queues, records), spool, (ids) => trace.has(ids));
  const alerting = startAlerting({
    config,
    records,
    queues,
    backlogMs: sweeper.backlogMs,
    retentionStuck: after.retentionStuck,
    retentionHeld: after.retentionHeld,
    othersDo: async () => false,
    logger,
    metrics,
  });
  const { passphrase, keysDirectory } = config.pgp;
  const workOrders = startWorkOrders({
    config,
    records,
    sign: async (content, at) =>
      signDetached(await openKeyring(keysDirectory, { passphrase: passphrase?.reveal() ?? null }), content, at),
    logger,
    metrics,
  });
  const recurring = [
    ...handoff.recurring,
    ...notices.recurring,
    keepCases(config, records, logger),
    ...workOrders.recurring,
    ...after.recurring,
    sweeper.work,
    ...alerting.recurring,
    every(drainEveryMs, 'session refusals', logger, async () => {
      await drainRefusals(queues.client, (batch) => refusals.recordRefusals(batch));
    }),
    every(countEveryMs, 'queue counts', logger, () => countQueues(queues, metrics)),
    every(tidyEveryMs, 'tidying', logger, async () => {
      await sweepQueues(await queues.built(), {
        completedMs: config.retention.completedJobHours * hourMs,
        failedMs: config.retention.failedJobDays * 24 * hourMs,
      });
      if ('cleanTemporary' in spool) await spool.cleanTemporary(abandonedMs);
    }),
  ];
  for (const work of recurring) work.now();
  return {
    async stop() {
      await Promise.all(recurring.map((work) => work.stop()));
      await workers.stop();
      await handoff.stop();
      await notices.stop();
      await alerting.stop();
      await workOrders.stop();
      await Promise.allSettled([queues.close(), records.close()]);
    },
  };
}

/**
 * At start over the whole spool; then at an interval over what is new; and each time Redis is back over everything that
 * was not traced then. A dead letter stays untraced for as long as it lies there: the interval looks back an hour at
 * most, so that it does not make every sweep a long one.
 */
function sweeping(
  { config, logger, metrics }: WorkersRoleOptions,
  queues: Queues,
  memory: ReturnType<typeof openMemory>,
  spool: ReturnType<typeof openSpool>,
  traced: (messageIds: readonly string[]) => Promise<ReadonlySet<string>>,
): { readonly work: Recurring; readonly backlogMs: () => number | null } {
  const policy = policyOf(config);
  const options = {
    spool,
    queue: queues,
    memory,
    traced,
    policy: () => policy,
    mailboxes: config.mailboxes,
    graceMs: config.spool.graceMs,
    logger,
    now: Date.now,
  };
  let untracedSince = 0;
  let lookFarBack = true;
  let backlogMs: number | null = null;
  const work = every(config.spool.sweepIntervalMs, 'sweep', logger, async () => {
    const since = lookFarBack ? untracedSince : Math.max(untracedSince, Date.now() - hourMs);
    const result = await sweep(options, since);
    if (lookFarBack) untracedSince = result.cleanUpTo;
    lookFarBack = false;
    backlogMs = Math.max(0, Date.now() - config.spool.graceMs - result.cleanUpTo);
    metrics.swept(result.enqueued);
  });
  queues.onReconnect(() => {
    lookFarBack = true;
    work.now();
  });
  return { work, backlogMs: () => backlogMs };
}

async function countQueues(queues: Queues, metrics: Metrics): Promise<void> {
  for (const { isPaused, queue, jobs, oldestMs } of await queueStates(await queues.built(), Date.now())) {
    for (const [state, count] of Object.entries(jobs)) metrics.queueDepth(queue, state, count);
    metrics.oldestJob(queue, oldestMs ?? 0);
    metrics.queuePaused(queue, isPaused);
  }
}
