/**
 * The response clock of a ticket as a pure state machine (T-SLA). It runs until the first answer:
 *
 *   due --warnAt--> warned --dueAt--> breached --answer--> met
 *   due, warned --answer--> met            due, warned --pause--> paused --resume--> due or warned
 *
 * A clock that was breached stays marked (`breachedAt`) after it is met. While it is paused the allowance that is left
 * is kept in working time, so that a weekend inside a pause is neither given nor taken.
 */
import { type BusinessCalendar, defaultCalendar } from '../sla/calendar.ts';
import { addBusinessTime, businessTimeBetween } from '../sla/response-time.ts';

export type ClockState = 'due' | 'warned' | 'breached' | 'met' | 'paused';

/** What the allowance is counted in. */
export type ClockBasis = 'business' | 'elapsed';

export type ResponseClock = {
  readonly state: ClockState;
  readonly basis: ClockBasis;
  readonly startedAt: number;
  readonly warnAt: number;
  readonly dueAt: number;
  readonly warnedAt: number | null;
  readonly breachedAt: number | null;
  readonly metAt: number | null;
  /** Working milliseconds that are left until warning and due time; null unless paused. */
  readonly paused: { readonly at: number; readonly warnLeftMs: number; readonly dueLeftMs: number } | null;
};

export type ClockEvent =
  | { readonly kind: 'time' | 'answered' | 'paused' | 'resumed'; readonly at: number }
  /** The customer wrote again; `fresh` is what a clock started by this mail would be, null where none is promised. */
  | { readonly kind: 'wrote'; readonly at: number; readonly fresh: ResponseClock | null };

export type ClockEffect = 'warn' | 'breach';
export type ClockStep = { readonly clock: ResponseClock; readonly effects: readonly ClockEffect[] };

/** How working time runs. */
export type WorkingTime = {
  add(from: number, durationMs: number): number;
  between(from: number, to: number): number;
};

export function workingTime(basis: ClockBasis, calendar: BusinessCalendar = defaultCalendar): WorkingTime {
  if (basis === 'elapsed') return { add: (from, ms) => from + ms, between: (from, to) => Math.max(0, to - from) };
  return {
    add: (from, ms) => addBusinessTime(from, ms, calendar),
    between: (from, to) => businessTimeBetween(from, to, calendar),
  };
}

export function startClock(
  startedAt: number,
  basis: ClockBasis,
  times: { warnAt: number; dueAt: number },
): ResponseClock {
  const nothingYet = { warnedAt: null, breachedAt: null, metAt: null, paused: null };
  return { state: 'due', basis, startedAt, warnAt: times.warnAt, dueAt: times.dueAt, ...nothingYet };
}

/** When time itself next changes this clock; null when it waits for somebody. */
export function wakeAt(clock: ResponseClock): number | null {
  if (clock.state === 'due') return Math.min(clock.warnAt, clock.dueAt);
  return clock.state === 'warned' ? clock.dueAt : null;
}

/** The same event again changes nothing. */
export function advance(clock: ResponseClock, event: ClockEvent, time: WorkingTime): ClockStep {
  const now = passTime(clock, event.at);
  switch (event.kind) {
    case 'time':
      return now;
    case 'answered':
      return { ...now, clock: now.clock.state === 'met' ? now.clock : met(now.clock, event.at) };
    case 'paused':
      return { ...now, clock: pause(now.clock, event.at, time) };
    case 'resumed':
      return { ...now, clock: resume(now.clock, event.at, time) };
    case 'wrote':
      return { ...now, clock: wrote(now.clock, event.fresh, event.at, time) };
  }
}

/** A breach is marked with the time at which it was one, however late anybody looks. */
function passTime(clock: ResponseClock, at: number): ClockStep {
  if (clock.state !== 'due' && clock.state !== 'warned') return { clock, effects: [] };
  if (at >= clock.dueAt)
    return { clock: { ...clock, state: 'breached', breachedAt: clock.dueAt }, effects: ['breach'] };
  if (clock.state === 'warned' || at < clock.warnAt) return { clock, effects: [] };
  return { clock: { ...clock, state: 'warned', warnedAt: at }, effects: ['warn'] };
}

function met(clock: ResponseClock, at: number): ResponseClock {
  return { ...clock, state: 'met', metAt: at, paused: null };
}

/** A breached clock goes on waiting for its answer: a pause cannot undo it. */
function pause(clock: ResponseClock, at: number, time: WorkingTime): ResponseClock {
  if (clock.state !== 'due' && clock.state !== 'warned') return clock;
  const paused = { at, warnLeftMs: time.between(at, clock.warnAt), dueLeftMs: time.between(at, clock.dueAt) };
  return { ...clock, state: 'paused', paused };
}

function resume(clock: ResponseClock, at: number, time: WorkingTime): ResponseClock {
  if (clock.paused === null) return clock;
  const { warnLeftMs, dueLeftMs } = clock.paused;
  const state = clock.warnedAt === null ? 'due' : 'warned';
  return { ...clock, state, paused: null, warnAt: time.add(at, warnLeftMs), dueAt: time.add(at, dueLeftMs) };
}

/** A new question after the answer starts anew; while one waits, only a graver mail brings the due time nearer. */
function wrote(clock: ResponseClock, fresh: ResponseClock | null, at: number, time: WorkingTime): ResponseClock {
  if (clock.state === 'met') return fresh ?? clock;
  const running = resume(clock, at, time);
  if (fresh === null || running.state === 'breached' || fresh.dueAt >= running.dueAt) return running;
  const warnAt = Math.min(running.warnAt, fresh.warnAt);
  return { ...running, basis: fresh.basis, warnAt, dueAt: fresh.dueAt };
}
