/** Networks in CIDR form (`192.0.2.0/24`, `2001:db8::/32`, or one address), and client addresses held against them. */
import { BlockList, isIP, isIPv6 } from 'node:net';

export type Networks = { readonly contains: (ip: string) => boolean };

/** Throws a RangeError that names the first entry which is no network. */
export function createNetworks(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) addNetwork(list, entry);
  return {
    contains: (ip) => isIP(ip) !== 0 && list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4'),
  };
}

function addNetwork(list: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (version === 0 || rest.length > 0 || length < 0 || length > bits) throw new RangeError(`not a network: ${entry}`);
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * IPv4 clients of a dual-stack socket, ours or a balancer's, are written as IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2):
 * as such they would miss their SPF record, and all of them would share one bound.
 */
export function plainAddress(ip: string): string {
  const mapped = /^(?:::|(?:0{1,4}:){5})ffff:(?:([\d.]+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i.exec(ip);
  if (mapped === null) return ip;
  const [, dotted, high = '0', low = '0'] = mapped;
  const octets = [high, low].flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 0xff]);
  return dotted ?? octets.join('.');
}
