/** Signs of life in Redis: who gave one within its life counts as alive. Redis's own clock decides. */
import type { RedisClient } from './redis-target.ts';

/** KEYS set; ARGV id, life in ms. */
const markScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])`;

/** KEYS set. Returns how many are alive. */
const countScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZCOUNT', KEYS[1], now, '+inf')`;

export const workersAliveKey = 'postern-workers:alive';

export async function markAlive(client: RedisClient, key: string, id: string, lifeMs: number): Promise<void> {
  await client.eval(markScript, 1, key, id, lifeMs);
}

export async function countAlive(client: RedisClient, key: string): Promise<number> {
  return Number(await client.eval(countScript, 1, key));
}

export async function markGone(client: RedisClient, key: string, id: string): Promise<void> {
  await client.zrem(key, id);
}
