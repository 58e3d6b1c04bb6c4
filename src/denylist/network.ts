/** Client networks as CIDR text in one normal form: IPv4, or RFC 5952 for IPv6; IPv4-mapped IPv6 is IPv4. */

/** Addresses are numbers of `bits` bits. */
type Address = { readonly bits: 32 | 128; readonly value: bigint };
type Network = Address & { readonly prefix: number };

export type NetworkResult =
  | { readonly ok: true; readonly cidr: string }
  | { readonly ok: false; readonly fault: 'not-a-network' | 'too-wide' | 'host-bits'; readonly message: string };

/** The widest networks that may be denied: a typing mistake must not refuse the world. */
const widestPrefix = { 32: 8, 128: 19 } as const;
const mappedPrefix = 0xffffn; // RFC 4291 §2.5.5.2

/** Normal form of a network to be entered; an address alone is a network of one. */
export function normalNetwork(text: string): NetworkResult {
  const network = parseNetwork(text);
  if (network === null)
    return { ok: false, fault: 'not-a-network', message: 'is neither an IP address nor a CIDR network' };
  if (network.prefix < widestPrefix[network.bits]) {
    return { ok: false, fault: 'too-wide', message: `is wider than /${widestPrefix[network.bits]}` };
  }
  const start = masked(network, network.prefix);
  if (start !== network.value) {
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
  return address === null ? null : addressText(address.bits, address.value);
}

function parseNetwork(text: string): Network | null {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const [, addressPart = '', prefixPart] = match ?? [];
  const raw = parseUnmapped(addressPart);
  if (raw === null) return null;
  const prefix = prefixPart === undefined ? raw.bits : Number(prefixPart);
  if (prefix > raw.bits) return null;
  const isMapped = raw.bits === 128 && raw.value >> 32n === mappedPrefix && prefix >= 96;
  return isMapped ? { bits: 32, value: raw.value & 0xffffffffn, prefix: prefix - 96 } : { ...raw, prefix };
}

function parseAddress(text: string): Address | null {
  const network = text.includes('/') ? null : parseNetwork(text);
  return network === null ? null : { bits: network.bits, value: network.value };
}

function parseUnmapped(text: string): Address | null {
  if (text.includes(':')) return parseIpv6(text);
  // Four decimal numbers without leading zeros: 010.0.0.1 is octal to some readers.
  const octets = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text) ? text.split('.') : null;
  return octets === null ? null : { bits: 32, value: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) };
}

function parseIpv6(text: string): Address | null {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return null;
  const url = URL.parse(`http://[${text}]/`);
  if (url === null) return null;
  const [head = '', tail] = url.hostname.slice(1, -1).split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - groups.length - last.length }, () => '0');
  const hex = [...groups, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('');
  return { bits: 128, value: BigInt(`0x${hex}`) };
}

function masked({ bits, value }: Address, prefix: number): bigint {
  const hostBits = BigInt(bits - prefix);
  return (value >> hostBits) << hostBits;
}

function cidr(network: Network): string {
  return `${addressText(network.bits, masked(network, network.prefix))}/${network.prefix}`;
}

function addressText(bits: 32 | 128, value: bigint): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  const hex = value.toString(16).padStart(32, '0');
  const groups = hex.replace(/(.{4})(?=.)/g, '$1:');
  // The URL standard's serialisation of an address is RFC 5952's.
  return new URL(`http://[${groups}]/`).hostname.slice(1, -1);
}
