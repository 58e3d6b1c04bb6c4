/** Alerts over time without a database: each step is one look, as the records would do it. */
import type { Alert, Transition } from '../../src/alerts/alert.ts';
import { evaluate } from '../../src/alerts/evaluate.ts';
import type { AlertEvent } from '../../src/alerts/event.ts';
import { type EventAlertKind, isEventKind, type StateAlertKind } from '../../src/alerts/kind.ts';
import type { Reading } from '../../src/alerts/reading.ts';
import { type AlertTiming, type Rules, rulesOf } from '../../src/alerts/rule.ts';
import type { Silence } from '../../src/alerts/silence.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

export const timing: AlertTiming = { remindMs: 4 * hourMs, windowMs: 15 * minuteMs, holdMs: 10 * minuteMs };

export const rules: Rules = rulesOf({
  queueAgeMs: 10 * minuteMs,
  noMailMs: 4 * hourMs,
  failedPercent: 10,
  escalationMs: 2 * hourMs,
  deferredMails: 10,
  diskFreePercent: 10,
  certificateMs: 21 * 24 * hourMs,
  keyMs: 30 * 24 * hourMs,
  adminKeyMs: 30 * 24 * hourMs,
  spoolBacklogMs: 10 * minuteMs,
  targetStalledMs: 15 * minuteMs,
});

export type Desk = {
  /** All alerts there ever were, as they are now. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly transitions: readonly Transition[];
  /** What staff were told. */
  told(): readonly Transition[];
  look(
    now: number,
    found?: {
      readonly readings?: readonly Reading[];
      readonly events?: readonly AlertEvent[];
      readonly silences?: readonly Silence[];
    },
  ): readonly Transition[];
};

export function openDesk(by: { readonly rules?: Rules; readonly timing?: AlertTiming } = {}): Desk {
  const alerts = new Map<string, Alert>();
  const transitions: Transition[] = [];
  let made = 0;
  return {
    alerts,
    transitions,
    told: () => transitions.filter(({ isTold }) => isTold),
    look(now, { events = [], readings = [], silences = [] } = {}) {
      const result = evaluate({
        rules: by.rules ?? rules,
        timing: by.timing ?? timing,
        readings,
        events,
        silences,
        alerts: [...alerts.values()].filter(({ kind, phase }) => phase !== 'over' || !isEventKind(kind)),
        now,
        newId: () => {
          made += 1;
          return `a${made}`;
        },
      });
      for (const { id } of result.dropped) alerts.delete(id);
      for (const alert of result.changed) alerts.set(alert.id, alert);
      transitions.push(...result.transitions);
      return result.transitions;
    },
  };
}

export function reading(kind: StateAlertKind, value: number | null, subject = ''): Reading {
  return { kind, covers: 'all', values: value === null ? [] : [{ subject, value }] };
}

let events = 0;
export function happening(kind: EventAlertKind, more: Partial<AlertEvent> = {}): AlertEvent {
  events += 1;
  return { kind, key: `e${events}`, subject: '', label: null, reference: `m${events}-0`, at: 1, ...more };
}

export function silence(more: Partial<Silence> = {}): Silence {
  return {
    id: 's1',
    kind: null,
    subject: null,
    until: Number.MAX_SAFE_INTEGER,
    reason: 'known',
    author: 'grace',
    createdAt: 0,
    ended: null,
    ...more,
  };
}
