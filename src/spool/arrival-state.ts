/**
 * What every arrival goes through: `arriving` -> `complete` -> `committed`, and from anywhere to `failed` or
 * `discarded`. A failed one takes nothing more: its storage is gone, and a second seal of a block would repeat a nonce.
 */
import { createHash } from 'node:crypto';
import type { RawFacts } from './raw-body.ts';

type State = 'arriving' | 'complete' | 'committed' | 'failed' | 'discarded';

export type ArrivalState = {
  readonly now: State;
  /** Throws unless the arrival is in this state. */
  expect(state: State): void;
  become(state: State): void;
  /** Takes a chunk into the digest and the count. */
  count(chunk: Buffer): void;
  /** Ends the digest. */
  facts(): RawFacts;
  /** One step at a time, whatever the caller does. One that fails ends the arrival. */
  step<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when no step is under way. */
  idle(): Promise<void>;
};

/** @param failed Is run before a failed step rejects; resolves with what it rejects with. */
export function createArrivalState(failed: (error: unknown) => Promise<unknown>): ArrivalState {
  const hash = createHash('sha256');
  let size = 0;
  let state: State = 'arriving';
  let queue: Promise<void> = Promise.resolve();
  return {
    get now() {
      return state;
    },
    expect: (wanted) => {
      if (state !== wanted) throw new Error(`the arriving mail is ${state}, not ${wanted}`);
    },
    become: (next) => {
      state = next;
    },
    count: (chunk) => {
      hash.update(chunk);
      size += chunk.length;
    },
    facts: () => ({ size, sha256: hash.digest('hex') }),
    step(work) {
      const done = queue.then(async () => {
        try {
          return await work();
        } catch (error) {
          if (state !== 'discarded' && state !== 'committed') state = 'failed';
          throw await failed(error);
        }
      });
      queue = done.then(
        () => undefined,
        () => undefined,
      );
      return done;
    },
    idle: () => queue,
  };
}
