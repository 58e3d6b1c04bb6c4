/** What operations staff see of the queues (`postern queues`) and do with dead letters (`postern retry`). */
import type { Job, Queue } from 'bullmq';
import { type JobState, jobStates, type QueueName, queueNames } from '../jobs/queues.ts';
import type { BuiltQueues } from './queues.ts';
import type { RedisClient } from './redis-target.ts';

export type QueueState = {
  readonly queue: QueueName;
  readonly jobs: Readonly<Record<JobState, number>>;
  /** Age of the oldest job that waits, milliseconds; null when none does. */
  readonly oldestMs: number | null;
  /** Workers take nothing from it. */
  readonly isPaused: boolean;
};

/** Dead letters that died of the same. */
export type FailureGroup = {
  readonly queue: QueueName;
  /** First line of the error, numbers taken out. */
  readonly cause: string;
  readonly jobs: number;
  /** Up to three job ids. */
  readonly examples: readonly string[];
  /** Epoch milliseconds of the last failure. */
  readonly lastAt: number;
};

export type RetryFilter = {
  readonly queue?: QueueName;
  /** A part of the cause. */
  readonly cause?: string;
  /** A part of the id or the cause, as jobs are looked through (`jobs.ts`). */
  readonly text?: string;
  readonly jobIds?: readonly string[];
  /** Only jobs that failed at or after this, epoch milliseconds. */
  readonly failedSince?: number;
  /** Only jobs that failed before this: whoever works in batches meets none twice. */
  readonly failedBefore?: number;
  /** Only jobs that were added before this. */
  readonly addedBefore?: number;
};

export type RetryResult = {
  readonly matched: number;
  readonly retried: number;
  /** Jobs that were retried, finished or removed by somebody else meanwhile. */
  readonly gone: number;
};

const pageSize = 500;

export async function queueStates(queues: BuiltQueues, now: number): Promise<readonly QueueState[]> {
  return Promise.all(
    [...queues].map(async ([name, queue]) => {
      const counts = await queue.getJobCounts(...jobStates);
      const jobs = { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0 };
      for (const state of jobStates) jobs[state] = counts[state] ?? 0;
      const [[oldest], isPaused] = await Promise.all([queue.getJobs(['waiting'], 0, 0, true), queue.isPaused()]);
      return {
        queue: name,
        isPaused,
        jobs,
        oldestMs: oldest === undefined ? null : Math.max(0, now - oldest.timestamp),
      };
    }),
  );
}

export type EndedJobs = { readonly queue: QueueName; readonly completed: number; readonly dead: number };

/** Jobs that ended at or after `since` (epoch milliseconds) and are still kept. */
export async function endedSince(
  queues: BuiltQueues,
  client: Pick<RedisClient, 'zcount'>,
  since: number,
): Promise<readonly EndedJobs[]> {
  return Promise.all(
    [...queues].map(async ([name, queue]) => {
      // BullMQ keeps both sets by the time at which a job ended.
      const [completed, dead] = await Promise.all(
        ['completed', 'failed'].map((state) => client.zcount(queue.toKey(state), since, '+inf')),
      );
      return { queue: name, completed: completed ?? 0, dead: dead ?? 0 };
    }),
  );
}

/** Groups, largest first. */
export async function failureGroups(queues: BuiltQueues): Promise<readonly FailureGroup[]> {
  const groups = new Map<string, FailureGroup>();
  for (const [name, queue] of queues) {
    for await (const job of failedJobs(queue)) {
      const cause = causeOf(job);
      const key = `${name} ${cause}`;
      const group = groups.get(key) ?? { queue: name, cause, jobs: 0, examples: [], lastAt: 0 };
      groups.set(key, {
        ...group,
        jobs: group.jobs + 1,
        examples: group.examples.length < 3 ? [...group.examples, job.id ?? '?'] : group.examples,
        lastAt: Math.max(group.lastAt, job.finishedOn ?? 0),
      });
    }
  }
  return [...groups.values()].toSorted((a, b) => b.jobs - a.jobs || a.cause.localeCompare(b.cause));
}

export type DeadLetterOptions = {
  readonly dryRun: boolean;
  /** Most that are worked on in this go; all when left out. `matched` counts all of them. */
  readonly limit?: number;
  readonly onProgress?: (done: number) => void;
};

/** Puts dead letters that match back to work, with all their attempts anew. A dry run only counts. */
export async function retryFailed(
  queues: BuiltQueues,
  filter: RetryFilter,
  options: DeadLetterOptions,
): Promise<RetryResult> {
  const { done, ...result } = await withFailed(queues, filter, options, (job) =>
    job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true }),
  );
  return { ...result, retried: done };
}

export type RemoveResult = { readonly matched: number; readonly removed: number; readonly gone: number };

/** Takes dead letters that match out of their queues for good. A dry run only counts. */
export async function removeFailed(
  queues: BuiltQueues,
  filter: RetryFilter,
  options: DeadLetterOptions,
): Promise<RemoveResult> {
  const { done, ...result } = await withFailed(queues, filter, options, (job) => job.remove());
  return { ...result, removed: done };
}

async function withFailed(
  queues: BuiltQueues,
  filter: RetryFilter,
  { dryRun, limit, onProgress }: DeadLetterOptions,
  work: (job: Job) => Promise<unknown>,
): Promise<{ readonly matched: number; readonly done: number; readonly gone: number }> {
  const matching: Job[] = [];
  // Collected first: a job that is worked on leaves the list that is being paged through.
  for (const name of queueNames) {
    const queue = queues.get(name);
    if (queue === undefined || (filter.queue !== undefined && filter.queue !== name)) continue;
    for await (const job of failedJobs(queue)) if (matches(job, filter)) matching.push(job);
  }
  const matched = matching.length;
  if (dryRun) return { matched, done: 0, gone: 0 };
  const batch = matching.slice(0, limit);
  let done = 0;
  for (const [index, job] of batch.entries()) {
    const isDone = await work(job).then(
      () => true,
      () => false,
    );
    if (isDone) done += 1;
    onProgress?.(index + 1);
  }
  return { matched, done, gone: batch.length - done };
}

/** BullMQ applies `removeOnComplete.age` only when another job finishes; this removes them on a quiet queue too. */
export async function sweepQueues(
  queues: BuiltQueues,
  ages: { readonly completedMs: number; readonly failedMs: number },
): Promise<number> {
  let removed = 0;
  for (const queue of queues.values()) {
    removed += (await queue.clean(ages.completedMs, 10_000, 'completed')).length;
    removed += (await queue.clean(ages.failedMs, 10_000, 'failed')).length;
  }
  return removed;
}

async function* failedJobs(queue: Queue): AsyncGenerator<Job> {
  for (let start = 0; ; start += pageSize) {
    const page = await queue.getJobs(['failed'], start, start + pageSize - 1, true);
    for (const job of page) if (job !== undefined) yield job;
    if (page.length < pageSize) return;
  }
}

function matches(job: Job, filter: RetryFilter): boolean {
  if (filter.jobIds !== undefined && !filter.jobIds.includes(job.id ?? '')) return false;
  if (filter.failedSince !== undefined && (job.finishedOn ?? 0) < filter.failedSince) return false;
  if (filter.failedBefore !== undefined && (job.finishedOn ?? 0) >= filter.failedBefore) return false;
  if (filter.addedBefore !== undefined && job.timestamp >= filter.addedBefore) return false;
  const { cause, text } = filter;
  if (text !== undefined && !showsText(job, text)) return false;
  return cause === undefined || causeOf(job).includes(cause) || (job.failedReason ?? '').includes(cause);
}

/** Whether a part of the id or the cause reads so. */
export function showsText(job: Job, text: string): boolean {
  return (job.id ?? '').includes(text) || (job.failedReason ?? '').includes(text) || causeOf(job).includes(text);
}

/** Numbers and ids differ from job to job; what is left tells causes apart. */
function causeOf(job: Job): string {
  const [line = ''] = (job.failedReason ?? '').split('\n');
  return line.replace(/\b(?:[0-9a-f]{8,}|\d+)\b/gi, '#').slice(0, 160) || 'unknown';
}
