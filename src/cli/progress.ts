/** A progress bar for long work: on stderr, and only when that is a terminal. */
import { Presets, SingleBar } from 'cli-progress';
import type { CliContext } from './context.ts';

export type Progress = { step(by?: number): void; stop(): void };

/** Shorter work than this shows no bar. */
const least = 20;

export function startProgress({ isTty }: Pick<CliContext, 'isTty'>, title: string, total: number): Progress {
  if (!isTty || total < least) return { step: () => undefined, stop: () => undefined };
  const format = `${title} {bar} {value}/{total} | {eta_formatted} left`;
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { step: (by = 1) => bar.increment(by), stop: () => bar.stop() };
}
