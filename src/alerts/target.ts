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

/** The names of those that want it. The end of an alert goes to whoever was told of it, by the same rule. */
export function targetsFor(
  { kind, severity }: { readonly kind: AlertKind; readonly severity: Severity },
  targets: readonly AlertTarget[],
): readonly string[] {
  return targets
    .filter(({ kinds }) => kinds === null || kinds.includes(kind))
    .filter(({ leastSeverity }) => severities.indexOf(severity) >= severities.indexOf(leastSeverity))
    .map(({ name }) => name);
}
