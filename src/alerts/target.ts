/** Whom alerts go to. */
import { type Severity, severities } from './alert.ts';
import type { AlertKind } from './kind.ts';

export type AlertTarget = {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  /** Null for all of them. */
  readonly kinds: readonly AlertKind[] | null;
  readonly leastSeverity: Severity;
};

/** What a subject begins with that is a target of alerts; its name follows. */
const ofAlerts = 'alerts/';

export function subjectOfTarget(name: string): string {
  return `${ofAlerts}${name}`;
}

/**
 * The names of those that want it. The end of an alert goes to whoever was told of it, by the same rule. That a target
 * of alerts is in trouble it cannot be told itself: where nobody else wants to hear of that, all others do.
 */
export function targetsFor(
  { kind, severity, subject }: { readonly kind: AlertKind; readonly severity: Severity; readonly subject: string },
  targets: readonly AlertTarget[],
): readonly string[] {
  const wanted = targets
    .filter(({ kinds }) => kinds === null || kinds.includes(kind))
    .filter(({ leastSeverity }) => severities.indexOf(severity) >= severities.indexOf(leastSeverity))
    .map(({ name }) => name);
  const inTrouble = isAboutTarget(kind) && subject.startsWith(ofAlerts) ? subject.slice(ofAlerts.length) : null;
  if (inTrouble === null || wanted.some((name) => name !== inTrouble)) return wanted;
  return targets.map(({ name }) => name).filter((name) => name !== inTrouble || wanted.includes(name));
}

function isAboutTarget(kind: AlertKind): boolean {
  return kind === 'parked' || kind === 'target-stalled';
}
