/** Several networks, and addresses held against them. */
import { BlockList, isIP } from 'node:net';
import { addressText, parseNetwork } from './network.ts';

export type Networks = { readonly contains: (ip: string) => boolean };

/** Throws a RangeError that names the first entry which is no network. */
export function createNetworks(entries: readonly string[]): Networks {
  const list = new BlockList();
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network === null) throw new RangeError(`not a network: ${entry}`);
    list.addSubnet(addressText(network), network.prefix, network.bits === 32 ? 'ipv4' : 'ipv6');
  }
  return {
    contains: (ip) => {
      const family = isIP(ip);
      return family !== 0 && list.check(ip, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
