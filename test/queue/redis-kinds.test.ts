/** The other kinds of Redis that REDIS_URL may name: by TCP with a password, a cluster, a primary behind a sentinel. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { countAlive, markAlive, workersAliveKey } from '../../src/queue/alive.ts';
import { failureGroups, queueStates, retryFailed, sweepQueues } from '../../src/queue/inspection.ts';
import { redisLimits } from '../../src/queue/limits.ts';
import { redisMemory } from '../../src/queue/memory.ts';
import { connectPatiently } from '../../src/queue/patient-client.ts';
import { connectQueues } from '../../src/queue/queues.ts';
import { prefixFor, type RedisTarget } from '../../src/queue/redis-target.ts';
import { startWorkers } from '../../workers/main.ts';
import { freePort } from '../helpers/free-port.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

const redises: TestRedis[] = [];
const sentinels: { readonly child: ChildProcess; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { child, folder } of sentinels.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
  await Promise.all(redises.splice(0).map((redis) => redis.stop()));
});

async function start(extra: readonly string[]): Promise<TestRedis> {
  const redis = await startRedis(extra);
  redises.push(redis);
  return redis;
}

/** A mail's whole way: enqueued, worked, counted; and everything else that is shared over Redis. */
async function wholeWay(target: RedisTarget): Promise<void> {
  const queues = connectQueues({ target, logger: silentLogger(), timeoutMs: 5_000 });
  const metrics = createMetrics();
  await queues.ready(15_000);
  const limits = redisLimits({ client: queues.client });
  const seen: string[] = [];
  const workers = startWorkers({
    connect: () => connectPatiently(target, silentLogger()),
    prefix: prefixFor(target, 'postern'),
    spool: { sidecar: () => Promise.reject(new Error('not asked for')) },
    trace: {
      record(inputs) {
        seen.push(...inputs.map(({ mail }) => mail.messageId));
        return Promise.resolve(inputs.map(({ mail }) => ({ kind: 'recorded', messageId: mail.messageId })));
      },
    },
    beat: () => markAlive(queues.client, workersAliveKey, 'w', 30_000),
    settings: { concurrency: 4, batchSize: 4, batchWaitMs: 0, stopTimeoutMs: 5_000, lockMs: 30_000 },
    logger: silentLogger(),
    metrics,
    now: Date.now,
  });
  try {
    await workers.ready();
    for (const outcome of ['accepted', 'rejected', 'escalated'] as const) {
      await queues.enqueue(judgedMail({ messageId: `${outcome}1-0`, outcome, spoolKey: null }));
    }
    await expect
      .poll(() => seen.toSorted(), { timeout: 15_000 })
      .toEqual(['accepted1-0', 'escalated1-0', 'rejected1-0']);
    const built = await queues.built();
    const completed = async () => (await queueStates(built, Date.now())).map(({ jobs }) => jobs.completed);
    await expect.poll(completed, { timeout: 10_000 }).toEqual([1, 1, 1, 0, 0, 0]);
    expect(await failureGroups(built)).toEqual([]);
    expect(await retryFailed(built, {}, { dryRun: false })).toEqual({ matched: 0, retried: 0, gone: 0 });
    expect(await sweepQueues(built, { completedMs: 60_000, failedMs: 60_000 })).toBe(0);
    expect(await countAlive(queues.client, workersAliveKey)).toBe(1);

    const memory = redisMemory({ client: queues.client });
    expect(await memory.firstDeferred('mail', 5)).toBe(5);
    await memory.rememberReplays(['a', 'b'], { contentDigest: 'd', mailId: 'm' });
    expect((await memory.find(['a', 'b', 'c'])).size).toBe(2);
    expect(await limits.admitConnection('192.0.2.1', 1)).not.toBeNull();
    expect(await limits.admitConnection('192.0.2.1', 1)).toBeNull();
    expect(await limits.admitMail('192.0.2.1', 1)).toBe(true);
  } finally {
    await workers.stop();
    await limits.close();
    await queues.close();
    metrics.close();
  }
}

describe('REDIS_URL', () => {
  it('by TCP with a password', async () => {
    const port = await freePort();
    await start(['--port', String(port), '--requirepass', 'p@ss:word']);
    await wholeWay({ url: `redis://:${encodeURIComponent('p@ss:word')}@127.0.0.1:${port}/3` });
  });

  it('by unix socket', async () => {
    const redis = await start([]);
    await wholeWay({ url: redis.url });
  });

  it('a cluster', async () => {
    const [port, busPort] = [await freePort(), await freePort()];
    const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)];
    const redis = await start(['--port', String(port), ...cluster, '--cluster-announce-ip', '127.0.0.1']);
    const node = new Redis(redis.target.socketPath);
    await node.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    const info = async (): Promise<string> => String(await node.call('CLUSTER', 'INFO'));
    await expect.poll(info, { timeout: 15_000 }).toContain('cluster_state:ok');
    node.disconnect();
    await wholeWay({ url: `redis-cluster://127.0.0.1:${port}` });
  });

  it('a primary behind a sentinel', async () => {
    const [port, sentinelPort] = [await freePort(), await freePort()];
    await start(['--port', String(port)]);
    const folder = mkdtempSync(join(tmpdir(), 'postern-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    writeFileSync(file, `port ${sentinelPort}\ndir ${folder}\nsentinel monitor main 127.0.0.1 ${port} 1\n`);
    sentinels.push({ child: spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }), folder });
    await wholeWay({ url: `redis-sentinel://127.0.0.1:${sentinelPort}/main` });
  });
});
