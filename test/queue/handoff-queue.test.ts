import { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { enqueueHandoff } from '../../src/queue/handoff-queue.ts';
import { connectPatiently } from '../../src/queue/patient-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
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

const counts = async () => (await queues.built()).get('handoff')?.getJobCounts('waiting', 'completed', 'failed');

describe('the queue handoff', () => {
  it('gets one job for each target, once while it waits', async () => {
    await enqueueHandoff(await queues.built(), 'm1-0', ['desk', 'hook']);
    await enqueueHandoff(await queues.built(), 'm1-0', ['desk', 'hook']);
    await enqueueHandoff(await queues.built(), 'm1-0', []);
    expect(await counts()).toMatchObject({ waiting: 2 });
    const job = await (await queues.built()).get('handoff')?.getJob('m1-0_desk');
    expect(job?.data).toEqual({ v: 1, event: 'm1-0', target: 'desk' });
  });

  it.each(['done', 'failed'])('keeps nothing of a job that is %s, so that it can wake again', async (end) => {
    const seen: unknown[] = [];
    const connection = connectPatiently(redis.target, silentLogger());
    const run = async (job: { data: unknown }): Promise<void> => {
      seen.push(job.data);
      if (end === 'failed') throw new Error('no');
    };
    const worker = new Worker('handoff', run, { connection, prefix: 'postern' });
    worker.on('error', () => undefined);
    try {
      for (const times of [1, 2]) {
        await enqueueHandoff(await queues.built(), 'm1-0', ['desk']);
        await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(times);
        await expect.poll(counts, { timeout: 10_000 }).toEqual({ waiting: 0, completed: 0, failed: 0 });
        await expect.poll(async () => (await queues.built()).get('handoff')?.getJob('m1-0_desk')).toBeUndefined();
      }
    } finally {
      await worker.close();
      connection.disconnect();
    }
  });
});
