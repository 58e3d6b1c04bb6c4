/**
 * What all listeners remember together, in Redis: when a mail was first deferred, and which signatures were used up.
 * Keys are hashed: what a mail says must not choose the size or the characters of a key.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { ReplayPort, ReplayRecord } from '../evidence/ports.ts';
import type { MemoryPort } from '../intake/ports.ts';
import { within } from './prompt-client.ts';
import type { RedisClient } from './redis-target.ts';

export type MemoryOptions = {
  /** A prompt client, as of `connectQueues`. */
  readonly client: RedisClient;
  /** Milliseconds until an answer is given up. */
  readonly timeoutMs?: number;
  /** How long the first deferral is remembered; more than the time for which a mail is deferred. */
  readonly deferralMs?: number;
  /** How long a used signature is remembered; more than the age at which it proves nothing any more. */
  readonly replayMs?: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const prefix = 'postern-memory';

/**
 * KEYS replay keys; ARGV record, life in ms. Returns what stood under each key, or an empty text. All keys in one step:
 * of two copies with two signatures each, one has both.
 */
const rememberScript = `
local before = {}
for i = 1, #KEYS do
  before[i] = redis.call('GET', KEYS[i]) or ''
  if before[i] == '' then redis.call('SET', KEYS[i], ARGV[1], 'PX', ARGV[2]) end
end
return before`;

const textsSchema = z.array(z.string());
const replayRecordSchema = z.object({ contentDigest: z.string(), mailId: z.string() });

export function redisMemory(options: MemoryOptions): MemoryPort & ReplayPort {
  const { client, timeoutMs = 2_000, deferralMs = 5 * dayMs, replayMs = 8 * dayMs } = options;

  return {
    firstDeferred: (mailKey, now) =>
      within(timeoutMs, 'deferral memory', async () => {
        const key = keyOf('deferred', mailKey);
        const isNew = await client.set(key, String(now), 'PX', deferralMs, 'NX');
        if (isNew !== null) return now;
        return (await numberAt(client, key)) ?? now; // null: expired between the two commands
      }),
    deferredSince: (mailKey) =>
      within(timeoutMs, 'deferral memory', () => numberAt(client, keyOf('deferred', mailKey))),
    rememberReplays: (keys, record) =>
      within(timeoutMs, 'replay memory', async () => {
        if (keys.length === 0) return new Map();
        const stored = keys.map((key) => keyOf('replay', key));
        const answer = await client.eval(rememberScript, keys.length, ...stored, JSON.stringify(record), replayMs);
        const before = recordsOf(keys, textsSchema.parse(answer));
        return new Map([...before].filter(([, { contentDigest }]) => contentDigest !== record.contentDigest));
      }),
    find: (keys) =>
      within(timeoutMs, 'replay memory', async () => {
        const texts = await Promise.all(keys.map((key) => client.get(keyOf('replay', key))));
        return recordsOf(keys, texts);
      }),
  };
}

function keyOf(kind: 'deferred' | 'replay', text: string): string {
  // One hash tag for each kind, so that a script's keys share a node of a cluster.
  return `${prefix}:{${kind}}:${hash('sha256', text, 'base64url')}`;
}

function recordsOf(keys: readonly string[], texts: readonly (string | null)[]): ReadonlyMap<string, ReplayRecord> {
  return new Map(
    keys.flatMap((key, index): readonly (readonly [string, ReplayRecord])[] => {
      const text = texts[index] ?? '';
      return text === '' ? [] : [[key, replayRecordSchema.parse(JSON.parse(text))]];
    }),
  );
}

async function numberAt(client: RedisClient, key: string): Promise<number | null> {
  const text = await client.get(key);
  return text === null ? null : Number(text);
}
