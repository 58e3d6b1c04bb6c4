import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sidecar } from '../../src/intake/sidecar.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { countAlive, markAlive, workersAliveKey } from '../../src/queue/alive.ts';
import { connectPatiently } from '../../src/queue/patient-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { accepted } from '../../workers/accepted.ts';
import type { Recorded, TraceInput, WorkersDeps } from '../../workers/deps.ts';
import { escalated } from '../../workers/escalated.ts';
import { HandlersIncomplete } from '../../workers/handler.ts';
import { type RunningWorkers, startWorkers } from '../../workers/main.ts';
import { rejected } from '../../workers/rejected.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

/** Only what the workers pass on. */
const sidecar: Sidecar = JSON.parse('{"v":1,"mailId":"01jtest"}');

let redis: TestRedis;
let queues: Queues;
let metrics: Metrics;
const running: RunningWorkers[] = [];

beforeEach(async () => {
  redis = await startRedis();
  queues = connectQueues({ target: redis.target, logger: silentLogger() });
  await queues.ready(5_000);
  metrics = createMetrics();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((workers) => workers.stop()));
  await queues.close();
  await redis.stop();
  metrics.close();
});

type Recording = { readonly batches: TraceInput[][]; readonly trace: WorkersDeps['trace'] };

/** A trace that keeps what it is told; `refuse` may throw. */
function recording(refuse: (inputs: readonly TraceInput[]) => void = () => undefined): Recording {
  const batches: TraceInput[][] = [];
  const known = new Set<string>();
  return {
    batches,
    trace: {
      record(inputs) {
        batches.push([...inputs]);
        try {
          refuse(inputs);
        } catch (error) {
          return Promise.reject(error);
        }
        const results = inputs.map(({ mail: { messageId } }): Recorded => {
          if (known.has(messageId)) return { kind: 'already', messageId, linkedTo: null };
          known.add(messageId);
          return { kind: 'recorded', messageId };
        });
        return Promise.resolve(results);
      },
    },
  };
}

function depsWith(changes: Partial<WorkersDeps>): WorkersDeps {
  return {
    connect: () => connectPatiently(redis.target, silentLogger()),
    prefix: 'postern',
    spool: { sidecar: () => Promise.resolve(sidecar) },
    trace: recording().trace,
    beat: () => markAlive(queues.client, workersAliveKey, 'w1', 30_000),
    settings: { concurrency: 16, batchSize: 50, batchWaitMs: 5, stopTimeoutMs: 2_000, lockMs: 30_000 },
    logger: silentLogger(),
    metrics,
    now: () => 1,
    ...changes,
  };
}

function start(changes: Partial<WorkersDeps> = {}): RunningWorkers {
  const workers = startWorkers(depsWith(changes));
  running.push(workers);
  return workers;
}

async function counts(queue: 'accepted' | 'rejected' | 'escalated') {
  return (await queues.built()).get(queue)?.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
}

function neverConnect(): never {
  throw new Error('was connected');
}

describe('handlers', () => {
  it.each([
    ['a missing one', [accepted, rejected]],
    ['two for one name', [accepted, rejected, escalated, accepted]],
    ['one for no job', [accepted, rejected, escalated, { name: 'other', handle: accepted.handle }]],
  ])('%s stops the start', (_name, handlers) => {
    expect(() => startWorkers(depsWith({ connect: neverConnect }), handlers)).toThrow(HandlersIncomplete);
  });
});

describe('jobs', () => {
  it('of each outcome are recorded with their sidecar, in shared transactions', async () => {
    const { batches, trace } = recording();
    for (const outcome of ['accepted', 'rejected', 'escalated'] as const) {
      for (let index = 0; index < 10; index += 1) {
        const spoolKey = outcome === 'rejected' ? null : '01jtest';
        await queues.enqueue(judgedMail({ messageId: `${outcome}x${index}-0`, outcome, spoolKey }));
      }
    }
    await start({ trace }).ready();
    await expect.poll(() => batches.flat().length, { timeout: 10_000 }).toBe(30);
    for (const outcome of ['accepted', 'rejected', 'escalated'] as const) {
      await expect.poll(() => counts(outcome), { timeout: 10_000 }).toMatchObject({ completed: 10, failed: 0 });
    }
    expect(batches.length).toBeLessThan(30);
    for (const { mail, sidecar: read } of batches.flat()) {
      expect(read).toEqual(mail.verdict.outcome === 'rejected' ? null : sidecar);
    }
    expect(await metrics.text()).toContain('postern_job_seconds_count{queue="accepted",result="completed"} 10');
  });

  it('give signs of life', async () => {
    await start().ready();
    await expect.poll(() => countAlive(queues.client, workersAliveKey)).toBe(1);
  });

  it('that fail for a while are tried again', async () => {
    let failures = 0;
    const { trace } = recording(() => {
      failures += 1;
      if (failures < 3) throw new Error('the database is away');
    });
    start({ trace });
    const queue = (await queues.built()).get('accepted');
    const backoff = { type: 'fixed', delay: 10 };
    await queue?.add('accepted', judgedMail({ messageId: 'r-0' }), { jobId: 'r-0', attempts: 5, backoff });
    await expect.poll(() => counts('accepted'), { timeout: 15_000 }).toMatchObject({ completed: 1, failed: 0 });
    expect(await metrics.text()).toContain('postern_job_seconds_count{queue="accepted",result="retried"} 2');
  });

  it.each([
    ['is no payload', { hello: 'world' }, 'unreadable payload: v (invalid_value)'],
    ['is null', null, 'unreadable payload: payload (invalid_type)'],
    [
      'lies about its id',
      { ...judgedMail(), messageId: '../../etc' },
      'unreadable payload: messageId (invalid_format)',
    ],
    [
      'is on the wrong queue',
      judgedMail({ outcome: 'rejected' }),
      'unreadable payload: a mail that is rejected on the queue accepted',
    ],
  ])('whose data %s are dead letters at once', async (_name, data, cause) => {
    const { batches, trace } = recording();
    start({ trace });
    const queue = (await queues.built()).get('accepted');
    await queue?.add('accepted', data, { jobId: 'bad-0', attempts: 8 });
    await expect.poll(() => counts('accepted'), { timeout: 10_000 }).toMatchObject({ failed: 1, delayed: 0 });
    expect((await queue?.getJob('bad-0'))?.failedReason).toBe(cause);
    expect(batches).toEqual([]);
    expect(await metrics.text()).toContain('result="dead"} 1');
  });

  it('whose spool entry is gone are dead letters with that cause', async () => {
    class SpoolMissing extends Error {
      override readonly name = 'SpoolMissing';
    }
    start({ spool: { sidecar: () => Promise.reject(new SpoolMissing('no entry 01jtest')) } });
    await queues.enqueue(judgedMail({ messageId: 'gone-0' }));
    await expect.poll(() => counts('accepted'), { timeout: 10_000 }).toMatchObject({ failed: 1 });
    const job = await (await queues.built()).get('accepted')?.getJob('gone-0');
    expect(job?.failedReason).toBe('SpoolMissing: no entry 01jtest');
  });
});

describe('stop', () => {
  it('waits for jobs in hand', async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const { trace } = recording();
    const workers = start({
      trace: {
        async record(inputs, now) {
          entered.resolve();
          await gate.promise;
          return trace.record(inputs, now);
        },
      },
    });
    await queues.enqueue(judgedMail({ messageId: 's-0' }));
    await entered.promise;
    const stopped = workers.stop();
    gate.resolve();
    await stopped;
    expect(await counts('accepted')).toMatchObject({ completed: 1, active: 0 });
  });

  it('cuts off jobs that outlast the deadline without failing them', async () => {
    const entered = Promise.withResolvers<void>();
    const workers = start({
      trace: {
        record: () => {
          entered.resolve();
          return new Promise(() => undefined);
        },
      },
      settings: { concurrency: 1, batchSize: 1, batchWaitMs: 0, stopTimeoutMs: 50, lockMs: 30_000 },
    });
    await queues.enqueue(judgedMail({ messageId: 'cut-0' }));
    await entered.promise;
    await workers.stop();
    expect(await counts('accepted')).toMatchObject({ active: 1, failed: 0 });
  });

  it('leaves to others, when its lock has run out, the job that it was cut off from', async () => {
    const settings = { concurrency: 1, batchSize: 1, batchWaitMs: 0, stopTimeoutMs: 50, lockMs: 1_000 };
    const entered = Promise.withResolvers<void>();
    const hung: WorkersDeps['trace'] = {
      record: () => {
        entered.resolve();
        return new Promise(() => undefined);
      },
    };
    const dying = start({ settings, trace: hung });
    await queues.enqueue(judgedMail({ messageId: 'left-0' }));
    await entered.promise;
    await dying.stop();
    const { batches, trace } = recording();
    start({ settings, trace });
    const taken = () => batches.flat().map(({ mail }) => mail.messageId);
    await expect.poll(taken, { timeout: 25_000 }).toEqual(['left-0']);
  }, 60_000);

  it('ends although Redis is frozen', async () => {
    const workers = start({
      settings: { concurrency: 1, batchSize: 1, batchWaitMs: 0, stopTimeoutMs: 200, lockMs: 30_000 },
    });
    await workers.ready();
    redis.freeze();
    try {
      await expect(workers.stop()).resolves.toBeUndefined();
    } finally {
      redis.thaw();
    }
  });
});

it('goes on after Redis was restarted', async () => {
  const { batches, trace } = recording();
  await start({ trace }).ready();
  await redis.kill();
  await redis.start();
  await queues.ready(10_000);
  await queues.enqueue(judgedMail({ messageId: 'after-0' }));
  await expect.poll(() => batches.flat().map(({ mail }) => mail.messageId), { timeout: 20_000 }).toEqual(['after-0']);
});
