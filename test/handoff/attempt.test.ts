import { describe, expect, it } from 'vitest';
import { type Attempt, afterAttempt, defaultRetrySchedule as schedule } from '../../src/handoff/attempt.ts';

const trouble: Attempt = { kind: 'trouble', cause: 'HTTP 503' };
const fresh = { failures: 0, createdAt: 0 };

function waitOf(attempt: Attempt, failures: number, chance = 0.5): number | null {
  const after = afterAttempt(attempt, { failures, createdAt: 0 }, 1_000, schedule, chance);
  return after.kind === 'retrying' ? after.nextAt - 1_000 : null;
}

describe('after an attempt', () => {
  it('a delivery is done', () => {
    expect(afterAttempt({ kind: 'delivered' }, fresh, 0, schedule, 0.5)).toEqual({ kind: 'delivered' });
  });

  it('trouble is retried ever more slowly, up to the longest wait', () => {
    expect([0, 1, 2, 3].map((failures) => waitOf(trouble, failures))).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waitOf(trouble, 1_000)).toBe(schedule.longestMs);
  });

  it('waits differ by chance', () => {
    expect(waitOf(trouble, 0, 0)).toBe(2_500);
    expect(waitOf(trouble, 0, 1)).toBe(7_500);
  });

  it('a target may ask for more time, within reason', () => {
    expect(waitOf({ ...trouble, retryAfterMs: 60_000 }, 0)).toBe(60_000);
    expect(waitOf({ ...trouble, retryAfterMs: 1 }, 0)).toBe(5_000);
    expect(waitOf({ ...trouble, retryAfterMs: 99 * schedule.longestMs }, 0)).toBe(schedule.longestMs);
  });

  it('hours of trouble park nothing', () => {
    const day = 86_400_000;
    expect(afterAttempt(trouble, { failures: 60, createdAt: 0 }, day, schedule, 0.5).kind).toBe('retrying');
    expect(afterAttempt(trouble, { failures: 99, createdAt: 0 }, 4 * day, schedule, 0.5)).toEqual({
      kind: 'parked',
      cause: 'HTTP 503',
    });
  });

  it('refusals park after a few', () => {
    const refused: Attempt = { kind: 'refused', cause: 'HTTP 404' };
    expect(waitOf(refused, 0)).toBe(5_000);
    expect(afterAttempt(refused, { failures: 5, createdAt: 0 }, 1, schedule, 0.5)).toEqual({
      kind: 'parked',
      cause: 'HTTP 404',
    });
  });

  it('what is hopeless parks at once', () => {
    expect(afterAttempt({ kind: 'hopeless', cause: 'HTTP 410' }, fresh, 0, schedule, 0.5).kind).toBe('parked');
  });
});
