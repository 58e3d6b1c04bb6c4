/** What was measured for state alerts. What could not be measured is left out: nothing begins or ends by not knowing. */
import type { StateAlertKind } from './kind.ts';

export type Measured = {
  readonly subject: string;
  /** In the unit of the kind (`rule.ts`). */
  readonly value: number;
  /** Ids of the first few things that make it so. */
  readonly references?: readonly string[];
};

export type Reading = {
  readonly kind: StateAlertKind;
  /**
   * The subjects that were looked at: `all` there are, or these, when others see to the rest, as each machine sees to its
   * own disk. One that was looked at and has no value is good.
   */
  readonly covers: 'all' | readonly string[];
  readonly values: readonly Measured[];
};

export function isCovered({ covers }: Reading, subject: string): boolean {
  return covers === 'all' || covers.includes(subject);
}
