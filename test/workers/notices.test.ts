import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcomeQueues } from '../../src/jobs/queues.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { enqueueNotice } from '../../src/queue/notice-queue.ts';
import { connectPatiently } from '../../src/queue/patient-client.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { accepted } from '../../workers/accepted.ts';
import type { HandlerDeps, Recorded } from '../../workers/deps.ts';
import { escalated } from '../../workers/escalated.ts';
import { HopelessJob } from '../../workers/handler.ts';
import { type RunningWorkers, startWorkers } from '../../workers/main.ts';
import { announcing, createNotices } from '../../workers/notices.ts';
import { rejected } from '../../workers/rejected.ts';
import { judgedMail } from '../helpers/judged-mail.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

const noDeps: HandlerDeps = {
  spool: { sidecar: () => Promise.resolve(JSON.parse('{"v":1}')) },
  record: ({ mail: { messageId } }) => Promise.resolve({ kind: 'recorded', messageId }),
};

describe('announcing', () => {
  const told: string[] = [];
  beforeEach(() => told.splice(0));
  const tell = (messageId: string): Promise<void> => {
    told.push(messageId);
    return Promise.resolve();
  };
  const handle = (payload: unknown, recorded?: Recorded) =>
    announcing(accepted, tell).handle(payload, {
      ...noDeps,
      ...(recorded === undefined ? {} : { record: () => Promise.resolve(recorded) }),
    });

  it('tells of a mail that was recorded, and again when its job runs again', async () => {
    await handle(judgedMail());
    await handle(judgedMail(), { kind: 'already', messageId: '01jtest-0', linkedTo: null });
    expect(told).toEqual(['01jtest-0', '01jtest-0']);
  });

  it.each([
    ['a copy', judgedMail(), { kind: 'duplicate', messageId: '01jtest-0', linkedTo: '01jfirst-0' }],
    ['a copy, again', judgedMail(), { kind: 'already', messageId: '01jtest-0', linkedTo: '01jfirst-0' }],
  ] as const)('tells nothing of %s', async (_name, payload, recorded) => {
    await handle(payload, recorded);
    expect(told).toEqual([]);
  });

  it('tells nothing of silent, unproven and refused mail', async () => {
    const mail = judgedMail();
    await handle({ ...mail, verdict: { ...mail.verdict, silent: true } });
    await handle({ ...mail, verdict: { ...mail.verdict, assurance: 'claimed' } });
    await handle(judgedMail({ spoolKey: null }));
    expect(told).toEqual([]);
  });

  it('a mail that could not be told of is tried again', async () => {
    const failing = announcing(accepted, () => Promise.reject(new Error('redis is away')));
    await expect(failing.handle(judgedMail(), noDeps)).rejects.toThrow('redis is away');
  });
});

describe('the handler', () => {
  const desk = {
    decide: (id: string) => Promise.resolve(id.startsWith('none') ? ('none' as const) : ('waiting' as const)),
    wake: () => undefined,
  };

  it.each([null, {}, { v: 1, notice: '../x' }, { v: 1, notice: 'A-0' }, { v: 2, notice: 'a-0' }])(
    'takes %j for hopeless',
    async (payload) => {
      await expect(createNotices(desk).handle(payload, noDeps)).rejects.toBeInstanceOf(HopelessJob);
    },
  );

  it('sends only what was decided to be sent', async () => {
    let woken = 0;
    const handler = createNotices({ ...desk, wake: () => void (woken += 1) });
    await handler.handle({ v: 1, notice: 'none1-0' }, noDeps);
    expect(woken).toBe(0);
    await handler.handle({ v: 1, notice: 'm1-0' }, noDeps);
    expect(woken).toBe(1);
  });
});

describe('the queue', () => {
  let redis: TestRedis;
  let queues: Queues;
  let metrics: Metrics;
  let workers: RunningWorkers | null = null;
  beforeEach(async () => {
    redis = await startRedis();
    queues = connectQueues({ target: redis.target, logger: silentLogger() });
    await queues.ready(5_000);
    metrics = createMetrics();
  });
  afterEach(async () => {
    await workers?.stop();
    await queues.close();
    await redis.stop();
    metrics.close();
  });

  it('carries ids only, from the mail that was recorded to the desk', async () => {
    const decided: string[] = [];
    const payloads: unknown[] = [];
    const notices = createNotices({
      decide: (id) => {
        decided.push(id);
        return Promise.resolve('none');
      },
      wake: () => undefined,
    });
    const seen = {
      ...notices,
      handle: (payload: unknown, deps: HandlerDeps) => (payloads.push(payload), notices.handle(payload, deps)),
    };
    const tell = async (messageId: string) => enqueueNotice(await queues.built(), messageId);
    workers = startWorkers(
      {
        connect: () => connectPatiently(redis.target, silentLogger()),
        prefix: 'postern',
        spool: noDeps.spool,
        trace: {
          record: (inputs) =>
            Promise.resolve(inputs.map(({ mail: { messageId } }): Recorded => ({ kind: 'recorded', messageId }))),
        },
        beat: () => Promise.resolve(),
        settings: { concurrency: 4, batchSize: 10, batchWaitMs: 0, stopTimeoutMs: 2_000, lockMs: 30_000 },
        logger: silentLogger(),
        metrics,
        now: () => 1,
      },
      [announcing(accepted, tell), announcing(rejected, tell), announcing(escalated, tell), seen],
      [...outcomeQueues, 'notices'],
    );
    await queues.enqueue(judgedMail({ messageId: 'm1-0' }));
    await queues.enqueue(judgedMail({ messageId: 'm2-0', outcome: 'rejected' }));
    await queues.enqueue(judgedMail({ messageId: 'm3-0', outcome: 'escalated', spoolKey: null }));
    await expect.poll(() => decided.toSorted(), { timeout: 10_000 }).toEqual(['m1-0', 'm2-0']);
    for (const payload of payloads) expect(Object.keys(payload ?? {}).toSorted()).toEqual(['notice', 'v']);
    await expect
      .poll(async () => (await queues.built()).get('notices')?.getJobCounts('waiting', 'active', 'completed', 'failed'))
      .toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
  });
});
