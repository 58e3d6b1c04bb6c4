/** What the contract of a customer promises otherwise than its tier does (T-SLA). Pure. */
import type { Contract, PromisedAnswer } from '../directory/tenant.ts';
import type { BusinessCalendar } from '../sla/calendar.ts';
import type { ResponseContract, ResponseTarget, Severity } from '../sla/response-time.ts';
import { minutesOf } from '../sla/written-hours.ts';

const hourMs = 3_600_000;

export function promisedBy(contract: Contract, vendor: BusinessCalendar): ResponseContract {
  const targets: Partial<Record<Severity, ResponseTarget>> = {};
  for (const severity of [1, 2, 3] as const) {
    const promised = contract.responseTimes?.[severity];
    if (promised !== undefined) targets[severity] = targetOf(promised);
  }
  return { calendar: promisedCalendar(contract, vendor), targets };
}

/** The calendar in which the clocks of this customer run: the vendor's, unless the contract says otherwise. */
export function promisedCalendar(
  { businessHours }: Pick<Contract, 'businessHours'>,
  vendor: BusinessCalendar,
): BusinessCalendar {
  if (businessHours === undefined) return vendor;
  const { closesAt, opensAt, timeZone, weekdays } = businessHours;
  return { ...vendor, timeZone, weekdays, opensAt: minutesOf(opensAt), closesAt: minutesOf(closesAt) };
}

function targetOf(promised: PromisedAnswer): ResponseTarget {
  if (promised.clock === 'next-business-day') return { kind: 'next-business-day' };
  return { kind: promised.clock, durationMs: Math.round(promised.hours * hourMs) };
}
