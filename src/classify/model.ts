/**
 * A linear model over hashed word and letter groups, for what the rules do not reach: softmax regression with a head for
 * each question, weights of one signed byte, trained from the labelled mails by `scripts/train-classifier.ts`.
 */
import { requestKinds } from './classification.ts';
import { buckets, type HeadName, type Reading, sortNames, sorts, wordsOf } from './features.ts';
import weightsFile from './model-weights.json' with { type: 'json' };

/** What each head may answer, in this order. Severity `none`: no trouble is told. */
export const answers = {
  request: requestKinds,
  severity: ['none', '1', '2', '3'],
  abuse: ['none', 'angry', 'abusive', 'threatening'],
} as const satisfies Readonly<Record<HeadName, readonly string[]>>;
export const headNames = ['request', 'severity', 'abuse'] as const satisfies readonly HeadName[];

/** What a head makes of a text: the probability of each answer, in the order of `answers`. Reckoned when it is asked for. */
export type Scores = (head: HeadName) => readonly number[];

/** The weights as committed, in base64: a bit for each bucket, and for each that is set a signed byte for every answer. */
export type WeightsFile = {
  /** A weight is its byte times `scale`. */
  readonly heads: readonly { readonly name: string; readonly answers: readonly string[]; readonly scale: number }[];
  readonly buckets: number;
  readonly known: string;
  readonly weights: string;
};

/** `first`: the place of its first answer in a row, where a lane begins. */
type Head = { readonly first: number; readonly count: number; readonly scale: number };

export type Model = {
  readonly heads: Readonly<Record<HeadName, Head>>;
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
  const found = sortNames.map((sort) => ({ sort: sorts[sort], rows: rowsOf(model, seen[sort]) }));
  return (name) => {
    const head = model.heads[name];
    const scores = new Float64Array(head.count);
    for (const { sort, rows } of found) {
      if (sort.shares[name] !== 0)
        addScores(model, head, rows, sort.shares[name] / weightOf(rows, sort.fewest), scores);
    }
    return [...softmax(scores)];
  };
}

function weightOf(rows: Uint16Array, fewest: number): number {
  return Math.sqrt(Math.max(fewest, rows.length));
}

/** The rows of the buckets that training saw. */
function rowsOf({ places }: Model, seen: Uint32Array): Uint16Array {
  let count = 0;
  for (let index = 0; index < seen.length; index += 1) {
    const row = places[seen[index] ?? 0] ?? 0;
    if (row === 0) continue;
    rowsFound[count] = row;
    count += 1;
  }
  return rowsFound.slice(0, count);
}

/** Made once; what is found is copied out of it. */
const rowsFound = new Uint16Array(65_536);

/** So many raised bytes add up to less than two bytes hold. */
const rowsPerSum = 256;
const everySecondByte = 0x00ff00ff;

/** Adds what the rows say, each of which counts by `value`. */
function addScores(model: Model, head: Head, found: Uint16Array, value: number, scores: Float64Array): void {
  const sums = sumsOf(model, head, found);
  for (let answer = 0; answer < head.count; answer += 1) {
    const sum = (sums[answer] ?? 0) - found.length * raised;
    scores[answer] = (scores[answer] ?? 0) + sum * (value * head.scale);
  }
}

/** The raised weights of the rows, added up for each answer of a head. */
function sumsOf({ rows, lanes }: Model, { first, count }: Head, found: Uint16Array): Int32Array {
  const sums = new Int32Array(lanesOf(count) * 4);
  for (let at = 0; at < count; at += 4) {
    const lane = (first + at) >> 2;
    for (let start = 0; start < found.length; start += rowsPerSum) {
      const end = Math.min(start + rowsPerSum, found.length);
      let even = 0;
      let odd = 0;
      for (let index = start; index < end; index += 1) {
        const four = rows[(found[index] ?? 0) * lanes + lane] ?? 0;
        even = (even + (four & everySecondByte)) | 0;
        odd = (odd + ((four >>> 8) & everySecondByte)) | 0;
      }
      sums[at] = (sums[at] ?? 0) + (even & 0xffff);
      sums[at + 1] = (sums[at + 1] ?? 0) + (odd & 0xffff);
      sums[at + 2] = (sums[at + 2] ?? 0) + (even >>> 16);
      sums[at + 3] = (sums[at + 3] ?? 0) + (odd >>> 16);
    }
  }
  return sums;
}

function lanesOf(count: number): number {
  return Math.ceil(count / 4);
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
  const { first } = model.heads[head];
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
  const width = headNames.reduce((sum, name) => sum + heads[name].count, 0);
  const bits = Buffer.from(file.known, 'base64');
  const bytes = Buffer.from(file.weights, 'base64');
  const places = new Uint16Array(buckets);
  let count = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    if (((bits[bucket >> 3] ?? 0) & (1 << (bucket & 7))) === 0) continue;
    count += 1;
    places[bucket] = count;
  }
  if (file.buckets !== buckets || bits.length > buckets / 8 || bytes.length !== count * width || count >= 65_536) {
    throw new Error("the classifier's weights do not fit this program: train them again");
  }
  const lanes = headNames.reduce((sum, name) => sum + lanesOf(heads[name].count), 0);
  const answerPlaces = headNames.flatMap((name) =>
    Array.from({ length: heads[name].count }, (_, answer) => heads[name].first + answer),
  );
  const rows = new Int32Array((count + 1) * lanes);
  for (let row = 1; row <= count; row += 1) {
    for (const [answer, at] of answerPlaces.entries()) {
      const place = row * lanes + (at >> 2);
      const byte = bytes.readInt8((row - 1) * width + answer) + raised;
      rows[place] = (rows[place] ?? 0) | (byte << ((at & 3) * 8));
    }
  }
  return { heads, places, rows, lanes };
}

function headsOf(file: WeightsFile): Model['heads'] {
  let lane = 0;
  const headOf = (name: HeadName): Head => {
    const told = file.heads[headNames.indexOf(name)];
    if (told?.name !== name || told.answers.join(' ') !== answers[name].join(' ')) {
      throw new Error(`the classifier's weights answer other questions than are asked about ${name}: train them again`);
    }
    const head = { first: lane * 4, count: answers[name].length, scale: told.scale };
    lane += lanesOf(head.count);
    return head;
  };
  return { request: headOf('request'), severity: headOf('severity'), abuse: headOf('abuse') };
}

/** The committed model. */
export const committedModel: Model = readModel(weightsFile);
