/** What was found, in the terms of the rules. Pure: `main/alert-watch.ts` finds it. A finding that is null is unknown. */
import type { Measured, Reading } from './reading.ts';

export type Findings = {
  /** The machine that looks. */
  readonly machine: string;
  /** Null while Redis does not answer. */
  readonly queues:
    | readonly { readonly queue: string; readonly oldestMs: number | null; readonly isPaused: boolean }[]
    | null;
  /** Jobs that ended lately. */
  readonly ended: readonly { readonly queue: string; readonly completed: number; readonly dead: number }[] | null;
  readonly workersAlive: number | null;
  readonly isRedisAway: boolean;
  /** Business milliseconds since the newest mail; null outside of business hours, and when there never was any. */
  readonly silentMs: number | null;
  readonly escalation: { readonly waitedMs: number; readonly messageId: string } | 'none' | null;
  readonly clocks: {
    readonly warned: { readonly count: number; readonly references: readonly string[] };
    readonly breached: { readonly count: number; readonly references: readonly string[] };
  } | null;
  /** What of each case is due soonest, of those that are due soon or overdue. */
  readonly casesDue: readonly { readonly caseId: string; readonly leftMs: number }[] | null;
  /** Mails answered 451 lately, by cause. */
  readonly deferred: ReadonlyMap<string, number> | null;
  readonly diskFreePercent: number | null;
  readonly certificateLeftMs: number | null;
  readonly keyLeftMs: number | null;
  /** Active admins whose last PGP key ends soon or has ended. */
  readonly endingAdminKeys: number | null;
  /** Given up, by target. */
  readonly parked: ReadonlyMap<string, number> | null;
  /** How long each target that something waits for has taken nothing. */
  readonly stalledMs: ReadonlyMap<string, number> | null;
  /** Age of the oldest mail on the disk that has no trace; null when this process does not sweep. */
  readonly backlogMs: number | null;
  /** What the last daily removal could not remove; null when this process has not run it. */
  readonly retentionStuck: number | null;
  /** 1 while it is held back, else 0; null likewise. */
  readonly retentionHeld: number | null;
};

/** A share says something only about this many deaths. */
const leastDead = 5;

export function readingsOf(found: Findings): readonly Reading[] {
  const { machine } = found;
  const everywhere = (kind: Reading['kind'], values: readonly Measured[] | null): readonly Reading[] =>
    values === null ? [] : [{ kind, covers: 'all', values }];
  const here = (kind: Reading['kind'], value: number | null): readonly Reading[] =>
    value === null ? [] : [{ kind, covers: [machine], values: [{ subject: machine, value }] }];
  return [
    ...everywhere(
      'queue-age',
      // Whoever paused a queue knows that it waits.
      found.queues?.map(({ isPaused, oldestMs, queue }) => ({
        subject: queue,
        value: isPaused ? 0 : (oldestMs ?? 0),
      })) ?? null,
    ),
    ...everywhere('job-failures', found.ended?.map(failureShare) ?? null),
    ...everywhere('workers-silent', one(found.workersAlive)),
    ...here('redis-away', found.isRedisAway ? 1 : 0),
    ...everywhere('no-mail', one(found.silentMs)),
    ...everywhere('escalation-waiting', escalation(found.escalation)),
    ...everywhere('response-due', counted(found.clocks?.warned)),
    ...everywhere('response-breached', counted(found.clocks?.breached)),
    ...everywhere(
      'case-due',
      found.casesDue?.map(({ caseId, leftMs }) => ({ subject: caseId, value: leftMs, references: [caseId] })) ?? null,
    ),
    ...everywhere('mail-deferred', bySubject(found.deferred)),
    ...here('disk', found.diskFreePercent),
    ...here('certificate', found.certificateLeftMs),
    ...everywhere('pgp-key', one(found.keyLeftMs)),
    ...everywhere('admin-key', one(found.endingAdminKeys)),
    ...everywhere('parked', bySubject(found.parked)),
    ...everywhere('target-stalled', bySubject(found.stalledMs)),
    ...here('spool-backlog', found.backlogMs),
    ...here('retention-stuck', found.retentionStuck),
    ...here('retention-held', found.retentionHeld),
  ];
}

function one(value: number | null): readonly Measured[] | null {
  return value === null ? null : [{ subject: '', value }];
}

function counted(found: { readonly count: number; readonly references: readonly string[] } | undefined) {
  return found === undefined ? null : [{ subject: '', value: found.count, references: found.references }];
}

function bySubject(found: ReadonlyMap<string, number> | null): readonly Measured[] | null {
  return found === null ? null : [...found].map(([subject, value]) => ({ subject, value }));
}

function escalation(found: Findings['escalation']): readonly Measured[] | null {
  if (found === null) return null;
  if (found === 'none') return [];
  return [{ subject: '', value: found.waitedMs, references: [found.messageId] }];
}

function failureShare({ completed, dead, queue }: NonNullable<Findings['ended']>[number]): Measured {
  return { subject: queue, value: dead < leastDead ? 0 : (100 * dead) / (completed + dead) };
}
