/**
 * Whether a person would see an element of an HTML mail. Senders of bulk mail and attackers alike put text where nobody
 * sees it; what nobody sees must not speak for the writer. In doubt text counts as seen: hiding a request from the
 * program while the reader sees it would be the better trick.
 */
import { emptyStyleSheet, parseStyleSheet, type StyleRule, type StyleSheet } from './css.ts';
import { appliedTo, isKnown, mayBeSet, otherSpellings, type PageStyle, resetsAll } from './css-cascade.ts';
import { colorOf, isNear } from './css-color.ts';
import { type Declarations, type Steps, unreadProperty } from './css-declaration.ts';
import { addsWords, cssText, hides, isNothing, isTelling, saysWords, type Value, valueIn } from './css-effect.ts';

/** The part of a parsed HTML node that is looked at. */
export type HtmlNode = {
  readonly type: string;
  readonly name?: string | undefined;
  readonly data?: string | undefined;
  readonly attribs?: Readonly<Record<string, string>> | undefined;
  readonly children?: readonly HtmlNode[] | undefined;
  readonly parent?: HtmlNode | null | undefined;
  readonly prev?: HtmlNode | null | undefined;
  readonly next?: HtmlNode | null | undefined;
};

/** `gone`: the element and all below. `text-hidden`: its own text, while a child may show itself again. */
export type Visibility = 'shown' | 'text-hidden' | 'gone';

/** What is shown to some people only, or that nobody can be sure of: the element and all below, or its text. */
export type Perhaps = { readonly box: boolean; readonly text: boolean; readonly isOwn: boolean };

export type Sight = {
  readonly visibility: Visibility;
  readonly perhaps: Perhaps;
  /** What its attributes and any rule of the page may set. */
  readonly declared: readonly Declarations[];
  /** Words that the style sheet puts before and after it. */
  readonly before: string;
  readonly after: string;
  readonly isRightToLeft: boolean;
};

type Computed = Sight & {
  /** `#rrggbb`; null where it cannot be told. */
  readonly color: string | null;
  readonly background: string | null;
  readonly zeroSize: boolean;
  readonly invisible: boolean;
  readonly page: Page;
};

/** What holds for all elements. */
type Page = PageStyle & {
  /** Rules that may hide, move or add something, out of those that may apply. */
  readonly telling: readonly StyleRule[];
  readonly isPlain: boolean;
  /** Whether an element may be hidden by style of which a part cannot be read. */
  readonly notes: { isUnread: boolean };
};

const computed = new WeakMap<HtmlNode, Computed>();

/** What is seen of an element whose ancestors were asked before it, as a walk from the top does. */
export function sightOf(element: HtmlNode): Sight {
  return compute(element);
}

/** Why nobody can say what a page shows, one line; null where it can be said. Asked when all was looked at. */
export function pageDoubt(root: HtmlNode): string | null {
  const { sheet, steps, notes } = compute(root).page;
  if (steps.left < 0) return 'a style sheet with too many rules to be followed';
  const speaks = [
    ...sheet.described,
    ...sheet.unread,
    ...sheet.possible.map(({ declarations }) => declarations),
    ...sheet.rules.values(),
  ];
  if (speaks.some(saysWords)) return 'words that stand in a style sheet';
  if (sheet.unread.some((each) => each.has('all') || addsWords(each) || hides(valueIn(each)) !== null))
    return 'a style sheet that may hide text by a rule that is not understood';
  if (notes.isUnread) return 'style that may hide text but is not understood';
  return sheet === unreadable ? 'a style sheet too long or too deep to be read' : null;
}

function compute(element: HtmlNode): Computed {
  const known = computed.get(element);
  if (known !== undefined) return known;
  const { parent } = element;
  const result =
    element.type === 'root' ? blank(element) : computeFrom(parent == null ? blank(element) : compute(parent), element);
  computed.set(element, result);
  return result;
}

const mostSteps = 2_000_000;
const nothingPerhaps: Perhaps = { box: false, text: false, isOwn: false };

/** A page is black on white until somebody says otherwise. */
function blank(node: HtmlNode): Computed {
  const steps = { left: mostSteps };
  const sheet = node.type === 'root' ? styleSheetOf(node, steps) : emptyStyleSheet;
  const telling = sheet.possible.filter(({ declarations }) => isTelling(declarations));
  return {
    visibility: 'shown',
    perhaps: nothingPerhaps,
    declared: [],
    before: '',
    after: '',
    isRightToLeft: false,
    color: '#000000',
    background: '#ffffff',
    zeroSize: false,
    invisible: false,
    page: {
      sheet,
      telling,
      steps,
      isPlain: sheet.rules.size === 0 && sheet.uncertain.size === 0 && telling.length === 0,
      styles: new Map(),
      notes: { isUnread: false },
    },
  };
}

/** Elements that some programs show and others do not. */
const shownBySome: ReadonlySet<string> = new Set(
  'template dialog datalist canvas audio video object iframe noscript details rp noframes noembed'.split(' '),
);

const plain = new WeakMap<Computed, Computed>();

/** An element that sets nothing, which most are. */
function plainBelow(inherited: Computed): Computed {
  if (!inherited.perhaps.isOwn && inherited.declared.length === 0) return inherited;
  const known = plain.get(inherited);
  if (known !== undefined) return known;
  const { box, text } = inherited.perhaps;
  const below: Computed = { ...inherited, declared: [], perhaps: { box, text, isOwn: false } };
  plain.set(inherited, below);
  return below;
}

function computeFrom(inherited: Computed, element: HtmlNode): Computed {
  const { page } = inherited;
  const isSometimes = shownBySome.has(element.name ?? '');
  if (page.isPlain && !isSometimes && Object.keys(element.attribs ?? {}).length === 0) {
    return plainBelow(inherited);
  }
  const { sheet } = page;
  const own = appliedTo(element, page, true);
  const isReset = resetsAll(own);
  const all = sheet.uncertain.size === 0 && !isReset ? own : appliedTo(element, page, false);
  const value = valueIn(own);
  const isSettled = (property: string): boolean => !isReset && !mayBeSet(sheet, property);
  const color = own.has('color') ? colorOf(value('color')) : isReset ? null : inherited.color;
  const background = backgroundOf(value, inherited.background);
  const inheritsSize = isSettled('font-size') && isSettled('font') && inherited.zeroSize;
  const zeroSize = value('font') !== undefined ? false : sizeIsNothing(value('font-size'), inheritsSize);
  const visibility = value('visibility');
  const inheritsInvisible = isSettled('visibility') && inherited.invisible;
  const invisible = visibility === undefined ? inheritsInvisible : /^(?:hidden|collapse)$/.test(visibility);
  const sameColor = color !== null && color === background;
  const hidesText = zeroSize || invisible || (sameColor && !coloursAreUncertain(sheet));
  const isGone = inherited.visibility === 'gone' || takesAway(element, value);
  const rules = page.telling.filter(({ selector }) => selector.selects(element));
  const declared = [
    all,
    ...otherSpellings(element, page),
    ...rules.filter(({ selector }) => selector.place === null).map((rule) => rule.declarations),
  ].filter(isTelling);
  // Seen, in doubt.
  const isUnread = all.has(unreadProperty) && hides(valueIn(all)) !== null;
  if (isUnread) page.notes.isUnread = true;
  const hiding = declared.map((each) => (each === all && isUnread ? null : hides(valueIn(each))));
  const isFaint = sameColor || isNear(color, background) || mayBeFaint(valueIn(all), background);
  const isText = hiding.includes('text');
  const isSetAgain = !isText && ['font-size', 'font', 'visibility'].some((property) => isKnown(own.get(property)));
  const box = inherited.perhaps.box || isSometimes || hiding.includes('box');
  const direction = value('direction') ?? element.attribs?.['dir']?.toLowerCase();
  return {
    visibility: isGone ? 'gone' : hidesText ? 'text-hidden' : 'shown',
    perhaps: {
      box,
      text: isText || (inherited.perhaps.text && !isSetAgain),
      isOwn: isSometimes || isFaint || hiding.some((each) => each !== null),
    },
    declared,
    before: generated(rules, 'before', element),
    after: generated(rules, 'after', element),
    isRightToLeft: direction === undefined ? inherited.isRightToLeft : direction === 'rtl',
    color,
    background,
    zeroSize,
    invisible,
    page,
  };
}

/** A colour that a rule for some screens may change, or that has to be computed, though most are dark. */
function mayBeFaint(value: Value, background: string | null): boolean {
  const color = value('color');
  if (color === undefined) return false;
  const plain = colorOf(color);
  return plain === null ? color.includes('(') : isNear(plain, backgroundOf(value, background));
}

/** What the style sheet puts before or after the element; marks and icons are no words. */
function generated(rules: readonly StyleRule[], place: 'before' | 'after', { attribs }: HtmlNode): string {
  const contents = rules
    .filter(({ selector }) => selector.place === place)
    .map(({ declarations }) => cssText(declarations.get('content')?.value ?? '', attribs ?? {}));
  return contents.filter((text) => /[\p{L}\p{N}]/u.test(text)).join(' ');
}

/** Elements that are boxes of their own, which alone can be clipped, moved or indented. */
const boxes: ReadonlySet<string> = new Set('div p section article header footer center blockquote'.split(' '));

function takesAway(element: HtmlNode, value: Value): boolean {
  const display = value('display');
  if (display === 'none' || (display === undefined && element.attribs?.['hidden'] !== undefined)) return true;
  const opacity = value('opacity') ?? '1';
  if (/^\d*\.?\d+%?$/.test(opacity) && Number.parseFloat(opacity) < 0.05) return true;
  if (isFarOff(value('left'), value('position')) || isFarOff(value('top'), value('position'))) return true;
  if (!boxes.has(element.name ?? '') || (display !== undefined && display !== 'block')) return false;
  const isClipped = value('overflow') === 'hidden' && (isNothing(value('max-height')) || isNothing(value('height')));
  return isClipped || isFarOff(value('text-indent'), 'absolute');
}

function isFarOff(offset: string | undefined, position: string | undefined): boolean {
  const isMoved = position === 'absolute' || position === 'fixed' || position === 'relative';
  return isMoved && /^-\d{3,6}(?:px|pt|em|rem)$/.test(offset ?? '') && Number.parseInt(offset ?? '', 10) <= -999;
}

function sizeIsNothing(size: string | undefined, inherited: boolean): boolean {
  return size === undefined ? inherited : isNothing(size);
}

function coloursAreUncertain(sheet: StyleSheet): boolean {
  return ['color', 'background', 'background-color', 'background-image'].some((property) => mayBeSet(sheet, property));
}

function backgroundOf(value: Value, inherited: string | null): string | null {
  if (value('background-image') !== undefined) return null;
  const color = value('background-color');
  const shorthand = value('background');
  // Which of the two came later is not kept.
  if (color !== undefined && shorthand !== undefined && color !== shorthand) return null;
  const own = color ?? shorthand;
  return own === undefined || /^(?:transparent|none|inherit)$/.test(own) ? inherited : colorOf(own);
}

const maxStyleSheetLength = 256 * 1024;
const anything: ReadonlySet<string> = new Set(['all']);
const unreadable: StyleSheet = { ...emptyStyleSheet, uncertain: anything, uncertainImportant: anything };

/** The style blocks below the root; one that cannot be read hides nothing. */
function styleSheetOf(root: HtmlNode, steps: Steps): StyleSheet {
  const css: string[] = [];
  const waiting: HtmlNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'style') css.push((node.children ?? []).map((child) => child.data ?? '').join(''));
    else for (const child of (node.children ?? []).toReversed()) if (child.children !== undefined) waiting.push(child);
  }
  const text = css.join('\n');
  if (text.length > maxStyleSheetLength) return unreadable;
  return text === '' ? emptyStyleSheet : (parseStyleSheet(text, steps) ?? unreadable);
}
