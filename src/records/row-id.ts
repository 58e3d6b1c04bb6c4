import { randomBytes } from 'node:crypto';

/** An id for rows that have no key of their own: sorts by time, then by chance. */
export function rowId(at: number): string {
  return `${Math.max(0, Math.trunc(at)).toString(36).padStart(9, '0')}${randomBytes(8).toString('hex')}`;
}
