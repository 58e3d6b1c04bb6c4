/**
 * Which network addresses a webhook may be sent to. Everything that is not the public internet is refused unless its
 * network was allowed: loopback, private, link-local (with the metadata services of clouds), shared, benchmarking,
 * documentation, multicast, reserved, and the forms of IPv6 in which an IPv4 address travels.
 */
import { isIP } from 'node:net';
import { createNetworks } from '../network/networks.ts';

/** IANA special-purpose registries, IPv4 (RFC 6890 and its updates). */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
// RFC 4291 §2.4: global unicast is 2000::/3; these are the exceptions inside it.
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const blocked4 = createNetworks(special4);
const blocked6 = createNetworks(special6);
const unicast6 = createNetworks(['2000::/3']);

export type Reach = {
  /** In words for staff when the address is refused, else null. */
  fault(address: string): string | null;
  /** The address lies in a network that was allowed by name: plain http may be spoken there. */
  isAllowedNetwork(address: string): boolean;
};

/** @param allowedNetworks Addresses or networks in CIDR form that may be reached although they are not public. */
export function reachOf(allowedNetworks: readonly string[]): Reach {
  const { contains: isAllowedNetwork } = createNetworks(allowedNetworks);
  return {
    isAllowedNetwork,
    fault(address) {
      if (isIP(address) === 0) return `${JSON.stringify(address.slice(0, 60))} is no IP address`;
      if (isAllowedNetwork(address) || isPublic(address)) return null;
      return `${address} is not a public address and its network is not allowed`;
    },
  };
}

function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !blocked4.contains(address);
  return unicast6.contains(address) && !blocked6.contains(address);
}
