/**
 * Limits per client that hold for all listener processes together.
 *
 * Open connections: for each client a hash of process -> open connections. Each process writes its own absolute count,
 * so that a lost message heals with the next one, and counts of processes that stopped giving signs of life do not
 * count. Mails: for each client a sorted set of the last minute's. Redis's own clock is used, so that machines need not
 * agree on the time.
 */
import { randomUUID } from 'node:crypto';
import type { Lease, LimitsPort } from '../smtp/limits.ts';
import { markAlive, markGone } from './alive.ts';
import { within } from './prompt-client.ts';
import type { RedisClient } from './redis-target.ts';

export type SharedLimits = LimitsPort & {
  /** Gives up this process's counts. */
  close(): Promise<void>;
};

export type SharedLimitsOptions = {
  readonly client: RedisClient;
  /** Milliseconds until an answer is given up. A client waits so long for its greeting while Redis is frozen. */
  readonly timeoutMs?: number;
  /** Milliseconds after which a silent process counts as dead. */
  readonly lifeMs?: number;
};

/** One hash tag, so that a script's keys share a node of a cluster. */
const tag = '{postern-limits}';
const aliveKey = `${tag}:alive`;

/** KEYS alive, open; ARGV process, own count before this one, limit. Returns 1 when admitted. */
const admitConnectionScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others = 0
local counts = redis.call('HGETALL', KEYS[2])
for i = 1, #counts, 2 do
  if counts[i] ~= ARGV[1] then
    local deadline = redis.call('ZSCORE', KEYS[1], counts[i])
    if deadline and tonumber(deadline) > now then
      others = others + tonumber(counts[i + 1])
    else
      redis.call('HDEL', KEYS[2], counts[i])
    end
  end
end
local own = tonumber(ARGV[2])
if others + own >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], own + 1)
redis.call('EXPIRE', KEYS[2], 90000)
return 1`;

/** KEYS mails; ARGV limit, unique member. Returns 1 when admitted. */
const admitMailScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 60000)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[2])
redis.call('PEXPIRE', KEYS[1], 60000)
return 1`;

export function redisLimits(options: SharedLimitsOptions): SharedLimits {
  const { client, timeoutMs = 250, lifeMs = 30_000 } = options;
  const processId = randomUUID();
  const own = new Map<string, number>();
  let sent = 0;

  const stillAlive = (): Promise<void> => markAlive(client, aliveKey, processId, lifeMs);
  const tell = async (clientName: string): Promise<void> => {
    const count = own.get(clientName) ?? 0;
    if (count === 0) await client.hdel(openKey(clientName), processId);
    else await client.hset(openKey(clientName), processId, count);
  };
  /** After Redis was away it may have forgotten us. */
  const tellAll = async (): Promise<void> => {
    await stillAlive();
    await Promise.all([...own.keys()].map(tell));
  };

  const heartbeat = setInterval(() => quietly(stillAlive), Math.max(lifeMs / 3, 10));
  heartbeat.unref();
  const onReady = (): void => quietly(tellAll);
  client.on('ready', onReady);
  let begun: Promise<void> | null = null;

  const change = (clientName: string, by: 1 | -1): number => {
    const before = own.get(clientName) ?? 0;
    const after = Math.max(0, before + by);
    if (after === 0) own.delete(clientName);
    else own.set(clientName, after);
    return before;
  };
  const lease = (clientName: string): Lease => {
    let isReleased = false;
    return {
      release() {
        if (isReleased) return;
        isReleased = true;
        change(clientName, -1);
        quietly(() => tell(clientName));
      },
    };
  };

  return {
    async admitConnection(clientName, atMost) {
      begun ??= stillAlive().catch((error: unknown) => {
        begun = null;
        throw error;
      });
      const alive = begun;
      // Counted before the answer, so that connections that arrive together see each other.
      const before = change(clientName, 1);
      try {
        const admitted = await within(timeoutMs, 'connection limit', async () => {
          await alive;
          return client.eval(admitConnectionScript, 2, aliveKey, openKey(clientName), processId, before, atMost);
        });
        if (admitted === 1) return lease(clientName);
      } catch (error) {
        change(clientName, -1);
        quietly(() => tell(clientName));
        throw error;
      }
      change(clientName, -1);
      quietly(() => tell(clientName));
      return null;
    },
    async admitMail(clientName, perMinute) {
      sent += 1;
      const member = `${processId}:${sent}`;
      const admitted = await within(timeoutMs, 'mail limit', () =>
        client.eval(admitMailScript, 1, `${tag}:mails:${clientName}`, perMinute, member),
      );
      return admitted === 1;
    },
    async close() {
      clearInterval(heartbeat);
      client.off('ready', onReady);
      own.clear();
      await markGone(client, aliveKey, processId).catch(() => undefined);
    },
  };
}

/** The client reports its state itself, and the next count heals this one. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => undefined);
}

function openKey(clientName: string): string {
  return `${tag}:open:${clientName}`;
}
