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
  metNow.fill(0);
  let isInWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const symbol = symbolOf(text.charCodeAt(at));
    if (symbol !== 0 && !isInWord) follow(text, at);
    isInWord = symbol !== 0;
  }
  const found: number[] = [];
  for (let concept = 0; concept < conceptCount; concept += 1) if (metNow[concept] === 1) found.push(concept);
  return found;
}

/** For each concept whether it was met in the text that is read. Made once, for there are many short texts. */
const metNow = new Uint8Array(conceptCount);

function follow(text: string, start: number): void {
  let at = start;
  let symbol = symbolOf(text.charCodeAt(at));
  let node: number = PrefixTree.root;
  while (node !== PrefixTree.nowhere) {
    if (symbol !== 0) {
      node = tree.step(node, symbol);
      at += 1;
    } else {
      if (!isGapAt(text, at)) return;
      node = tree.stepOverGap(node);
      while (isGapAt(text, at)) at += 1;
    }
    // Behind the end no charCodeAt: what is not a number is slow to look up.
    symbol = at < text.length ? symbolOf(text.charCodeAt(at)) : 0;
    if (isQuiet[node] !== 0) continue;
    meet(begun[node]);
    if (symbol === 0) meet(ended[node]);
  }
}

function meet(concepts: readonly number[] = []): void {
  for (let index = 0; index < concepts.length; index += 1) metNow[concepts[index] ?? 0] = 1;
}

function isGapAt(text: string, at: number): boolean {
  return at < text.length && isGap(text.charCodeAt(at));
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
  let isPersonMet = false;
  let isHurtMet = false;
  for (const text of texts) {
    const met = conceptsOf(text);
    isPersonMet ||= met.some((concept) => people.has(concept));
    isHurtMet ||= met.some((concept) => hurting.has(concept));
    if (isPersonMet && isHurtMet) return true;
  }
  return false;
}
