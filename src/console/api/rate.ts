/** How often a caller may ask: a bucket for each that fills up again as time passes. In this process's memory. */
export type Rate = {
  /** Takes one away. Resolves with 0 when it was there, else the milliseconds until there is one. */
  take(key: string, now: number): number;
};

export type RateOptions = {
  /** Calls at once after a rest. */
  readonly burst: number;
  /** Milliseconds in which one more is allowed. */
  readonly refillMs: number;
};

/** Beyond this the ones unused for longest are forgotten: memory is bounded, whatever is sent. */
const mostKeys = 20_000;

export function createRate({ burst, refillMs }: RateOptions): Rate {
  /** When the bucket of a key will be full again. */
  const fullAt = new Map<string, number>();
  return {
    take(key, now) {
      const full = Math.max(fullAt.get(key) ?? now, now);
      const waitMs = full + refillMs - now - burst * refillMs;
      fullAt.delete(key);
      fullAt.set(key, waitMs > 0 ? full : full + refillMs);
      const [oldest] = fullAt.keys();
      if (fullAt.size > mostKeys && oldest !== undefined) fullAt.delete(oldest);
      return Math.max(0, waitMs);
    },
  };
}
