/**
 * When a first answer is due (T-SLA), from tier and severity, in the vendor's calendar or around the clock.
 * Pure; times are epoch milliseconds.
 */
import { type BusinessCalendar, localDate, openSpan } from './calendar.ts';

export type SupportTier = 'free' | 'standard' | 'premium';
export type Severity = 1 | 2 | 3;

/** An allowance: time while the vendor is open, time on the clock, or the end of the next business day. */
export type ResponseTarget =
  | { readonly kind: 'business'; readonly durationMs: number }
  | { readonly kind: 'elapsed'; readonly durationMs: number }
  | { readonly kind: 'next-business-day' };

export type ResponseTargets = Readonly<Record<Severity, ResponseTarget>>;

/** What a contract says otherwise; what it leaves out stays as the tier has it. */
export type ResponseContract = {
  readonly calendar?: BusinessCalendar;
  readonly targets?: Partial<ResponseTargets>;
};

export type ResponseRequest = {
  /** A partner that counts as Standard (T-PARTNER) comes as `standard`. */
  readonly tier: SupportTier;
  readonly severity: Severity;
  readonly openedAt: number;
  readonly calendar: BusinessCalendar;
  readonly contract?: ResponseContract;
};

/** `warnAt` is when three quarters of the allowance are used up; `basis` is what the allowance is counted in. */
type ResponseTime = {
  readonly dueAt: number;
  readonly warnAt: number;
  readonly basis: 'business' | 'elapsed';
};

const hourMs = 3_600_000;
const warnShare = 0.75;
/** A calendar that stays shut for so long is a mistake in its settings. */
const maxClosedDays = 800;

/** T-SLA: the response times of each tier; free tenants have none. */
const tierTargets: Readonly<Record<SupportTier, ResponseTargets | null>> = {
  free: null,
  standard: {
    1: { kind: 'business', durationMs: 4 * hourMs },
    2: { kind: 'business', durationMs: 8 * hourMs },
    3: { kind: 'next-business-day' },
  },
  premium: {
    1: { kind: 'elapsed', durationMs: 1 * hourMs },
    2: { kind: 'elapsed', durationMs: 2 * hourMs },
    3: { kind: 'elapsed', durationMs: 4 * hourMs },
  },
};

/**
 * When the answer is due and when to warn; null where neither tier nor contract promises one.
 * Throws RangeError when the calendar has no business day within two years.
 */
export function dueAt(request: ResponseRequest): ResponseTime | null {
  const calendar = request.contract?.calendar ?? request.calendar;
  const target = request.contract?.targets?.[request.severity] ?? tierTargets[request.tier]?.[request.severity];
  if (target === undefined) return null;
  const { openedAt } = request;
  switch (target.kind) {
    case 'elapsed':
      return {
        dueAt: openedAt + target.durationMs,
        warnAt: openedAt + Math.round(target.durationMs * warnShare),
        basis: 'elapsed',
      };
    case 'business':
      return {
        dueAt: addBusinessTime(openedAt, target.durationMs, calendar),
        warnAt: addBusinessTime(openedAt, Math.round(target.durationMs * warnShare), calendar),
        basis: 'business',
      };
    case 'next-business-day': {
      const due = endOfNextBusinessDay(openedAt, calendar);
      const allowance = businessTimeBetween(openedAt, due, calendar);
      return {
        dueAt: due,
        warnAt: addBusinessTime(openedAt, Math.round(allowance * warnShare), calendar),
        basis: 'business',
      };
    }
  }
}

/** The instant at which `durationMs` of open time have passed; at a day's end rather than at the next opening. */
export function addBusinessTime(from: number, durationMs: number, calendar: BusinessCalendar): number {
  let left = durationMs;
  let closedDays = 0;
  for (let date = localDate(from, calendar); closedDays <= maxClosedDays; date = date.add({ days: 1 })) {
    const span = openSpan(date, calendar);
    closedDays = span === null ? closedDays + 1 : 0;
    if (span === null || span.to <= from) continue;
    const start = Math.max(span.from, from);
    if (left <= span.to - start) return start + left;
    left -= span.to - start;
  }
  throw new RangeError(`the calendar has no business day in ${maxClosedDays} days`);
}

/** Open time between two instants in milliseconds; 0 when `to` is not after `from`. */
export function businessTimeBetween(from: number, to: number, calendar: BusinessCalendar): number {
  let total = 0;
  if (to <= from) return 0;
  const last = localDate(to, calendar);
  for (let date = localDate(from, calendar); date.until(last).days >= 0; date = date.add({ days: 1 })) {
    const span = openSpan(date, calendar);
    if (span !== null) total += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
  }
  return total;
}

/** The close of the first business day whose date is after the date of arrival. */
function endOfNextBusinessDay(from: number, calendar: BusinessCalendar): number {
  let date = localDate(from, calendar).add({ days: 1 });
  for (let tried = 0; tried <= maxClosedDays; tried += 1) {
    const span = openSpan(date, calendar);
    if (span !== null) return span.to;
    date = date.add({ days: 1 });
  }
  throw new RangeError(`the calendar has no business day in ${maxClosedDays} days`);
}
