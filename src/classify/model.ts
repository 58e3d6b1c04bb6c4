/**
 * A linear model over hashed word and letter groups, for what the rules do not reach: softmax regression, weights of one
 * signed byte, trained from the labelled mails by `scripts/train-classifier.ts`.
 */
import { type RequestKind, requestKinds } from './classification.ts';
import { conceptsOf } from './concepts.ts';
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
  /** `buckets` × kinds. */
  readonly weights: Int8Array;
  /** 1 for each bucket that training saw. */
  readonly present: Uint8Array;
};

/** What the model reads: distinct buckets of groups of words and letters, and of concepts and pairs of them. */
export type Features = { readonly words: readonly number[]; readonly concepts: readonly number[] };

/** Concepts weigh more than the words they were found in. */
const conceptShare = 2;

export function featuresOf(sentences: readonly string[]): Features {
  const text = sentences.join(' | ').slice(0, readLimit);
  return { words: wordFeatures(text), concepts: conceptFeatures(conceptsOf(text)) };
}

/** Groups of 1 to 3 words and of 4 and 5 characters, in ascending order: the weights are read from start to end. */
function wordFeatures(text: string): readonly number[] {
  const seen = new Uint8Array(buckets);
  const words = text.match(/[\p{L}\p{N}']+|[|?]/gu) ?? [];
  const line = ` ${words.join(' ')} `;
  let start = 0;
  for (let at = 0; at < words.length; at += 1) {
    let state = offset;
    let place = start;
    for (let next = at; next < at + 3 && next < words.length; next += 1) {
      const end = place + 1 + (words[next]?.length ?? 0);
      state = mixed(state, line, place, end);
      place = end;
      seen[bucketOf(state)] = 1;
    }
    start += 1 + (words[at]?.length ?? 0);
  }
  for (let at = 0; at + 4 <= line.length; at += 1) {
    const four = mixed(offset ^ 4, line, at, at + 4);
    seen[bucketOf(four)] = 1;
    if (at + 5 <= line.length) seen[bucketOf(mixed(four, line, at + 4, at + 5))] = 1;
  }
  const found: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) if (seen[bucket] === 1) found.push(bucket);
  return found;
}

/** Concepts and pairs of them. */
function conceptFeatures(names: readonly string[]): readonly number[] {
  const found = new Set<number>();
  for (const [index, name] of names.entries()) {
    found.add(hash(name, 6));
    for (const other of names.slice(index + 1)) {
      found.add(hash(`${name}&${other}`, 7));
    }
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

function mixed(state: number, text: string, from: number, to: number): number {
  let value = state;
  for (let at = from; at < to; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}

function bucketOf(state: number): number {
  return (state ^ (state >>> 15)) & (buckets - 1);
}

function hash(text: string, seed: number): number {
  return bucketOf(mixed(offset ^ seed, text, 0, text.length));
}

/** Kinds by probability, highest first. */
export function guess(model: Model, features: Features): readonly Guess[] {
  const { kinds, weights, scale, present } = model;
  const scores = new Float64Array(kinds.length);
  for (const [group, strength] of [
    [features.words, 1],
    [features.concepts, conceptShare],
  ] as const) {
    const sums = new Int32Array(kinds.length);
    let known = 0;
    for (const feature of group) {
      if (present[feature] !== 1) continue;
      known += 1;
      const row = feature * kinds.length;
      for (let kind = 0; kind < kinds.length; kind += 1) sums[kind] = (sums[kind] ?? 0) + (weights[row + kind] ?? 0);
    }
    const value = (strength / Math.sqrt(Math.max(1, known))) * scale;
    for (let kind = 0; kind < kinds.length; kind += 1) scores[kind] = (scores[kind] ?? 0) + (sums[kind] ?? 0) * value;
  }
  const shares = softmax(scores);
  return kinds.map((kind, index) => ({ kind, score: shares[index] ?? 0 })).sort((a, b) => b.score - a.score);
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
  const weights = new Int8Array(buckets * kinds.length);
  const present = new Uint8Array(buckets);
  for (let row = 0; row < rows.length / 2; row += 1) {
    const bucket = rows.readUInt16LE(row * 2);
    present[bucket] = 1;
    weights.set(new Int8Array(bytes.subarray(row * kinds.length, (row + 1) * kinds.length)), bucket * kinds.length);
  }
  return { kinds, scale: file.scale, weights, present };
}

/** The committed model. */
export const committedModel: Model = readModel(weightsFile);
