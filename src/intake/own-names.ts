/** Our own mailboxes, their aliases and domains: what a mail must name to be meant for us. */
import { canonicalAddress, withoutSubaddress } from '../address/mailbox.ts';

export type OwnNames = {
  /** Mailboxes and aliases in comparison form. */
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  /** Whether an address in comparison form is one of ours, subaddress (`support+tag@`) allowed. */
  isOurs(address: string): boolean;
};

export function ownNames(mailboxes: readonly string[]): OwnNames {
  const addresses = [...new Set(mailboxes.map((mailbox) => canonicalAddress(mailbox) ?? mailbox))];
  const known = new Set(addresses);
  return {
    addresses,
    domains: [...new Set(addresses.map(domainOf))],
    isOurs: (address) => known.has(address) || known.has(withoutSubaddress(address)),
  };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
