/** Values of options that several commands take. Throw `InvalidArgumentError`, which commander puts behind the option's name. */
import { InvalidArgumentError } from 'commander';
import { canonicalAddress } from '../address/mailbox.ts';

/** In canonical form. */
export function addressOption(value: string): string {
  const address = canonicalAddress(value);
  if (address === null) throw new InvalidArgumentError('not a mail address.');
  return address;
}

/** How many rows to show: from 1 to `most`. */
export function limitOption(most: number): (value: string) => number {
  return (value) => {
    const limit = Number(value);
    if (!Number.isInteger(limit) || limit < 1 || limit > most) {
      throw new InvalidArgumentError(`not a number from 1 to ${most}.`);
    }
    return limit;
  };
}
