import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText, parseAddress, parseNetwork, plainAddress } from '../../src/network/network.ts';

const read = (text: string): string | null => {
  const network = parseNetwork(text);
  return network === null ? null : `${addressText(network)}/${network.prefix}`;
};

describe('a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['255.255.255.255/32', '255.255.255.255/32'],
    ['10.0.0.0/08', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.1.2.3/8'],
    ['2001:db8::1/64', '2001:db8::1/64'],
    ['2001:DB8:0:0::/64', '2001:db8::/64'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:c000:207', '192.0.2.7/32'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:0:0/95', '::ffff:0:0/95'], // holds more than IPv4
    ['::192.0.2.1', '::c000:201/128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
  ])('%s is %s', (text, network) => {
    expect(read(text)).toBe(network);
  });

  it.each([
    '',
    '/',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/ 8',
    ' 10.0.0.0/8',
    '10.0.0.0/8\n',
    '10.0.0.0/8.0',
    '10.0.0.0/0x8',
    '10.0.0.0/0008',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '10/8',
    '010.0.0.1',
    '10.0.0.01',
    '::ffff:010.0.0.1',
    '256.0.0.1',
    '1.2.3.4.',
    '167772160',
    '0x0a000001',
    '2001:db8::/129',
    '1::2::3',
    '12345::',
    '[::1]',
    'fe80::1%eth0',
    'fe80::%eth0/64',
    'fe80::/64%eth0',
    'example.com',
    '١٠.0.0.1',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });

  it('and an address of it are of one network, says another implementation', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const address = parseAddress(ip);
        const list = new BlockList();
        const text = address === null ? '' : addressText(address);
        list.addAddress(text, text.includes(':') ? 'ipv6' : 'ipv4');
        expect(list.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4')).toBe(true);
      }),
    );
  });
});

describe('an address', () => {
  it('is no network', () => {
    expect(parseAddress('192.0.2.0/32')).toBeNull();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:DB8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of an IPv4 client is IPv4: %s -> %s', (written, plain) => {
    expect(plainAddress(written)).toBe(plain);
  });
});
