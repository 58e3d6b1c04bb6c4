import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conceptNames, conceptsOf, hostileNames } from '../../src/classify/concepts.ts';
import { buckets, calmed, featuresOf, readingOf, weighted, wholeOf } from '../../src/classify/features.ts';
import { answers, committedModel, guess, headNames, softmax, tellingWords } from '../../src/classify/model.ts';
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
  const sentence = array(constantFrom('word', 'idiot', 'you', '...', '|', "don't", '?', 'été', '𝒜', '-'), {
    maxLength: 4,
  });
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

describe('features of concepts', () => {
  const name = (concept: number) => [...conceptNames, ...hostileNames][concept];
  const pairsOf = (sentences: readonly string[]) => featuresOf(sentences)[5]?.features.length;

  it('tell requests and hostility apart, and which hostile ones meet in a sentence', () => {
    expect(conceptsOf('you idiot').map(name)).toEqual(expect.arrayContaining(['you', 'insult']));
    expect(featuresOf(['you idiot'])[4]?.features).toHaveLength(2);
    expect(pairsOf(['you idiot'])).toBe(1);
    expect(pairsOf(['you', 'idiot'])).toBe(0);
  });
});

describe('shouting', () => {
  it.each([
    ['URGENT! The portal is slow', 'The portal is slow'],
    ['the portal is slow, urgently, ASAP', 'the portal is slow'],
    ['priority: critical. the portal is slow. p1', 'the portal is slow'],
    ["c'est très urgent : le portail est lent, dès que possible", "c'est : le portail est lent"],
  ])('leaves no feature: %s', (loud, calm) => {
    const read = (text: string) => featuresOf(calmed(normalise('', text, []).sentences));
    expect(read(loud)).toEqual(read(calm));
  });

  it.each(
    `urgent|very urgently|urgency|tres urgent|asap|a.s.a.p|as soon as possible|immediately|immediatement|des que possible
aussi vite que possible|au plus vite|au plus tot|top priority|priority: 3|priorite haute|gravite 1|severity : low|severite 2
prio high|prio: critical|sev 1|prio-2|p3`.split(/[|\n]/),
  )('is taken out of a sentence: %s', (phrase) => {
    expect(calmed([`it is ${phrase} and slow`])).toEqual(['it is   and slow']);
  });

  it.each(['critical', '! priority :', 'maximale...', '3', 'severite', ' : h i g h e s t !'])(
    'alone is no sentence: %s',
    (part) => {
      expect(calmed([part, 'the portal'])).toEqual(['the portal']);
    },
  );
});

describe('a guess', () => {
  const known = Buffer.from(weightsFile.known, 'base64');
  const bytes = Buffer.from(weightsFile.weights, 'base64');
  const knownBuckets = Array.from({ length: buckets }, (_, bucket) => bucket).filter(
    (bucket) => (known.readUInt8(bucket >> 3) >> (bucket & 7)) & 1,
  );
  const rowOf = new Map(knownBuckets.map((bucket, row) => [bucket, row]));
  const width = headNames.reduce((sum, head) => sum + answers[head].length, 0);

  /** The definition, from the file: each known feature's weight times its value, added up for each answer of a head. */
  function scoresOf(sentences: readonly string[], place: number): readonly number[] {
    const head = headNames[place] ?? 'request';
    const first = headNames.slice(0, place).reduce((sum, each) => sum + answers[each].length, 0);
    const scale = weightsFile.heads[place]?.scale ?? 0;
    const scores = new Float64Array(answers[head].length);
    for (const [feature, value] of weighted(featuresOf(sentences), head, (each) => rowOf.has(each))) {
      const row = (rowOf.get(feature) ?? 0) * width + first;
      for (let answer = 0; answer < scores.length; answer += 1) {
        scores[answer] = (scores[answer] ?? 0) + bytes.readInt8(row + answer) * value * scale;
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
      const guessed = guess(committedModel, readingOf(sentences));
      for (const [place, head] of headNames.entries()) {
        for (const [answer, score] of scoresOf(sentences, place).entries()) {
          expect(guessed(head)[answer]).toBeCloseTo(score, 9);
        }
      }
    }
  });

  it('is explained by the words that spoke loudest for it', () => {
    const words = tellingWords(committedModel, 'severity', 1, ['nobody at any of our sites can log in', 'thanks']);
    expect(words).toContain('nobody');
    expect(words).not.toContain('thanks');
  });
});
