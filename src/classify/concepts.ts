/**
 * Ideas that requests and hostility are made of, each with the English and French words for it, over folded text. The
 * linear model reads which of them a mail has, so that it need not have seen the very words before.
 */
import { type ConceptName, conceptWords } from './concept-words.ts';
import { type HostileName, hostileWords } from './hostile-words.ts';
import { PrefixTree, symbolOf } from './prefix-tree.ts';

/**
 * In a fixed order; elsewhere concepts are told by their place in it. The keys of a constant table are its names and
 * nothing else.
 */
export const conceptNames = Object.keys(conceptWords) as readonly ConceptName[];
/** Hostile concepts are counted on from the last of the others. */
export const hostileNames = Object.keys(hostileWords) as readonly HostileName[];
const conceptCount = conceptNames.length + hostileNames.length;
const tree = new PrefixTree();
/** For each node the concepts that are met as soon as it is reached, and those that the end of a word must follow. */
const begun: number[][] = [];
const ended: number[][] = [];
for (const [concept, terms] of [...Object.values(conceptWords), ...Object.values(hostileWords)].entries()) {
  for (const term of terms.trim().split(/\s+/)) {
    const node = tree.add(term.replace(/\$$/, ''));
    while (begun.length <= node) {
      begun.push([]);
      ended.push([]);
    }
    (term.endsWith('$') ? ended : begun)[node]?.push(concept);
  }
}
/** Nodes at which nothing is met, which are nearly all. */
const isQuiet = Uint8Array.from(begun, (concepts, node) =>
  concepts.length === 0 && ended[node]?.length === 0 ? 1 : 0,
);

/** The numbers of the concepts in a folded text, in ascending order. All terms are followed at once from each word's start. */
export function conceptsOf(text: string): readonly number[] {
  const met = new Uint8Array(conceptCount);
  let isInWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const symbol = symbolOf(text.charCodeAt(at));
    if (symbol !== 0 && !isInWord) follow(text, at, met);
    isInWord = symbol !== 0;
  }
  const found: number[] = [];
  for (let concept = 0; concept < met.length; concept += 1) if (met[concept] === 1) found.push(concept);
  return found;
}

function follow(text: string, start: number, met: Uint8Array): void {
  let at = start;
  let node: number = PrefixTree.root;
  while (node !== PrefixTree.nowhere) {
    const symbol = symbolOf(text.charCodeAt(at));
    // Nodes beyond the array end nothing either.
    if (isQuiet[node] === 0) {
      meet(begun[node], met);
      if (symbol === 0) meet(ended[node], met);
    }
    if (symbol !== 0) {
      node = tree.step(node, symbol);
      at += 1;
      continue;
    }
    node = isGap(text.charCodeAt(at)) ? tree.stepOverGap(node) : PrefixTree.nowhere;
    while (isGap(text.charCodeAt(at))) at += 1;
  }
}

function meet(concepts: readonly number[] | undefined, met: Uint8Array): void {
  for (const concept of concepts ?? []) met[concept] = 1;
}

/** Space, apostrophes and hyphen. */
function isGap(code: number): boolean {
  return code === 32 || code === 39 || code === 45 || code === 0x2019;
}

/** Who may be meant. */
const people = placesOf(['you', 'youAre', 'staff', 'names', 'family']);
/** What hurts whoever is meant; what is said of service and products in anger as well is not among it. */
const hurting = placesOf([
  'youAre',
  'insult',
  'animal',
  'thingLike',
  'mind',
  'schooling',
  'scornful',
  'foreign',
  'appearance',
  'getLost',
  'kill',
  'body',
  'weapon',
  'whereabouts',
  'warning',
  'helpers',
  'outlaw',
  'dead',
]);

function placesOf(names: readonly HostileName[]): ReadonlySet<number> {
  return new Set(names.map((name) => conceptNames.length + hostileNames.indexOf(name)));
}

/** Somebody is spoken of, and something is said that may hurt. */
export function isAimed(texts: readonly string[]): boolean {
  const met = texts.flatMap(conceptsOf);
  return met.some((concept) => people.has(concept)) && met.some((concept) => hurting.has(concept));
}
