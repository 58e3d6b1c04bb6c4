/** What becomes of alerts: case by case. */
import { describe, expect, it } from 'vitest';
import type { Transition } from '../../src/alerts/alert.ts';
import { happening, hourMs, minuteMs, openDesk, reading, silence } from './desk.ts';

const shown = (transitions: readonly Transition[]) =>
  transitions.map(({ alert, change, isTold }) => [change, alert.kind, alert.severity, isTold]);

describe('a measure', () => {
  it('that is bad is told once, reminded of at intervals, and over when it was good for long enough', () => {
    const desk = openDesk();
    const age = (now: number, minutes: number) =>
      desk.look(now, { readings: [reading('queue-age', minutes * minuteMs, 'accepted')] });
    expect(age(0, 9)).toEqual([]);
    expect(shown(age(1, 10))).toEqual([['raised', 'queue-age', 'warning', true]]);
    expect(age(2, 12)).toEqual([]);
    expect(age(4 * hourMs, 12)).toEqual([]);
    expect(shown(age(4 * hourMs + 1, 12))).toEqual([['reminded', 'queue-age', 'warning', true]]);
    expect(age(5 * hourMs, 1)).toEqual([]);
    expect(age(5 * hourMs + 9 * minuteMs, 1)).toEqual([]);
    expect(shown(age(5 * hourMs + 10 * minuteMs, 1))).toEqual([['resolved', 'queue-age', 'warning', true]]);
    expect(age(9 * hourMs, 1)).toEqual([]);
  });

  it('that grows critical is told once more, and trembling there is not told again', () => {
    const desk = openDesk();
    const age = (now: number, minutes: number) =>
      shown(desk.look(now, { readings: [reading('queue-age', minutes * minuteMs)] }));
    expect(age(0, 39)).toEqual([['raised', 'queue-age', 'warning', true]]);
    expect(age(1, 40)).toEqual([['worsened', 'queue-age', 'critical', true]]);
    expect([age(2, 39), age(3, 41), age(4, 20), age(5, 60)].flat()).toEqual([]);
  });

  it('that counts is told anew when it has grown many times', () => {
    const desk = openDesk();
    const parked = (now: number, count: number) =>
      desk.look(now, { readings: [reading('parked', count, 'desk')] }).map(({ change }) => change);
    expect(parked(0, 1)).toEqual(['raised']);
    expect(parked(1, 3)).toEqual([]);
    expect(parked(2, 4)).toEqual(['worsened']);
    expect(parked(3, 15)).toEqual([]);
    expect(parked(4, 16)).toEqual(['worsened']);
    expect(parked(5, 1)).toEqual([]);
  });

  it('must be bad for as long as its rule asks', () => {
    const desk = openDesk();
    const workers = (now: number, alive: number) =>
      desk.look(now, { readings: [reading('workers-silent', alive)] }).map(({ change }) => change);
    expect(workers(0, 0)).toEqual([]);
    expect(workers(minuteMs, 1)).toEqual([]);
    expect(desk.alerts.size).toBe(0);
    expect(workers(2 * minuteMs, 0)).toEqual([]);
    expect(workers(4 * minuteMs - 1, 0)).toEqual([]);
    expect(workers(4 * minuteMs, 0)).toEqual(['raised']);
  });

  it.each([
    ['in the middle', 7 * minuteMs],
    ['unknown', undefined],
  ])('that is %s neither begins nor ends anything', (_what, value) => {
    const desk = openDesk();
    const readings = value === undefined ? [] : [reading('queue-age', value, 'accepted')];
    desk.look(0, { readings });
    expect(desk.alerts.size).toBe(0);
    desk.look(1, { readings: [reading('queue-age', hourMs, 'accepted')] });
    desk.look(2, { readings });
    desk.look(3 * hourMs, { readings });
    expect(desk.told()).toHaveLength(1);
    expect([...desk.alerts.values()]).toMatchObject([{ phase: 'open', goodSince: null }]);
  });

  it('of one machine says nothing of another', () => {
    const desk = openDesk();
    const disk = (subject: string, value: number) =>
      ({ kind: 'disk', covers: [subject], values: [{ subject, value }] }) as const;
    desk.look(0, { readings: [disk('one', 5)] });
    for (let at = 1; at < 60; at += 1) desk.look(at * minuteMs, { readings: [disk('two', 50)] });
    expect([...desk.alerts.values()]).toMatchObject([{ subject: 'one', phase: 'open' }]);
    desk.look(61 * minuteMs, { readings: [disk('one', 50)] });
    desk.look(71 * minuteMs, { readings: [disk('one', 50)] });
    expect([...desk.alerts.values()]).toMatchObject([{ subject: 'one', phase: 'over' }]);
  });

  it('that nobody takes any more is forgotten after a week, and one whose rule went at once', () => {
    const desk = openDesk();
    desk.look(0, { readings: [reading('disk', 5, 'gone')] });
    desk.look(7 * 24 * hourMs - 1);
    expect([...desk.alerts.values()]).toMatchObject([{ phase: 'open' }]);
    expect(shown(desk.look(7 * 24 * hourMs))).toEqual([['resolved', 'disk', 'critical', true]]);
    const without = openDesk({ rules: {} });
    without.look(0, { readings: [reading('disk', 5)] });
    expect(without.alerts.size).toBe(0);
  });

  it('that keeps coming back must be good for longer each time', () => {
    const desk = openDesk();
    let now = 0;
    const spans: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      desk.look(now, { readings: [reading('queue-age', hourMs)] });
      const since = now + minuteMs;
      for (let told = desk.told().length; desk.told().length === told; ) {
        now += minuteMs;
        desk.look(now, { readings: [reading('queue-age', 0)] });
      }
      spans.push((now - since) / minuteMs);
      now += minuteMs;
    }
    expect(spans).toEqual([10, 20, 40, 80]);
  });
});

describe('an event', () => {
  it('is told at once, and what follows within the window together', () => {
    const desk = openDesk();
    expect(shown(desk.look(0, { events: [happening('escalated', { label: 'suspicious' })] }))).toEqual([
      ['raised', 'escalated', 'warning', true],
    ]);
    for (let second = 1; second <= 500; second += 1) {
      desk.look(second * 1_000, { events: [happening('escalated', { label: 'unproven-sender' })] });
    }
    expect(desk.told()).toHaveLength(1);
    const [summary] = desk.look(15 * minuteMs);
    expect(summary).toMatchObject({
      change: 'reminded',
      isTold: true,
      told: 500,
      alert: { count: 501, labels: { suspicious: 1, 'unproven-sender': 500 } },
    });
    expect(summary?.alert.references).toHaveLength(5);
    expect(shown(desk.look(30 * minuteMs))).toEqual([['resolved', 'escalated', 'warning', false]]);
    expect(shown(desk.look(31 * minuteMs, { events: [happening('escalated')] }))).toEqual([
      ['raised', 'escalated', 'warning', true],
    ]);
    expect(desk.told()).toHaveLength(3);
  });

  it('of another subject is told apart', () => {
    const desk = openDesk();
    const alarms = ['case-1', 'case-2', 'case-1'].map((subject) => happening('case-alarm', { subject }));
    expect(desk.look(0, { events: alarms }).map(({ alert, told }) => [alert.subject, told])).toEqual([
      ['case-1', 2],
      ['case-2', 1],
    ]);
  });
});

describe('a silence', () => {
  it('holds what it matches, which is told when it ends and still lasts', () => {
    const desk = openDesk();
    const silences = [silence({ kind: 'escalated', until: hourMs })];
    expect(
      shown(desk.look(0, { silences, events: [happening('escalated'), happening('impersonation-reported')] })),
    ).toEqual([
      ['suppressed', 'escalated', 'warning', false],
      ['raised', 'impersonation-reported', 'critical', true],
    ]);
    desk.look(1, { silences, events: [happening('escalated')] });
    expect(desk.look(hourMs - 1, { silences }).map(({ alert }) => alert.kind)).toEqual(['impersonation-reported']);
    expect(desk.look(hourMs, { silences })).toMatchObject([{ change: 'raised', told: 2, isTold: true }]);
  });

  it('of a measure that is over before it ends is never told', () => {
    const desk = openDesk();
    const silences = [silence({ subject: 'accepted' })];
    desk.look(0, { silences, readings: [reading('queue-age', hourMs, 'accepted')] });
    desk.look(1, { silences, readings: [reading('queue-age', 0, 'accepted')] });
    desk.look(hourMs, { silences, readings: [reading('queue-age', 0, 'accepted')] });
    expect(shown(desk.transitions)).toEqual([
      ['suppressed', 'queue-age', 'critical', false],
      ['resolved', 'queue-age', 'critical', false],
    ]);
  });

  it('that was ended, or is for something else, holds nothing', () => {
    const desk = openDesk();
    const ended = silence({ ended: { at: 1, by: 'grace' } });
    const other = silence({ kind: 'disk' });
    const elsewhere = silence({ subject: 'rejected' });
    desk.look(2, { silences: [ended, other, elsewhere], readings: [reading('queue-age', hourMs, 'accepted')] });
    expect(desk.told()).toHaveLength(1);
  });
});
