/** Client networks as CIDR text in one normal form: IPv4, or RFC 5952 for IPv6; IPv4-mapped IPv6 is IPv4. */

/** An address as 16-bit words: two for IPv4, eight for IPv6. */
type Address = { readonly bits: 32 | 128; readonly words: readonly number[] };
type Network = Address & { readonly prefix: number };

export type NetworkResult =
  | { readonly ok: true; readonly cidr: string }
  | { readonly ok: false; readonly fault: 'not-a-network' | 'too-wide' | 'host-bits'; readonly message: string };

/** The widest networks that may be denied: a typing mistake must not refuse the world. */
const widestPrefix = { 32: 8, 128: 19 } as const;
const mappedWords = [0, 0, 0, 0, 0, 0xffff]; // RFC 4291 §2.5.5.2

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

function parseNetwork(text: string): Network | null {
  const [, addressPart = '', prefixPart] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const raw = addressPart.includes(':') ? parseIpv6(addressPart) : parseIpv4(addressPart);
  if (raw === null) return null;
  const prefix = prefixPart === undefined ? raw.bits : Number(prefixPart);
  if (prefix > raw.bits) return null;
  const isMapped = raw.bits === 128 && prefix >= 96 && mappedWords.every((word, index) => raw.words[index] === word);
  return isMapped ? { bits: 32, words: raw.words.slice(6), prefix: prefix - 96 } : { ...raw, prefix };
}

function parseAddress(text: string): Address | null {
  return text.includes('/') ? null : parseNetwork(text);
}

/** Four decimal numbers without leading zeros: 010.0.0.1 is octal to some readers. */
function parseIpv4(text: string): Address | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const octets = match?.slice(1) ?? [];
  if (octets.length !== 4 || octets.some((octet) => Number(octet) > 255 || /^0\d/.test(octet))) return null;
  const [a = 0, b = 0, c = 0, d = 0] = octets.map(Number);
  return { bits: 32, words: [a * 256 + b, c * 256 + d] };
}

function parseIpv6(text: string): Address | null {
  if (!/^[0-9A-Fa-f:.]{2,45}$/.test(text)) return null;
  // The URL standard knows every spelling, and writes hexadecimal words alone.
  const url = URL.parse(`http://[${text}]/`);
  if (url === null) return null;
  const [head = '', tail] = url.hostname.slice(1, -1).split('::');
  const [first, last] = [words(head), words(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return { bits: 128, words: [...first, ...zeros, ...last] };
}

function words(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
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

function addressText({ bits, words }: Address): string {
  if (bits === 32) return words.flatMap((word) => [word >> 8, word & 0xff]).join('.');
  const text = words.map((word) => word.toString(16));
  const { start, length } = longestZeros(words);
  // RFC 5952 §4.2.2: one zero word alone is not shortened.
  if (length < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

/** The longest run of zero words, the first of several (RFC 5952 §4.2.3). */
function longestZeros(words: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, word] of words.entries()) {
    if (word !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
