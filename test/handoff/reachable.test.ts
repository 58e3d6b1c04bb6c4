import { describe, expect, it } from 'vitest';
import { reachOf } from '../../src/handoff/reachable.ts';

const open = reachOf([]);

describe('addresses that a webhook may be sent to', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '172.32.0.1', '100.128.0.1'])('%s', (address) => {
    expect(open.fault(address)).toBeNull();
  });

  it.each([
    '127.0.0.1',
    '127.8.9.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.170',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001::1',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    'localhost',
    '',
  ])('not %s', (address) => {
    expect(open.fault(address)).not.toBeNull();
  });

  it('private ones in networks that were allowed', () => {
    const reach = reachOf(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32']);
    expect(reach.fault('10.1.255.1')).toBeNull();
    expect(reach.fault('127.0.0.1')).toBeNull();
    expect(reach.fault('fd00:1::7')).toBeNull();
    expect(reach.fault('10.2.0.1')).not.toBeNull();
    expect(reach.fault('127.0.0.2')).not.toBeNull();
    expect(reach.isAllowedNetwork('10.1.0.1')).toBe(true);
    expect(reach.isAllowedNetwork('8.8.8.8')).toBe(false);
  });

  it.each([
    'intranet',
    '10.0.0.0/', // an empty number would be 0, which allows every address there is
    '10.0.0.0/0x8',
    '10.0.0.0/8/9',
    '10.0.0.0/ 8',
    '10.0.0.0/8.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    'fd00::/129',
  ])('refuses %j, which is no network', (network) => {
    expect(() => reachOf([network])).toThrow(RangeError);
  });
});
