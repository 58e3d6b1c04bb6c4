import { limitKey } from '../network/limit-key.ts';

/**
 * Slows guessing down. Tries count per name and client together (few), per client (more) and per name (many): somebody
 * who guesses at a name locks that name for themselves long before they lock out its owner.
 */
export type Throttle = {
  /** Milliseconds to wait before this client may try this name; 0 when now. */
  waitMs(name: string, client: string, now: number): number;
  /** Counted before the password is looked at: a hundred tries at once are a hundred tries. */
  tried(name: string, client: string, now: number): void;
  /** Takes the last try back, and what this name failed from this client before it. */
  succeeded(name: string, client: string): void;
};

const windowMs = 15 * 60_000;
/** Tries within the window. */
export type ThrottleLimits = { readonly pair: number; readonly client: number; readonly name: number };
const guessing: ThrottleLimits = { pair: 5, client: 30, name: 60 };
/** Beyond this the oldest are forgotten: memory is bounded, whatever is sent. */
const mostKeys = 50_000;

export function createThrottle(limits: ThrottleLimits = guessing): Throttle {
  const tries = new Map<string, readonly number[]>();
  const recent = (key: string, now: number): readonly number[] =>
    (tries.get(key) ?? []).filter((at) => now - at < windowMs);
  return {
    waitMs: (name, client, now) =>
      Math.max(
        ...keysOf(limits, name, client).map(({ key, limit }) => {
          const blocking = recent(key, now).at(-limit);
          return blocking === undefined ? 0 : blocking + windowMs - now;
        }),
      ),
    tried(name, client, now) {
      for (const { key, limit } of keysOf(limits, name, client)) {
        const times = [...recent(key, now), now].slice(-limit);
        tries.delete(key);
        tries.set(key, times);
        const [oldest] = tries.keys();
        if (tries.size > mostKeys && oldest !== undefined) tries.delete(oldest);
      }
    },
    succeeded(name, client) {
      const [pair, ...others] = keysOf(limits, name, client);
      if (pair !== undefined) tries.delete(pair.key);
      for (const { key } of others) tries.set(key, (tries.get(key) ?? []).slice(0, -1));
    },
  };
}

function keysOf(
  limits: ThrottleLimits,
  name: string,
  client: string,
): readonly { readonly key: string; readonly limit: number }[] {
  const group = limitKey(client);
  return [
    { key: `pair ${group} ${name}`, limit: limits.pair },
    { key: `client ${group}`, limit: limits.client },
    { key: `name ${name}`, limit: limits.name },
  ];
}
