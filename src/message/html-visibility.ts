/**
 * Whether a person would see an element of an HTML mail. Senders of bulk mail and attackers alike put text where nobody
 * sees it; what nobody sees must not speak for the writer. In doubt text counts as seen: hiding a request from the
 * program while the reader sees it would be the better trick.
 */
import {
  type Declaration,
  type Declarations,
  declare,
  emptyStyleSheet,
  parseDeclarations,
  parseStyleSheet,
  type StyleSheet,
} from './css.ts';

/** The part of a parsed HTML node that is looked at. */
export type HtmlNode = {
  readonly type: string;
  readonly name?: string | undefined;
  readonly data?: string | undefined;
  readonly attribs?: Readonly<Record<string, string>> | undefined;
  readonly children?: readonly HtmlNode[] | undefined;
  readonly parent?: HtmlNode | null | undefined;
};

/** `gone`: the element and all below. `text-hidden`: its own text, while a child may show itself again. */
export type Visibility = 'shown' | 'text-hidden' | 'gone';

type Computed = {
  readonly visibility: Visibility;
  /** `#rrggbb`; null where it cannot be told. */
  readonly color: string | null;
  readonly background: string | null;
  readonly zeroSize: boolean;
  readonly invisible: boolean;
  readonly sheet: StyleSheet;
};

const computed = new WeakMap<HtmlNode, Computed>();

/** Visibility of an element whose ancestors were asked before it, as a walk from the top does. */
export function visibilityOf(element: HtmlNode): Visibility {
  return compute(element).visibility;
}

function compute(element: HtmlNode): Computed {
  const known = computed.get(element);
  if (known !== undefined) return known;
  const { parent } = element;
  const result =
    element.type === 'root'
      ? pageOf(element)
      : computeFrom(parent == null ? pageOf(element) : compute(parent), element);
  computed.set(element, result);
  return result;
}

/** A page is black on white until somebody says otherwise. */
function pageOf(node: HtmlNode): Computed {
  return {
    visibility: 'shown',
    color: '#000000',
    background: '#ffffff',
    zeroSize: false,
    invisible: false,
    sheet: node.type === 'root' ? styleSheetOf(node) : emptyStyleSheet,
  };
}

function computeFrom(inherited: Computed, element: HtmlNode): Computed {
  const { sheet } = inherited;
  const isPlain = sheet.rules.size === 0 && Object.keys(element.attribs ?? {}).length === 0;
  if (isPlain) return inherited;
  const own = declarationsOf(element, sheet);
  const value = (property: string): string | undefined => own.get(property)?.value;
  const color = own.has('color') ? colorOf(value('color')) : inherited.color;
  const background = backgroundOf(value, inherited.background);
  const zeroSize = value('font') !== undefined ? false : sizeIsNothing(value('font-size'), inherited.zeroSize);
  const visibility = value('visibility');
  const invisible = visibility === undefined ? inherited.invisible : /^(?:hidden|collapse)$/.test(visibility);
  const hidesText = zeroSize || invisible || (color !== null && color === background && !coloursAreUncertain(sheet));
  const isGone = inherited.visibility === 'gone' || takesAway(element, value);
  return {
    visibility: isGone ? 'gone' : hidesText ? 'text-hidden' : 'shown',
    color,
    background,
    zeroSize,
    invisible,
    sheet,
  };
}

type Value = (property: string) => string | undefined;

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

/** Zero, or at most one pixel or point: nobody reads it. */
function isNothing(size: string | undefined): boolean {
  const match = /^(\d*\.?\d+)(px|pt|em|rem|%)?$/.exec(size ?? '');
  if (match === null) return false;
  return Number(match[1]) === 0 || ((match[2] === 'px' || match[2] === 'pt') && Number(match[1]) <= 1);
}

/** What applies to an element: old attributes, then style rules, then its style attribute, less what is uncertain. */
function declarationsOf(element: HtmlNode, sheet: StyleSheet): Declarations {
  const attributes = element.attribs ?? {};
  const own = new Map<string, Declaration>();
  const put = (property: string, value: string): void => declare(own, property, { value, isImportant: false });
  if (attributes['color'] !== undefined) put('color', attributes['color'].toLowerCase());
  if (attributes['bgcolor'] !== undefined) put('background-color', attributes['bgcolor'].toLowerCase());
  if (attributes['background'] !== undefined) put('background-image', 'url');
  for (const selector of selectorsOf(element, sheet)) {
    for (const [property, declaration] of sheet.rules.get(selector) ?? []) {
      if (!sheet.uncertain.has(property)) declare(own, property, declaration);
    }
  }
  for (const [property, declaration] of parseDeclarations(attributes['style'] ?? ''))
    declare(own, property, declaration);
  for (const property of sheet.uncertainImportant) own.delete(property);
  // `all` may reset anything.
  return own.has('all') ? new Map() : own;
}

const maxClasses = 20;

function selectorsOf(element: HtmlNode, sheet: StyleSheet): readonly string[] {
  if (sheet.rules.size === 0) return [];
  const classes = (element.attribs?.['class'] ?? '').slice(0, 1_000).split(/\s+/, maxClasses);
  return [element.name ?? '', ...classes.map((name) => `.${name}`), `#${element.attribs?.['id'] ?? ''}`];
}

function coloursAreUncertain(sheet: StyleSheet): boolean {
  return ['color', 'background', 'background-color', 'background-image'].some((property) =>
    sheet.uncertain.has(property),
  );
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

const namedColors: ReadonlyMap<string, string> = new Map([
  ['white', '#ffffff'],
  ['black', '#000000'],
]);

/** `#rrggbb`, null for what is no plain colour. */
function colorOf(value: string | undefined): string | null {
  const text = (value ?? '').trim();
  const named = namedColors.get(text);
  if (named !== undefined) return named;
  if (/^#?[0-9a-f]{6}$/.test(text)) return `#${text.replace('#', '')}`;
  if (/^#[0-9a-f]{3}$/.test(text)) return text.replace(/[0-9a-f]/g, '$&$&');
  const rgb = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  if (rgb === null) return null;
  const digits = rgb.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}

const maxStyleSheetLength = 64 * 1024;

/** The style blocks below the root; one that is too long to be read hides nothing. */
function styleSheetOf(root: HtmlNode): StyleSheet {
  const css: string[] = [];
  const waiting: HtmlNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'style') css.push((node.children ?? []).map((child) => child.data ?? '').join(''));
    else for (const child of (node.children ?? []).toReversed()) if (child.children !== undefined) waiting.push(child);
  }
  const text = css.join('\n');
  return text === '' || text.length > maxStyleSheetLength ? emptyStyleSheet : parseStyleSheet(text);
}
