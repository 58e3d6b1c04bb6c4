import { describe, expect, it } from 'vitest';
import { parseProxyHeader } from '../../src/smtp/proxy-header.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

function version2(command: number, family: number, addresses: readonly number[]): Buffer {
  return Buffer.concat([signature, Buffer.from([command, family, 0, addresses.length, ...addresses])]);
}

const tcp4 = version2(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 1, 0x30, 0x39, 0, 25]);
const client6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const balancer6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const tcp6 = version2(0x21, 0x21, [...client6, ...balancer6, 0x30, 0x39, 0, 25]);

describe('the PROXY header', () => {
  it.each([
    ['PROXY TCP4 192.0.2.1 198.51.100.1 12345 25\r\n', { ip: '192.0.2.1', port: 12_345 }],
    ['PROXY TCP6 2001:db8::1 2001:db8::2 12345 25\r\n', { ip: '2001:db8::1', port: 12_345 }],
    ['PROXY UNKNOWN\r\n', null],
    ['PROXY UNKNOWN whatever it says\r\n', null],
  ])('version 1: %j', (header, source) => {
    const octets = Buffer.from(`${header}EHLO x\r\n`);
    expect(parseProxyHeader(octets)).toEqual({ kind: 'header', source, length: header.length });
  });

  it('version 2 names the client in binary', () => {
    expect(parseProxyHeader(tcp4)).toMatchObject({ kind: 'header', source: { ip: '192.0.2.1', port: 12_345 } });
    expect(parseProxyHeader(tcp6)).toMatchObject({ kind: 'header', source: { ip: '2001:db8:0:0:0:0:0:1' } });
    expect(parseProxyHeader(version2(0x20, 0, []))).toEqual({ kind: 'header', source: null, length: 16 });
  });

  it.each([tcp4, tcp6, Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 12345 25\r\n')])(
    'waits for all of %#',
    (header) => {
      for (let length = 0; length < header.length; length += 1) {
        expect(parseProxyHeader(header.subarray(0, length)).kind).toBe('incomplete');
      }
      expect(parseProxyHeader(header).kind).toBe('header');
    },
  );

  it.each([
    'EHLO client.example\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.1 99999 25\r\n',
    'PROXY TCP4 2001:db8::1 198.51.100.1 1 25\r\n',
    'PROXY TCP4 192.0.2.1\r\n',
    'PROXY TCP4 192.0.2.1 198.51.100.1 1 25\n',
    'proxy TCP4 192.0.2.1 198.51.100.1 1 25\r\n',
    `PROXY UNKNOWN ${'x'.repeat(100)}`,
    `PROXY TCP4 ${'x'.repeat(100)}\r\n`,
  ])('refuses %j', (header) => {
    expect(parseProxyHeader(Buffer.from(header.padEnd(120, 'x'))).kind).toBe('bad');
  });

  it.each([
    ['an unknown command', version2(0x22, 0x11, [192, 0, 2, 1, 198, 51, 100, 1, 0, 1, 0, 25])],
    ['an unknown family', version2(0x21, 0x31, [1, 2, 3, 4])],
    ['addresses cut short', version2(0x21, 0x11, [192, 0, 2, 1])],
    ['a length beyond reason', Buffer.concat([signature, Buffer.from([0x21, 0x11, 0xff, 0xff])])],
  ])('refuses version 2 with %s', (_name, header) => {
    expect(parseProxyHeader(header).kind).toBe('bad');
  });
});
