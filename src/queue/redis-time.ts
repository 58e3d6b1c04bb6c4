/** The time by the clock of the machine of Redis, epoch milliseconds. Rejects when it does not answer. */
import type { RedisClient } from './redis-target.ts';

export async function redisTime(client: Pick<RedisClient, 'time'>): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
