import { addressText, parseAddress } from './network.ts';

/**
 * Under which name a client is counted: an IPv4 address itself, an IPv6 address by its /64, since one customer of a
 * provider holds at least that many addresses.
 */
export function limitKey(ip: string): string {
  const [withoutZone = ''] = ip.split('%');
  const address = parseAddress(withoutZone);
  if (address === null) return ip;
  if (address.bits === 32) return addressText(address);
  const prefix = address.words.slice(0, 4).map((word) => word.toString(16));
  return `${prefix.join(':')}::/64`;
}
