/** Whether an HTML page shows its words in another order than they stand in it: from right to left, or moved about. */
import { isolates, moves, overridesDirection, valueIn } from './css-effect.ts';
import type { HtmlNode, Sight } from './html-visibility.ts';
import { lettersOf } from './html-words.ts';

export type OrderWatch = {
  /** Takes in an element that is shown, in the order of the page. */
  look(element: HtmlNode, sight: Sight): void;
  /** Why the order that was read may not be the one that is shown, given all of the text. */
  doubts(text: string): readonly string[];
};

/** Letters of a moved piece that may be a word out of a sentence; a moved sentence keeps its own order. */
const mostOfPiece = 10;
/** So many pieces below one element make another sentence. */
const piecesOfSentence = 3;

export function createOrderWatch(): OrderWatch {
  const moved = new Map<HtmlNode, number>();
  let isOverridden = false;
  let boxes = 0;

  function look(element: HtmlNode, { declared, isRightToLeft }: Sight): void {
    const values = declared.map(valueIn);
    const isReversed = element.name === 'bdo' && element.attribs?.['dir']?.toLowerCase() === 'rtl';
    if (isReversed || values.some(overridesDirection)) isOverridden = true;
    if (isRightToLeft && isBox(element, values) && lettersOf(element, 0) > 0) boxes += 1;
    if (values.some(moves) && isPiece(element)) {
      const around = element.parent ?? element;
      moved.set(around, (moved.get(around) ?? 0) + 1);
    }
  }

  function doubts(text: string): readonly string[] {
    const found: string[] = [];
    if (isOverridden) found.push('letters that are shown from right to left');
    if (boxes > 1 && isMostlyLeftToRight(text)) found.push('words in a line from right to left');
    if ([...moved.values()].some((pieces) => pieces >= piecesOfSentence)) {
      found.push('words that are shown elsewhere than they stand');
    }
    return found;
  }

  return { look, doubts };
}

const inlineElements: ReadonlySet<string> = new Set('a b bdi bdo em font i small span strong u'.split(' '));

/** A box of its own within a line. */
function isBox({ attribs, name = '' }: HtmlNode, values: readonly ReturnType<typeof valueIn>[]): boolean {
  if (name === 'bdi' || name === 'bdo' || name === 'td' || name === 'th') return true;
  return (attribs?.['dir'] !== undefined && inlineElements.has(name)) || values.some(isolates);
}

function isPiece(element: HtmlNode): boolean {
  const letters = lettersOf(element, mostOfPiece);
  return letters > 0 && letters <= mostOfPiece;
}

function isMostlyLeftToRight(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const fromRight = text.match(/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/gu)?.length ?? 0;
  return fromRight * 2 < letters;
}
