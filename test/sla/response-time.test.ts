import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type BusinessCalendar, calendarFault, defaultCalendar, openSpan } from '../../src/sla/calendar.ts';
import {
  addBusinessTime,
  businessTimeBetween,
  dueAt,
  type ResponseContract,
  type Severity,
  type SupportTier,
} from '../../src/sla/response-time.ts';

const zone = 'America/New_York';
const at = (local: string, timeZone = zone) => Temporal.ZonedDateTime.from(`${local}[${timeZone}]`).epochMilliseconds;
const local = (instant: number, timeZone = zone) =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({
    smallestUnit: 'minute',
  });

const nth = (year: number, month: number, weekday: number, n: number) => {
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  if (n > 0) return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + 7 * (n - 1) });
  const last = first.add({ months: 1 }).subtract({ days: 1 });
  return last.subtract({ days: (last.dayOfWeek - weekday + 7) % 7 });
};
const observed = (year: number, month: number, day: number) => {
  const date = Temporal.PlainDate.from({ year, month, day });
  return date.dayOfWeek === 6 ? date.subtract({ days: 1 }) : date.dayOfWeek === 7 ? date.add({ days: 1 }) : date;
};

// 5 U.S.C. §6103, reckoned by hand: month, then a date or the n-th weekday (-1 is the last).
const federal = (year: number) => [
  observed(year, 1, 1),
  nth(year, 1, 1, 3),
  nth(year, 2, 1, 3),
  nth(year, 5, 1, -1),
  observed(year, 6, 19),
  observed(year, 7, 4),
  nth(year, 9, 1, 1),
  nth(year, 10, 1, 2),
  observed(year, 11, 11),
  nth(year, 11, 4, 4),
  observed(year, 12, 25),
];

function due(tier: SupportTier, severity: Severity, opened: string, contract?: ResponseContract): string | null {
  const result = dueAt({
    tier,
    severity,
    openedAt: at(opened),
    calendar: defaultCalendar,
    ...(contract === undefined ? {} : { contract }),
  });
  return result === null ? null : local(result.dueAt);
}

describe('the table of T-SLA', () => {
  test.each([
    ['standard', 1, '2026-03-04T10:00', '2026-03-04T14:00'],
    ['standard', 2, '2026-03-04T10:00', '2026-03-05T10:00'],
    ['standard', 3, '2026-03-04T10:00', '2026-03-05T17:00'],
    ['premium', 1, '2026-03-07T23:30', '2026-03-08T00:30'],
    ['premium', 2, '2026-12-25T12:00', '2026-12-25T14:00'],
    ['premium', 3, '2026-12-31T22:00', '2027-01-01T02:00'],
  ] as const)('%s severity %i opened %s is due %s', (tier, severity, opened, expected) => {
    expect(due(tier, severity, opened)).toBe(expected);
  });

  test('free tenants have no response time', () => {
    expect(due('free', 1, '2026-03-04T10:00')).toBeNull();
  });
});

describe('the warning', () => {
  const warned = (tier: SupportTier, severity: Severity, opened: string) => {
    const times = dueAt({ tier, severity, openedAt: at(opened), calendar: defaultCalendar });
    return times === null ? null : [local(times.warnAt), times.basis];
  };
  test.each([
    ['standard', 1, '2026-03-04T10:00', '2026-03-04T13:00', 'business'],
    ['standard', 2, '2026-03-04T15:00', '2026-03-05T13:00', 'business'],
    // Seven hours of Wednesday and eight of Thursday: three quarters of fifteen.
    ['standard', 3, '2026-03-04T10:00', '2026-03-05T13:15', 'business'],
    ['premium', 1, '2026-03-07T23:00', '2026-03-07T23:45', 'elapsed'],
    ['premium', 3, '2026-12-31T22:00', '2027-01-01T01:00', 'elapsed'],
  ] as const)('%s severity %i opened %s comes at %s, in %s hours', (tier, severity, opened, expected, basis) => {
    expect(warned(tier, severity, opened)).toEqual([expected, basis]);
  });
});

describe('holidays of other countries', () => {
  const closed = (country: string, state: string | null, date: string) =>
    openSpan(Temporal.PlainDate.from(date), { ...defaultCalendar, holidays: { country, state } }) === null;
  test.each([
    ['a state keeps days of its own', 'DE', 'BY', '2027-01-06', true],
    ['the country has none of them', 'DE', null, '2027-01-06', false],
    ['the first day of several', 'AE', null, '2027-03-09', true],
    ['the last day of several', 'AE', null, '2027-03-11', true],
    ['the day after them', 'AE', null, '2027-03-12', false],
    ['a holiday from noon on leaves the day open', 'CN', null, '2027-03-08', false],
  ] as const)('%s', (_name, country, state, date, expected) => {
    expect(closed(country, state, date)).toBe(expected);
  });
});

describe('business hours', () => {
  test.each([
    ['before opening counts from the opening', 1, '2026-03-04T05:00', '2026-03-04T13:00'],
    ['after closing counts from the next opening', 1, '2026-03-04T18:00', '2026-03-05T13:00'],
    ['runs on after the night', 1, '2026-03-04T15:00', '2026-03-05T11:00'],
    ['ends at closing, not at the next opening', 1, '2026-03-04T13:00', '2026-03-04T17:00'],
    ['exactly at closing counts from the next opening', 1, '2026-03-04T17:00', '2026-03-05T13:00'],
    ['skips the weekend', 1, '2026-03-06T16:00', '2026-03-09T12:00'],
    ['Saturday means Monday', 3, '2026-03-07T12:00', '2026-03-09T17:00'],
    ['late on Friday means Monday', 3, '2026-03-06T22:00', '2026-03-09T17:00'],
    ['early on Monday means Tuesday', 3, '2026-03-09T06:00', '2026-03-10T17:00'],
    ['spring forward between two days', 2, '2026-03-06T13:00', '2026-03-09T13:00'],
    ['fall back between two days', 2, '2026-10-30T13:00', '2026-11-02T13:00'],
    ['Thanksgiving is off, the day after is not', 3, '2026-11-25T10:00', '2026-11-27T17:00'],
    ['a holiday on Saturday is observed on Friday', 1, '2026-07-02T16:00', '2026-07-06T12:00'],
    ['a holiday on Sunday is observed on Monday', 1, '2027-07-02T16:00', '2027-07-06T12:00'],
    ['New Year on Saturday is observed in the old year', 1, '2027-12-30T16:00', '2028-01-03T12:00'],
    ['over the end of the year', 2, '2026-12-31T13:00', '2027-01-04T13:00'],
    ['over Christmas Eve off by substitution', 1, '2027-12-23T16:00', '2027-12-27T12:00'],
  ] as const)('%s', (_name, severity, opened, expected) => {
    expect(due('standard', severity, opened)).toBe(expected);
  });

  test('a change of daylight saving inside an open day shortens it', () => {
    const nights: BusinessCalendar = { ...defaultCalendar, opensAt: 0, closesAt: 1440, weekdays: [7] };
    const span = openSpan(Temporal.PlainDate.from('2026-03-08'), nights);
    expect(span === null ? 0 : (span.to - span.from) / 3_600_000).toBe(23);
    expect(local(addBusinessTime(at('2026-03-08T01:00'), 3_600_000 * 2, nights))).toBe('2026-03-08T04:00');
    const skipped = { ...nights, opensAt: 2 * 60, closesAt: 3 * 60 };
    expect(openSpan(Temporal.PlainDate.from('2026-03-08'), skipped)).toBeNull();
  });
});

describe('observed days', () => {
  test.each(Array.from({ length: 20 }, (_, index) => 2022 + index))(
    'federal holidays of %i are closed, no other weekday is',
    (year) => {
      const expected = new Set([...federal(year), observed(year + 1, 1, 1)].map(String));
      const closed: string[] = [];
      for (
        let date = Temporal.PlainDate.from({ year, month: 1, day: 1 });
        date.year === year;
        date = date.add({ days: 1 })
      ) {
        if (date.dayOfWeek <= 5 && openSpan(date, defaultCalendar) === null) closed.push(date.toString());
      }
      expect(closed).toEqual([...expected].filter((date) => date.startsWith(`${year}-`)).sort());
    },
  );
});

describe('contracts', () => {
  test('a target of the contract replaces that of the tier, the others stay', () => {
    const contract: ResponseContract = { targets: { 1: { kind: 'elapsed', durationMs: 30 * 60_000 } } };
    expect(due('standard', 1, '2026-03-07T10:00', contract)).toBe('2026-03-07T10:30');
    expect(due('standard', 2, '2026-03-04T10:00', contract)).toBe('2026-03-05T10:00');
  });

  test('a contract may promise a free tenant an answer, and bring its own calendar', () => {
    const calendar: BusinessCalendar = {
      ...defaultCalendar,
      timeZone: 'Europe/Paris',
      holidays: { country: 'FR', state: null },
    };
    const contract: ResponseContract = { calendar, targets: { 1: { kind: 'business', durationMs: 3_600_000 } } };
    expect(due('free', 2, '2026-07-14T05:00', contract)).toBeNull();
    // 14 July is off in France, so the hour counts from nine in Paris on the day after.
    expect(due('free', 1, '2026-07-14T05:00', contract)).toBe('2026-07-15T04:00');
  });

  test('days the vendor closes besides', () => {
    const calendar: BusinessCalendar = { ...defaultCalendar, closedOn: ['2026-03-05'] };
    expect(due('standard', 3, '2026-03-04T10:00', { calendar })).toBe('2026-03-06T17:00');
  });
});

describe('faulty calendars', () => {
  test.each([
    [{ timeZone: 'Mars/Olympus' }, /time zone/],
    [{ opensAt: 600, closesAt: 600 }, /after opening/],
    [{ opensAt: -1 }, /0 to 1440/],
    [{ closesAt: 1441 }, /0 to 1440/],
    [{ opensAt: 9.5 }, /whole minutes/],
    [{ weekdays: [] }, /weekday/],
    [{ holidays: { country: 'XX', state: null } }, /XX/],
    [{ closedOn: ['2026-02-30'] }, /YYYY-MM-DD/],
  ] as const)('%o is named', (change, expected) => {
    expect(calendarFault({ ...defaultCalendar, ...change })).toMatch(expected);
  });

  test('the default has none', () => {
    expect(calendarFault(defaultCalendar)).toBeNull();
  });

  test('a calendar that never opens is an error, not an endless loop', () => {
    const never: BusinessCalendar = { ...defaultCalendar, weekdays: [] };
    expect(() => addBusinessTime(0, 1, never)).toThrow(RangeError);
  });
});

describe('properties', () => {
  const instant = fc.integer({ min: at('2020-01-01T00:00'), max: at('2045-12-31T00:00') });
  const duration = fc.integer({ min: 0, max: 40 * 3_600_000 });
  const calendar = fc.record({
    timeZone: fc.constantFrom(
      'America/New_York',
      'Europe/Paris',
      'Asia/Kolkata',
      'Pacific/Auckland',
      'America/St_Johns',
      'UTC',
    ),
    opensAt: fc.integer({ min: 0, max: 700 }),
    closesAt: fc.integer({ min: 701, max: 1440 }),
    weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7] as const, { minLength: 1 }),
    holidays: fc.constantFrom({ country: 'US', state: null }, null),
    closedOn: fc.constant([]),
  });

  test('the open time up to the due instant is the allowance, and the instant is inside open time', () => {
    fc.assert(
      fc.property(instant, duration, calendar, (from, durationMs, each) => {
        const end = addBusinessTime(from, durationMs, each);
        expect(end).toBeGreaterThanOrEqual(from);
        expect(businessTimeBetween(from, end, each)).toBe(durationMs);
      }),
      { numRuns: 150 },
    );
  });

  test('two allowances in a row make one, and later mail is never due earlier', () => {
    fc.assert(
      fc.property(instant, instant, duration, duration, calendar, (first, second, one, two, each) => {
        const inTwo = addBusinessTime(addBusinessTime(first, one, each), two, each);
        expect(inTwo).toBe(addBusinessTime(first, one + two, each));
        const [early, late] = first < second ? [first, second] : [second, first];
        expect(addBusinessTime(early, one, each)).toBeLessThanOrEqual(addBusinessTime(late, one, each));
      }),
      { numRuns: 100 },
    );
  });

  test('a warning comes between opening and due, and a graver mail is never due later', () => {
    const tier = fc.constantFrom<SupportTier>('standard', 'premium');
    fc.assert(
      fc.property(instant, tier, calendar, (openedAt, each, business) => {
        const times = ([1, 2, 3] as const).map((severity) =>
          dueAt({ tier: each, severity, openedAt, calendar: business }),
        );
        for (const time of times) {
          expect(time).not.toBeNull();
          expect(time?.warnAt).toBeGreaterThanOrEqual(openedAt);
          expect(time?.warnAt).toBeLessThanOrEqual(time?.dueAt ?? 0);
        }
        expect(times[0]?.dueAt).toBeLessThanOrEqual(times[1]?.dueAt ?? 0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('calendars at their edge', () => {
  test('a holiday over a change to summer time has all its days', () => {
    const sarajevo: BusinessCalendar = {
      ...defaultCalendar,
      timeZone: 'Europe/Sarajevo',
      holidays: { country: 'BA', state: null },
    };
    const isOpen = (date: string) => openSpan(Temporal.PlainDate.from(date), sarajevo) !== null;
    // Sunday 30 March 2025, an hour short, to Tuesday.
    expect([isOpen('2025-03-28'), isOpen('2025-03-31'), isOpen('2025-04-01'), isOpen('2025-04-02')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('few hours a week are counted for years, and no hours at all are a fault', () => {
    const sundays: BusinessCalendar = {
      ...defaultCalendar,
      weekdays: [7],
      opensAt: 600,
      closesAt: 602,
      holidays: null,
    };
    // Two minutes a week: the 120th Sunday from 4 January 2026 on.
    const due = addBusinessTime(at('2026-01-01T00:00'), 240 * 60_000, sundays);
    expect(local(due)).toBe('2028-04-16T10:02');
    const never = { ...sundays, closedOn: [], weekdays: [] };
    expect(() => addBusinessTime(at('2026-01-01T00:00'), 1, never)).toThrow(RangeError);
  });
});
