/** Nothing is removed by its age while the clock is in doubt: on each database, with its own clock and that of Redis. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../src/queue/redis-target.ts';
import { redisTime } from '../../src/queue/redis-time.ts';
import { databaseTime } from '../../src/records/database-time.ts';
import type { Records } from '../../src/records/open-records.ts';
import { type RetentionRecords, retentionRecords } from '../../src/records/retention.ts';
import { clockDoubt, heldBack } from '../../workers/retention-guard.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { onEachDatabase } from '../records/databases.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
const signs = { now: 100 * dayMs, others: [], lastRunAt: 99 * dayMs, heldSince: null, lookedAt: 99.5 * dayMs };

describe('the clock', () => {
  it('is believed when the last removal was yesterday, and before there ever was one', () => {
    expect(clockDoubt(signs, weekMs)).toBeNull();
    expect(clockDoubt({ ...signs, lastRunAt: null }, weekMs)).toBeNull();
    expect(clockDoubt({ ...signs, lastRunAt: 93 * dayMs }, weekMs)).toBeNull();
    expect(clockDoubt({ ...signs, lastRunAt: 200 * dayMs }, weekMs)).toBeNull();
  });

  it('is not when another machine says that it is earlier', () => {
    const others = [
      { name: 'Redis', at: signs.now - 1_000 },
      { name: 'database', at: signs.now - 2 * hourMs },
    ] as const;
    expect(clockDoubt({ ...signs, others }, weekMs)).toEqual({
      kind: 'ahead',
      cause: 'our clock is 2 h ahead of that of database',
    });
    expect(clockDoubt({ ...signs, others: [{ name: 'Redis', at: signs.now + dayMs }] }, weekMs)).toBeNull();
  });

  it('is not for three days when the last removal seems long ago', () => {
    const long = { ...signs, lastRunAt: 60 * dayMs };
    expect(clockDoubt(long, weekMs)?.kind).toBe('gap');
    expect(clockDoubt({ ...long, heldSince: 98 * dayMs }, weekMs)?.kind).toBe('gap');
    expect(clockDoubt({ ...long, heldSince: 97 * dayMs }, weekMs)).toBeNull();
    expect(clockDoubt({ ...long, heldSince: 300 * dayMs }, weekMs)?.kind).toBe('gap');
    // Nobody was told meanwhile: it was stopped, or the clock jumped again.
    expect(clockDoubt({ ...long, heldSince: 80 * dayMs, lookedAt: 81 * dayMs }, weekMs)?.kind).toBe('gap');
    expect(clockDoubt({ ...long, heldSince: 97 * dayMs, lookedAt: null }, weekMs)?.kind).toBe('gap');
  });
});

onEachDatabase((databases) => {
  let records: Records;
  let retention: RetentionRecords;
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    records = await databases.fresh();
    retention = retentionRecords(records);
  });
  const times = { everyMs: dayMs, leaseMs: hourMs };
  const guard = (now: number, longestGapMs: number | null = weekMs) =>
    heldBack('retention', { retention, longestGapMs, otherClocks: async () => [], now: () => now });
  const done = async (at: number) => {
    await retention.begin('retention', times, at);
    await retention.finish('retention', at);
  };

  it('holds back after a jump, goes on when the clock is set back, and forgets it', async () => {
    await done(10 * dayMs);
    expect(await guard(11 * dayMs)).toBeNull();
    expect((await guard(400 * dayMs))?.kind).toBe('gap');
    expect((await guard(400 * dayMs + hourMs))?.kind).toBe('gap');
    expect(await guard(11 * dayMs + hourMs)).toBeNull();
    expect(await retention.lastRun('retention held')).toBeNull();
    // A later jump is held back from its own beginning.
    expect((await guard(404 * dayMs))?.kind).toBe('gap');
  });

  it('goes on by itself where nothing ran for long', async () => {
    await done(10 * dayMs);
    expect((await guard(30 * dayMs))?.kind).toBe('gap');
    expect((await guard(32 * dayMs))?.kind).toBe('gap');
    expect(await guard(33 * dayMs)).toBeNull();
    await done(33 * dayMs);
    expect(await guard(34 * dayMs)).toBeNull();
    expect(await retention.lastRun('retention held')).toBeNull();
  });

  it('holds back anew when the clock jumps while it is held back, and when a backup of that time is restored', async () => {
    await done(10 * dayMs);
    expect((await guard(30 * dayMs))?.kind).toBe('gap');
    expect((await guard(31 * dayMs))?.kind).toBe('gap');
    expect((await guard(400 * dayMs))?.kind).toBe('gap');
    expect((await guard(402 * dayMs))?.kind).toBe('gap');
    expect(await guard(403 * dayMs)).toBeNull();
  });

  it('can be switched off', async () => {
    await done(10 * dayMs);
    expect(await guard(400 * dayMs, null)).toBeNull();
  });

  it('reads the clocks of the database and of Redis', async () => {
    const client = connectRedis(redis.target, { enableOfflineQueue: true });
    const before = Date.now();
    const times = [await redisTime(client), await databaseTime(records)];
    const after = Date.now();
    client.disconnect();
    // All run on this machine; the database tells fractions, and each rounds in its own way.
    for (const at of times) {
      if (at === null) continue;
      expect(at).toBeGreaterThanOrEqual(before - 2);
      expect(at).toBeLessThanOrEqual(after + 2);
    }
    expect(times[1] === null).toBe(records.dialect === 'sqlite');
  });
});
