import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransferDecoder } from '../../src/message/transfer-encoding.ts';

function decode(encoding: string, chunks: readonly Buffer[]): Buffer {
  const decoder = createTransferDecoder(encoding);
  return Buffer.concat([...chunks.map((chunk) => decoder.push(chunk)), decoder.end()]);
}

const decodeText = (encoding: string, text: string): string => decode(encoding, [Buffer.from(text)]).toString();

describe('quoted-printable', () => {
  it.each([
    ['a=3Db', 'a=b'],
    ['a=3db', 'a=b'],
    ['soft=\r\nbreak', 'softbreak'],
    ['soft= \t\r\nbreak', 'softbreak'],
    ['soft=\nbreak', 'softbreak'],
    ['line  \r\nend\t\r\n', 'line\r\nend\r\n'],
    ['bare\nlf', 'bare\nlf'],
    ['no=escape =4 =ZZ', 'no=escape =4 =ZZ'],
    ['at the end=', 'at the end'],
    ['=', ''],
    ['', ''],
    ['=3D3D', '=3D'],
  ])('%j is %j', (encoded, decoded) => {
    expect(decodeText('quoted-printable', encoded)).toBe(decoded);
  });

  it('decodes what was encoded, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 70 }), (octets, size) => {
        const encoded = Buffer.from(
          [...octets]
            .map((octet, index) => `=${octet.toString(16).padStart(2, '0')}${index % 20 === 19 ? '=\r\n' : ''}`)
            .join(''),
        );
        expect(decode('quoted-printable', cut(encoded, size))).toEqual(Buffer.from(octets));
      }),
    );
  });

  it('decodes hostile text the same, wherever the chunks are cut', () => {
    const piece = fc.constantFrom('=', '4', '1', ' ', '\t', '\r', '\n', '\r\n', 'Z', '=41', '=\r\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const encoded = Buffer.from(pieces.join(''));
        expect(decode('quoted-printable', cut(encoded, size))).toEqual(decode('quoted-printable', [encoded]));
      }),
    );
  });

  it('goes on within a line that never ends', () => {
    const encoded = Buffer.from('=41'.repeat(100_000));
    expect(decode('quoted-printable', cut(encoded, 64 * 1024 - 1))).toEqual(Buffer.alloc(100_000, 'A'));
  });
});

describe('base64', () => {
  it.each([
    ['SGVsbG8=', 'Hello'],
    ['SGVs\r\nbG8=\r\n', 'Hello'],
    ['SGVsbG8', 'Hello'],
    ['S!G V*s(b)G8=', 'Hello'],
    ['SGk=SGVsbG8=', 'HiHello'],
    ['====', ''],
    ['', ''],
  ])('%j is %j', (encoded, decoded) => {
    expect(decodeText('base64', encoded)).toBe(decoded);
  });

  it('decodes what was encoded, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 70 }), (octets, size) => {
        const encoded = Buffer.from(Buffer.from(octets).toString('base64').replace(/.{20}/g, '$&\r\n'));
        expect(decode('base64', cut(encoded, size))).toEqual(Buffer.from(octets));
      }),
    );
  });
});

it.each(['', '7bit', '8bit', 'binary', 'x-unknown'])('%j is taken as it is', (encoding) => {
  expect(decodeText(encoding, 'a=41 \r\n')).toBe('a=41 \r\n');
});

function cut(octets: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(octets.length / size) }, (_, index) =>
    octets.subarray(index * size, (index + 1) * size),
  );
}
