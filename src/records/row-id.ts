import { randomBytes } from 'node:crypto';

const digits = 6;
const counts = 36 ** digits;
let count = 0;

/** An id for rows that have no key of their own: sorts by time; at the same time as this process made them. */
export function rowId(at: number): string {
  count = (count + 1) % counts;
  const time = Math.max(0, Math.trunc(at)).toString(36).padStart(9, '0');
  return `${time}${count.toString(36).padStart(digits, '0')}${randomBytes(5).toString('hex')}`;
}
