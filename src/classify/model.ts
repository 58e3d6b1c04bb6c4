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
export const buckets = 131_072;
/** Texts are read up to here; what a mail asks stands near its start. */
const readLimit = 6_000;

/** The weights as committed, in base64: a bit for each bucket, and for each that is set a signed byte for every kind. */
export type WeightsFile = {
  readonly kinds: readonly string[];
  readonly buckets: number;
  /** A weight is its byte times this. */
  readonly scale: number;
  readonly known: string;
  readonly weights: string;
};

export type Model = {
  readonly kinds: readonly RequestKind[];
  readonly scale: number;
  /** A bit for each bucket that training saw. */
  readonly known: Int32Array;
  /** For each bucket its row, 0 where training saw none. */
  readonly places: Uint16Array;
  /**
   * For each row `lanes` numbers, each of which holds the weights of four kinds, a byte for each, raised by 128 so that
   * none is below zero: two of them are added in one step. Row 0 is never read.
   */
  readonly rows: Int32Array;
  readonly lanes: number;
};

/** Features of one sort, which have a share in the guess together, however many they are: distinct, in ascending order. */
export type FeatureGroup = { readonly share: number; readonly features: readonly number[] };

/** Makes a signed byte an unsigned one. */
const raised = 128;

/**
 * What the model reads of a text: words, pairs of words, the letters of each word in groups, and concepts. Sorts and shares
 * are those that did best on whole authors and whole parts that were left out (`scripts/evaluate-classifier.ts --cross`):
 * letters across words, groups of three words and pairs of concepts told the author rather than the request.
 */
export type Reading = Edges & {
  /** In UTF-16 units. */
  readonly length: number;
  readonly seen: Seen;
};

/** For each sort of feature a bit for each bucket, set when one is there. */
type Seen = {
  readonly words: Int32Array;
  readonly pairs: Int32Array;
  /** Groups of 2, 3 and 4 letters of a word with the spaces around it. */
  readonly letters: Int32Array;
  readonly concepts: Int32Array;
};

/** The words at the start and the end of a text, empty where it has none. */
type Edges = { readonly first: string; readonly last: string };

const sorts = ['words', 'pairs', 'letters', 'concepts'] as const;
const shares: Readonly<Record<keyof Seen, number>> = { words: 1, pairs: 1, letters: 1, concepts: 0.5 };
const separator = ' | ';

export function readingOf(sentences: readonly string[]): Reading {
  const text = sentences.join(separator).slice(0, readLimit);
  const seen = nothingSeen();
  for (const concept of conceptsOf(text)) setBit(seen.concepts, conceptBuckets[concept] ?? 0);
  return { length: text.length, seen, ...seeWords(text, seen) };
}

/**
 * The reading of all the sentences that `pieces` are readings of, in order, without reading them once more: only what goes
 * over their edges is new. Null where that is more than is read of a text.
 */
export function wholeOf(pieces: readonly Reading[]): Reading | null {
  const length = pieces.reduce((sum, piece) => sum + piece.length, separator.length * (pieces.length - 1));
  if (length > readLimit) return null;
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const seen = nothingSeen();
  let edges: Edges | undefined;
  for (const piece of pieces) {
    for (const sort of sorts) setBits(seen[sort], piece.seen[sort]);
    edges = edges === undefined ? piece : joinedEdges(edges, piece, seen);
  }
  return { length, seen, first: edges?.first ?? '', last: edges?.last ?? '' };
}

function joinedEdges(before: Edges, after: Edges, seen: Seen): Edges {
  const seam = seeWords(`${before.last}${separator}${after.first}`, seen);
  return { first: before.first === '' ? seam.first : before.first, last: after.last === '' ? seam.last : after.last };
}

export function featuresOf(sentences: readonly string[]): readonly FeatureGroup[] {
  const { seen } = readingOf(sentences);
  return sorts.map((sort) => ({ share: shares[sort], features: placesOf(seen[sort]) }));
}

function nothingSeen(): Seen {
  const none = (): Int32Array => new Int32Array(buckets / 32);
  return { words: none(), pairs: none(), letters: none(), concepts: none() };
}

function seeWords(text: string, { words, pairs, letters }: Seen): Edges {
  const { units, starts } = wordLine(text);
  const count = starts.length - 1;
  for (let word = 0; word < count; word += 1) {
    const [start, end] = [starts[word] ?? 0, starts[word + 1] ?? 0];
    see(words, run(units, start, end, offset));
    if (word + 1 < count) see(pairs, run(units, start, starts[word + 2] ?? 0, offset ^ 2));
    for (let at = start; at < end; at += 1) {
      let state = mix(mix(offset ^ 4, units[at] ?? 0), units[at + 1] ?? 0);
      see(letters, state);
      if (at + 1 >= end) continue;
      state = mix(state, units[at + 2] ?? 0);
      see(letters, state);
      if (at + 2 < end) see(letters, mix(state, units[at + 3] ?? 0));
    }
  }
  const wordAt = (word: number): string =>
    String.fromCharCode(...units.subarray((starts[word] ?? 0) + 1, starts[word + 1] ?? 0));
  return count === 0 ? { first: '', last: '' } : { first: wordAt(0), last: wordAt(count - 1) };
}

function run(units: Uint16Array, start: number, end: number, seed: number): number {
  let state = seed;
  for (let at = start; at < end; at += 1) state = mix(state, units[at] ?? 0);
  return state;
}

function see(bits: Int32Array, state: number): void {
  setBit(bits, bucketOf(state));
}

function setBit(bits: Int32Array, bucket: number): void {
  bits[bucket >> 5] = (bits[bucket >> 5] ?? 0) | (1 << (bucket & 31));
}

function setBits(bits: Int32Array, more: Int32Array): void {
  for (let index = 0; index < bits.length; index += 1) bits[index] = (bits[index] ?? 0) | (more[index] ?? 0);
}

/** The numbers of the bits that are set, in ascending order: the weights are read from start to end. */
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
  const units = new Uint16Array(text.length * 2 + 2);
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
  units[length] = space;
  return { units, starts };
}

const [apart, inside, alone] = [0, 1, 2];

function kindOf(codePoint: number): number {
  if (codePoint === apostrophe || /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint))) return inside;
  return codePoint === 0x7c || codePoint === 0x3f ? alone : apart;
}

const asciiKinds = Uint8Array.from({ length: 128 }, (_, unit) => kindOf(unit));

/** Each group counts by its share, however many features it has; `isKnown` says which buckets training saw. */
export function weighted(
  groups: readonly FeatureGroup[],
  isKnown: (feature: number) => boolean,
): readonly (readonly [feature: number, value: number])[] {
  return groups.flatMap(({ share, features }) => {
    const known = features.filter(isKnown);
    const value = share / Math.sqrt(Math.max(1, known.length));
    return known.map((feature) => [feature, value] as const);
  });
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

const conceptBuckets = conceptNames.map((name) => hash(name, 6));

/** Kinds by probability, highest first. */
export function guess(model: Model, { seen }: Reading): readonly Guess[] {
  const { kinds } = model;
  const scores = new Float64Array(kinds.length);
  for (const sort of sorts) addScores(model, rowsOf(model, seen[sort]), shares[sort], scores);
  const probabilities = softmax(scores);
  return kinds.map((kind, index) => ({ kind, score: probabilities[index] ?? 0 })).sort((a, b) => b.score - a.score);
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

function addScores(model: Model, found: Uint16Array, share: number, scores: Float64Array): void {
  const { rows, lanes, scale } = model;
  const value = (share / Math.sqrt(Math.max(1, found.length))) * scale;
  for (let lane = 0; lane < lanes; lane += 1) {
    const sums: [number, number, number, number] = [0, 0, 0, 0];
    for (let start = 0; start < found.length; start += rowsPerSum) {
      const end = Math.min(start + rowsPerSum, found.length);
      let even = 0;
      let odd = 0;
      for (let index = start; index < end; index += 1) {
        const four = rows[(found[index] ?? 0) * lanes + lane] ?? 0;
        even = (even + (four & everySecondByte)) | 0;
        odd = (odd + ((four >>> 8) & everySecondByte)) | 0;
      }
      sums[0] += even & 0xffff;
      sums[1] += odd & 0xffff;
      sums[2] += even >>> 16;
      sums[3] += odd >>> 16;
    }
    for (const [place, sum] of sums.entries()) {
      const kind = lane * 4 + place;
      if (kind < scores.length) scores[kind] = (scores[kind] ?? 0) + (sum - found.length * raised) * value;
    }
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
  if (
    file.buckets !== buckets ||
    bits.length > buckets / 8 ||
    bytes.length !== count * kinds.length ||
    count >= 65_536
  ) {
    throw new Error("the classifier's weights do not fit this program: train them again");
  }
  const lanes = Math.ceil(kinds.length / 4);
  const rows = new Int32Array((count + 1) * lanes);
  for (let row = 1; row <= count; row += 1) {
    for (let kind = 0; kind < kinds.length; kind += 1) {
      const place = row * lanes + (kind >> 2);
      const byte = bytes.readInt8((row - 1) * kinds.length + kind) + raised;
      rows[place] = (rows[place] ?? 0) | (byte << ((kind & 3) * 8));
    }
  }
  return { kinds, scale: file.scale, known, places, rows, lanes };
}

/** The committed model. */
export const committedModel: Model = readModel(weightsFile);
