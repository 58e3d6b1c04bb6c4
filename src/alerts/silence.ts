/** A silence: staff know, and want to hear no more of it until a time. */
import type { AlertKind } from './kind.ts';

export type Silence = {
  readonly id: string;
  /** Null matches every kind. */
  readonly kind: AlertKind | null;
  /** Null matches every subject. */
  readonly subject: string | null;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly reason: string;
  readonly author: string;
  readonly createdAt: number;
  readonly ended: { readonly at: number; readonly by: string } | null;
};

/** The silence that holds an alert of this name at this time; null when none does. */
export function silenceOf(
  name: { readonly kind: AlertKind; readonly subject: string },
  silences: readonly Silence[],
  now: number,
): Silence | null {
  return (
    silences.find(
      ({ ended, kind, subject, until }) =>
        ended === null &&
        now < until &&
        (kind === null || kind === name.kind) &&
        (subject === null || subject === name.subject),
    ) ?? null
  );
}

/** A silence that is forgotten must not hide the next trouble for ever. */
const longestSilenceMs = 30 * 86_400_000;

export type SilenceWish = {
  readonly kind: AlertKind | null;
  readonly subject: string | null;
  readonly until: number;
  readonly reason: string;
  readonly author: string;
};

/** What is wrong with a wish, by field; null when nothing is. */
export function silenceFault(
  { author, reason, subject, until }: SilenceWish,
  now: number,
): { readonly field: 'until' | 'reason' | 'author' | 'subject'; readonly text: string } | null {
  if (!Number.isFinite(until) || until <= now) return { field: 'until', text: 'must lie in the future' };
  if (until > now + longestSilenceMs) return { field: 'until', text: 'must lie within 30 days' };
  if (reason.trim().length === 0) return { field: 'reason', text: 'is needed: who comes next wants to know why' };
  if (reason.length > 500) return { field: 'reason', text: 'must be at most 500 characters' };
  if (author.trim().length === 0) return { field: 'author', text: 'is needed' };
  if (subject !== null && !/^[A-Za-z0-9._/:-]{0,100}$/.test(subject)) {
    return { field: 'subject', text: 'is the name of a queue, a machine, a target or a case' };
  }
  return null;
}
