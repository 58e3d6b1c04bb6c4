/**
 * A Redis client that answers or fails promptly: nothing is queued while Redis is away, and an answer that does not
 * come in time is an error. Whoever waits for it is an SMTP client that can try again.
 */
import type { RedisOptions } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { connectRedis, type RedisClient, type RedisTarget } from './redis-target.ts';

/** Redis did not take or answer a command in time. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

export type PromptClientOptions = {
  readonly target: RedisTarget;
  readonly logger: Logger;
  /** Milliseconds to wait for an answer. */
  readonly timeoutMs: number;
};

/** A socket that stays silent this long after a command is taken as dead, as after a network split. */
const deadSocketMs = 10_000;

export function connectPromptly({ target, logger, timeoutMs }: PromptClientOptions): RedisClient {
  const options: RedisOptions = {
    enableOfflineQueue: false,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 5_000,
    socketTimeout: deadSocketMs,
    retryStrategy: reconnectDelayMs,
  };
  const client = connectRedis(target, options);
  reportState(client, logger);
  return client;
}

/** Soon at first, then each second: a mail that meets a missing Redis is deferred, so it should not miss it for long. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 10), 1_000);
}

/** One log line when Redis goes and one when it is back, however often the client tries in between. */
export function reportState(client: RedisClient, logger: Logger): void {
  let isAway = false;
  client.on('error', (error: Error) => {
    if (!isAway) logger.warn({ error }, 'redis is not reachable');
    isAway = true;
  });
  client.on('ready', () => {
    if (isAway) logger.info('redis is back');
    isAway = false;
  });
}

/** The promise, or `QueueUnavailable` once the time is over. What comes later is dropped. */
export async function within<Value>(timeoutMs: number, what: string, work: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailable(`${what}: no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (error instanceof QueueUnavailable) throw error;
    throw new QueueUnavailable(`${what} failed`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
