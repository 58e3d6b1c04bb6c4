/** A secret setting. Printing, logging or serialising it shows a placeholder; only `reveal` gives it away. */
import { inspect } from 'node:util';

export type Secret = {
  /** The secret itself; call it where it is handed to the library that needs it, and nowhere else. */
  reveal(): string;
  /** The placeholder. */
  toString(): string;
};

const placeholder = '[secret]';

export function secretOf(value: string): Secret {
  return Object.freeze({
    reveal: () => value,
    toString: () => placeholder,
    toJSON: () => placeholder,
    [inspect.custom]: () => placeholder,
  });
}
