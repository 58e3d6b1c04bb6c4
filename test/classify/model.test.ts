import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buckets, featuresOf } from '../../src/classify/model.ts';

/** FNV-1a over UTF-16 units, folded into a bucket: the definition, written for reading. */
function bucketOf(seed: number, text: string): number {
  let state = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state ^ (state >>> 15)) & (buckets - 1);
}

/** What `featuresOf` promises of words: groups of 1 to 3 of them, and of 4 and 5 units of the line they make. */
function wordBuckets(text: string): readonly number[] {
  const words = text.match(/[\p{L}\p{N}']+|[|?]/gu) ?? [];
  const line = ` ${words.join(' ')} `;
  const groups = words.flatMap((_, at) => [1, 2, 3].map((size) => words.slice(at, at + size)));
  const found = new Set(groups.map((group) => bucketOf(0, group.map((word) => ` ${word}`).join(''))));
  for (const size of [4, 5]) {
    for (let at = 0; at + size <= line.length; at += 1) found.add(bucketOf(4, line.slice(at, at + size)));
  }
  return [...found].sort((a, b) => a - b);
}

describe('features of words', () => {
  it.each([
    ['', 'nothing'],
    ["don't | l'accès ?? x", 'apostrophes and marks'],
    ['𝒜da 𝒷 😀 4️⃣ \ud835 alone', 'letters outside of the first plane, half a letter, signs'],
    ['ΑΒΓ где 東京 ٣٤', 'other scripts and digits'],
  ])('are those of the definition: %j (%s)', (text) => {
    expect(featuresOf([text]).words).toEqual(wordBuckets(text));
  });

  it('are those of the definition for any text', () => {
    const piece = constantFrom(' ', "'", '|', '?', 'a', 'é', '7', '𝒜', '😀', '\ud835', '\udc9c', '\u0301', '-');
    const anyText = array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
    const both = property(anyText, string({ unit: 'binary', maxLength: 60 }), (made, random) => {
      for (const text of [made, random]) expect(featuresOf([text]).words).toEqual(wordBuckets(text));
    });
    assert(both, { numRuns: 500 });
  });
});
