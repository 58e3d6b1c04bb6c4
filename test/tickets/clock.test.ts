import { describe, expect, it } from 'vitest';
import { defaultCalendar } from '../../src/sla/calendar.ts';
import { dueAt } from '../../src/sla/response-time.ts';
import {
  advance,
  type ClockEvent,
  type ResponseClock,
  startClock,
  wakeAt,
  workingTime,
} from '../../src/tickets/clock.ts';

const hour = 3_600_000;
const elapsed = workingTime('elapsed');
const business = workingTime('business', defaultCalendar);

const clock = startClock(0, 'elapsed', { warnAt: 3 * hour, dueAt: 4 * hour });

function after(start: ResponseClock, ...events: readonly ClockEvent[]) {
  return events.reduce((now, event) => advance(now, event, elapsed).clock, start);
}

describe('time', () => {
  it('warns, then breaches, each once', () => {
    expect(advance(clock, { kind: 'time', at: 3 * hour - 1 }, elapsed)).toEqual({ clock, effects: [] });
    const warned = advance(clock, { kind: 'time', at: 3 * hour }, elapsed);
    expect(warned).toMatchObject({ clock: { state: 'warned', warnedAt: 3 * hour }, effects: ['warn'] });
    expect(advance(warned.clock, { kind: 'time', at: 3 * hour }, elapsed).effects).toEqual([]);
    const breached = advance(warned.clock, { kind: 'time', at: 4 * hour }, elapsed);
    expect(breached).toMatchObject({ clock: { state: 'breached', breachedAt: 4 * hour }, effects: ['breach'] });
    expect(advance(breached.clock, { kind: 'time', at: 9 * hour }, elapsed)).toEqual({
      clock: breached.clock,
      effects: [],
    });
  });

  it('that was slept through gives the breach alone, at the time when it was one', () => {
    const late = advance(clock, { kind: 'time', at: 99 * hour }, elapsed);
    expect(late).toMatchObject({ clock: { breachedAt: 4 * hour, warnedAt: null }, effects: ['breach'] });
  });

  it('next matters when the state says so', () => {
    expect(wakeAt(clock)).toBe(3 * hour);
    expect(wakeAt(after(clock, { kind: 'time', at: 3 * hour }))).toBe(4 * hour);
    expect(wakeAt(after(clock, { kind: 'time', at: 4 * hour }))).toBeNull();
    expect(wakeAt(after(clock, { kind: 'paused', at: hour }))).toBeNull();
    expect(wakeAt(after(clock, { kind: 'answered', at: hour }))).toBeNull();
  });
});

describe('an answer', () => {
  it('in time meets the clock', () => {
    const met = after(clock, { kind: 'answered', at: hour });
    expect(met).toMatchObject({ state: 'met', metAt: hour, breachedAt: null });
    expect(after(met, { kind: 'answered', at: 2 * hour })).toEqual(met);
    expect(after(met, { kind: 'time', at: 99 * hour })).toEqual(met);
  });

  it('too late leaves the breach, even when no timer saw it', () => {
    const step = advance(clock, { kind: 'answered', at: 5 * hour }, elapsed);
    expect(step).toMatchObject({ clock: { state: 'met', metAt: 5 * hour, breachedAt: 4 * hour }, effects: ['breach'] });
  });
});

describe('a pause', () => {
  it('keeps what is left', () => {
    const paused = after(clock, { kind: 'paused', at: hour });
    expect(paused).toMatchObject({ state: 'paused', paused: { at: hour, warnLeftMs: 2 * hour, dueLeftMs: 3 * hour } });
    expect(after(paused, { kind: 'time', at: 50 * hour })).toEqual(paused);
    const resumed = after(paused, { kind: 'resumed', at: 100 * hour });
    expect(resumed).toMatchObject({ state: 'due', warnAt: 102 * hour, dueAt: 103 * hour, paused: null });
    expect(after(resumed, { kind: 'resumed', at: 101 * hour })).toEqual(resumed);
  });

  it('after the warning does not warn again', () => {
    const warned = after(clock, { kind: 'time', at: 3 * hour });
    const resumed = after(warned, { kind: 'paused', at: 3 * hour }, { kind: 'resumed', at: 10 * hour });
    expect(resumed).toMatchObject({ state: 'warned', dueAt: 11 * hour });
  });

  it('cannot undo a breach', () => {
    expect(after(clock, { kind: 'paused', at: 5 * hour })).toMatchObject({ state: 'breached' });
  });

  it('over a weekend and a holiday gives and takes nothing', () => {
    // Friday 3 July 2026 is the observed Independence Day; EDT is UTC-4.
    const thursday = Date.UTC(2026, 6, 2, 20); // 16:00, one hour before closing
    const start = startClock(
      thursday,
      'business',
      dueAt({
        tier: 'standard',
        severity: 1,
        openedAt: thursday,
        calendar: defaultCalendar,
      }) ?? { warnAt: 0, dueAt: 0 },
    );
    expect(new Date(start.dueAt).toISOString()).toBe('2026-07-06T16:00:00.000Z'); // Monday 12:00
    const paused = advance(start, { kind: 'paused', at: thursday + hour / 2 }, business).clock;
    expect(paused.paused?.dueLeftMs).toBe(3.5 * hour);
    const saturday = Date.UTC(2026, 6, 4, 12);
    const resumed = advance(paused, { kind: 'resumed', at: saturday }, business).clock;
    expect(new Date(resumed.dueAt).toISOString()).toBe('2026-07-06T16:30:00.000Z'); // Monday 12:30
  });

  it('over the change to summer time keeps working hours', () => {
    const friday = Date.UTC(2026, 2, 6, 21); // 16:00 EST; clocks go forward on Sunday 8 March
    const start = startClock(
      friday,
      'business',
      dueAt({
        tier: 'standard',
        severity: 2,
        openedAt: friday,
        calendar: defaultCalendar,
      }) ?? { warnAt: 0, dueAt: 0 },
    );
    expect(new Date(start.dueAt).toISOString()).toBe('2026-03-09T20:00:00.000Z'); // Monday 16:00 EDT
    const paused = advance(start, { kind: 'paused', at: friday }, business).clock;
    const resumed = advance(paused, { kind: 'resumed', at: Date.UTC(2026, 2, 9, 13) }, business).clock; // 09:00 EDT
    expect(new Date(resumed.dueAt).toISOString()).toBe('2026-03-09T21:00:00.000Z');
  });
});

describe('another mail of the customer', () => {
  const fresh = (at: number, allowance: number) =>
    startClock(at, 'elapsed', { warnAt: at + allowance / 2, dueAt: at + allowance });

  it('starts anew after the answer', () => {
    const met = after(clock, { kind: 'answered', at: hour });
    const next = fresh(10 * hour, 4 * hour);
    expect(after(met, { kind: 'wrote', at: 10 * hour, fresh: next })).toEqual(next);
    expect(after(met, { kind: 'wrote', at: 10 * hour, fresh: null })).toEqual(met);
  });

  it('does not put a waiting answer off', () => {
    const wrote = after(clock, { kind: 'wrote', at: hour, fresh: fresh(hour, 4 * hour) });
    expect(wrote).toMatchObject({ startedAt: 0, dueAt: 4 * hour });
  });

  it('that is graver brings it nearer', () => {
    const wrote = after(clock, { kind: 'wrote', at: hour, fresh: fresh(hour, 2 * hour) });
    expect(wrote).toMatchObject({ state: 'due', warnAt: 2 * hour, dueAt: 3 * hour });
  });

  it('ends the pause', () => {
    const paused = after(clock, { kind: 'paused', at: hour });
    expect(after(paused, { kind: 'wrote', at: 10 * hour, fresh: fresh(10 * hour, 9 * hour) })).toMatchObject({
      state: 'due',
      dueAt: 13 * hour,
    });
  });
});
