import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { QueueUnavailable } from '../../src/queue/prompt-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { BadRedisUrl } from '../../src/queue/redis-target.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let redis: TestRedis;
let queues: Queues;
beforeEach(async () => {
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger(), timeoutMs: 2_000 });
});
afterEach(async () => {
  await queues.close();
  await redis.stop();
});

const jobIds = async (): Promise<readonly string[]> => {
  const jobs = await (await queues.built()).get('accepted')?.getJobs(['waiting']);
  return (jobs ?? []).map((job) => job.id ?? '?');
};

describe('enqueue', () => {
  it('has put the job into Redis when it resolves', async () => {
    await queues.ready(5_000);
    await queues.enqueue(judgedMail({ messageId: 'a1-0', outcome: 'escalated' }));
    const plain = new Redis(redis.target.socketPath);
    const stored = await plain.hgetall('postern:escalated:a1-0');
    plain.disconnect();
    expect(stored['name']).toBe('escalated');
    expect(JSON.parse(stored['data'] ?? '')).toEqual(judgedMail({ messageId: 'a1-0', outcome: 'escalated' }));
    expect(JSON.parse(stored['opts'] ?? '')).toMatchObject({ attempts: 8, backoff: { type: 'exponential' } });
  });

  it('keeps one job for one id, as it was first', async () => {
    await queues.ready(5_000);
    await queues.enqueue(judgedMail({ messageId: 'a1-0' }));
    await queues.enqueue(judgedMail({ messageId: 'a1-0', spoolKey: 'other' }));
    expect(await jobIds()).toEqual(['a1-0']);
    const job = await (await queues.built()).get('accepted')?.getJob('a1-0');
    expect(job?.data.spoolKey).toBe('01jtest');
  });

  it('rejects at once while Redis is down, and works again when it is back', async () => {
    await queues.ready(5_000);
    let reconnects = 0;
    queues.onReconnect(() => {
      reconnects += 1;
    });
    await redis.kill();
    await expect(queues.enqueue(judgedMail())).rejects.toBeInstanceOf(QueueUnavailable);
    await redis.start();
    await queues.ready(10_000);
    await queues.enqueue(judgedMail({ messageId: 'b-0' }));
    expect(await jobIds()).toEqual(['b-0']);
    expect(reconnects).toBe(1);
  });

  it('rejects within its time-out while Redis is frozen, and recovers by itself', async () => {
    await queues.ready(5_000);
    redis.freeze();
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => queues.enqueue(judgedMail({ messageId: `f${index}-0` }))),
    );
    redis.thaw();
    expect(attempts.map((attempt) => attempt.status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
    await queues.ready(10_000);
    // What timed out may have arrived all the same: adding it again must not make two jobs.
    for (let index = 0; index < 20; index += 1) await queues.enqueue(judgedMail({ messageId: `f${index}-0` }));
    expect(new Set(await jobIds()).size).toBe(20);
    expect(await jobIds()).toHaveLength(20);
  });

  it('still has the job after Redis was killed and started again', async () => {
    await queues.ready(5_000);
    await queues.enqueue(judgedMail({ messageId: 'kept-0' }));
    await redis.kill();
    await redis.start();
    await queues.ready(10_000);
    await queues.enqueue(judgedMail({ messageId: 'later-0' }));
    expect((await jobIds()).toSorted()).toEqual(['kept-0', 'later-0']);
  });
});

describe('a Redis that is not there at the start', () => {
  it('rejects, then works once it comes', async () => {
    await queues.ready(5_000);
    await redis.kill();
    const early = connectQueues({ target: redis.target, logger: silentLogger(), timeoutMs: 500 });
    try {
      await expect(early.enqueue(judgedMail())).rejects.toBeInstanceOf(QueueUnavailable);
      await expect(early.ready(300)).rejects.toBeInstanceOf(QueueUnavailable);
      await redis.start();
      await early.ready(10_000);
      await early.enqueue(judgedMail({ messageId: 'c-0' }));
      const counts = await (await early.built()).get('accepted')?.getJobCounts('waiting');
      expect(counts).toMatchObject({ waiting: 1 });
    } finally {
      await early.close();
    }
  });

  it('works once it comes even when it was frozen at the first attempt', async () => {
    await queues.ready(5_000);
    redis.freeze();
    const early = connectQueues({ target: redis.target, logger: silentLogger(), timeoutMs: 500 });
    try {
      await expect(early.ready(1_500)).rejects.toBeInstanceOf(QueueUnavailable);
      redis.thaw();
      await early.ready(15_000);
      await early.enqueue(judgedMail({ messageId: 'd-0' }));
      expect(await jobIds()).toEqual(['d-0']);
    } finally {
      redis.thaw();
      await early.close();
    }
  });
});

it('a worker gets what was enqueued', async () => {
  await queues.ready(5_000);
  const got = Promise.withResolvers<unknown>();
  const worker = new Worker('accepted', (job) => Promise.resolve(got.resolve(job.data)), {
    connection: { path: redis.target.socketPath, maxRetriesPerRequest: null },
    prefix: 'postern',
  });
  try {
    await queues.enqueue(judgedMail({ messageId: 'w-0' }));
    expect(await got.promise).toEqual(judgedMail({ messageId: 'w-0' }));
  } finally {
    await worker.close();
  }
});

it.each(['http://hunter2@x', 'redis-sentinel://', 'hunter2', 'redis-cluster://a:b:c:hunter2'])(
  'refuses %s without repeating it',
  (url) => {
    const connect = (): Queues => connectQueues({ target: { url }, logger: silentLogger() });
    expect(connect).toThrow(BadRedisUrl);
    expect(connect).not.toThrow(/hunter2/);
  },
);
