import { describe, expect, test } from 'vitest';
import { pattern, patternWith, source } from '../../src/classify/pattern.ts';

describe('a pattern on several lines', () => {
  test('is what it would be on one', () => {
    const word = source`(?:
      mail|post
    )`;
    expect(word).toBe('(?:mail|post)');
    expect(pattern`
      \b${word} (?:
        to|from
      )\b
    `).toEqual(/\b(?:mail|post) (?:to|from)\b/);
    expect(patternWith('giu')`
      a|\p{L}
    `).toEqual(/a|\p{L}/giu);
  });

  test('does not lose a space that begins a line', () => {
    expect(
      () => pattern`
        mail
         from
      `,
    ).toThrow('begins with a space');
  });
});
