import { type Job, Worker } from 'bullmq';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { failureGroups, queueStates, retryFailed, sweepQueues } from '../../src/queue/inspection.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let redis: TestRedis;
let queues: Queues;
beforeEach(async () => {
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger() });
  await queues.ready(5_000);
});
afterEach(async () => {
  await queues.close();
  await redis.stop();
});

/** Runs a worker until it has ended with this many jobs. */
async function work(jobs: number, handle: (job: Job) => Promise<unknown>): Promise<void> {
  const done = Promise.withResolvers<void>();
  let ended = 0;
  const worker = new Worker('accepted', handle, {
    connection: { path: redis.target.socketPath, maxRetriesPerRequest: null },
    prefix: 'postern',
  });
  const onEnd = (): void => {
    ended += 1;
    if (ended === jobs) done.resolve();
  };
  worker.on('completed', onEnd);
  worker.on('failed', onEnd);
  await done.promise;
  await worker.close();
}

/** Jobs that are dead after their first failure. */
async function addHopeless(causes: readonly string[]): Promise<void> {
  const queue = (await queues.built()).get('accepted');
  for (const [index, cause] of causes.entries()) {
    await queue?.add('accepted', { cause }, { jobId: `j${index}-0`, attempts: 1 });
  }
  await work(causes.length, (job) => Promise.reject(new Error(String(job.data.cause))));
}

it('tells counts and the age of the oldest waiting job', async () => {
  const before = Date.now();
  await queues.enqueue(judgedMail({ messageId: 'a-0' }));
  await queues.enqueue(judgedMail({ messageId: 'b-0' }));
  await queues.enqueue(judgedMail({ messageId: 'c-0', outcome: 'rejected' }));
  const built = await queues.built();
  const oldest = await built.get('accepted')?.getJob('a-0');
  const states = await queueStates(built, before + 60_000);
  expect(states.map(({ queue, jobs }) => `${queue} ${jobs.waiting}`)).toEqual([
    'accepted 2',
    'rejected 1',
    'escalated 0',
    'handoff 0',
    'notices 0',
    'maintenance 0',
  ]);
  expect(states[0]?.oldestMs).toBe(before + 60_000 - (oldest?.timestamp ?? 0));
  expect(states[2]?.oldestMs).toBeNull();
});

it('groups dead letters by cause and retries those that match', async () => {
  await addHopeless(['disk 7 full', 'disk 8 full\nat line 3', 'no such tenant', '']);
  const built = await queues.built();
  const groups = await failureGroups(built);
  expect(groups.map(({ queue, cause, jobs }) => ({ queue, cause, jobs }))).toEqual([
    { queue: 'accepted', cause: 'disk # full', jobs: 2 },
    { queue: 'accepted', cause: 'no such tenant', jobs: 1 },
    { queue: 'accepted', cause: 'unknown', jobs: 1 },
  ]);
  expect(groups[0]?.examples).toEqual(['j0-0', 'j1-0']);

  const filter = { cause: 'disk' };
  expect(await retryFailed(built, filter, { dryRun: true })).toEqual({ matched: 2, retried: 0, gone: 0 });
  expect(await built.get('accepted')?.getFailedCount()).toBe(4);
  const progress: number[] = [];
  expect(await retryFailed(built, filter, { dryRun: false, onProgress: (done) => progress.push(done) })).toEqual({
    matched: 2,
    retried: 2,
    gone: 0,
  });
  expect(progress).toEqual([1, 2]);
  await work(2, () => Promise.resolve('now it works'));
  expect(await built.get('accepted')?.getCompletedCount()).toBe(2);
  expect(await retryFailed(built, { jobIds: ['j2-0'] }, { dryRun: true })).toMatchObject({ matched: 1 });
  expect(await retryFailed(built, { queue: 'rejected' }, { dryRun: true })).toMatchObject({ matched: 0 });
  expect(await retryFailed(built, { failedSince: Date.now() + 60_000 }, { dryRun: true })).toMatchObject({
    matched: 0,
  });
});

it('sweeps old jobs off a quiet queue and keeps younger ones', async () => {
  await queues.enqueue(judgedMail({ messageId: 'a-0' }));
  await work(1, () => Promise.resolve());
  await addHopeless(['x']);
  const built = await queues.built();
  expect(await sweepQueues(built, { completedMs: 3_600_000, failedMs: 3_600_000 })).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await sweepQueues(built, { completedMs: 1, failedMs: 3_600_000 })).toBe(1);
  expect(await built.get('accepted')?.getFailedCount()).toBe(1);
});
