/** What style declarations do to text: hide it, move it, or say more than the page does. */
import { tokenize, tokenTypes } from 'css-tree/tokenizer';
import { ident, string } from 'css-tree/utils';
import { opacityOf } from './css-color.ts';
import type { Declarations } from './css-declaration.ts';

export type Value = (property: string) => string | undefined;

export function valueIn(declarations: Declarations): Value {
  return (property) => declarations.get(property)?.value;
}

/**
 * What may be hidden by these declarations in some program or on some screen: the element with all below, or its text
 * until an element below sets it again. Broad, because what is hidden perhaps is read all the same.
 */
export function hides(value: Value): 'box' | 'text' | null {
  if (hidesBox(value)) return 'box';
  return hidesText(value) ? 'text' : null;
}

function hidesBox(value: Value): boolean {
  const has = (property: string, pattern: RegExp): boolean => pattern.test(value(property) ?? '');
  return (
    has('display', /^none$/) ||
    has('mso-hide', /^all$/) ||
    has('content-visibility', /^hidden$/) ||
    isFaint(value('opacity')) ||
    has('filter', /\bopacity\(\s*0?(?:\.0\d*)?\s*%?\s*\)/) ||
    has('clip', /\brect\(/) ||
    has('clip-path', /\(/) ||
    has('mask', /\(/) ||
    has('mask-image', /\(/) ||
    has('transform', /\b(?:scale[xyz3]?d?|matrix3?d?|translate[xyz3]?d?|rotate[xy3])\(/) ||
    has('scale', /^0/) ||
    has('z-index', /^-/) ||
    has('animation', /^(?!none)./) ||
    has('animation-name', /^(?!none)./) ||
    ['width', 'height', 'max-width', 'max-height', 'zoom'].some((property) => isNothing(value(property))) ||
    awayProperties.some((property) => isAway(value(property)))
  );
}

const awayProperties =
  'left right top bottom margin margin-left margin-right margin-top margin-bottom text-indent'.split(' ');

function hidesText(value: Value): boolean {
  const size = value('font-size');
  return (
    /^(?:hidden|collapse)$/.test(value('visibility') ?? '') ||
    isNothing(size) ||
    /^(?:calc|clamp|min|max|var|env)\(/.test(size ?? '') ||
    /(?:^|\s)0(?:\.0+)?(?:px|pt|em|rem|%)?\s*[/\s]/.test(value('font') ?? '') ||
    ['color', '-webkit-text-fill-color'].some((property) => isTransparent(value(property))) ||
    value('-webkit-text-security') !== undefined
  );
}

function isFaint(opacity: string | undefined): boolean {
  const match = /^(\d*\.?\d+)(%?)$/.exec(opacity ?? '');
  return match !== null && Number(match[1]) / (match[2] === '%' ? 100 : 1) < 0.2;
}

function isTransparent(color: string | undefined): boolean {
  if (color === undefined) return false;
  const opacity = opacityOf(color);
  if (opacity !== null) return opacity < 0.2;
  // One of another kind, or with a part that has to be computed.
  return isFaint(/^(?:[a-z]+a\(.*,|[a-z]+\(.*\/)\s*(\d*\.?\d+%?)\s*\)$/.exec(color)?.[1]);
}

/** Zero, or so little that nobody reads it. */
export function isNothing(size: string | undefined): boolean {
  const match = /^(\d*\.?\d+)(px|pt|em|rem|%)?$/.exec(size ?? '');
  if (match === null) return false;
  return Number(match[1]) === 0 || ((match[2] === 'px' || match[2] === 'pt') && Number(match[1]) <= 1);
}

/** Some value of a shorthand is far below zero. */
function isAway(offset: string | undefined): boolean {
  return /(?:^|\s)-(?:\d{3,}|\d{2,}(?:\.\d*)?(?:em|rem|in|cm|vw|vh|%|ch))/.test(offset ?? '');
}

/** Whether the element is shown elsewhere than where it stands in the text. */
export function moves(value: Value): boolean {
  return (
    value('float') === 'right' ||
    /^(?:absolute|fixed)$/.test(value('position') ?? '') ||
    (value('position') === 'relative' &&
      [value('left'), value('right')].some((offset) => /[1-9]/.test(offset ?? ''))) ||
    /[1-9]/.test(value('order') ?? '') ||
    /-reverse\b/.test(`${value('flex-direction') ?? ''} ${value('flex-flow') ?? ''}`) ||
    /\b(?:rotate|scale|matrix|translate)/.test(value('transform') ?? '') ||
    /^(?:vertical|sideways)/.test(value('writing-mode') ?? '') ||
    ['margin-left', 'margin-right'].some((property) => /^-[\d.]*[1-9]/.test(value(property) ?? ''))
  );
}

/** Letters are shown from right to left whatever they are (CSS Writing Modes §2.2). */
export function overridesDirection(value: Value): boolean {
  return /\boverride\b/.test(value('unicode-bidi') ?? '');
}

/** A box of its own in the line: where the line runs from right to left, it stands left of the one before it. */
export function isolates(value: Value): boolean {
  return (
    /^(?:inline-|table-cell)/.test(value('display') ?? '') ||
    /^(?:left|right)$/.test(value('float') ?? '') ||
    /isolate|embed/.test(value('unicode-bidi') ?? '')
  );
}

const tellingProperties: ReadonlySet<string> = new Set([
  ...'display mso-hide content-visibility opacity filter clip clip-path mask mask-image transform scale z-index'.split(
    ' ',
  ),
  ...'animation animation-name width height max-width max-height zoom visibility font-size font color'.split(' '),
  ...'-webkit-text-fill-color -webkit-text-security content direction unicode-bidi float position order'.split(' '),
  ...'flex-direction flex-flow writing-mode'.split(' '),
  ...awayProperties,
]);

/** Whether a rule that may apply can matter to what is read. */
export function isTelling(declarations: Declarations): boolean {
  if (![...declarations.keys()].some((property) => tellingProperties.has(property))) return false;
  const value = valueIn(declarations);
  return (
    hides(value) !== null ||
    value('content') !== undefined ||
    moves(value) ||
    overridesDirection(value) ||
    isolates(value) ||
    value('direction') !== undefined
  );
}

const spokenProperties = [
  ...'list-style list-style-type quotes text-overflow symbols additive-symbols prefix suffix pad'.split(' '),
  'hyphenate-character',
];

/** Whether a marker, a counter or the like shows words; so does a font that the mail brings along. */
export function saysWords(declarations: Declarations): boolean {
  const value = valueIn(declarations);
  const isOwnFont = /url\(\s*["']?data:/.test(value('src') ?? '');
  return isOwnFont || spokenProperties.some((property) => hasWord(value(property)));
}

/** Whether words are to stand before or after something. */
export function addsWords(declarations: Declarations): boolean {
  return hasWord(declarations.get('content')?.value);
}

function hasWord(value: string | undefined): boolean {
  return value !== undefined && (/\p{L}{2}/u.test(cssText(value, {})) || /attr\(/.test(value));
}

/** What a `content` value puts on the screen: its strings, and the attributes that it names. */
export function cssText(value: string, attributes: Readonly<Record<string, string>>): string {
  let text = '';
  let namesAttribute = false;
  tokenize(value, (type, start, end) => {
    const token = value.slice(start, end);
    if (type === tokenTypes.String) text += string.decode(token);
    else if (type === tokenTypes.Ident && namesAttribute) text += attributes[ident.decode(token)] ?? '';
    if (type !== tokenTypes.WhiteSpace && type !== tokenTypes.Comment) namesAttribute = token === 'attr(';
  });
  return text;
}
