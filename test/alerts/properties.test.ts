/** What holds for every course of events: nothing is lost, nothing is told twice, and no value makes a storm. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertName } from '../../src/alerts/alert.ts';
import { happening, hourMs, minuteMs, openDesk, reading, silence, timing } from './desk.ts';

const runs = 300;

describe('in every course of events', () => {
  it('each event is told exactly once', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 20 * minuteMs }),
      count: fc.integer({ min: 0, max: 40 }),
      subject: fc.constantFrom('', 'case-1'),
      isSilent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const desk = openDesk();
        let now = 0;
        let raised = 0;
        for (const { afterMs, count, isSilent, subject } of steps) {
          now += afterMs;
          raised += count;
          const events = Array.from({ length: count }, () => happening('case-alarm', { subject }));
          desk.look(now, { events, silences: isSilent ? [silence()] : [] });
        }
        desk.look(now + timing.windowMs);
        const told = desk.told().reduce((sum, transition) => sum + transition.told, 0);
        expect(told).toBe(raised);
        expect([...desk.alerts.values()].reduce((sum, { untold }) => sum + untold, 0)).toBe(0);
      }),
      { numRuns: runs },
    );
  });

  it('a flood of events is one message a window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 300 }), (gaps) => {
        const desk = openDesk();
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          desk.look(now, { events: [happening('escalated')] });
        }
        expect(desk.told().length).toBeLessThanOrEqual(1 + Math.ceil(now / timing.windowMs));
      }),
      { numRuns: runs },
    );
  });

  // Growth of this kind is not told, so the bound is: two an episode and one that it grew critical; reminders by time.
  it('a value, whatever it does, makes few messages', () => {
    const value = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 400 }),
        fc.constantFrom(10_000, minuteMs, 6 * minuteMs),
        (values, stepMs) => {
          const desk = openDesk();
          values.forEach((minutes, index) => {
            desk.look(index * stepMs, { readings: [reading('queue-age', minutes * minuteMs, 'accepted')] });
          });
          const spanMs = values.length * stepMs;
          const episodes = 1 + spanMs / timing.holdMs;
          expect(desk.told().length).toBeLessThanOrEqual(3 * episodes + spanMs / (4 * hourMs));
        },
      ),
      { numRuns: runs },
    );
  });

  it('a value that goes to and fro each minute is told of once', () => {
    const desk = openDesk();
    for (let minute = 0; minute < 180; minute += 1) {
      desk.look(minute * minuteMs, { readings: [reading('queue-age', (minute % 2 === 0 ? 12 : 3) * minuteMs)] });
    }
    expect(desk.told().map(({ change }) => change)).toEqual(['raised']);
  });

  it('what is bad now, and not silenced, has been told', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 1, max: 30 * minuteMs }),
      minutes: fc.option(fc.integer({ min: 0, max: 60 })),
      isSilent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const desk = openDesk();
        let now = 0;
        for (const { afterMs, isSilent, minutes } of steps) {
          now += afterMs;
          const readings = minutes === null ? [] : [reading('queue-age', minutes * minuteMs, 'accepted')];
          desk.look(now, { readings, silences: isSilent ? [silence()] : [] });
          const open = [...desk.alerts.values()].filter(({ phase }) => phase === 'open');
          if (minutes !== null && minutes >= 10 && !isSilent) expect(open).toMatchObject([{ told: {} }]);
          expect(new Set(open.map(alertName)).size).toBe(open.length);
        }
        // Every end that is told was told of before, and no alert ends twice.
        for (const id of new Set(desk.transitions.map(({ alert }) => alert.id))) {
          const own = desk.transitions.filter(({ alert }) => alert.id === id);
          const ends = own.filter(({ change }) => change === 'resolved');
          expect(ends.length).toBeLessThanOrEqual(1);
          expect(own.filter(({ change }) => change === 'raised').length).toBeLessThanOrEqual(1);
          if (ends[0]?.isTold === true)
            expect(own[0]?.change === 'raised' || own[0]?.change === 'suppressed').toBe(true);
        }
      }),
      { numRuns: runs },
    );
  });
});
