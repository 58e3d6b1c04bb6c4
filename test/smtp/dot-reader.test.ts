import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDotReader } from '../../src/smtp/dot-reader.ts';

type Outcome = { readonly content: string; readonly rest: string | null };

/** Feeds the chunks until the end of data; what was not fed any more belongs to the rest. */
function read(chunks: readonly Buffer[]): Outcome {
  const reader = createDotReader();
  let content = '';
  for (const [index, chunk] of chunks.entries()) {
    const reading = reader.push(chunk);
    content += reading.content.toString('latin1');
    if (reading.ended) {
      const rest = Buffer.concat([reading.rest, ...chunks.slice(index + 1)]);
      return { content, rest: rest.toString('latin1') };
    }
  }
  return { content, rest: null };
}

/** RFC 5321 §4.5.2 written down again, over the whole text at once. */
function reference(data: string): Outcome {
  const end = `\r\n${data}`.indexOf('\r\n.\r\n');
  const stuffed = end < 0 ? data : data.slice(0, end);
  const content = `\r\n${stuffed}`.replaceAll('\r\n.', '\r\n').slice(2);
  return { content, rest: end < 0 ? null : data.slice(end + 3) };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the end of data', () => {
  it.each([
    ['CR LF . CR LF', 'a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
    ['. CR LF at the very start', '.\r\nQUIT\r\n', '', 'QUIT\r\n'],
    ['an empty line before it', 'a\r\n\r\n.\r\n', 'a\r\n\r\n', ''],
    ['twice in a row', 'a\r\n.\r\n.\r\n', 'a\r\n', '.\r\n'],
  ])('is %s', (_name, data, content, rest) => {
    expect(read([bytes(data)])).toEqual({ content, rest });
  });

  it.each([
    ['LF . LF', 'a\n.\nb', 'a\n.\nb'],
    ['LF . CR LF', 'a\n.\r\nb', 'a\n.\r\nb'],
    ['CR . CR', 'a\r.\rb', 'a\r.\rb'],
    ['CR . CR LF', 'a\r.\r\nb', 'a\r.\r\nb'],
    ['CR LF . LF', 'a\r\n.\nb', 'a\r\n\nb'],
    ['CR LF . CR', 'a\r\n.\rb', 'a\r\n\rb'],
    ['CR LF . CR CR LF', 'a\r\n.\r\r\nb', 'a\r\n\r\r\nb'],
    ['CR CR LF . LF', 'a\r\r\n.\nb', 'a\r\r\n\nb'],
    ['CR LF NUL . CR LF', 'a\r\n\0.\r\nb', 'a\r\n\0.\r\nb'],
    ['CR LF . NUL CR LF', 'a\r\n.\0\r\nb', 'a\r\n\0\r\nb'],
    ['CR LF . . CR LF', 'a\r\n..\r\nb', 'a\r\n.\r\nb'],
    ['CR LF . space CR LF', 'a\r\n. \r\nb', 'a\r\n \r\nb'],
    ['CR LF with an 8-bit dot', 'a\r\n\xae\r\nb', 'a\r\n\xae\r\nb'],
    ['LF CR . LF CR', 'a\n\r.\n\rb', 'a\n\r.\n\rb'],
    ['. LF at the very start', '.\nb', '\nb'],
    ['.. CR LF at the very start', '..\r\nb', '.\r\nb'],
    ['vertical tab and form feed', 'a\v.\fb', 'a\v.\fb'],
  ])('is not %s, and what stands there stays content', (_name, data, content) => {
    expect(read([bytes(data)])).toEqual({ content, rest: null });
  });

  it('does not depend on where chunks end', () => {
    const data = bytes('..a\r\n.b\r\n\r\n.\r\r\n..\r\n.\r\nQUIT\r\n');
    const whole = read([data]);
    for (let cut = 0; cut <= data.length; cut += 1) {
      expect(read([data.subarray(0, cut), data.subarray(cut)])).toEqual(whole);
    }
    expect(read([...data].map((octet) => Buffer.from([octet])))).toEqual(whole);
  });

  it('agrees with the whole-text reading for any mixture of dots and line ends, however chunked', () => {
    const alphabet = constantFrom('.', '\r', '\n', '\r\n', '\r\n.', 'a', '\0');
    assert(
      property(array(array(alphabet, { maxLength: 6 }), { maxLength: 8 }), (parts) => {
        // A last octet, so that no CR is left undecided.
        const chunks = [...parts.map((part) => part.join('')), 'z'];
        expect(read(chunks.map(bytes))).toEqual(reference(chunks.join('')));
      }),
      { numRuns: 2_000 },
    );
  });
});
