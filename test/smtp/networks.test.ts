import { describe, expect, it } from 'vitest';
import { limitKey } from '../../src/address/limit-key.ts';
import { createNetworks } from '../../src/smtp/networks.ts';

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

  it.each(['', 'example.com', '192.0.2.0/33', '192.0.2.0/', '192.0.2.0/8/8', '2001:db8::/129', '*'])(
    'refuse %j',
    (entry) => {
      expect(() => createNetworks([entry])).toThrow(RangeError);
    },
  );
});

describe('the name a client is counted under', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ])('%s -> %s', (ip, key) => {
    expect(limitKey(ip)).toBe(key);
  });
});
