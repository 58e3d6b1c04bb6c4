import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { redisLimits, type SharedLimits } from '../../src/queue/limits.ts';
import { redisMemory } from '../../src/queue/memory.ts';
import { QueueUnavailable } from '../../src/queue/prompt-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { createMemoryLimits, type Lease, type LimitsPort, withLocalLimits } from '../../src/smtp/limits.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let redis: TestRedis;
let queues: Queues;
const opened: SharedLimits[] = [];

beforeAll(async () => {
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger(), timeoutMs: 1_000 });
  await queues.ready(5_000);
});
afterAll(async () => {
  await queues.close();
  await redis.stop();
});
beforeEach(async () => {
  await Promise.all(opened.splice(0).map((limits) => limits.close()));
  await queues.client.flushall();
});

function open(lifeMs?: number): SharedLimits {
  const limits = redisLimits({ client: queues.client, ...(lifeMs === undefined ? {} : { lifeMs }) });
  opened.push(limits);
  return limits;
}

/** A lease, or a failed test. */
async function admitted(limits: LimitsPort, client: string, atMost: number): Promise<Lease> {
  const lease = await limits.admitConnection(client, atMost);
  if (lease === null) throw new Error('was not admitted');
  return lease;
}

describe.each([
  ['in memory', () => createMemoryLimits()],
  ['in Redis', () => open()],
] as const)('limits %s', (_name, create) => {
  it('admits up to the limit and again after a release', async () => {
    const limits = create();
    const first = await admitted(limits, '192.0.2.1', 2);
    await admitted(limits, '192.0.2.1', 2);
    expect(await limits.admitConnection('192.0.2.1', 2)).toBeNull();
    await admitted(limits, '192.0.2.2', 2);
    first.release();
    first.release();
    await admitted(limits, '192.0.2.1', 2);
    expect(await limits.admitConnection('192.0.2.1', 2)).toBeNull();
  });

  it('holds when connections come all at once', async () => {
    const limits = create();
    const answers = await Promise.all(Array.from({ length: 50 }, () => limits.admitConnection('192.0.2.1', 7)));
    expect(answers.filter((lease) => lease !== null)).toHaveLength(7);
  });

  it('counts mails of the last minute', async () => {
    const limits = create();
    const answers = await Promise.all(Array.from({ length: 10 }, () => limits.admitMail('192.0.2.1', 4)));
    expect(answers.filter(Boolean)).toHaveLength(4);
    expect(await limits.admitMail('192.0.2.2', 4)).toBe(true);
  });
});

describe('limits of several processes', () => {
  it('are counted together', async () => {
    const [one, two] = [open(), open()];
    await admitted(one, 'c', 2);
    const lease = await admitted(two, 'c', 2);
    expect(await one.admitConnection('c', 2)).toBeNull();
    expect(await two.admitConnection('c', 2)).toBeNull();
    lease.release();
    await admitted(one, 'c', 2);
    expect(await two.admitMail('c', 1)).toBe(true);
    expect(await one.admitMail('c', 1)).toBe(false);
  });

  it('forget a process that died with its connections open', async () => {
    const [dead, alive] = [open(60), open()];
    await admitted(dead, 'c', 1);
    expect(await alive.admitConnection('c', 1)).toBeNull();
    // What a killed process leaves behind: its counts, and a sign of life that runs out.
    const kept = await queues.client.hgetall('{postern-limits}:open:c');
    await dead.close();
    await queues.client.hset('{postern-limits}:open:c', kept);
    await admitted(alive, 'c', 1);
  });

  it('are told again after Redis forgot everything', async () => {
    const [one, two] = [open(30), open()];
    await admitted(one, 'c', 2);
    await admitted(one, 'c', 2);
    await queues.client.flushall();
    queues.client.emit('ready');
    await expect.poll(() => two.admitConnection('c', 2)).toBeNull();
  });

  it('reject while Redis is frozen', async () => {
    const limits = redisLimits({ client: queues.client, timeoutMs: 200 });
    opened.push(limits);
    redis.freeze();
    try {
      await expect(limits.admitConnection('c', 1)).rejects.toBeInstanceOf(QueueUnavailable);
      await expect(limits.admitMail('c', 1)).rejects.toBeInstanceOf(QueueUnavailable);
    } finally {
      redis.thaw();
    }
    await queues.ready(5_000);
    await expect.poll(() => limits.admitConnection('c', 1).catch(() => null)).not.toBeNull();
  });
});

it('do not hold a greeting while Redis is frozen: local counters take over before a mail would be deferred', async () => {
  const { timeoutMs } = loadConfig({ env: {}, cwd: '/' }).redis;
  const limits = withLocalLimits(open(), createMemoryLimits(), silentLogger());
  const memory = redisMemory({ client: queues.client, timeoutMs });
  const order: string[] = [];
  redis.freeze();
  try {
    await Promise.all([
      memory.find(['k']).catch(() => order.push('deferred')),
      (async () => {
        // As one session asks: for all, for its address, for its mail.
        await limits.admitConnection('all', 10);
        await limits.admitConnection('c', 10);
        expect(await limits.admitMail('c', 10)).toBe(true);
        order.push('greeted and admitted');
      })(),
    ]);
  } finally {
    redis.thaw();
  }
  await queues.ready(5_000);
  expect(order).toEqual(['greeted and admitted', 'deferred']);
});
