import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { redisMemory } from '../../src/queue/memory.ts';
import { QueueUnavailable } from '../../src/queue/prompt-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

let redis: TestRedis;
let queues: Queues;
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
  await queues.client.flushall();
});

describe('deferrals', () => {
  it('keeps the first time', async () => {
    const memory = redisMemory({ client: queues.client });
    expect(await memory.deferredSince('mail')).toBeNull();
    expect(await memory.firstDeferred('mail', 1_000)).toBe(1_000);
    expect(await memory.firstDeferred('mail', 2_000)).toBe(1_000);
    expect(await memory.deferredSince('mail')).toBe(1_000);
    expect(await memory.deferredSince('other')).toBeNull();
  });

  it('is one memory for processes that ask at the same time', async () => {
    const memory = redisMemory({ client: queues.client });
    const answers = await Promise.all([5, 6, 7, 8].map((now) => memory.firstDeferred('same', now)));
    expect(new Set(answers).size).toBe(1);
  });
});

describe('replays', () => {
  const first = { contentDigest: 'aa', mailId: 'm1' };

  it('keeps the first mail of a key', async () => {
    const memory = redisMemory({ client: queues.client });
    await memory.rememberReplays(['k1', 'k2'], first);
    const other = await memory.rememberReplays(['k2', 'k3'], { contentDigest: 'bb', mailId: 'm2' });
    expect([...other]).toEqual([['k2', first]]);
    expect((await memory.rememberReplays(['k1'], { ...first, mailId: 'm3' })).size).toBe(0);
    const found = await memory.find(['k1', 'k2', 'k3', 'k4']);
    expect([...found]).toEqual([
      ['k1', first],
      ['k2', first],
      ['k3', { contentDigest: 'bb', mailId: 'm2' }],
    ]);
  });

  it('forgets after its time', async () => {
    const memory = redisMemory({ client: queues.client, replayMs: 30 });
    await memory.rememberReplays(['k'], first);
    await expect.poll(() => memory.find(['k']).then((found) => found.size)).toBe(0);
  });

  it('bounds keys, whatever a mail put into them', async () => {
    const memory = redisMemory({ client: queues.client });
    const key = `x\r\n${'y'.repeat(100_000)}`;
    await memory.rememberReplays([key], first);
    expect((await memory.find([key])).get(key)).toEqual(first);
    for (const stored of await queues.client.keys('*')) expect(stored.length).toBeLessThan(100);
  });

  it('handles no keys at all', async () => {
    const memory = redisMemory({ client: queues.client });
    await memory.rememberReplays([], first);
    expect((await memory.find([])).size).toBe(0);
  });
});

it('rejects while Redis is frozen', async () => {
  const memory = redisMemory({ client: queues.client, timeoutMs: 200 });
  redis.freeze();
  try {
    await expect(memory.firstDeferred('m', 1)).rejects.toBeInstanceOf(QueueUnavailable);
    await expect(memory.find(['m'])).rejects.toBeInstanceOf(QueueUnavailable);
    await expect(memory.rememberReplays(['m'], { contentDigest: 'a', mailId: 'b' })).rejects.toBeInstanceOf(
      QueueUnavailable,
    );
  } finally {
    redis.thaw();
  }
});
