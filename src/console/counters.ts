/** Single numbers out of the metrics of all processes. */
import type { MetricsSnapshot } from '../observe/metrics.ts';

export type LabelCount = { readonly label: string; readonly count: number };

/** A counter added up over processes by one of its labels; largest first, zeros left out. */
export function countsBy(snapshots: readonly MetricsSnapshot[], metric: string, label: string): readonly LabelCount[] {
  const sums = new Map<string, number>();
  for (const found of snapshots.flat().filter(({ name }) => name === metric)) {
    for (const { labels, value } of found.values) {
      const key = String(labels[label] ?? '');
      sums.set(key, (sums.get(key) ?? 0) + value);
    }
  }
  return [...sums]
    .map(([name, count]) => ({ label: name, count }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count);
}
