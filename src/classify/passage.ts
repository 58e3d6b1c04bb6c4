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
};

/** Numbers of lists of anchors, all of which must be met. */
export type Needs = readonly number[];

/** A pattern that is tried only where it may match. */
export type Anchored = { readonly pattern: RegExp; readonly needs: Needs };

export function anchored(pattern: RegExp): Anchored {
  return { pattern, needs: needsOf([pattern]) };
}

/** Every pattern that rules try, for `warmUp`. */
export const triedPatterns: RegExp[] = [];

/** What a text needs so that all the patterns can match. */
export function needsOf(patterns: readonly RegExp[]): Needs {
  triedPatterns.push(...patterns);
  return [...new Set(patterns.flatMap((pattern) => anchorsOf(pattern).map(numberOf)))];
}

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

export function isMatch({ pattern, needs }: Anchored, passage: Passage): boolean {
  return mayMatch(needs, passage) && pattern.test(passage.text);
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
