import { describe, expect, it } from 'vitest';
import { limitKey } from '../../src/network/limit-key.ts';
import { createNetworks } from '../../src/network/networks.ts';

describe('networks', () => {
  it('hold addresses of both families', () => {
    const networks = createNetworks(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);
    expect(networks.contains('192.0.2.200')).toBe(true);
    expect(networks.contains('192.0.3.1')).toBe(false);
    expect(networks.contains('2001:db8:1::1')).toBe(true);
    expect(networks.contains('2001:db9::1')).toBe(false);
    expect(networks.contains('198.51.100.7')).toBe(true);
    expect(networks.contains('198.51.100.8')).toBe(false);
    expect(networks.contains('not an address')).toBe(false);
    expect(createNetworks([]).contains('127.0.0.1')).toBe(false);
  });

  it.each([
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['10.9.8.7/8', '10.1.2.3', true], // the bits beyond the prefix do not count
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['fe80::/64', 'fe80::1%eth0', true], // a client on the same link
    ['192.0.2.0/31', '192.0.2.1', true],
    ['192.0.2.0/31', '192.0.2.2', false],
  ])('%s: %s -> %j', (network, ip, isInside) => {
    expect(createNetworks([network]).contains(ip)).toBe(isInside);
  });

  it.each(['', 'example.com', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/8/8', '2001:db8::/129', '*', 'fe80::1%eth0'])(
    'refuse %j',
    (entry) => {
      expect(() => createNetworks(['192.0.2.0/24', entry])).toThrow(new RangeError(`not a network: ${entry}`));
    },
  );
});

describe('the name a client is counted under', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s -> %s', (ip, key) => {
    expect(limitKey(ip)).toBe(key);
  });
});
