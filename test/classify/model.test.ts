import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buckets, committedModel, featuresOf, guess, softmax, weighted } from '../../src/classify/model.ts';
import weightsFile from '../../src/classify/model-weights.json' with { type: 'json' };
import { normalise } from '../../src/classify/normalise.ts';
import { labelledMails, parts } from './labelled-mails.ts';

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

describe('a guess', () => {
  const kinds = weightsFile.kinds.length;
  const rows = Buffer.from(weightsFile.rows, 'base64');
  const bytes = Buffer.from(weightsFile.weights, 'base64');
  const rowOf = new Map(Array.from({ length: rows.length / 2 }, (_, row) => [rows.readUInt16LE(row * 2), row]));

  /** The definition, from the file: each known feature's weight times its value, added up for each kind. */
  function scoresOf(sentences: readonly string[]): readonly number[] {
    const scores = new Float64Array(kinds);
    for (const [feature, value] of weighted(featuresOf(sentences), (each) => rowOf.has(each))) {
      const row = (rowOf.get(feature) ?? 0) * kinds;
      for (let kind = 0; kind < kinds; kind += 1) {
        scores[kind] = (scores[kind] ?? 0) + bytes.readInt8(row + kind) * value * weightsFile.scale;
      }
    }
    return [...softmax(scores)];
  }

  it('is that of the definition for labelled mails, and for texts of more features than one sum holds', () => {
    const mails = parts.flatMap((part) => labelledMails(part));
    const texts = mails.map(({ subject, text }) => normalise(subject, text, []).sentences);
    const long = Array.from({ length: 20 }, (_, place) => texts.slice(place * 30, place * 30 + 30).flat());
    expect(long.every((sentences) => featuresOf(sentences).words.length > 1_000)).toBe(true);
    for (const sentences of [[], ...texts.filter((_, place) => place % 5 === 0), ...long]) {
      const expected = new Map(scoresOf(sentences).map((score, kind) => [weightsFile.kinds[kind], score]));
      for (const { kind, score } of guess(committedModel, featuresOf(sentences))) {
        expect(score).toBeCloseTo(expected.get(kind) ?? -1, 9);
      }
    }
  });
});
