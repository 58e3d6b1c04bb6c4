/**
 * A linear model over hashed word and letter groups, for what the rules do not reach: softmax regression, weights of one
 * signed byte, trained from the labelled mails by `scripts/train-classifier.ts`.
 */
import { type RequestKind, requestKinds } from './classification.ts';
import { conceptNames, conceptsOf } from './concepts.ts';
import weightsFile from './model-weights.json' with { type: 'json' };

/** A kind and its probability. */
export type Guess = { readonly kind: RequestKind; readonly score: number };

/** Features are folded into so many buckets; more memory for fewer collisions. */
export const buckets = 32_768;
/** Texts are read up to here; what a mail asks stands near its start. */
const readLimit = 6_000;

/** The weights as committed: bucket numbers (two bytes each) and for each a signed byte for every kind, in base64. */
export type WeightsFile = {
  readonly kinds: readonly string[];
  readonly buckets: number;
  /** A weight is its byte times this. */
  readonly scale: number;
  readonly rows: string;
  readonly weights: string;
};

export type Model = {
  readonly kinds: readonly RequestKind[];
  readonly scale: number;
  /**
   * For each bucket `lanes` numbers, each of which holds the weights of four kinds, a byte for each, raised by 128 so that
   * none is below zero: two of them are added in one step.
   */
  readonly rows: Int32Array;
  readonly lanes: number;
  /** 1 for each bucket that training saw. */
  readonly present: Uint8Array;
};

/** What the model reads: distinct buckets of groups of words and letters, and of concepts and pairs of them. */
export type Features = {
  readonly words: readonly number[];
  readonly concepts: readonly number[];
  /** The concepts themselves, by their place in `conceptNames`, for rules over them. */
  readonly ideas: readonly number[];
};

/** Makes a signed byte an unsigned one. */
const raised = 128;

/** Concepts weigh more than the words they were found in. */
const conceptShare = 2;

export function featuresOf(sentences: readonly string[]): Features {
  const text = sentences.join(' | ').slice(0, readLimit);
  const ideas = conceptsOf(text);
  return { words: wordFeatures(text), concepts: conceptFeatures(ideas), ideas };
}

/** Groups of 1 to 3 words and of 4 and 5 characters, in ascending order: the weights are read from start to end. */
function wordFeatures(text: string): readonly number[] {
  const { units, starts } = wordLine(text);
  const seen = new Int32Array(buckets / 32);
  const see = (state: number): void => {
    const bucket = bucketOf(state);
    seen[bucket >> 5] = (seen[bucket >> 5] ?? 0) | (1 << (bucket & 31));
  };
  for (let word = 0; word + 1 < starts.length; word += 1) {
    let state = offset;
    for (let next = word; next < word + 3 && next + 1 < starts.length; next += 1) {
      const end = starts[next + 1] ?? 0;
      for (let at = starts[next] ?? 0; at < end; at += 1) state = mix(state, units[at] ?? 0);
      see(state);
    }
  }
  for (let at = 0; at + 4 <= units.length; at += 1) {
    let state = mix(mix(offset ^ 4, units[at] ?? 0), units[at + 1] ?? 0);
    state = mix(mix(state, units[at + 2] ?? 0), units[at + 3] ?? 0);
    see(state);
    if (at + 5 <= units.length) see(mix(state, units[at + 4] ?? 0));
  }
  return placesOf(seen);
}

/** The numbers of the bits that are set, in ascending order. */
function placesOf(bits: Int32Array): readonly number[] {
  const places: number[] = [];
  for (let index = 0; index < bits.length; index += 1) {
    for (let rest = bits[index] ?? 0; rest !== 0; rest &= rest - 1) {
      places.push(index * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
  return places;
}

/** The words of a text with one space before each and after the last, as UTF-16 units. */
type WordLine = {
  readonly units: Uint16Array;
  /** Where the space before each word is, and behind them all the place of the last space. */
  readonly starts: readonly number[];
};

const space = 0x20;
const apostrophe = 0x27;

/** A word is a run of letters, digits and apostrophes, or one `|` or `?`. */
function wordLine(text: string): WordLine {
  const units = new Uint16Array(text.length * 2 + 1);
  const starts: number[] = [];
  let length = 0;
  let isInWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const kind = unit < 128 ? (asciiKinds[unit] ?? apart) : kindOf(text.codePointAt(at) ?? unit);
    if (kind === apart) {
      isInWord = false;
      continue;
    }
    if (kind === alone || !isInWord) {
      starts.push(length);
      units[length] = space;
      length += 1;
    }
    units[length] = unit;
    length += 1;
    // The second half of a pair belongs to the letter.
    if (unit >= 0xd800 && unit < 0xdc00) {
      at += 1;
      units[length] = text.charCodeAt(at);
      length += 1;
    }
    isInWord = kind === inside;
  }
  starts.push(length);
  // Without a word the line is two spaces, between which nothing stands.
  units[length] = space;
  if (starts.length === 1) units[length + 1] = space;
  return { units: units.subarray(0, length + (starts.length === 1 ? 2 : 1)), starts };
}

const [apart, inside, alone] = [0, 1, 2];

function kindOf(codePoint: number): number {
  if (codePoint === apostrophe || /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint))) return inside;
  return codePoint === 0x7c || codePoint === 0x3f ? alone : apart;
}

const asciiKinds = Uint8Array.from({ length: 128 }, (_, unit) => kindOf(unit));

/** Concepts and pairs of them, by their numbers in ascending order. */
function conceptFeatures(concepts: readonly number[]): readonly number[] {
  const found = new Set<number>();
  for (let index = 0; index < concepts.length; index += 1) {
    const row = (concepts[index] ?? 0) * conceptNames.length;
    for (let other = index; other < concepts.length; other += 1)
      found.add(pairBuckets[row + (concepts[other] ?? 0)] ?? 0);
  }
  return [...found].sort((a, b) => a - b);
}

/** Each group counts by its share, however many features it has; `known` says which buckets training saw. */
export function weighted(
  features: Features,
  isKnown: (feature: number) => boolean,
): readonly (readonly [feature: number, value: number])[] {
  const words = features.words.filter(isKnown);
  const concepts = features.concepts.filter(isKnown);
  const ofWord = 1 / Math.sqrt(Math.max(1, words.length));
  const ofConcept = conceptShare / Math.sqrt(Math.max(1, concepts.length));
  return [
    ...words.map((feature) => [feature, ofWord] as const),
    ...concepts.map((feature) => [feature, ofConcept] as const),
  ];
}

// FNV-1a, 32 bits, over UTF-16 units. A longer group goes on from the state of the shorter.
const offset = 0x811c9dc5;

function mix(state: number, unit: number): number {
  return Math.imul(state ^ unit, 0x01000193);
}

function bucketOf(state: number): number {
  return (state ^ (state >>> 15)) & (buckets - 1);
}

function hash(text: string, seed: number): number {
  let state = offset ^ seed;
  for (let at = 0; at < text.length; at += 1) state = mix(state, text.charCodeAt(at));
  return bucketOf(state);
}

/** For a concept with itself the bucket of the concept, with a later one that of the pair. */
const pairBuckets = Uint16Array.from({ length: conceptNames.length ** 2 }, (_, place) => {
  const name = conceptNames[Math.floor(place / conceptNames.length)] ?? '';
  const other = conceptNames[place % conceptNames.length] ?? '';
  return name === other ? hash(name, 6) : hash(`${name}&${other}`, 7);
});

/** Kinds by probability, highest first. */
export function guess(model: Model, features: Features): readonly Guess[] {
  const { kinds } = model;
  const scores = new Float64Array(kinds.length);
  addScores(model, features.words, 1, scores);
  addScores(model, features.concepts, conceptShare, scores);
  const shares = softmax(scores);
  return kinds.map((kind, index) => ({ kind, score: shares[index] ?? 0 })).sort((a, b) => b.score - a.score);
}

/** So many raised bytes add up to less than two bytes hold. */
const rowsPerSum = 256;
const everySecondByte = 0x00ff00ff;

function addScores(model: Model, group: readonly number[], strength: number, scores: Float64Array): void {
  const { rows, lanes, scale, present } = model;
  const sums = new Int32Array(lanes * 4);
  const even = new Int32Array(lanes);
  const odd = new Int32Array(lanes);
  const settle = (): void => {
    for (let lane = 0; lane < lanes; lane += 1) {
      const [first, second] = [even[lane] ?? 0, odd[lane] ?? 0];
      sums[lane * 4] = (sums[lane * 4] ?? 0) + (first & 0xffff);
      sums[lane * 4 + 1] = (sums[lane * 4 + 1] ?? 0) + (second & 0xffff);
      sums[lane * 4 + 2] = (sums[lane * 4 + 2] ?? 0) + (first >>> 16);
      sums[lane * 4 + 3] = (sums[lane * 4 + 3] ?? 0) + (second >>> 16);
    }
    even.fill(0);
    odd.fill(0);
  };
  let known = 0;
  for (let index = 0; index < group.length; index += 1) {
    const feature = group[index] ?? 0;
    if (present[feature] !== 1) continue;
    known += 1;
    for (let lane = 0; lane < lanes; lane += 1) {
      const four = rows[feature * lanes + lane] ?? 0;
      even[lane] = (even[lane] ?? 0) + (four & everySecondByte);
      odd[lane] = (odd[lane] ?? 0) + ((four >>> 8) & everySecondByte);
    }
    if (known % rowsPerSum === 0) settle();
  }
  settle();
  const value = (strength / Math.sqrt(Math.max(1, known))) * scale;
  for (let kind = 0; kind < scores.length; kind += 1) {
    scores[kind] = (scores[kind] ?? 0) + ((sums[kind] ?? 0) - known * raised) * value;
  }
}

export function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Throws when the file does not fit this program: kinds or buckets differ, or it is damaged. */
export function readModel(file: WeightsFile): Model {
  const kinds = file.kinds.map((name) => {
    const kind = requestKinds.find((each) => each === name);
    if (kind === undefined) throw new Error(`the classifier's weights name an unknown kind: ${name}`);
    return kind;
  });
  const rows = Buffer.from(file.rows, 'base64');
  const bytes = Buffer.from(file.weights, 'base64');
  if (file.buckets !== buckets || bytes.length !== (rows.length / 2) * kinds.length) {
    throw new Error("the classifier's weights do not fit this program: train them again");
  }
  const lanes = Math.ceil(kinds.length / 4);
  const weights = new Int32Array(buckets * lanes);
  const present = new Uint8Array(buckets);
  for (let row = 0; row < rows.length / 2; row += 1) {
    const bucket = rows.readUInt16LE(row * 2);
    present[bucket] = 1;
    for (let kind = 0; kind < kinds.length; kind += 1) {
      const place = bucket * lanes + (kind >> 2);
      const byte = bytes.readInt8(row * kinds.length + kind) + raised;
      weights[place] = (weights[place] ?? 0) | (byte << ((kind & 3) * 8));
    }
  }
  return { kinds, scale: file.scale, rows: weights, lanes, present };
}

/** The committed model. */
export const committedModel: Model = readModel(weightsFile);
