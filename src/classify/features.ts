/**
 * What the linear model reads of a text, as numbers of buckets: words, pairs of words, the letters of each word in groups,
 * and concepts. They are looked for once, and each head of the model gives each sort the share that serves it.
 */
import { BucketSet } from './bucket-set.ts';
import { conceptNames, conceptsOf, hostileNames } from './concepts.ts';

/** Features are folded into so many buckets; more memory for fewer collisions. */
export const buckets = 131_072;
/** Texts are read up to here; what a mail asks stands near its start. */
const readLimit = 6_000;

/** What the model is asked: which request it is, how severe the trouble is, whether somebody is abused. */
export type HeadName = 'request' | 'severity' | 'abuse';

/** How a sort of feature counts for each head; where that is 0 the head does not read it. */
type Sort = {
  readonly shares: Readonly<Record<HeadName, number>>;
  /** Of fewer than this the share is not used up, for one or two say little. */
  readonly fewest: number;
};

/** Features of one sort, which have a share in a guess together, however many they are: distinct, in ascending order. */
export type FeatureGroup = Sort & { readonly features: readonly number[] };

const byAll: Sort = { shares: { request: 1, severity: 1, abuse: 1 }, fewest: 1 };

/**
 * Sorts and shares are those that did best on whole authors and whole parts that were left out
 * (`scripts/evaluate-classifier.ts --cross`): letters across words, groups of three words and pairs of concepts told the
 * author rather than the request. Abuse is another matter: which concepts meet in one sentence tells it from anger.
 */
export const sorts = {
  words: byAll,
  pairs: byAll,
  letters: byAll,
  concepts: { shares: { request: 0.5, severity: 0.5, abuse: 0 }, fewest: 1 },
  hostile: { shares: { request: 0, severity: 0, abuse: 1 }, fewest: 6 },
  hostilePairs: { shares: { request: 0, severity: 0, abuse: 0.8 }, fewest: 12 },
} as const satisfies Readonly<Record<string, Sort>>;
export const sortNames = ['words', 'pairs', 'letters', 'concepts', 'hostile', 'hostilePairs'] as const;

/** How loudly somebody calls says nothing about what is asked, or how much is lost. */
const shouting =
  /\b(?:(?:very |extremely |most |super |tres )?(?:urgent(?:ly|e|es|s|issime)?|urgen(?:cy|ce))|asap|a\.s\.a\.p|as soon as possible|immediate(?:ly)?|immediatement|(?:des que|aussi (?:vite|rapidement) que) possible|au plus (?:vite|tot)|(?:top|high(?:est)?|haute?) priority|(?:priority|priorite|severity|severite|gravite|prio|urgency) ?:? ?(?:level |niveau )?(?:[0-5]|high(?:est)?|critical|haute?|elevee?|critique|maximale?|medium|low|normale?|moyenne|basse)\b|(?:sev|prio|p) ?-?[0-5])\b/g;

/** What each of those has in it, quick to look for; most sentences have none. */
const mayShout = /urgen|asap|a\.s|possible|immediat|au plus|priorit|severit|gravite|prio|\b(?:sev|p) ?-?[0-5]/;

/** The parts of "priority: critical", which are sentences. */
const shoutedPart =
  /^(?:priority|priorite|severity|severite|gravite|prio|urgency|urgence|critical|critique|high(?:est)?|haute?|maximale?|[0-5])$/;

/** As long as the longest of them; nothing else need be put together. */
const mayBePart = /^[ :.!,]*(?:[a-z0-5][ :.!,]*){1,8}$/;

/** The sentences as somebody says them who does not shout; of some nothing is left. */
export function calmed(sentences: readonly string[]): readonly string[] {
  return sentences.flatMap((sentence) => {
    const calm = mayShout.test(sentence) ? sentence.replace(shouting, ' ') : sentence;
    if (mayBePart.test(calm) && shoutedPart.test(calm.replace(/[ :.!,]+/g, ''))) return [];
    return calm === sentence || /[\p{L}\p{N}]/u.test(calm) ? [calm] : [];
  });
}

/** What the model reads of a text. */
export type Reading = Edges & {
  /** In UTF-16 units. */
  readonly length: number;
  readonly seen: Seen;
};

/**
 * For each sort of feature the buckets of those that are there, in the order of the text, each once. Letters are groups of
 * 2, 3 and 4 letters of a word with the spaces around it, and pairs of hostile concepts those that meet in a sentence.
 */
type Seen = Readonly<Record<keyof typeof sorts, Uint32Array>>;
type Sets = Readonly<Record<keyof typeof sorts, BucketSet>>;

/** The words at the start and the end of a text, empty where it has none. */
type Edges = { readonly first: string; readonly last: string };

const separator = ' | ';

export function readingOf(sentences: readonly string[]): Reading {
  const text = sentences.join(separator).slice(0, readLimit);
  for (const sentence of text.split(separator)) seeConcepts(sentence, sets);
  const edges = seeWords(text, sets);
  return { length: text.length, seen: takeSeen(), ...edges };
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
  let edges: Edges | undefined;
  for (const piece of pieces) {
    edges = edges === undefined ? piece : joinedEdges(edges, piece);
    for (const sort of sortNames) sets[sort].addAll(piece.seen[sort]);
  }
  return { length, seen: takeSeen(), first: edges?.first ?? '', last: edges?.last ?? '' };
}

function joinedEdges(before: Edges, after: Edges): Edges {
  const seam = seeWords(`${before.last}${separator}${after.first}`, sets);
  return { first: before.first === '' ? seam.first : before.first, last: after.last === '' ? seam.last : after.last };
}

export function featuresOf(sentences: readonly string[]): readonly FeatureGroup[] {
  const { seen } = readingOf(sentences);
  return sortNames.map((sort) => ({ ...sorts[sort], features: Array.from(seen[sort]).sort((a, b) => a - b) }));
}

/** Made once; what is read is taken out of them before the next is read. */
const sets: Sets = {
  words: new BucketSet(buckets),
  pairs: new BucketSet(buckets),
  letters: new BucketSet(buckets),
  concepts: new BucketSet(buckets),
  hostile: new BucketSet(buckets),
  hostilePairs: new BucketSet(buckets),
};

function takeSeen(): Seen {
  return {
    words: sets.words.take(),
    pairs: sets.pairs.take(),
    letters: sets.letters.take(),
    concepts: sets.concepts.take(),
    hostile: sets.hostile.take(),
    hostilePairs: sets.hostilePairs.take(),
  };
}

function seeConcepts(sentence: string, { concepts, hostile, hostilePairs }: Sets): void {
  const met = conceptsOf(sentence);
  for (const [place, concept] of met.entries()) {
    if (concept < conceptNames.length) {
      concepts.add(conceptBuckets[concept] ?? 0);
      continue;
    }
    hostile.add(conceptBuckets[concept] ?? 0);
    for (const other of met.slice(place + 1)) hostilePairs.add(pairBucket(concept, other));
  }
}

function seeWords(text: string, { words, pairs, letters }: Sets): Edges {
  const { units, starts } = wordLine(text);
  const count = starts.length - 1;
  for (let word = 0; word < count; word += 1) {
    const [start, end] = [starts[word] ?? 0, starts[word + 1] ?? 0];
    words.add(bucketOf(run(units, start, end, offset)));
    if (word + 1 < count) pairs.add(bucketOf(run(units, start, starts[word + 2] ?? 0, offset ^ 2)));
    for (let at = start; at < end; at += 1) {
      let state = mix(mix(offset ^ 4, units[at] ?? 0), units[at + 1] ?? 0);
      letters.add(bucketOf(state));
      if (at + 1 >= end) continue;
      state = mix(state, units[at + 2] ?? 0);
      letters.add(bucketOf(state));
      if (at + 2 < end) letters.add(bucketOf(mix(state, units[at + 3] ?? 0)));
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

/** The words of a text as the model tells them apart, each with its bucket. */
export function wordsOf(sentences: readonly string[]): ReadonlyMap<string, number> {
  const { units, starts } = wordLine(sentences.join(separator).slice(0, readLimit));
  const words = new Map<string, number>();
  for (let word = 0; word + 1 < starts.length; word += 1) {
    const [start, end] = [starts[word] ?? 0, starts[word + 1] ?? 0];
    words.set(String.fromCharCode(...units.subarray(start + 1, end)), bucketOf(run(units, start, end, offset)));
  }
  return words;
}

/** Each group counts by its share, however many features it has; `isKnown` says which buckets training saw. */
export function weighted(
  groups: readonly FeatureGroup[],
  head: HeadName,
  isKnown: (feature: number) => boolean,
): readonly (readonly [feature: number, value: number])[] {
  return groups.flatMap(({ shares, fewest, features }) => {
    if (shares[head] === 0) return [];
    const known = features.filter(isKnown);
    const value = shares[head] / Math.sqrt(Math.max(fewest, known.length));
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

const conceptBuckets = [...conceptNames.map((name) => hash(name, 6)), ...hostileNames.map((name) => hash(name, 8))];

function pairBucket(one: number, other: number): number {
  return bucketOf(mix(mix(offset ^ 10, one - conceptNames.length), other - conceptNames.length));
}
