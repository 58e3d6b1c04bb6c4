/** IP addresses and networks in CIDR form (`192.0.2.0/24`, `2001:db8::/32`, or one address), read in this one place. */
import { isIP } from 'node:net';

/** An address as 16-bit words: two for IPv4, eight for IPv6. IPv4-mapped IPv6 is IPv4 (RFC 4291 §2.5.5.2). */
export type Address = { readonly bits: 32 | 128; readonly words: readonly number[] };
/** Words beyond the prefix may be set: whether that is a mistake is for the reader to say. */
export type Network = Address & { readonly prefix: number };

const mappedWords = [0, 0, 0, 0, 0, 0xffff];

/** Null when it is none. An address alone is a network of one; a zone (`fe80::1%eth0`) belongs to a link, to no network. */
export function parseNetwork(text: string): Network | null {
  // Digits or nothing: `Number` reads an empty text as 0, and /0 is every address there is.
  const [, address = '', digits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0) return null;
  const raw = family === 4 ? address4(address) : address6(address);
  const prefix = digits === undefined ? raw.bits : Number(digits);
  if (prefix > raw.bits) return null;
  const isMapped = raw.bits === 128 && prefix >= 96 && mappedWords.every((word, index) => raw.words[index] === word);
  return isMapped ? { bits: 32, words: raw.words.slice(6), prefix: prefix - 96 } : { ...raw, prefix };
}

export function parseAddress(text: string): Address | null {
  return text.includes('/') ? null : parseNetwork(text);
}

/** The normal text: of IPv6 that of RFC 5952. */
export function addressText({ bits, words }: Address): string {
  if (bits === 32) return words.flatMap((word) => [word >> 8, word & 0xff]).join('.');
  const text = words.map((word) => word.toString(16));
  const { start, length } = longestZeros(words);
  // RFC 5952 §4.2.2: one zero word alone is not shortened.
  if (length < 2) return text.join(':');
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`;
}

/**
 * IPv4 clients of a dual-stack socket, ours or a balancer's, are written as IPv6 (`::ffff:192.0.2.1`): as such they would
 * miss their SPF record, and all of them would share one bound. Everything else stays as it is written.
 */
export function plainAddress(ip: string): string {
  if (!ip.includes(':')) return ip;
  const address = parseAddress(ip);
  return address?.bits === 32 ? addressText(address) : ip;
}

function address4(text: string): Address {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return { bits: 32, words: [a * 256 + b, c * 256 + d] };
}

/** The URL standard knows every spelling, and writes hexadecimal words alone. */
function address6(text: string): Address {
  const [head = '', tail = ''] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const [first, last] = [wordsOf(head), wordsOf(tail)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return { bits: 128, words: [...first, ...zeros, ...last] };
}

function wordsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
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
