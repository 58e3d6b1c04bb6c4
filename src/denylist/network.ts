/** Client networks as CIDR text in one normal form: IPv4, or RFC 5952 for IPv6; IPv4-mapped IPv6 is IPv4. */
import { addressText, type Network, parseAddress, parseNetwork } from '../network/network.ts';

export type NetworkResult =
  | { readonly ok: true; readonly cidr: string }
  | { readonly ok: false; readonly fault: 'not-a-network' | 'too-wide' | 'host-bits'; readonly message: string };

/** The widest networks that may be denied: a typing mistake must not refuse the world. */
const widestPrefix = { 32: 8, 128: 19 } as const;

/** Normal form of a network to be entered; an address alone is a network of one. */
export function normalNetwork(text: string): NetworkResult {
  const network = parseNetwork(text);
  if (network === null)
    return { ok: false, fault: 'not-a-network', message: 'is neither an IP address nor a CIDR network' };
  if (network.prefix < widestPrefix[network.bits]) {
    return { ok: false, fault: 'too-wide', message: `is wider than /${widestPrefix[network.bits]}` };
  }
  if (masked(network).some((word, index) => word !== network.words[index])) {
    return {
      ok: false,
      fault: 'host-bits',
      message: `has bits set beyond its prefix; the network is ${cidr(network)}`,
    };
  }
  return { ok: true, cidr: cidr(network) };
}

/** Every network that holds the address and could have been entered, narrowest first; empty when `ip` is no address. */
export function networksAround(ip: string): readonly string[] {
  const address = parseAddress(ip);
  if (address === null) return [];
  const count = address.bits - widestPrefix[address.bits] + 1;
  return Array.from({ length: count }, (_, index) => cidr({ ...address, prefix: address.bits - index }));
}

/** Normal text of one address; null when it is none. */
export function normalIp(text: string): string | null {
  const address = parseAddress(text);
  return address === null ? null : addressText(address);
}

/** The first and the last address of a network in hexadecimal, which sorts as addresses do; null when it is none. */
export function networkBounds(text: string): { readonly first: string; readonly last: string } | null {
  const network = parseNetwork(text);
  if (network === null) return null;
  const hex = (words: readonly number[]) =>
    `${network.bits}:${words.map((word) => word.toString(16).padStart(4, '0')).join('')}`;
  const first = masked(network);
  const last = first.map((word, index) => word | (0xffff >> Math.min(16, Math.max(0, network.prefix - index * 16))));
  return { first: hex(first), last: hex(last) };
}

function masked({ words, prefix }: Network): number[] {
  return words.map((word, index) => {
    const hostBits = 16 - Math.min(16, Math.max(0, prefix - index * 16));
    return (word >> hostBits) << hostBits;
  });
}

function cidr(network: Network): string {
  if (network.bits === 32) return cidr4(network);
  return `${addressText({ bits: network.bits, words: masked(network) })}/${network.prefix}`;
}

/** Every mail asks for many of them. */
function cidr4({ words: [high = 0, low = 0], prefix }: Network): string {
  // A shift by 32 would be none.
  const network = prefix === 0 ? 0 : ((high << 16) | low) & (-1 << (32 - prefix));
  return `${network >>> 24}.${(network >>> 16) & 0xff}.${(network >>> 8) & 0xff}.${network & 0xff}/${prefix}`;
}
