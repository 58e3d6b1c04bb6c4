/** What follows a verdict in the workers' process: review items, decisions that wait to go on, the daily removal. */
import { createEscalated } from '../../workers/escalated.ts';
import type { Handler } from '../../workers/handler.ts';
import { type MaintenanceDeps, runMaintenance } from '../../workers/maintenance.ts';
import { type GuardDeps, heldBack, type OtherClock } from '../../workers/retention-guard.ts';
import type { Config } from '../config/config.ts';
import type { SpoolPort } from '../intake/ports.ts';
import { sweepFollowUps } from '../intake/rejudge.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { forgetJobs } from '../queue/forget-jobs.ts';
import type { Queues } from '../queue/queues.ts';
import { redisTime } from '../queue/redis-time.ts';
import { alertRecords } from '../records/alerts.ts';
import { auditRecords } from '../records/audit.ts';
import { databaseTime } from '../records/database-time.ts';
import { followUpRecords } from '../records/follow-ups.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { refusalRecords } from '../records/refusals.ts';
import { replayRecords } from '../records/replays.ts';
import { retentionRecords } from '../records/retention.ts';
import { reviewRecords } from '../records/reviews.ts';
import { verificationRecords } from '../records/verifications.ts';
import { startAsking } from './asking.ts';
import { every, type Recurring } from './every.ts';
import { handedOverFiles } from './handed-over-files.ts';
import { fileTargetsOf } from './handoff.ts';

export type AfterVerdict = {
  readonly escalated: Handler<'escalated'>;
  readonly recurring: readonly Recurring[];
  /** What the last daily removal could not remove; null where this process ran none lately. */
  readonly retentionStuck: () => number | null;
  /** 1 while the daily removal is held back here because the clock is in doubt, else 0; null before the first look. */
  readonly retentionHeld: () => number | null;
};

export type AfterVerdictOptions = {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'retentionStuck' | 'retentionHeld'>;
  readonly queues: Queues;
  readonly records: Records;
  readonly spool: SpoolPort;
};

const askEveryMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function startAfterVerdict(options: AfterVerdictOptions): AfterVerdict {
  const { config, logger, queues, records } = options;
  const { denyAbuseAlone, denyDefaultDays } = config.policy;
  const { graceMs, sweepIntervalMs } = config.spool;
  const followUps = followUpRecords(records);
  const asking = startAsking(options);
  const removing = removal(options);
  return {
    escalated: createEscalated({
      reviews: reviewRecords(records),
      denyAbuseAlone,
      denyLifeMs: denyDefaultDays === null ? null : denyDefaultDays * dayMs,
      ask: async (mail) => {
        await asking.ask(mail);
      },
      now: Date.now,
    }),
    recurring: [
      every(sweepIntervalMs, 'follow-ups', logger, async () => {
        await sweepFollowUps(followUps, queues, Date.now() - graceMs);
      }),
      every(askEveryMs, 'questions that could not be asked', logger, async () => {
        await asking.catchUp();
      }),
      every(hourMs, 'unanswered verifications', logger, async () => {
        await verificationRecords(records).expire(Date.now());
      }),
      removing.work,
    ],
    retentionStuck: removing.stuck,
    retentionHeld: removing.held,
  };
}

/** A removal that has not ended by then is taken as dead, and the next look begins another; two at once do no harm. */
const removalLeaseMs = 6 * hourMs;

/** Looks each hour whether a day has passed since the last removal, in whichever process and run that was. */
function removal({ config, logger, metrics, queues, records, spool }: AfterVerdictOptions): {
  readonly work: Recurring;
  readonly stuck: () => number | null;
  readonly held: () => number | null;
} {
  const retention = retentionRecords(records);
  const refusals = refusalRecords(records);
  const deps: MaintenanceDeps = {
    retention,
    spool,
    forgetJobs: async (jobIds) => forgetJobs(await queues.built(), jobIds),
    audit: auditRecords(records),
    pruneRefusals: (before) => refusals.prune(before),
    removeFiles: (documents) => handedOverFiles(fileTargetsOf(config)).remove(documents),
    days: config.retention,
    logger,
    now: Date.now,
  };
  let last: { readonly at: number; readonly stuck: number } | null = null;
  const { longestGapDays } = config.retention;
  const guard: GuardDeps = {
    retention,
    otherClocks: () => otherClocks(queues, records),
    longestGapMs: longestGapDays === null ? null : longestGapDays * dayMs,
    now: Date.now,
  };
  let held: number | null = null;
  const look = async (): Promise<void> => {
    const doubt = await heldBack('retention', guard);
    held = doubt === null ? 0 : 1;
    metrics.retentionHeld(held);
    if (doubt !== null) {
      logger.error(doubt, 'nothing is removed by its age: the clock is in doubt');
      return;
    }
    const startedAt = Date.now();
    if (!(await retention.begin('retention', { everyMs: dayMs, leaseMs: removalLeaseMs }, startedAt))) return;
    const result = await runMaintenance(deps);
    await replayRecords(records).prune(Date.now() - config.policy.replayMemoryDays * dayMs);
    const ofTraces = Date.now() - config.retention.traceDays * dayMs;
    await alertRecords(records).forget(ofTraces);
    await noticeRecords(records).forgetSettled(ofTraces);
    await retention.finish('retention', startedAt);
    last = { at: startedAt, stuck: result.stuck };
    metrics.retentionStuck(result.stuck);
    if (result.stuck > 0) logger.error(result, 'not everything that is kept no longer could be removed');
    else logger.info(result, 'what is kept no longer was removed');
  };
  const work = every(hourMs, 'retention', logger, look);
  return {
    work,
    held: () => held,
    // Another process may have run it since, and found all well.
    stuck: () => (last === null || Date.now() - last.at > dayMs + 2 * hourMs ? null : last.stuck),
  };
}

async function otherClocks(queues: Pick<Queues, 'client'>, records: Records): Promise<readonly OtherClock[]> {
  const atRedis = await redisTime(queues.client).catch(() => null);
  const atDatabase = await databaseTime(records);
  return [
    ...(atRedis === null ? [] : [{ name: 'Redis', at: atRedis } as const]),
    ...(atDatabase === null ? [] : [{ name: 'database', at: atDatabase } as const]),
  ];
}
