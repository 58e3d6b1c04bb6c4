/**
 * One alert, from the first sign of it until it is over.
 *
 *   pending   a measure is bad, and not yet for as long as its rule asks: nobody is told
 *   open      staff are told, unless a silence holds it; then they are told when the silence ends and it is still open
 *   over      the measure was good for long enough, or the window after the last event has passed. It never comes back:
 *             what comes again is another alert
 */
import type { AlertKind } from './kind.ts';

export const severities = ['warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Events by label; a state alert has none. */
export type Labels = Readonly<Record<string, number>>;

export type Alert = {
  readonly id: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly phase: 'pending' | 'open' | 'over';
  readonly severity: Severity;
  /** Of the first bad measure, or when the first event was taken. Epoch milliseconds, as all times here. */
  readonly beganAt: number;
  /** Of the last measure, or when the last event was taken. */
  readonly seenAt: number;
  /** As last measured, in the unit of the kind; null for events. */
  readonly value: number | null;
  /** Since when it measures good; null while it does not. */
  readonly goodSince: number | null;
  /** Events in all, and those that nobody was told of yet. */
  readonly count: number;
  readonly untold: number;
  readonly labels: Labels;
  /** Ids of the first few things that it is about. */
  readonly references: readonly string[];
  /** What staff were told last; null while they were told nothing. */
  readonly told: { readonly at: number; readonly severity: Severity; readonly value: number | null } | null;
  /** The silence that holds it; null when none does. */
  readonly silencedBy: string | null;
  /** How often an alert of this name was over, lately, and came back. */
  readonly flaps: number;
  readonly overAt: number | null;
};

/**
 * What became of an alert. *raised*: it is new. *worsened*: it became critical, or grew many times. *reminded*: it
 * lasts, or more events came. *resolved*: it is over. *suppressed*: it would have been told, and a silence holds it.
 */
export const alertChanges = ['raised', 'worsened', 'reminded', 'resolved', 'suppressed'] as const;
export type AlertChange = (typeof alertChanges)[number];

export type Transition = {
  readonly change: AlertChange;
  readonly at: number;
  /** After the change. */
  readonly alert: Alert;
  /** How many events this tells of; 0 for a measure. */
  readonly told: number;
  /** Whether anybody is told, or it only stands in the history. */
  readonly isTold: boolean;
};

/** Names an alert among those that are not over. */
export function alertName({ kind, subject }: { readonly kind: AlertKind; readonly subject: string }): string {
  return `${kind} ${subject}`;
}
