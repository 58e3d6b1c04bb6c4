import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buckets,
  committedModel,
  featuresOf,
  guess,
  readingOf,
  softmax,
  weighted,
  wholeOf,
} from '../../src/classify/model.ts';
import weightsFile from '../../src/classify/model-weights.json' with { type: 'json' };
import { normalise } from '../../src/classify/normalise.ts';
import { labelledMails, parts } from './labelled-mails.ts';

/** FNV-1a over UTF-16 units, folded into a bucket: the definition, written for reading. */
function bucketOf(seed: number, text: string): number {
  let state = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return (state ^ (state >>> 15)) & (buckets - 1);
}

/** What `featuresOf` promises of words: each, pairs of them, and groups of 2 to 4 units of each with spaces around it. */
function groupsOf(text: string): readonly (readonly number[])[] {
  const words = text.match(/[\p{L}\p{N}']+|[|?]/gu) ?? [];
  const pairs = words.slice(1).map((word, at) => ` ${words[at] ?? ''} ${word}`);
  const letters = words.flatMap((word) =>
    [2, 3, 4].flatMap((size) => {
      const line = ` ${word} `;
      return Array.from({ length: Math.max(0, line.length - size + 1) }, (_, at) => line.slice(at, at + size));
    }),
  );
  const sorted = (found: readonly number[]) => [...new Set(found)].sort((a, b) => a - b);
  return [
    sorted(words.map((word) => bucketOf(0, ` ${word}`))),
    sorted(pairs.map((pair) => bucketOf(2, pair))),
    sorted(letters.map((group) => bucketOf(4, group))),
  ];
}

const wordGroups = (text: string) =>
  featuresOf([text])
    .slice(0, 3)
    .map(({ features }) => features);

describe('features of words', () => {
  it.each([
    ['', 'nothing'],
    ["don't | l'accès ?? x", 'apostrophes and marks'],
    ['𝒜da 𝒷 😀 4️⃣ \ud835 alone', 'letters outside of the first plane, half a letter, signs'],
    ['ΑΒΓ где 東京 ٣٤', 'other scripts and digits'],
  ])('are those of the definition: %j (%s)', (text) => {
    expect(wordGroups(text)).toEqual(groupsOf(text));
  });

  it('are those of the definition for any text', () => {
    const piece = constantFrom(' ', "'", '|', '?', 'a', 'é', '7', '𝒜', '😀', '\ud835', '\udc9c', '\u0301', '-');
    const anyText = array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
    const both = property(anyText, string({ unit: 'binary', maxLength: 60 }), (made, random) => {
      for (const text of [made, random]) expect(wordGroups(text)).toEqual(groupsOf(text));
    });
    assert(both, { numRuns: 500 });
  });
});

describe('a text read in pieces', () => {
  const sentence = array(constantFrom('word', '...', '|', "don't", '?', 'été', '𝒜', '-'), { maxLength: 4 });
  const piece = array(sentence, { minLength: 1, maxLength: 3 });

  it('reads as the whole does', () => {
    const same = property(array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
      const texts = pieces.map((sentences) => sentences.map((words) => words.join(' ')));
      expect(wholeOf(texts.map(readingOf))).toEqual(readingOf(texts.flat()));
    });
    assert(same, { numRuns: 500 });
  });

  it('is not put together where the whole is too long to be read to its end', () => {
    const [short, long] = [readingOf(['a']), readingOf(['word '.repeat(2_000)])];
    expect(wholeOf([short, short])).not.toBeNull();
    expect(wholeOf([long, short])).toBeNull();
  });
});

describe('a guess', () => {
  const kinds = weightsFile.kinds.length;
  const known = Buffer.from(weightsFile.known, 'base64');
  const bytes = Buffer.from(weightsFile.weights, 'base64');
  const knownBuckets = Array.from({ length: buckets }, (_, bucket) => bucket).filter(
    (bucket) => (known.readUInt8(bucket >> 3) >> (bucket & 7)) & 1,
  );
  const rowOf = new Map(knownBuckets.map((bucket, row) => [bucket, row]));

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
    const longest = (sentences: readonly string[]) =>
      Math.max(...featuresOf(sentences).map((each) => each.features.length));
    expect(long.every((sentences) => longest(sentences) > 1_000)).toBe(true);
    for (const sentences of [[], ...texts.filter((_, place) => place % 5 === 0), ...long]) {
      const expected = new Map(scoresOf(sentences).map((score, kind) => [weightsFile.kinds[kind], score]));
      for (const { kind, score } of guess(committedModel, readingOf(sentences))) {
        expect(score).toBeCloseTo(expected.get(kind) ?? -1, 9);
      }
    }
  });
});
