/**
 * What one entry names, as a range of sorted texts: names are written from their top downwards and client addresses in
 * hexadecimal, so that a domain stands beside the names below it, and a network is a row of neighbours.
 */
import { canonicalDomain, foldAscii } from '../address/mailbox.ts';
import type { DenyKey } from './entry.ts';
import { networkBounds } from './network.ts';
import { foldAddress } from './normal-form.ts';

/** Both ends are included. Texts are compared by code point. */
export type Reach =
  | { readonly of: 'mailbox'; readonly first: string; readonly last: string }
  | { readonly of: 'domain'; readonly first: string; readonly last: string }
  | { readonly of: 'client'; readonly first: string; readonly last: string };

const maxNameLength = 256;
/** Above every character that follows a name. */
const beyond = '\u{10FFFF}';

/** The broad form of a sender's mailbox, which `email` entries name; null when no entry can. */
export function mailboxPlace(address: string): string | null {
  return foldAddress(address);
}

/** `a_b.bad.test` is `test.bad.a_b.`: what is no host name stands below the domain that it is denied with. */
export function domainPlace(name: string): string {
  const labels = foldAscii(name).slice(-maxNameLength).replace(/\.+$/, '').split('.');
  const start = labels.findIndex((_, index) => canonicalDomain(labels.slice(index).join('.')) !== null);
  const domain = start < 0 ? null : canonicalDomain(labels.slice(start).join('.'));
  const place = domain === null ? labels : [...labels.slice(0, start), ...domain.split('.')];
  return `${place.toReversed().join('.')}.`;
}

/** A client address as sorted text; one that cannot be read stands by itself. */
export function clientPlace(ip: string): string {
  return networkBounds(ip)?.first ?? ip;
}

/** Null for phone numbers and keys, which no place in an envelope shows. */
export function reachOf({ kind, value }: DenyKey): Reach | null {
  switch (kind) {
    case 'email':
      return { of: 'mailbox', first: value, last: value };
    case 'domain':
      return { of: 'domain', first: domainPlace(value), last: domainPlace(value) + beyond };
    case 'subdomains':
      // The name itself is not among those below it (R-DENY).
      return { of: 'domain', first: `${domainPlace(value)}\u0001`, last: domainPlace(value) + beyond };
    case 'network': {
      const bounds = networkBounds(value);
      return bounds === null ? null : { of: 'client', ...bounds };
    }
    case 'phone':
    case 'pgp':
      return null;
  }
}
