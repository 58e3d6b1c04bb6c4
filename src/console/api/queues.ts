/** Queues: what waits, what failed and of what, and dead letters back to work. */
import { z } from 'zod';
import { queueNames } from '../../jobs/queues.ts';
import type { QueuePause } from '../../records/queue-pauses.ts';
import { holdQueue, letQueueGo, longestPauseReason } from '../queue-hold.ts';
import { route } from './route.ts';
import { line, time, timeText } from './shapes.ts';

const queue = z.enum(queueNames);
const count = z.int().nonnegative();

const pause = z.strictObject({ reason: z.string(), by: z.string(), at: time });

function pauseOf(known: QueuePause | undefined): z.input<typeof pause> | null {
  return known === undefined ? null : { reason: known.reason, by: known.actor, at: timeText(known.at) };
}

const held = z.strictObject({ queue, paused: z.boolean() });
const byQueue = z.strictObject({ queue });

export const queueRoutes = [
  route({
    method: 'GET',
    path: '/queues',
    summary: 'Every queue with its jobs by state',
    access: { scope: 'read', right: 'queues.see' },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        workersAlive: count,
        queues: z.array(
          z.strictObject({
            queue,
            jobs: z.record(z.string(), count),
            oldestMs: z.number().nullable().describe('Age of the oldest job that waits, milliseconds'),
            paused: z.boolean(),
            pause: pause.nullable().describe('Why and by whom, where that is known'),
          }),
        ),
      }),
    },
    handle: async ({ ports }) => {
      const [states, workersAlive, pauses] = await Promise.all([
        ports.queues.states(),
        ports.queues.workersAlive(),
        ports.queuePauses.all(),
      ]);
      const queues = states.map(({ isPaused, jobs, oldestMs, queue: name }) => ({
        queue: name,
        jobs: { ...jobs },
        oldestMs,
        paused: isPaused,
        pause: isPaused ? pauseOf(pauses.find((one) => one.queue === name)) : null,
      }));
      return { workersAlive, queues };
    },
  }),
  route({
    method: 'GET',
    path: '/queues/failures',
    summary: 'Dead letters, grouped by cause, largest group first',
    access: { scope: 'read', right: 'queues.causes' },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        items: z.array(
          z.strictObject({
            queue,
            cause: z.string(),
            jobs: count,
            examples: z.array(z.string()),
            lastAt: time.nullable(),
          }),
        ),
      }),
    },
    handle: async ({ ports }) => ({
      items: (await ports.queues.failures()).map(({ cause, examples, jobs, lastAt, queue: name }) => ({
        queue: name,
        cause,
        jobs,
        examples: [...examples],
        lastAt: lastAt === 0 ? null : timeText(lastAt),
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/queues/retry',
    summary: 'Put dead letters back to work',
    text: 'Without `dryRun: false` it only counts what would be retried.',
    access: { scope: 'queues', right: 'queues.retry' },
    body: {
      media: 'application/json',
      maxOctets: 64 * 1024,
      schema: z.strictObject({
        queue: queue.exactOptional(),
        cause: line(200).exactOptional().describe('A part of the cause'),
        jobIds: z.array(z.string().max(100)).min(1).max(1_000).exactOptional(),
        failedSince: time.exactOptional(),
        dryRun: z.boolean().default(true),
      }),
    },
    answer: {
      status: 200,
      media: 'application/json',
      schema: z.strictObject({
        dryRun: z.boolean(),
        matched: count,
        retried: count,
        gone: count.describe('Retried or removed by somebody else meanwhile'),
      }),
    },
    handle: async ({ body, caller, ports }) => {
      const { dryRun, failedSince, ...rest } = body;
      const filter = { ...rest, ...(failedSince === undefined ? {} : { failedSince: Date.parse(failedSince) }) };
      const result = await ports.queues.retry(filter, { dryRun });
      if (!dryRun) {
        const detail = { ...filter, ...result };
        const subject = filter.queue ?? 'all';
        await ports.audit.append({ at: ports.now(), actor: caller.actor, action: 'queue.retry', subject, detail });
      }
      return { dryRun, ...result };
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/pause',
    summary: 'Hold a queue: its jobs wait until it is resumed',
    access: { scope: 'queues', right: 'queues.pause' },
    params: byQueue,
    body: {
      media: 'application/json',
      maxOctets: 16 * 1024,
      schema: z.strictObject({ reason: line(longestPauseReason).describe('For whoever wonders') }),
    },
    answer: { status: 200, media: 'application/json', schema: held },
    handle: async ({ body, caller, params, ports }) => {
      await holdQueue(ports, params.queue, body.reason, { actor: caller.actor, at: ports.now() });
      return { queue: params.queue, paused: true };
    },
  }),
  route({
    method: 'POST',
    path: '/queues/{queue}/resume',
    summary: 'Let a held queue go on',
    access: { scope: 'queues', right: 'queues.pause' },
    params: byQueue,
    answer: { status: 200, media: 'application/json', schema: held },
    handle: async ({ caller, params, ports }) => {
      await letQueueGo(ports, params.queue, { actor: caller.actor, at: ports.now() });
      return { queue: params.queue, paused: false };
    },
  }),
];
