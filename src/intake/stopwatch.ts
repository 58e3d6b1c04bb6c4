/** Milliseconds by stage of one mail. */
export type Stopwatch = {
  /** Ends the stage that runs and names it. */
  lap(stage: string): void;
  laps(): Readonly<Record<string, number>>;
};

export function startStopwatch(): Stopwatch {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    lap(stage) {
      const now = performance.now();
      laps[stage] = Math.round(((laps[stage] ?? 0) + now - last) * 1000) / 1000;
      last = now;
    },
    laps: () => ({ ...laps }),
  };
}
