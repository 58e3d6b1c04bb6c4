/**
 * HTML turned into the text that a person reads: hidden parts left out, nothing put between letters that stand
 * together on the screen, quoted blocks marked with `> `, links by their text. Where programs, screens or settings show
 * different things, each of them is a reading of its own. Never throws.
 */
import { compile, type DomNode, type FormatCallback, type RecursiveCallback } from 'html-to-text';
import { asOutlookShows, withoutComments } from './html-comments.ts';
import { createOrderWatch, type OrderWatch } from './html-order.ts';
import { nestsDeeperThan, withoutTags } from './html-tags.ts';
import { pageDoubt, type Sight, sightOf } from './html-visibility.ts';
import { type ElementWords, type Frame, frameOf, lettersOf, wordsOfElement } from './html-words.ts';

export type HtmlText = {
  readonly text: string;
  /** What is read where less is shown, or where Outlook shows something else; without those that say the same. */
  readonly others: readonly string[];
  /** No word is sure to be seen: there are only texts of pictures, or those that a style sheet may hide. */
  readonly isUnsure: boolean;
  /** What was cut, or shows otherwise than it reads, one line each. */
  readonly doubts: readonly string[];
};

/** Mail programs flatten or refuse deeper nesting, and the parser needs quadratic time for it. */
const maxNesting = 256;

/** Converts decoded HTML; the caller has cut it to its limit. */
export function htmlToReadableText(source: string): HtmlText {
  const html = withoutComments(source);
  if (nestsDeeperThan(html, maxNesting)) {
    const cut = `HTML nested deeper than ${maxNesting}: its tags were dropped`;
    return { text: readAll(withoutTags(html, blocks)).text, others: [], isUnsure: false, doubts: [cut] };
  }
  const { text, doubts, frames, isPerhaps, hasPieces, hasSureWord } = readAll(html);
  const sure = isPerhaps ? readSure(html).text : text;
  const unbroken = hasPieces ? readUnbroken(html).text : text;
  const outlook = asOutlookShows(source);
  const inOutlook = outlook === null ? text : readAll(withoutComments(outlook)).text;
  const others = [sure, unbroken, inOutlook, ...frames.slice(0, maxFrames).map(frameText)];
  return {
    text,
    others: [...new Set(others)].filter((other) => other !== text),
    isUnsure: !hasSureWord && hasWord(text),
    doubts: [
      ...doubts,
      ...(frames.slice(maxFrames).length > 0 ||
      frames.some(({ html: inside }) => inside === null || /<i?frame/i.test(inside))
        ? ['a page within the page that is not read']
        : []),
      ...(hidesInRawText(html) ? ['text where a drawing or formula has a style sheet'] : []),
    ],
  };
}

/** No mail needs more pages in it. */
const maxFrames = 3;

function frameText({ html }: Frame): string {
  const inside = withoutComments(html ?? '');
  return readAll(nestsDeeperThan(inside, maxNesting) ? withoutTags(inside, blocks) : inside).text;
}

function hasWord(text: string): boolean {
  return /\p{L}/u.test(text);
}

/** In drawings and formulas an element ends `style` and `title`, and is shown (WHATWG HTML §13.2.6.5). */
function hidesInRawText(html: string): boolean {
  return /<(?:svg|math)\b/i.test(html) && /<(?:style|title|script)\b[^>]{0,1000}>[^<]*<[a-z]/i.test(html);
}

const blocks: ReadonlySet<string> = new Set(
  'address article aside body center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset header hgroup hr html legend li main menu nav ol optgroup option search section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const paragraphs: ReadonlySet<string> = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);
const cells: ReadonlySet<string> = new Set(['td', 'th']);

const formatterNames =
  'anchor block blockquote heading horizontalLine image inline lineBreak orderedList paragraph pre table unorderedList wbr skip'.split(
    ' ',
  );

/** `all`: what anybody may see. `sure`: what everybody sees. `unbroken`: less the short pieces that not everybody sees. */
type Reading = 'all' | 'sure' | 'unbroken';

type Notes = {
  readonly order: OrderWatch;
  /** Pages within the page. */
  readonly frames: Frame[];
  root: DomNode | null;
  /** Something is seen by some people only. */
  isPerhaps: boolean;
  /** Some of it is so short that it may part the letters of a word. */
  hasPieces: boolean;
  /** Some word is seen by everybody. */
  hasSureWord: boolean;
};

type Read = Pick<Notes, 'frames' | 'isPerhaps' | 'hasPieces' | 'hasSureWord'> & {
  readonly text: string;
  readonly doubts: readonly string[];
};

function reader(reading: Reading): (html: string) => Read {
  let notes = blankNotes();
  const format: FormatCallback = (element, walk, builder) => formatElement(element, walk, builder, reading, notes);
  // Every formatter that the library's default selectors name is ours.
  const formatters = Object.fromEntries(formatterNames.map((name): [string, FormatCallback] => [name, format]));
  const convert = compile({
    // Not only `body`: text outside of it is on the screen too.
    baseElements: { selectors: [] },
    formatters,
    limits: { maxDepth: 2 * maxNesting + 16, maxInputLength: Number.MAX_SAFE_INTEGER },
    // A zero-width space parts no words on the screen.
    whitespaceCharacters: ' \t\r\n\f',
    wordwrap: false,
  });
  return (html) => {
    notes = blankNotes();
    const text = convert(html);
    const { order, root } = notes;
    const doubt = root === null ? doubtWithoutElements(html) : pageDoubt(root);
    notes.hasSureWord ||= root === null || hasOwnWord(root);
    return { ...notes, text, doubts: [...order.doubts(text), ...(doubt === null ? [] : [doubt])] };
  };
}

/** What a style sheet does to the page as a whole is looked up at some element. */
function doubtWithoutElements(html: string): string | null {
  return /<style\b/i.test(html) ? 'a style sheet for text in no element' : null;
}

/** Beyond this depth a quote gets no further mark: each level would copy all lines below it once more. */
const maxQuoteMarks = 6;

function isDeepQuote(element: DomNode): boolean {
  let depth = 0;
  for (let node = element.parent; node != null && depth < maxQuoteMarks; node = node.parent) {
    if (node.name === 'blockquote') depth += 1;
  }
  return depth >= maxQuoteMarks;
}

function asItIs(text: string): string {
  return text;
}

function quoted(text: string): string {
  return text
    .replace(/^\n+|\n+$/g, '')
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

type Builder = Parameters<FormatCallback>[2];

function blankNotes(): Notes {
  return { order: createOrderWatch(), frames: [], root: null, isPerhaps: false, hasPieces: false, hasSureWord: false };
}

function formatElement(
  element: DomNode,
  walk: RecursiveCallback,
  builder: Builder,
  reading: Reading,
  notes: Notes,
): void {
  const sight = sightOf(element);
  if (sight.visibility === 'gone' || element.name === 'title') return;
  const own = wordsOfElement(element);
  if (reading === 'all') take(element, sight, own, notes);
  if (isLeftOut(element, sight, reading)) return;
  const isTextShown = sight.visibility === 'shown' && !(reading === 'sure' && sight.perhaps.text);
  const add = (text: string, isSure: boolean): void => {
    if (isTextShown && (isSure || reading === 'all') && text !== '') builder.addInline(text);
  };
  const content = (): void => {
    add(sight.before, false);
    add(own.text, own.isSure);
    walk(isTextShown ? element.children : element.children.filter(({ type }) => type !== 'text'), builder);
    add(sight.after, false);
  };
  layOut(element, content, builder);
}

/** Keeps in mind what it means for the page. */
function take(element: DomNode, sight: Sight, words: ElementWords, notes: Notes): void {
  const { perhaps, before, after, visibility } = sight;
  notes.root ??= rootOf(element);
  notes.order.look(element, sight);
  const isSure = !perhaps.box && !perhaps.text;
  if (!isSure || words.isGlued || before !== '' || after !== '') notes.isPerhaps = true;
  if (perhaps.isOwn) notes.hasPieces ||= isPiece(element);
  notes.hasSureWord ||=
    isSure && visibility === 'shown' && ((words.isSure && hasWord(words.text)) || hasOwnWord(element));
  const frame = frameOf(element);
  if (frame !== null) notes.frames.push(frame);
}

function hasOwnWord({ children }: DomNode): boolean {
  return children.some(({ type, data }) => type === 'text' && hasWord(data ?? ''));
}

function rootOf(element: DomNode): DomNode {
  let node = element;
  while (node.parent != null) node = node.parent;
  return node;
}

/** Letters of a piece that may be put between others. */
const mostOfPiece = 30;

function isLeftOut(element: DomNode, { perhaps }: Sight, reading: Reading): boolean {
  if (reading === 'sure') return perhaps.box;
  return reading === 'unbroken' && perhaps.isOwn && isPiece(element);
}

function isPiece(element: DomNode): boolean {
  return lettersOf(element, mostOfPiece) <= mostOfPiece;
}

function layOut(element: DomNode, content: () => void, builder: Builder): void {
  const name = element.name ?? '';
  if (name === 'br') builder.addLineBreak();
  else if (name === 'blockquote') {
    builder.openBlock({ leadingLineBreaks: 2, reservedLineLength: 2 });
    content();
    builder.closeBlock({ trailingLineBreaks: 2, blockTransform: isDeepQuote(element) ? asItIs : quoted });
  } else if (paragraphs.has(name) || blocks.has(name)) {
    const breaks = paragraphs.has(name) ? 2 : 1;
    builder.openBlock({ leadingLineBreaks: breaks, isPre: name === 'pre' });
    content();
    builder.closeBlock({ trailingLineBreaks: breaks });
  } else {
    if (cells.has(name)) builder.addInline(' ');
    content();
    if (cells.has(name)) builder.addInline(' ');
  }
}

const readAll = reader('all');
const readSure = reader('sure');
const readUnbroken = reader('unbroken');
