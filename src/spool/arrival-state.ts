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
};

export function createArrivalState(): ArrivalState {
  const hash = createHash('sha256');
  let size = 0;
  let state: State = 'arriving';
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
  };
}
