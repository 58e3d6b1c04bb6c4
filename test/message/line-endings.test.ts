import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertLfToCrlf, createLineEndingScanner, lineEndingFaults } from '../../src/message/line-endings.ts';

const codesOf = (chunks: readonly string[]): readonly string[] => {
  const scanner = createLineEndingScanner();
  for (const chunk of chunks) scanner.push(Buffer.from(chunk, 'latin1'));
  return scanner.faults().map((fault) => fault.code);
};

describe('line-ending scanner', () => {
  it.each([
    [['a\r\nb\r\n'], []],
    [['a\r', '\nb\r\n'], []],
    [['a\nb'], ['bare-lf']],
    [['a\rb'], ['bare-cr']],
    [['a\r', 'b'], ['bare-cr']],
    [['a\r'], ['bare-cr']],
    [['a', '\nb'], ['bare-lf']],
    [['\n'], ['bare-lf']],
    [['a\r\r\n'], ['bare-cr']],
    [['a\r\n\n'], ['bare-lf']],
    [['a\u0000b'], ['nul']],
    [['\r\n.\n.\r\n'], ['bare-lf']],
    [['\n.\r\n'], ['bare-lf']],
    [['\r.\r\n'], ['bare-cr']],
    [['', '\r', '', '\n'], []],
    [
      ['\u0000\r', 'x\n'],
      ['bare-cr', 'bare-lf', 'nul'],
    ],
  ])('%j has %j', (chunks, codes) => {
    expect(codesOf(chunks)).toEqual(codes);
  });

  it('finds the same wherever the chunks are cut', () => {
    const octets = fc.array(fc.constantFrom('\r', '\n', '\u0000', 'a', '.'), { maxLength: 30 });
    fc.assert(
      fc.property(octets, fc.array(fc.nat(30), { maxLength: 5 }), (letters, cuts) => {
        const text = letters.join('');
        const ends = [...new Set([...cuts.map((cut) => Math.min(cut, text.length)), text.length])].sort(
          (a, b) => a - b,
        );
        const chunks = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        const whole = lineEndingFaults(Buffer.from(text, 'latin1'));
        expect(codesOf(chunks)).toEqual(whole.map((fault) => fault.code));
        const withoutPairs = text.replaceAll('\r\n', '');
        expect(whole.some((fault) => fault.code === 'bare-lf')).toBe(withoutPairs.includes('\n'));
        expect(whole.some((fault) => fault.code === 'bare-cr')).toBe(withoutPairs.includes('\r'));
        expect(whole.some((fault) => fault.code === 'nul')).toBe(text.includes('\u0000'));
      }),
    );
  });

  it('names the first octet of each kind', () => {
    expect(lineEndingFaults(Buffer.from('ab\ncd\nef\rg'))).toEqual([
      { code: 'bare-cr', detail: 'CR without LF at octet 8' },
      { code: 'bare-lf', detail: 'LF without CR at octet 2' },
    ]);
  });
});

describe('convertLfToCrlf', () => {
  it.each([
    ['a\nb\n', 'a\r\nb\r\n'],
    ['\n\nx', '\r\n\r\nx'],
    ['a\r\nb\n', 'a\r\nb\n'],
    ['a\rb\n', 'a\rb\r\n'],
    ['none', 'none'],
    ['', ''],
  ])('%j becomes %j', (from, to) => {
    expect(convertLfToCrlf(Buffer.from(from)).toString()).toBe(to);
  });
});
