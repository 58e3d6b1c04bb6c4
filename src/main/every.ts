/** Work that comes back at an interval, one run at a time; a run that fails is logged and the next one tries again. */
import type { Logger } from '../observe/logger.ts';

export type Recurring = {
  /** Runs now, or right after the run that is under way. */
  now(): void;
  /** Resolves when nothing runs any more. */
  stop(): Promise<void>;
};

export function every(intervalMs: number, name: string, logger: Logger, work: () => Promise<void>): Recurring {
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const run = (): void => {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = work()
      .catch((error: unknown) => logger.warn({ error, name }, 'recurring work failed and will be tried again'))
      .finally(() => {
        running = null;
        if (again) {
          again = false;
          run();
        }
      });
  };
  const timer = setInterval(run, intervalMs);
  return {
    now: run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
