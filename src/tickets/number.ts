/** Ticket numbers: `PT-7KQ4-M2XD`. */
import { randomInt } from 'node:crypto';

/** Crockford's base 32: no letter that is read for another one or for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Not in sequence: a number tells its holder nothing about how many tickets others open. `PT-7KQ4-M2XD`. */
export function drawTicketNumber(): string {
  const letters = Array.from({ length: 8 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return `PT-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** As it is kept, however it was typed: lower case, without dashes, O for 0. */
export function normalTicketNumber(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replace(/^\s*PT/, '')
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return `PT-${letters.slice(0, 4)}-${letters.slice(4)}`;
}
