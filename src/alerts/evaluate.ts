/**
 * What becomes of alerts: events and measures go in, what changes and what staff are told comes out. Pure: the records
 * run it in a transaction, so that of two machines that look at the same time the second sees what the first has done.
 *
 * What keeps it quiet: a measure must be bad for a while before it is told and good for a while before it is over; one
 * that keeps coming back must be good for longer each time; events that follow one another are told of together.
 * What keeps it from losing anything: an alert counts as told only in the same step that makes the message, and what a
 * silence holds is told when the silence ends.
 */
import { type Alert, type AlertChange, alertName, type Labels, type Transition } from './alert.ts';
import type { AlertEvent } from './event.ts';
import { isEventKind, type StateAlertKind } from './kind.ts';
import { isCovered, type Measured, type Reading } from './reading.ts';
import { type AlertTiming, isBad, isGood, type Rule, type Rules, severityOf, severityOfEvent } from './rule.ts';
import { type Silence, silenceOf } from './silence.ts';

export type Situation = {
  readonly rules: Rules;
  readonly timing: AlertTiming;
  readonly readings: readonly Reading[];
  /** Not taken yet. */
  readonly events: readonly AlertEvent[];
  /** Those that are not over, and state alerts that were over within `flapMemoryMs`. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly newId: () => string;
};

export type Evaluation = {
  /** Alerts that are new or changed, as they are now. */
  readonly changed: readonly Alert[];
  /** Pending alerts that came to nothing. */
  readonly dropped: readonly Alert[];
  readonly transitions: readonly Transition[];
};

const dayMs = 86_400_000;
/** What comes back within this counts as flapping. */
export const flapMemoryMs = dayMs;
/** Each return doubles the time that a measure must be good; up to 16 times. */
const mostDoublings = 4;
/** What nobody has measured for so long is watched no more: the machine is gone, or the rule. */
const forgottenMs = 7 * dayMs;
const mostReferences = 5;
const mostLabels = 20;

export function evaluate(situation: Situation): Evaluation {
  const { alerts, events, now, readings, rules } = situation;
  const before = new Map(alerts.filter(({ phase }) => phase !== 'over').map((alert) => [alertName(alert), alert]));
  const after = new Map(before);
  for (const event of events) {
    const name = alertName(event);
    after.set(name, withEvent(after.get(name) ?? firstOf(event, situation), event, now));
  }
  for (const reading of readings) {
    const rule = rules[reading.kind];
    if (rule === undefined) continue;
    for (const [name, alert] of measured(after, reading, rule, situation)) {
      if (alert === null) after.delete(name);
      else after.set(name, alert);
    }
  }
  for (const [name, alert] of after) {
    if (isForgotten(alert, rules, now)) after.set(name, over(alert, now));
  }
  const transitions: Transition[] = [];
  for (const [name, alert] of after) {
    const { transition, after: told } = tell(alert, situation);
    after.set(name, told);
    if (transition !== null) transitions.push(transition);
  }
  return {
    changed: [...after].filter(([name, alert]) => before.get(name) !== alert).map(([, alert]) => alert),
    dropped: [...before].filter(([name]) => !after.has(name)).map(([, alert]) => alert),
    transitions,
  };
}

function firstOf({ kind, subject }: AlertEvent, { newId, now }: Situation): Alert {
  return {
    ...newAlert(newId(), now),
    kind,
    subject,
    phase: 'open',
    severity: severityOfEvent(kind),
    value: null,
  };
}

/** An alert about which nothing is known yet. */
export function newAlert(id: string, now: number): Omit<Alert, 'kind' | 'subject' | 'phase' | 'severity' | 'value'> {
  return {
    id,
    beganAt: now,
    seenAt: now,
    goodSince: null,
    count: 0,
    untold: 0,
    labels: {},
    references: [],
    told: null,
    silencedBy: null,
    flaps: 0,
    overAt: null,
  };
}

function withEvent(alert: Alert, { label, reference }: AlertEvent, now: number): Alert {
  const { count, labels, references, untold } = alert;
  const isNew = reference !== '' && references.length < mostReferences && !references.includes(reference);
  return {
    ...alert,
    seenAt: now,
    count: count + 1,
    untold: untold + 1,
    labels: label === null ? labels : counted(labels, label),
    references: isNew ? [...references, reference] : references,
  };
}

function counted(labels: Labels, label: string): Labels {
  const key = label in labels || Object.keys(labels).length < mostLabels ? label : 'other';
  return { ...labels, [key]: (labels[key] ?? 0) + 1 };
}

/** The alerts of one kind after a measure; null for a pending one that came to nothing. */
function measured(
  known: ReadonlyMap<string, Alert>,
  reading: Reading,
  rule: Rule,
  situation: Situation,
): readonly (readonly [string, Alert | null])[] {
  const { kind, values } = reading;
  const changes: (readonly [string, Alert | null])[] = [];
  for (const value of values) {
    const name = alertName({ kind, subject: value.subject });
    const alert = known.get(name);
    if (alert !== undefined) changes.push([name, measuredAgain(alert, value, rule, situation)]);
    else if (isBad(rule, value.value)) changes.push([name, firstMeasured(kind, value, rule, situation)]);
  }
  const subjects = new Set(values.map(({ subject }) => subject));
  for (const [name, alert] of known) {
    if (alert.kind !== kind || subjects.has(alert.subject) || !isCovered(reading, alert.subject)) continue;
    changes.push([name, alert.phase === 'pending' ? null : good({ ...alert, seenAt: situation.now }, situation)]);
  }
  return changes;
}

function firstMeasured(kind: StateAlertKind, found: Measured, rule: Rule, situation: Situation): Alert {
  const { alerts, newId, now } = situation;
  const { references = [], subject, value } = found;
  const earlier = alerts.filter(
    (alert) => alert.kind === kind && alert.subject === subject && now - (alert.overAt ?? now) < flapMemoryMs,
  );
  return {
    ...newAlert(newId(), now),
    kind,
    subject,
    phase: rule.forMs === 0 ? 'open' : 'pending',
    severity: severityOf(rule, value),
    value,
    references: references.slice(0, mostReferences),
    flaps: earlier.reduce((most, { flaps }) => Math.max(most, flaps + 1), 0),
  };
}

function measuredAgain(alert: Alert, found: Measured, rule: Rule, situation: Situation): Alert | null {
  const { now } = situation;
  const { references = alert.references, value } = found;
  const seen = { ...alert, seenAt: now, value, references: references.slice(0, mostReferences) };
  if (alert.phase === 'pending') {
    if (!isBad(rule, value)) return null;
    const isLasting = now - alert.beganAt >= rule.forMs;
    return { ...seen, phase: isLasting ? 'open' : 'pending', severity: severityOf(rule, value) };
  }
  if (isGood(rule, value)) return good(seen, situation);
  // What was critical stays so until it is good: to and fro would be told each time.
  const severity = alert.severity === 'critical' ? 'critical' : severityOf(rule, value);
  return { ...seen, goodSince: null, severity };
}

function good(alert: Alert, { now, timing }: Situation): Alert {
  const goodSince = alert.goodSince ?? now;
  const holdMs = timing.holdMs * 2 ** Math.min(alert.flaps, mostDoublings);
  return now - goodSince >= holdMs ? over({ ...alert, goodSince }, now) : { ...alert, goodSince };
}

function over(alert: Alert, now: number): Alert {
  return { ...alert, phase: 'over', overAt: now };
}

function isForgotten({ kind, phase, seenAt }: Alert, rules: Rules, now: number): boolean {
  if (phase === 'over' || isEventKind(kind)) return false;
  return rules[kind] === undefined || now - seenAt >= forgottenMs;
}

type Telling = { readonly after: Alert; readonly transition: Transition | null };

function tell(alert: Alert, situation: Situation): Telling {
  const { now, silences } = situation;
  if (alert.phase === 'pending') return { after: alert, transition: null };
  const change = isEventKind(alert.kind) ? changeOfEvents(alert, situation) : changeOfState(alert, situation);
  const silence = silenceOf(alert, silences, now);
  // Let go by its silence; whatever it has to say is said below.
  const free = alert.silencedBy !== null && silence === null ? { ...alert, silencedBy: null } : alert;
  if (change === null) return { after: free, transition: null };
  if (change === 'resolved') {
    const after = over(free, free.overAt ?? now);
    // A window that passed is no news; nor is the end of what nobody was told of.
    const isTold = alert.told !== null && silence === null && !isEventKind(alert.kind);
    return { after, transition: { change, at: now, alert: after, told: 0, isTold } };
  }
  if (silence !== null) {
    const after = { ...free, silencedBy: silence.id };
    if (alert.silencedBy === silence.id) return { after: alert, transition: null };
    return { after, transition: { change: 'suppressed', at: now, alert: after, told: 0, isTold: false } };
  }
  const after = { ...free, untold: 0, told: { at: now, severity: alert.severity, value: alert.value } };
  return { after, transition: { change, at: now, alert: after, told: alert.untold, isTold: true } };
}

function changeOfEvents({ told, untold }: Alert, { now, timing }: Situation): AlertChange | null {
  if (told === null) return 'raised';
  if (now - told.at < timing.windowMs) return null;
  return untold > 0 ? 'reminded' : 'resolved';
}

function changeOfState(alert: Alert, { now, rules, timing }: Situation): AlertChange | null {
  const { goodSince, kind, phase, seenAt, severity, told, value } = alert;
  if (phase === 'over') return 'resolved';
  // On its way to be over, or not measured now: what staff know of it is the latest there is.
  if (told !== null && (goodSince !== null || seenAt !== now)) return null;
  if (told === null) return goodSince === null ? 'raised' : null;
  if (severity === 'critical' && told.severity === 'warning') return 'worsened';
  const growth = isEventKind(kind) ? null : (rules[kind]?.growth ?? null);
  const hasGrown =
    growth !== null && value !== null && told.value !== null && told.value > 0 && value >= growth * told.value;
  if (hasGrown) return 'worsened';
  return timing.remindMs !== null && now - told.at >= timing.remindMs ? 'reminded' : null;
}
