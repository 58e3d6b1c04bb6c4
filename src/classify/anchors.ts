/**
 * What a text must contain for a pattern to match it, told from the pattern itself: for `\b(?:delete|close) .*account`
 * a word that begins with "delete" or "close". A text without those words is never tried, which saves most of the work;
 * the same idea as the prefilter of RE2. Nobody has to keep lists of words in step with the rules by hand.
 */
import { type PatternNode, parsePattern } from './pattern-syntax.ts';

/** Beginnings of words; a text that matches has at least one of them. */
export type Anchors = readonly string[];

/** Each list must be met. No list at all: the pattern has to be tried on every text. */
export function anchorsOf(pattern: RegExp): readonly Anchors[] {
  const tree = parsePattern(pattern);
  if (tree === null) return [];
  const lists = listsOf(read(tree, false), false);
  return [...lists].sort((a, b) => commonness(a) - commonness(b)).slice(0, 3);
}

/** What is known of all texts that a part of a pattern matches. */
type Reading = {
  /** The texts themselves, edges of words as `|`; null when they are too many. */
  readonly texts: readonly string[] | null;
  readonly lists: readonly Anchors[];
  /** Whatever is matched, what follows does not continue a word. */
  readonly edge: boolean;
};

/** More texts than this are not written out; higher finds more anchors and takes longer at the start. */
const mostTexts = 200;

/** `edge`: what comes before does not run on into this part. */
function read(node: PatternNode, edge: boolean): Reading {
  switch (node.kind) {
    case 'nothing':
      return node.edge ? exact(['|'], edge) : exact([''], edge);
    case 'texts':
      return exact(node.texts, edge);
    case 'any':
      return { texts: null, lists: [], edge: node.apart };
    case 'repeat':
      return readRepeat(node, edge);
    case 'choice':
      return readChoice(node.options, edge);
    case 'sequence':
      return readSequence(node.items, edge);
  }
}

function exact(texts: readonly string[], edge: boolean): Reading {
  return { texts, lists: [], edge: endsAtEdge(texts, edge) };
}

const wordCharacters = new Set('abcdefghijklmnopqrstuvwxyz0123456789');

function endsAtEdge(texts: readonly string[], edge: boolean): boolean {
  return texts.every((text) => (text === '' ? edge : !wordCharacters.has(text.charAt(text.length - 1))));
}

function readRepeat({ item, least, most }: Extract<PatternNode, { kind: 'repeat' }>, edge: boolean): Reading {
  const once = read(item, edge);
  const ends = read(item, false).edge;
  if (least > 0) return { texts: null, lists: listsOf(once, edge), edge: ends };
  return most === 1 && once.texts !== null
    ? exact(['', ...once.texts], edge)
    : { texts: null, lists: [], edge: edge && ends };
}

function readChoice(options: readonly PatternNode[], edge: boolean): Reading {
  const readings = options.map((option) => read(option, edge));
  const texts = readings.flatMap((reading) => reading.texts ?? []);
  if (texts.length <= mostTexts && readings.every((reading) => reading.texts !== null)) return exact(texts, edge);
  const best = readings.map((reading) => rarest(listsOf(reading, edge)));
  const together = best.flatMap((list) => list ?? []);
  return {
    texts: null,
    lists: best.some((list) => list === null) ? [] : [[...new Set(together)]],
    edge: readings.every((reading) => reading.edge),
  };
}

function readSequence(items: readonly PatternNode[], edge: boolean): Reading {
  const lists: Anchors[] = [];
  // The texts of the items since the last that could not be written out.
  let run: readonly string[] = [''];
  let runEdge = edge;
  let isExact = true;
  for (const item of items) {
    const here = endsAtEdge(run, runEdge);
    const reading = read(item, here);
    const { texts } = reading;
    if (texts !== null && run.length * texts.length <= mostTexts) {
      run = run.flatMap((before) => texts.map((text) => before + text));
      continue;
    }
    isExact = false;
    lists.push(...listOf(run, runEdge), ...reading.lists);
    run = texts ?? [''];
    runEdge = texts === null ? reading.edge : here;
  }
  if (isExact) return exact(run, edge);
  return { texts: null, lists: [...lists, ...listOf(run, runEdge)], edge: endsAtEdge(run, runEdge) };
}

function listsOf({ texts, lists }: Reading, edge: boolean): readonly Anchors[] {
  return texts === null ? lists : listOf(texts, edge);
}

/** The longest beginning of a word in each text; nothing when some text has none. */
function listOf(texts: readonly string[], edge: boolean): readonly Anchors[] {
  const found = texts.map((text) =>
    [...text.matchAll(/[a-z0-9]+/g)]
      .filter(({ index }) => index > 0 || edge)
      .reduce((longest, [word]) => (word.length > longest.length ? word : longest), ''),
  );
  return found.includes('') ? [] : [[...new Set(found)]];
}

function rarest(lists: readonly Anchors[]): Anchors | null {
  return lists.reduce<Anchors | null>(
    (best, list) => (best === null || commonness(list) < commonness(best) ? list : best),
    null,
  );
}

/** Short beginnings are met in nearly every text. */
function commonness(list: Anchors): number {
  return list.reduce((sum, word) => sum + 3 ** -word.length, 0);
}
