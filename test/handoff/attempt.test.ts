import { describe, expect, it } from 'vitest';
import { type Attempt, afterAttempt, defaultRetrySchedule as schedule } from '../../src/handoff/attempt.ts';
import { countRefusals } from '../../src/handoff/refusals.ts';

const trouble: Attempt = { kind: 'trouble', cause: 'HTTP 503' };
const fresh = { failures: 0, refusals: 0, createdAt: 0 };

function waitOf(attempt: Attempt, failures: number, chance = 0.5): number | null {
  const after = afterAttempt(attempt, { failures, refusals: 0, createdAt: 0 }, 1_000, schedule, chance);
  return after.kind === 'retrying' ? after.nextAt - 1_000 : null;
}

describe('refusals', () => {
  const refused = { kind: 'refused', cause: 'HTTP 400' } as const;

  it('are counted for each delivery', () => {
    const refusals = countRefusals(3);
    expect(refusals.note('a', refused)).toEqual({ attempt: refused, before: 0 });
    expect(refusals.note('a', refused)).toEqual({ attempt: refused, before: 1 });
    expect(refusals.note('b', refused)).toEqual({ attempt: refused, before: 0 });
    refusals.forget('a');
    expect(refusals.note('a', refused)).toEqual({ attempt: refused, before: 0 });
  });

  it('of different deliveries with none taken between are trouble of the target', () => {
    const refusals = countRefusals(3);
    for (const id of ['a', 'b', 'a', 'b']) expect(refusals.note(id, refused).attempt.kind).toBe('refused');
    expect(refusals.note('c', refused).attempt).toEqual({
      kind: 'trouble',
      cause: 'HTTP 400; the target refuses every delivery',
    });
    expect(refusals.note('a', refused).attempt.kind).toBe('trouble');
    refusals.note('d', { kind: 'delivered' });
    expect(refusals.note('c', refused)).toEqual({ attempt: refused, before: 0 });
  });

  it('say nothing of a target that passes on to many', () => {
    const refusals = countRefusals(null);
    for (const id of ['a', 'b', 'c', 'd']) expect(refusals.note(id, refused).attempt).toBe(refused);
  });

  it('are forgotten, the oldest first, when there are too many', () => {
    const refusals = countRefusals(null, 2);
    for (const id of ['a', 'b', 'c']) refusals.note(id, refused);
    expect(refusals.note('c', refused).before).toBe(1);
    expect(refusals.note('a', refused).before).toBe(0);
  });
});

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
    expect(afterAttempt(trouble, { failures: 60, refusals: 0, createdAt: 0 }, day, schedule, 0.5).kind).toBe(
      'retrying',
    );
    expect(afterAttempt(trouble, { failures: 99, refusals: 0, createdAt: 0 }, 4 * day, schedule, 0.5)).toEqual({
      kind: 'parked',
      cause: 'HTTP 503',
    });
  });

  it('refusals park after a few', () => {
    const refused: Attempt = { kind: 'refused', cause: 'HTTP 422' };
    expect(waitOf(refused, 0)).toBe(5_000);
    expect(afterAttempt(refused, { failures: 5, refusals: 5, createdAt: 0 }, 1, schedule, 0.5)).toEqual({
      kind: 'parked',
      cause: 'HTTP 422',
    });
  });

  it('one refusal after a long outage parks nothing', () => {
    const refused: Attempt = { kind: 'refused', cause: 'HTTP 422' };
    expect(afterAttempt(refused, { failures: 50, refusals: 0, createdAt: 0 }, 1, schedule, 0.5).kind).toBe('retrying');
  });

  it('what is hopeless parks at once', () => {
    expect(afterAttempt({ kind: 'hopeless', cause: 'HTTP 410' }, fresh, 0, schedule, 0.5).kind).toBe('parked');
  });
});
