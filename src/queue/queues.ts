/**
 * The producer's side of BullMQ. Adding a job resolves once Redis has it and rejects within the time-out when Redis is
 * down or frozen.
 *
 * States of the connection: *away* (every add fails at once) -> *ready* (BullMQ's queues are built, adds are tried under
 * the deadline) -> *away* again when the socket closes. BullMQ's `Queue` remembers a failed start for ever, so queues are
 * built only while the client is ready, and built anew when that failed.
 */
import { Queue } from 'bullmq';
import type { QueuePort } from '../intake/ports.ts';
import { type JudgedMail, jobIdOf } from '../jobs/judged-mail.ts';
import { type OutcomeQueue, type QueueName, queueNames, queuePrefix, retryRules } from '../jobs/queues.ts';
import type { Logger } from '../observe/logger.ts';
import { connectPromptly, QueueUnavailable, within } from './prompt-client.ts';
import { prefixFor, type RedisClient, type RedisTarget } from './redis-target.ts';

export type QueuesOptions = {
  readonly target: RedisTarget;
  readonly logger: Logger;
  /** Milliseconds until an add is given up. */
  readonly timeoutMs?: number;
  /** How long completed jobs stay. */
  readonly completedJobMs?: number;
};

export type BuiltQueues = ReadonlyMap<QueueName, Queue>;

export type Queues = QueuePort & {
  /** The client, for what else is shared over Redis (memory, limits). */
  readonly client: RedisClient;
  /** Resolves when Redis answers; rejects with `QueueUnavailable` when it does not within the deadline. */
  ready(deadlineMs: number): Promise<void>;
  /** Called each time the connection is there again after it was lost. */
  onReconnect(callback: () => void): void;
  /** BullMQ's queues, for inspection; rejects with `QueueUnavailable`. */
  built(): Promise<BuiltQueues>;
  close(): Promise<void>;
};

const defaultTimeoutMs = 2_000;
const dayMs = 86_400_000;

export function connectQueues(options: QueuesOptions): Queues {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const client = connectPromptly({ target: options.target, logger: options.logger, timeoutMs });
  const completedAgeSeconds = Math.round((options.completedJobMs ?? dayMs) / 1_000);
  let building: Promise<BuiltQueues> | null = null;
  let isClosed = false;

  const built = (): Promise<BuiltQueues> => {
    if (!isReady(client)) return Promise.reject(new QueueUnavailable('redis is not connected'));
    building ??= buildQueues(client, prefixFor(options.target, queuePrefix)).catch((error: unknown) => {
      building = null;
      throw error;
    });
    return building;
  };

  const add = async (mail: JudgedMail): Promise<void> => {
    const name: OutcomeQueue = mail.verdict.outcome;
    const queue = (await built()).get(name);
    if (queue === undefined) throw new QueueUnavailable(`there is no queue ${name}`);
    // The same id again leaves the stored job as it is: the sweep may add whatever it doubts.
    await queue.add(name, mail, {
      jobId: jobIdOf(mail),
      ...retryRules[name],
      removeOnComplete: { age: completedAgeSeconds },
      removeOnFail: false,
      stackTraceLimit: 5,
    });
  };

  return {
    client,
    built: () => within(timeoutMs, 'redis', built),
    enqueue: (mail) => within(timeoutMs, 'enqueue', () => add(mail)),
    ready: (deadlineMs) => within(deadlineMs, 'redis', () => untilReady(client, () => isClosed, built)),
    onReconnect(callback) {
      let wasReady = isReady(client);
      client.on('ready', () => {
        if (wasReady) callback();
        wasReady = true;
      });
    },
    async close() {
      isClosed = true;
      const queues = await building?.catch(() => null);
      await Promise.allSettled([...(queues?.values() ?? [])].map((queue) => queue.close()));
      client.disconnect();
    },
  };
}

async function buildQueues(client: RedisClient, prefix: string): Promise<BuiltQueues> {
  const queues = new Map<QueueName, Queue>();
  try {
    for (const name of queueNames) {
      const queue = new Queue(name, { connection: client, prefix });
      queue.on('error', () => undefined); // the client reports its state itself
      queues.set(name, queue);
    }
    await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()));
    return queues;
  } catch (error) {
    await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
    throw error;
  }
}

/** Tries until Redis answers; `within` bounds it from outside. */
async function untilReady(client: RedisClient, isClosed: () => boolean, built: () => Promise<unknown>): Promise<void> {
  while (!isClosed()) {
    try {
      await built();
      await client.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new QueueUnavailable('closed');
}

function isReady(client: RedisClient): boolean {
  return client.status === 'ready';
}
