import { describe, expect, it } from 'vitest';
import {
  admit,
  afterTry,
  type Breaker,
  closedBreaker,
  defaultBreakerSettings as settings,
} from '../../src/handoff/breaker.ts';

function tripped(now: number): Breaker {
  let breaker = closedBreaker;
  for (let count = 0; count < settings.trips; count += 1) breaker = afterTry(breaker, 'trouble', now, settings);
  return breaker;
}

describe('breaker', () => {
  it('opens after troubles in a row only', () => {
    let breaker = closedBreaker;
    for (let count = 0; count < settings.trips * 3; count += 1) {
      breaker = afterTry(breaker, count % 3 === 2 ? 'refused' : 'trouble', 0, settings);
    }
    expect(breaker.state).toBe('closed');
    expect(tripped(0)).toEqual({ state: 'open', until: settings.firstWaitMs, waitMs: settings.firstWaitMs });
  });

  it('lets nothing through while it is open, then one probe', () => {
    const open = tripped(0);
    expect(admit(open, 0, 8, settings.firstWaitMs - 1).places).toBe(0);
    const half = admit(open, 0, 8, settings.firstWaitMs);
    expect(half).toMatchObject({ breaker: { state: 'half-open' }, places: 1 });
    expect(admit(half.breaker, 1, 8, settings.firstWaitMs).places).toBe(0);
  });

  it('does not leave a target alone until a time that a clock set back only reaches in a year', () => {
    const year = 365 * 24 * 3_600_000;
    expect(admit(tripped(year), 0, 8, year).places).toBe(0);
    expect(admit(tripped(year), 0, 8, 0)).toMatchObject({ breaker: { state: 'half-open' }, places: 1 });
  });

  it('closes when the probe is answered, whatever the answer', () => {
    const half = admit(tripped(0), 0, 8, settings.firstWaitMs).breaker;
    expect(afterTry(half, 'delivered', 1, settings)).toEqual(closedBreaker);
    expect(afterTry(half, 'refused', 1, settings)).toEqual(closedBreaker);
  });

  it('waits twice as long after each failed probe, up to a bound', () => {
    let breaker = tripped(0);
    const waits: number[] = [];
    for (let now = 0; waits.length < 9; ) {
      now += breaker.state === 'open' ? breaker.waitMs : 0;
      breaker = afterTry(admit(breaker, 0, 8, now).breaker, 'trouble', now, settings);
      if (breaker.state === 'open') waits.push(breaker.waitMs);
    }
    expect(waits.slice(0, 3)).toEqual([10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toBe(settings.longestWaitMs);
  });

  it('is not prolonged by late answers of attempts that began before', () => {
    const open = tripped(0);
    expect(afterTry(open, 'trouble', 4_000, settings)).toEqual(open);
  });

  it('gives as many places as are free', () => {
    expect(admit(closedBreaker, 3, 8, 0).places).toBe(5);
    expect(admit(closedBreaker, 9, 8, 0).places).toBe(0);
  });
});
