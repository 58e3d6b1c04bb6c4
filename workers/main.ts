/**
 * The workers: one BullMQ worker per job name, all of them writing through one group commit.
 *
 * Life: handlers are checked -> clients connect -> jobs run, heartbeat beats -> `stop` takes no more jobs, waits for
 * those in hand until the deadline, writes what is batched, disconnects. A job that is cut off is taken up again when its
 * lock runs out.
 */
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { outcomeQueues } from '../src/jobs/queues.ts';
import { accepted } from './accepted.ts';
import { createBatcher } from './batch.ts';
import type { Recorded, TraceInput, WorkersDeps } from './deps.ts';
import { escalated } from './escalated.ts';
import { checkHandlers, type Handler, HopelessJob } from './handler.ts';
import { rejected } from './rejected.ts';

export type RunningWorkers = {
  /** Resolves when Redis answers. */
  ready(): Promise<void>;
  /** Never rejects; ends within its deadline and a little. */
  stop(): Promise<void>;
};

const handlers: readonly Handler[] = [accepted, rejected, escalated];

const heartbeatMs = 5_000;
/** A slow disk is no reason to leave a mail unrecorded for longer. */
const longestWaitMs = 100;
/** A worker that dies leaves its jobs stalled; a job that outlives this many deaths is a dead letter. */
const maxStalledCount = 5;

/** @param jobNames Every name must have exactly one of the handlers. */
export function startWorkers(
  deps: WorkersDeps,
  using: readonly Handler[] = handlers,
  jobNames: readonly string[] = outcomeQueues,
): RunningWorkers {
  checkHandlers(using, jobNames);
  const { settings, logger } = deps;
  const batcher = createBatcher<TraceInput, Recorded>({
    size: settings.batchSize,
    waitMs: settings.batchWaitMs,
    longestWaitMs,
    write: (inputs) => deps.trace.record(inputs, deps.now()),
    isOutage: (error) => error instanceof Error && error.name === 'RecordsUnavailable',
  });
  const handlerDeps = { spool: deps.spool, record: (input: TraceInput) => batcher.add(input) };
  const connection = deps.connect();
  const workers = using.map((handler) => {
    const run = async (job: Job): Promise<unknown> => {
      try {
        return await handler.handle(job.data, handlerDeps);
      } catch (error) {
        if (error instanceof HopelessJob) throw new UnrecoverableError(error.message);
        throw error;
      }
    };
    const worker = new Worker(handler.name, run, {
      connection,
      prefix: deps.prefix,
      concurrency: settings.concurrency,
      lockDuration: settings.lockMs,
      stalledInterval: settings.lockMs,
      maxStalledCount,
    });
    observe(worker, handler.name, deps);
    return worker;
  });
  const beat = (): void => {
    deps.beat().catch((error: unknown) => logger.debug({ error }, 'heartbeat was not taken'));
  };
  beat();
  const heartbeat = setInterval(beat, heartbeatMs);

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(heartbeat);
    const orderly = Promise.all(workers.map((worker) => worker.close())).then(() => batcher.drained());
    if (!(await endsWithin(orderly, settings.stopTimeoutMs))) {
      logger.warn({ stopTimeoutMs: settings.stopTimeoutMs }, 'jobs in hand are cut off; they will be tried again');
      await endsWithin(Promise.all(workers.map((worker) => worker.close(true))), 1_000);
    }
    connection.disconnect();
  };
  return {
    async ready() {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    stop: () => (stopping ??= stop()),
  };
}

function observe(worker: Worker, queue: string, { logger, metrics }: WorkersDeps): void {
  worker.on('completed', (job) => metrics.job(queue, 'completed', durationOf(job)));
  worker.on('failed', (job, error) => {
    if (job === undefined) return; // removed meanwhile
    const isDead = error instanceof UnrecoverableError || job.attemptsMade >= (job.opts.attempts ?? 1);
    metrics.job(queue, isDead ? 'dead' : 'retried', durationOf(job));
    const line = { queue, jobId: job.id, attempt: job.attemptsMade, error };
    if (isDead) logger.error(line, 'job is a dead letter');
    else logger.warn(line, 'job failed and will be tried again');
  });
  worker.on('stalled', (jobId) => logger.warn({ queue, jobId }, 'job was left by a worker that died'));
  worker.on('error', (error) => logger.debug({ queue, error }, 'worker'));
}

function durationOf(job: Job): number {
  return Math.max(0, (job.finishedOn ?? job.processedOn ?? 0) - (job.processedOn ?? 0));
}

/** Whether the work ended in time; an error is an end too. */
async function endsWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([ended, late]);
  clearTimeout(timer);
  return inTime;
}
