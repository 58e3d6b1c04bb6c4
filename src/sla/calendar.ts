/**
 * The vendor's working time (T-SLA): which days are business days, when they open and close, in which time zone.
 * A business day is a listed weekday that is neither a public holiday nor the day on which one is observed.
 */
import Holidays from 'date-holidays';
import { Temporal } from 'temporal-polyfill';
import type { Weekday } from './written-hours.ts';

export type BusinessCalendar = {
  /** IANA name. */
  readonly timeZone: string;
  /** Minutes after local midnight; `closesAt` is after `opensAt` and at most 1440. */
  readonly opensAt: number;
  readonly closesAt: number;
  readonly weekdays: readonly Weekday[];
  /** ISO 3166-1 country, and ISO 3166-2 state where it matters, whose public holidays are off; null for none. */
  readonly holidays: { readonly country: string; readonly state: string | null } | null;
  /** Further days off, `YYYY-MM-DD`. */
  readonly closedOn: readonly string[];
};

/** Weekdays nine to five in New York, US federal holidays off. */
export const defaultCalendar: BusinessCalendar = {
  timeZone: 'America/New_York',
  opensAt: 9 * 60,
  closesAt: 17 * 60,
  weekdays: [1, 2, 3, 4, 5],
  holidays: { country: 'US', state: null },
  closedOn: [],
};

/** The open time of one business day; epoch milliseconds, the end is not part of it. */
export type OpenSpan = { readonly from: number; readonly to: number };

/** The first fault of a calendar in one line, or null. */
export function calendarFault(calendar: BusinessCalendar): string | null {
  if (!isTimeZone(calendar.timeZone)) return `unknown time zone ${JSON.stringify(calendar.timeZone)}`;
  const { opensAt, closesAt } = calendar;
  if (!Number.isInteger(opensAt) || !Number.isInteger(closesAt) || opensAt < 0 || closesAt > 1440) {
    return 'opening and closing are whole minutes from 0 to 1440';
  }
  if (closesAt <= opensAt) return 'closing must be after opening';
  if (calendar.weekdays.length === 0) return 'at least one weekday must be open';
  const country = calendar.holidays?.country;
  if (country !== undefined && !(country in new Holidays().getCountries()))
    return `no holidays are known for ${country}`;
  return calendar.closedOn.every(isIsoDate) ? null : 'closed days are written YYYY-MM-DD';
}

/** The local date of an instant. */
export function localDate(at: number, calendar: BusinessCalendar): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timeZone).toPlainDate();
}

/** The open time of a date, or null when it is no business day. Daylight saving may make it shorter or longer. */
export function openSpan(date: Temporal.PlainDate, calendar: BusinessCalendar): OpenSpan | null {
  if (!calendar.weekdays.some((weekday) => weekday === date.dayOfWeek)) return null;
  const iso = date.toString();
  if (calendar.closedOn.includes(iso) || holidaysOf(date.year, calendar).has(iso)) return null;
  const from = instantOf(date, calendar.opensAt, calendar.timeZone);
  const to = instantOf(date, calendar.closesAt, calendar.timeZone);
  return to > from ? { from, to } : null;
}

function instantOf(date: Temporal.PlainDate, minutes: number, timeZone: string): number {
  const day = minutes === 1440 ? date.add({ days: 1 }) : date;
  const time = new Temporal.PlainTime(Math.floor((minutes % 1440) / 60), minutes % 60);
  return day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
}

// A year takes milliseconds to work out and never changes.
const holidayYears = new Map<string, ReadonlySet<string>>();

function holidaysOf(year: number, calendar: BusinessCalendar): ReadonlySet<string> {
  if (calendar.holidays === null) return new Set();
  const { country, state } = calendar.holidays;
  const key = `${country}-${state ?? ''}-${year}`;
  const known = holidayYears.get(key);
  if (known !== undefined) return known;
  const source = state === null ? new Holidays(country) : new Holidays(country, state);
  const dates = source
    // New Year's Day on a Saturday, observed in the year before, stands in that year's table.
    .getHolidays(year)
    // The observed Veterans Day is listed as a bank holiday, yet federal offices are closed (5 U.S.C. §6103).
    .filter((holiday) => holiday.type === 'public' || holiday.substitute === true)
    .flatMap((holiday) => fullDays(holiday.date, holiday.end.getTime() - holiday.start.getTime()));
  const days = new Set(dates);
  if (holidayYears.size > 200) holidayYears.clear();
  holidayYears.set(key, days);
  return days;
}

/** Every whole day of a holiday; `local` starts with the date, then the time of day. */
function fullDays(local: string, durationMs: number): readonly string[] {
  if (!local.slice(10).startsWith(' 00:00')) return [];
  const first = Temporal.PlainDate.from(local.slice(0, 10));
  // A day of a daylight saving change has 23 or 25 hours.
  const count = Math.max(1, Math.round(durationMs / 86_400_000));
  return Array.from({ length: count }, (_, days) => first.add({ days }).toString());
}

function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function isIsoDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}
