/** A Redis client for workers: it waits for Redis however long it is away, as nobody waits for the worker. */
import type { RedisOptions } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { reconnectDelayMs, reportState } from './prompt-client.ts';
import { connectRedis, type RedisClient, type RedisTarget } from './redis-target.ts';

export function connectPatiently(target: RedisTarget, logger: Logger): RedisClient {
  const options: RedisOptions = {
    maxRetriesPerRequest: null, // BullMQ blocks on it for its next job
    connectTimeout: 5_000,
    retryStrategy: reconnectDelayMs,
  };
  const client = connectRedis(target, options);
  reportState(client, logger);
  return client;
}
