/**
 * A text that rules are tried on, with the anchors that were met in it. All anchors of all rules stand in one prefix
 * tree, along which each word of the text is followed once; after that a rule that cannot match costs a look at a bit.
 */
import { type Anchors, anchorsOf } from './anchors.ts';
import { PrefixTree, symbolOf } from './prefix-tree.ts';

export type Passage = {
  readonly text: string;
  /** A bit for each list of anchors, set when one of its words is there. */
  readonly met: Int32Array;
  /** The lines that make up the text, where it has more than one. */
  readonly lines?: readonly Passage[];
};

/** Numbers of lists of anchors, all of which must be met. */
export type Needs = readonly number[];

/** A pattern that is tried only where it may match. */
export type Anchored = {
  readonly pattern: RegExp;
  readonly needs: Needs;
  /** No match goes over the end of a line or depends on what stands beyond. */
  readonly staysInLine: boolean;
};

export function anchored(pattern: RegExp): Anchored {
  triedPatterns.push(pattern);
  const needs = anchorsOf(pattern).map(numberOf);
  return { pattern, needs: [...new Set(needs)], staysInLine: !mayCrossLines.test(pattern.source) };
}

/** What may stand for the end of a line or asks for an end of the text. */
const mayCrossLines = /[\^$\n]|\\[sWDn]/;

/** Every pattern that rules try, for `warmUp`. */
export const triedPatterns: RegExp[] = [];

/** `text` is folded (`normalise.ts`). Linear in the text. */
export function passageOf(text: string): Passage {
  const met = new Int32Array((lists.size + 31) >> 5);
  let node: number = PrefixTree.root;
  for (let at = 0; at < text.length; at += 1) {
    const symbol = symbolOf(text.charCodeAt(at));
    if (symbol === 0) node = PrefixTree.root;
    else if (node !== PrefixTree.nowhere) {
      node = tree.step(node, symbol);
      const ends = endings[node];
      if (ends === undefined) continue;
      for (let index = 0; index < ends.length; index += 1) {
        const list = ends[index] ?? 0;
        met[list >> 5] = (met[list >> 5] ?? 0) | (1 << (list & 31));
      }
    }
  }
  return { text, met };
}

/** Sentences as one text, a line for each: most patterns need to be tried on few of them. */
export function storyOf(sentences: readonly Passage[]): Passage {
  const texts = sentences.map(({ text }) => text);
  const lines = sentences.map(({ text, met }, index) => {
    const start = index === 0 ? '' : ' ';
    return { text: index === sentences.length - 1 ? start + text : `${start}${text} `, met };
  });
  return { ...joined(texts.join(' \n '), sentences), lines };
}

/** A text made of passages, or of the start of them: what was met in one of them may be met in it. */
export function joined(text: string, passages: readonly Passage[]): Passage {
  const met = new Int32Array((lists.size + 31) >> 5);
  for (const passage of passages) {
    for (let place = 0; place < met.length; place += 1) met[place] = (met[place] ?? 0) | (passage.met[place] ?? 0);
  }
  return { text, met };
}

/** False only when nothing with these needs can match. */
export function mayMatch(needs: Needs, { met }: Passage): boolean {
  for (let index = 0; index < needs.length; index += 1) {
    const list = needs[index] ?? 0;
    // A list registered after the passage was read is not known to be missing.
    if (((met[list >> 5] ?? -1) & (1 << (list & 31))) === 0) return false;
  }
  return true;
}

export function isMatch(anchoredPattern: Anchored, passage: Passage): boolean {
  return firstMatch(anchoredPattern, passage) !== null;
}

/** The first match of the pattern in the text; the same one that `pattern.exec` finds. */
export function firstMatch({ pattern, needs, staysInLine }: Anchored, passage: Passage): RegExpExecArray | null {
  if (!mayMatch(needs, passage)) return null;
  if (!staysInLine || passage.lines === undefined) return pattern.exec(passage.text);
  for (const line of passage.lines) {
    const match = mayMatch(needs, line) ? pattern.exec(line.text) : null;
    if (match !== null) return match;
  }
  return null;
}

// These grow while the rules are loaded and not after.
const tree = new PrefixTree();
/** For each node the lists of which a word ends there. */
const endings: (number[] | undefined)[] = [];
const lists = new Map<string, number>();

/** The number of a list; lists of the same words share one. */
function numberOf(anchors: Anchors): number {
  const key = [...anchors].sort().join(' ');
  const known = lists.get(key);
  if (known !== undefined) return known;
  const number = lists.size;
  lists.set(key, number);
  for (const word of anchors) {
    const node = tree.add(word);
    while (endings.length <= node) endings.push(undefined);
    endings[node] = [...(endings[node] ?? []), number];
  }
  return number;
}
