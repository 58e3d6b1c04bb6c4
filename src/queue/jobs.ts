/** Single jobs of a queue: looked through, looked at, removed. */
import type { Job, Queue } from 'bullmq';
import type { JobState, QueueName } from '../jobs/queues.ts';
import { showsText } from './inspection.ts';
import { QueueUnavailable } from './prompt-client.ts';
import type { BuiltQueues } from './queues.ts';

export type JobRow = {
  readonly id: string;
  readonly addedAt: number;
  readonly attempts: number;
  readonly mostAttempts: number;
  /** When it was last begun; null when never. */
  readonly begunAt: number | null;
  readonly finishedAt: number | null;
  /** When it is due, for a delayed one. */
  readonly dueAt: number | null;
  /** The error of its last attempt, one line; null without one. */
  readonly cause: string | null;
};

export type JobDetail = JobRow & {
  readonly state: string;
  readonly payload: unknown;
  /** Of each failed attempt that is remembered, oldest first. */
  readonly stacks: readonly string[];
};

export type JobQuery = {
  readonly queue: QueueName;
  readonly state: JobState;
  /** A part of the id or of the cause; empty for all. */
  readonly text: string;
  /** Only jobs added before this, epoch milliseconds. */
  readonly addedBefore: number | null;
  /** Position in the state's list to begin at. */
  readonly from: number;
  readonly limit: number;
};

export type JobPage = {
  readonly rows: readonly JobRow[];
  /** Where the next page begins; null at the end. */
  readonly next: number | null;
};

const pageSize = 500;
/** A filter that finds little must not read a long queue in one go; the next page goes on from there. */
const mostLooked = 5_000;

/** Jobs of one state: those that wait oldest first, those that ended newest first. */
export async function listJobs(queues: BuiltQueues, query: JobQuery): Promise<JobPage> {
  const queue = queueOf(queues, query.queue);
  const isOldestFirst = query.state === 'waiting' || query.state === 'delayed';
  const rows: JobRow[] = [];
  let at = query.from;
  while (at - query.from < mostLooked) {
    const jobs: (Job | undefined)[] = await queue.getJobs([query.state], at, at + pageSize - 1, isOldestFirst);
    for (const job of jobs) {
      at += 1;
      if (job === undefined || !isWanted(job, query)) continue;
      rows.push(rowOf(job));
      if (rows.length === query.limit) return { rows, next: at };
    }
    if (jobs.length < pageSize) return { rows, next: null };
  }
  return { rows, next: at };
}

/** Null when there is none of this id. */
export async function lookAtJob(queues: BuiltQueues, name: QueueName, id: string): Promise<JobDetail | null> {
  const job: Job | undefined = await queueOf(queues, name).getJob(id);
  if (job === undefined) return null;
  const stacks = Array.isArray(job.stacktrace) ? job.stacktrace.filter((stack) => typeof stack === 'string') : [];
  return { ...rowOf(job), state: await job.getState(), payload: job.data, stacks };
}

/** Takes a job out. False when it is gone, or a worker has it in hand. */
export async function removeJob(queues: BuiltQueues, name: QueueName, id: string): Promise<boolean> {
  const job: Job | undefined = await queueOf(queues, name).getJob(id);
  if (job === undefined || (await job.isActive())) return false;
  return job.remove().then(
    () => true,
    () => false, // a worker took it up meanwhile
  );
}

export function queueOf(queues: BuiltQueues, name: QueueName): Queue {
  const queue = queues.get(name);
  if (queue === undefined) throw new QueueUnavailable(`there is no queue ${name}`);
  return queue;
}

function isWanted(job: Job, { addedBefore, text }: JobQuery): boolean {
  if (addedBefore !== null && job.timestamp >= addedBefore) return false;
  return text === '' || showsText(job, text);
}

function rowOf(job: Job): JobRow {
  const [cause = ''] = (job.failedReason ?? '').split('\n');
  return {
    id: job.id ?? '?',
    addedAt: job.timestamp,
    attempts: job.attemptsMade,
    mostAttempts: job.opts.attempts ?? 1,
    begunAt: job.processedOn ?? null,
    finishedAt: job.finishedOn ?? null,
    dueAt: job.delay > 0 ? job.timestamp + job.delay : null,
    cause: cause === '' ? null : cause.slice(0, 500),
  };
}
