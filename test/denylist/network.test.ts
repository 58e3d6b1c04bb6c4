import { BlockList } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networksAround, normalIp, normalNetwork } from '../../src/denylist/network.ts';

describe('a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:DB8:0:0::/64', '2001:db8::/64'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['2001:2000::/19', '2001:2000::/19'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3/128'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7/128'],
    ['2001:0:0:1::', '2001:0:0:1::/128'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201/128'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
  ])('%s is %s in normal form', (text, cidr) => {
    expect(normalNetwork(text)).toEqual({ ok: true, cidr });
  });

  it.each([
    ['10.0.0.0/7', 'too-wide'],
    ['0.0.0.0/0', 'too-wide'],
    ['::/0', 'too-wide'],
    ['2001::/18', 'too-wide'],
    ['::ffff:0.0.0.0/96', 'too-wide'],
    ['10.1.2.3/8', 'host-bits'],
    ['2001:db8::1/64', 'host-bits'],
    ['10.0.0.0/33', 'not-a-network'],
    ['2001:db8::/129', 'not-a-network'],
    ['10.0.0/8', 'not-a-network'],
    ['010.0.0.1', 'not-a-network'],
    ['1.2.3.4.', 'not-a-network'],
    ['1.2.3.4.5', 'not-a-network'],
    ['167772160', 'not-a-network'],
    ['0x0a000001', 'not-a-network'],
    ['fe80::1%eth0', 'not-a-network'],
    ['1::2::3', 'not-a-network'],
    ['10.0.0.0/8/8', 'not-a-network'],
    ['10.0.0.0/+8', 'not-a-network'],
    ['', 'not-a-network'],
  ])('%s is refused: %s', (text, fault) => {
    expect(normalNetwork(text)).toMatchObject({ ok: false, fault });
  });

  it('names the network that was meant', () => {
    expect(normalNetwork('10.1.2.3/8')).toMatchObject({
      message: 'has bits set beyond its prefix; the network is 10.0.0.0/8',
    });
  });
});

describe('an address', () => {
  it('is written as the URL standard writes it', () => {
    const word = fc.oneof(fc.constant(0), fc.nat(0xffff));
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
        const text = words.map((value) => value.toString(16)).join(':');
        fc.pre(!/^(?:0:){5}ffff:/.test(text));
        expect(normalIp(text)).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1));
      }),
    );
  });
});

describe('the networks around an address', () => {
  it('are each prefix that may be entered, narrowest first', () => {
    const four = networksAround('192.0.2.7');
    expect([four[0], four[8], four.at(-1), four.length]).toEqual(['192.0.2.7/32', '192.0.2.0/24', '192.0.0.0/8', 25]);
    const six = networksAround('2001:db8::1');
    expect([six[0], six[64], six.at(-1), six.length]).toEqual(['2001:db8::1/128', '2001:db8::/64', '2001::/19', 110]);
    expect(networksAround('::ffff:192.0.2.7')).toEqual(four);
    expect(networksAround('nowhere')).toEqual([]);
  });

  it('hold the address, says another implementation', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), (four, six) => {
        for (const [ip, family] of [
          [four, 'ipv4'],
          [six, 'ipv6'],
        ] as const) {
          for (const cidr of networksAround(ip)) {
            const [start = '', prefix] = cidr.split('/');
            const list = new BlockList();
            list.addSubnet(start, Number(prefix), start.includes(':') ? 'ipv6' : 'ipv4');
            expect(list.check(ip, family)).toBe(true);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are networks in normal form themselves', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        for (const cidr of networksAround(ip)) expect(normalNetwork(cidr)).toEqual({ ok: true, cidr });
        expect(networksAround(normalIp(ip) ?? '')).toEqual(networksAround(ip));
      }),
      { numRuns: 50 },
    );
  });
});
