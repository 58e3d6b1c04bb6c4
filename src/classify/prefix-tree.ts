/** Many words and phrases of `a` to `z` and `0` to `9`, all of which are looked for at once. */

/** Stands between the words of a phrase. */
const gap = '_';

const symbolCount = 38;
const gapSymbol = 37;
const symbols = new Uint8Array(128);
const signs = 'abcdefghijklmnopqrstuvwxyz0123456789';
for (let index = 0; index < signs.length; index += 1) symbols[signs.charCodeAt(index)] = index + 1;

/** 0: no sign of a word. */
export function symbolOf(code: number): number {
  return symbols[code] ?? 0;
}

/** Holds up to 65,535 distinct beginnings. */
export class PrefixTree {
  static readonly nowhere = 0;
  static readonly root = 1;

  // Each node's row holds the next node for each symbol; small numbers, so that the tree stays in the processor's cache.
  #next = new Uint16Array(1024 * symbolCount);
  #nodes = 2;

  /** The node at the end of a word or phrase; the same one each time. */
  add(phrase: string): number {
    let node = PrefixTree.root;
    for (const character of phrase) {
      const symbol = character === gap ? gapSymbol : symbolOf(character.charCodeAt(0));
      const place = node * symbolCount + symbol;
      if ((this.#next[place] ?? 0) === PrefixTree.nowhere) this.#grow(place);
      node = this.#next[place] ?? PrefixTree.nowhere;
    }
    return node;
  }

  /** `symbol` of `symbolOf`. */
  step(node: number, symbol: number): number {
    return this.#next[node * symbolCount + symbol] ?? PrefixTree.nowhere;
  }

  stepOverGap(node: number): number {
    return this.step(node, gapSymbol);
  }

  #grow(place: number): void {
    if (this.#nodes > 65_535) throw new RangeError('too many words in the tree');
    if ((this.#nodes + 1) * symbolCount > this.#next.length) {
      const larger = new Uint16Array(this.#next.length * 2);
      larger.set(this.#next);
      this.#next = larger;
    }
    this.#next[place] = this.#nodes;
    this.#nodes += 1;
  }
}
