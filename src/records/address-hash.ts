/**
 * A mail address as the audit log names it: nothing is ever taken out of the log, and a person may have what is kept about
 * them erased. The log can still be asked whether something was done about an address.
 */
import { createHash } from 'node:crypto';

export function addressHash(address: string): string {
  return `sha256:${createHash('sha256').update(address).digest('hex')}`;
}
