/** From when a measure is bad, and from when it is good again; what lies between keeps an alert as it was. */
import type { Severity } from './alert.ts';
import type { EventAlertKind, StateAlertKind } from './kind.ts';

export type Rule = {
  /** Which side of the threshold is bad. */
  readonly badIs: 'at least' | 'at most';
  readonly raiseAt: number;
  readonly criticalAt: number | null;
  /** Good only beyond this: a value that trembles about the threshold is one alert. */
  readonly clearBeyond: number;
  /** How long it must be bad before anybody is told, milliseconds. */
  readonly forMs: number;
  /** Staff are told anew when the value has grown this many times since they were told; null for never. */
  readonly growth: number | null;
};

/** Kinds without a rule are not watched. */
export type Rules = { readonly [Kind in StateAlertKind]?: Rule };

export type AlertTiming = {
  /** Staff are told again of what lasts; null for never. Milliseconds, as all of these. */
  readonly remindMs: number | null;
  /** Events within this after they were told of one are told of together. */
  readonly windowMs: number;
  /** How long a measure must be good before an alert is over. */
  readonly holdMs: number;
};

/** Thresholds as configured; null switches a kind off. */
export type Thresholds = {
  readonly queueAgeMs: number | null;
  /** Of business hours. */
  readonly noMailMs: number | null;
  readonly failedPercent: number | null;
  readonly escalationMs: number | null;
  readonly deferredMails: number | null;
  readonly diskFreePercent: number | null;
  readonly certificateMs: number | null;
  readonly keyMs: number | null;
  /** Only whether it is watched: what is counted ends within this. */
  readonly adminKeyMs: number | null;
  readonly spoolBacklogMs: number | null;
  readonly targetStalledMs: number | null;
};

const minuteMs = 60_000;
/** A restart of the workers, or of Redis, takes less. */
const restartMs = 2 * minuteMs;

export function rulesOf(thresholds: Thresholds): Rules {
  const { certificateMs, deferredMails, diskFreePercent, escalationMs, failedPercent, keyMs } = thresholds;
  return {
    // Milliseconds. Twice the threshold is no accident any more, four times is critical.
    ...given(thresholds.queueAgeMs, (at) => ({ 'queue-age': above(at, { criticalAt: 4 * at, clearBeyond: at / 2 }) })),
    ...given(thresholds.noMailMs, (at) => ({ 'no-mail': above(at, { criticalAt: null, clearBeyond: at / 2 }) })),
    ...given(escalationMs, (at) => ({ 'escalation-waiting': above(at, { criticalAt: 4 * at, clearBeyond: at }) })),
    ...given(thresholds.spoolBacklogMs, (at) => ({
      'spool-backlog': above(at, { criticalAt: 4 * at, clearBeyond: at / 2 }),
    })),
    ...given(thresholds.targetStalledMs, (at) => ({
      'target-stalled': above(at, { criticalAt: 4 * at, clearBeyond: at }),
    })),
    // Percent of the jobs of the last minutes.
    ...given(failedPercent, (at) => ({
      'job-failures': above(at, { criticalAt: Math.max(50, at), clearBeyond: at / 2 }),
    })),
    // How many.
    'response-due': above(1, { criticalAt: null, clearBeyond: 1, growth: 4 }),
    'response-breached': above(1, { criticalAt: 1, clearBeyond: 1, growth: 2 }),
    // 1 while it is, else 0.
    'retention-held': above(1, { criticalAt: 1, clearBeyond: 1 }),
    'retention-stuck': above(1, { criticalAt: null, clearBeyond: 1, growth: 4 }),
    parked: above(1, { criticalAt: null, clearBeyond: 1, growth: 4 }),
    ...given(thresholds.adminKeyMs, () => ({ 'admin-key': above(1, { criticalAt: null, clearBeyond: 1, growth: 4 }) })),
    ...given(deferredMails, (at) => ({
      'mail-deferred': above(at, { criticalAt: 10 * at, clearBeyond: at / 2, growth: 4 }),
    })),
    'workers-silent': below(0, { criticalAt: 0, clearBeyond: 0, forMs: restartMs }),
    // 1 when it is away, else 0.
    'redis-away': above(1, { criticalAt: 1, clearBeyond: 1, forMs: restartMs }),
    // Percent that is free.
    ...given(diskFreePercent, (at) => ({ disk: below(at, { criticalAt: at / 2, clearBeyond: at * 1.1 }) })),
    // Milliseconds that are left; less than none when it is over.
    ...given(certificateMs, (at) => ({ certificate: below(at, { criticalAt: at / 7, clearBeyond: at }) })),
    ...given(keyMs, (at) => ({ 'pgp-key': below(at, { criticalAt: at / 7, clearBeyond: at }) })),
    // Only what is due soon is measured.
    'case-due': below(Number.MAX_SAFE_INTEGER, { criticalAt: 0, clearBeyond: Number.MAX_SAFE_INTEGER }),
  };
}

type Bounds = Pick<Rule, 'criticalAt' | 'clearBeyond'> & Partial<Pick<Rule, 'forMs' | 'growth'>>;

/** Bad from `raiseAt` up. */
function above(raiseAt: number, bounds: Bounds): Rule {
  return { badIs: 'at least', raiseAt, forMs: 0, growth: null, ...bounds };
}

function below(raiseAt: number, bounds: Bounds): Rule {
  return { badIs: 'at most', raiseAt, forMs: 0, growth: null, ...bounds };
}

function given(threshold: number | null, make: (at: number) => Rules): Rules {
  return threshold === null ? {} : make(threshold);
}

export function isBad({ badIs, raiseAt }: Rule, value: number): boolean {
  return badIs === 'at least' ? value >= raiseAt : value <= raiseAt;
}

export function isGood({ badIs, clearBeyond }: Rule, value: number): boolean {
  return badIs === 'at least' ? value < clearBeyond : value > clearBeyond;
}

export function severityOf({ badIs, criticalAt }: Rule, value: number): Severity {
  if (criticalAt === null) return 'warning';
  return (badIs === 'at least' ? value >= criticalAt : value <= criticalAt) ? 'critical' : 'warning';
}

const eventSeverities: Readonly<Record<EventAlertKind, Severity>> = {
  escalated: 'warning',
  'impersonation-reported': 'critical',
  'verification-answered': 'warning',
  'case-alarm': 'critical',
  'deny-proposal': 'warning',
  'log-in-guessing': 'warning',
  test: 'warning',
};

export function severityOfEvent(kind: EventAlertKind): Severity {
  return eventSeverities[kind];
}
