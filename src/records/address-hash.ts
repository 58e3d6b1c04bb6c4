/**
 * A mail address as the audit log names it: nothing is ever taken out of the log, and a person may have what is kept about
 * them erased. The log can still be asked whether something was done about an address.
 */
import { createHash } from 'node:crypto';
import { canonicalAddress } from '../address/mailbox.ts';

const looksLikeAddress = /[^\s<>()[\]"',;:@]+@[^\s<>()[\]"',;:@]*[^\s<>()[\]"',;:@.!?]/gu;

/** What staff wrote, with a hash in the place of each address. */
export function withoutAddresses(text: string): string {
  return text.replace(looksLikeAddress, (found) => addressHash(canonicalAddress(found) ?? found));
}

export function addressHash(address: string): string {
  return `sha256:${createHash('sha256').update(address).digest('hex')}`;
}
