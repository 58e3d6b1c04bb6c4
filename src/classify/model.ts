/**
 * A linear model over hashed word and letter groups, for what the rules do not reach: softmax regression with a head for
 * each question, weights of one signed byte, trained from the labelled mails by `scripts/train-classifier.ts`.
 */
import { requestKinds } from './classification.ts';
import { buckets, type HeadName, type Reading, setBit, sortNames, sorts, wordsOf } from './features.ts';
import weightsFile from './model-weights.json' with { type: 'json' };

/** What each head may answer, in this order. Severity `none`: no trouble is told. */
export const answers = {
  request: requestKinds,
  severity: ['none', '1', '2', '3'],
  abuse: ['none', 'angry', 'abusive', 'threatening'],
} as const satisfies Readonly<Record<HeadName, readonly string[]>>;
export const headNames = ['request', 'severity', 'abuse'] as const satisfies readonly HeadName[];

/** The probability of each answer, in the order of `answers`. */
export type Scores = Readonly<Record<HeadName, readonly number[]>>;

/** The weights as committed, in base64: a bit for each bucket, and for each that is set a signed byte for every answer. */
export type WeightsFile = {
  /** A weight is its byte times `scale`. */
  readonly heads: readonly { readonly name: string; readonly answers: readonly string[]; readonly scale: number }[];
  readonly buckets: number;
  readonly known: string;
  readonly weights: string;
};

type Head = { readonly name: HeadName; readonly first: number; readonly count: number; readonly scale: number };

export type Model = {
  readonly heads: readonly Head[];
  /** A bit for each bucket that training saw. */
  readonly known: Int32Array;
  /** For each bucket its row, 0 where training saw none. */
  readonly places: Uint16Array;
  /**
   * For each row `lanes` numbers, each of which holds the weights of four answers, a byte for each, raised by 128 so that
   * none is below zero: two of them are added in one step. Row 0 is never read.
   */
  readonly rows: Int32Array;
  readonly lanes: number;
};

/** Makes a signed byte an unsigned one. */
const raised = 128;

/** What each head makes of a text. */
export function guess(model: Model, { seen }: Reading): Scores {
  const scores = { request: noScores('request'), severity: noScores('severity'), abuse: noScores('abuse') };
  for (const sort of sortNames) addScores(model, rowsOf(model, seen[sort]), sorts[sort], scores);
  return {
    request: [...softmax(scores.request)],
    severity: [...softmax(scores.severity)],
    abuse: [...softmax(scores.abuse)],
  };
}

function noScores(head: HeadName): Float64Array {
  return new Float64Array(answers[head].length);
}

/** The rows of the buckets that training saw, in ascending order. */
function rowsOf({ known, places }: Model, bits: Int32Array): Uint16Array {
  let count = 0;
  for (let index = 0; index < bits.length; index += 1) {
    for (let rest = (bits[index] ?? 0) & (known[index] ?? 0); rest !== 0; rest &= rest - 1) {
      rowsFound[count] = places[index * 32 + 31 - Math.clz32(rest & -rest)] ?? 0;
      count += 1;
    }
  }
  return rowsFound.subarray(0, count);
}

/** Made once, for it is read before the next is found. */
const rowsFound = new Uint16Array(65_536);

/** So many raised bytes add up to less than two bytes hold. */
const rowsPerSum = 256;
const everySecondByte = 0x00ff00ff;

function addScores(
  model: Model,
  found: Uint16Array,
  { shares, fewest }: (typeof sorts)[keyof typeof sorts],
  scores: Readonly<Record<HeadName, Float64Array>>,
): void {
  const sums = sumsOf(model, found);
  for (const { name, first, count, scale } of model.heads) {
    const value = (shares[name] / Math.sqrt(Math.max(fewest, found.length))) * scale;
    for (let answer = 0; answer < count; answer += 1) {
      const sum = (sums[first + answer] ?? 0) - found.length * raised;
      scores[name][answer] = (scores[name][answer] ?? 0) + sum * value;
    }
  }
}

/** The raised weights of the rows, added up for each answer of each head. */
function sumsOf({ rows, lanes }: Model, found: Uint16Array): Int32Array {
  const sums = new Int32Array(lanes * 4);
  for (let lane = 0; lane < lanes; lane += 1) {
    for (let start = 0; start < found.length; start += rowsPerSum) {
      const end = Math.min(start + rowsPerSum, found.length);
      let even = 0;
      let odd = 0;
      for (let index = start; index < end; index += 1) {
        const four = rows[(found[index] ?? 0) * lanes + lane] ?? 0;
        even = (even + (four & everySecondByte)) | 0;
        odd = (odd + ((four >>> 8) & everySecondByte)) | 0;
      }
      const at = lane * 4;
      sums[at] = (sums[at] ?? 0) + (even & 0xffff);
      sums[at + 1] = (sums[at + 1] ?? 0) + (odd & 0xffff);
      sums[at + 2] = (sums[at + 2] ?? 0) + (even >>> 16);
      sums[at + 3] = (sums[at + 3] ?? 0) + (odd >>> 16);
    }
  }
  return sums;
}

export function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Words that are told as the reason for an answer. */
const mostTellingWords = 4;

/** The words that spoke loudest for one answer of a head rather than for its first, loudest first. */
export function tellingWords(
  model: Model,
  head: HeadName,
  answer: number,
  sentences: readonly string[],
): readonly string[] {
  const first = model.heads.find(({ name }) => name === head)?.first ?? 0;
  return [...wordsOf(sentences)]
    .map(([word, bucket]) => {
      const row = model.places[bucket] ?? 0;
      const weight = row === 0 ? 0 : byteOf(model, row, first + answer) - byteOf(model, row, first);
      return { word, weight };
    })
    .filter(({ word, weight }) => weight > 0 && /\p{L}/u.test(word))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostTellingWords)
    .map(({ word }) => word);
}

function byteOf({ rows, lanes }: Model, row: number, answer: number): number {
  return ((rows[row * lanes + (answer >> 2)] ?? 0) >>> ((answer & 3) * 8)) & 255;
}

/** Throws when the file does not fit this program: answers or buckets differ, or it is damaged. */
export function readModel(file: WeightsFile): Model {
  const heads = headsOf(file);
  const width = heads.reduce((sum, { count }) => sum + count, 0);
  const known = new Int32Array(buckets / 32);
  const bits = Buffer.from(file.known, 'base64');
  const bytes = Buffer.from(file.weights, 'base64');
  const places = new Uint16Array(buckets);
  let count = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    if (((bits[bucket >> 3] ?? 0) & (1 << (bucket & 7))) === 0) continue;
    setBit(known, bucket);
    count += 1;
    places[bucket] = count;
  }
  if (file.buckets !== buckets || bits.length > buckets / 8 || bytes.length !== count * width || count >= 65_536) {
    throw new Error("the classifier's weights do not fit this program: train them again");
  }
  const lanes = Math.ceil(width / 4);
  const rows = new Int32Array((count + 1) * lanes);
  for (let row = 1; row <= count; row += 1) {
    for (let answer = 0; answer < width; answer += 1) {
      const place = row * lanes + (answer >> 2);
      const byte = bytes.readInt8((row - 1) * width + answer) + raised;
      rows[place] = (rows[place] ?? 0) | (byte << ((answer & 3) * 8));
    }
  }
  return { heads, known, places, rows, lanes };
}

function headsOf(file: WeightsFile): readonly Head[] {
  let first = 0;
  return headNames.map((name, place) => {
    const told = file.heads[place];
    if (told?.name !== name || told.answers.join(' ') !== answers[name].join(' ')) {
      throw new Error(`the classifier's weights answer other questions than are asked about ${name}: train them again`);
    }
    const head = { name, first, count: answers[name].length, scale: told.scale };
    first += head.count;
    return head;
  });
}

/** The committed model. */
export const committedModel: Model = readModel(weightsFile);
