/**
 * Session refusals on their way from the listeners, which write no SQL, to the process that does: a capped list in
 * Redis. They are for operations staff to find; under a flood the oldest give way, and the metrics still count all.
 */
import { z } from 'zod';
import type { SessionRefusal } from '../intake/intake.ts';
import type { Logger } from '../observe/logger.ts';
import { within } from './prompt-client.ts';
import type { RedisClient } from './redis-target.ts';

const key = 'postern-refusals';
/** Refusals kept until somebody records them. */
const capacity = 10_000;
const perSecond = 100;
const flushMs = 1_000;
const timeoutMs = 2_000;

const refusalSchema = z.object({
  at: z.int(),
  ip: z.string(),
  helo: z.string(),
  mailFrom: z.string().nullable(),
  recipient: z.string().nullable(),
  stage: z.enum(['connect', 'command', 'mail', 'rcpt', 'data']),
  reply: z.object({ code: z.int(), enhanced: z.string(), text: z.string() }),
  cause: z.string(),
});

export type RefusalOutbox = {
  add(refusal: SessionRefusal): void;
  /** Sends what is held and stops. Never rejects. */
  close(): Promise<void>;
};

/** Holds up to a second's refusals and sends them in one command. */
export function refusalOutbox(client: RedisClient, logger: Logger): RefusalOutbox {
  let held: SessionRefusal[] = [];
  let dropped = 0;
  const flush = async (): Promise<void> => {
    const sent = held;
    held = [];
    if (dropped > 0) logger.warn({ dropped }, 'more session refusals than are recorded');
    dropped = 0;
    if (sent.length === 0) return;
    try {
      await within(timeoutMs, 'refusals', async () => {
        await client.rpush(key, ...sent.map((refusal) => JSON.stringify(refusal)));
        await client.ltrim(key, -capacity, -1);
      });
    } catch (error) {
      logger.debug({ error, lost: sent.length }, 'session refusals could not be handed on');
    }
  };
  const timer = setInterval(() => void flush(), flushMs);
  timer.unref();
  return {
    add(refusal) {
      if (held.length < perSecond) held.push(refusal);
      else dropped += 1;
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Takes what waits, oldest first, and gives it to `record`. Resolves with how many; rejects when Redis or `record` does. */
export async function drainRefusals(
  client: RedisClient,
  record: (batch: readonly SessionRefusal[]) => Promise<void>,
): Promise<number> {
  const texts = (await within(timeoutMs, 'refusals', () => client.lpop(key, 1_000))) ?? [];
  const batch = texts.flatMap((text) => {
    const parsed = refusalSchema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  });
  await record(batch);
  return batch.length;
}
