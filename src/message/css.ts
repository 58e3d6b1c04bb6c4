/**
 * As much of CSS as is needed to tell what an HTML mail hides: declarations of a style attribute, and the plain class,
 * id and tag rules of style blocks. What a rule beyond that may change counts as uncertain, so that text is never
 * taken for hidden because a rule that shows it was not understood.
 */

import { parseSelector, type Selector } from './css-selector.ts';

export type Declaration = { readonly value: string; readonly isImportant: boolean };
export type Declarations = ReadonlyMap<string, Declaration>;

export type StyleSheet = {
  /** By simple selector: `.name`, `#name` or `name`. */
  readonly rules: ReadonlyMap<string, Declarations>;
  /** Properties that rules with other selectors, or for some screens only, set as well. */
  readonly uncertain: ReadonlySet<string>;
  /** Those of them that beat even a style attribute. */
  readonly uncertainImportant: ReadonlySet<string>;
  /** The rules with other selectors, and those for some screens only. */
  readonly possible: readonly StyleRule[];
  /** What rules set of which nobody knows whom they mean. */
  readonly unread: readonly Declarations[];
  /** What is set for fonts, lists, pages and the steps of animations. */
  readonly described: readonly Declarations[];
};

export type StyleRule = { readonly selector: Selector; readonly declarations: Declarations };

export const emptyStyleSheet: StyleSheet = {
  rules: new Map(),
  uncertain: new Set(),
  uncertainImportant: new Set(),
  possible: [],
  unread: [],
  described: [],
};

const maxStyleLength = 16 * 1024;

/** The declarations of one block, lower-case; a later one wins unless an earlier one is important. */
export function parseDeclarations(style: string): Declarations {
  const declarations = new Map<string, Declaration>();
  for (const text of splitOutside(withoutComments(style.slice(0, maxStyleLength)).toLowerCase(), ';')) {
    const colon = text.indexOf(':');
    if (colon < 0) continue;
    const value = text.slice(colon + 1).trim();
    const isImportant = /!\s*important$/.test(value);
    declare(declarations, text.slice(0, colon).trim(), { value: value.replace(/\s*!\s*important$/, ''), isImportant });
  }
  return declarations;
}

/** Sets a property as the cascade does for a later declaration of at least the same weight. */
export function declare(declarations: Map<string, Declaration>, property: string, declaration: Declaration): void {
  if (declarations.get(property)?.isImportant === true && !declaration.isImportant) return;
  declarations.set(property, declaration);
}

const simpleSelector = /^(?:[a-z][a-z0-9]*|[.#][\w-]+)$/i;

const ofNoElement =
  /@(?:font-face|list|page|counter-style|property|namespace|charset|import|-ms-viewport|viewport|(?:-[a-z]{1,6}-)?keyframes)\b/i;

/** Rules in rules in rules: beyond this nobody writes a mail. */
const maxNestedRules = 4;

/** Reads the text of all style blocks of a page. */
export function parseStyleSheet(css: string): StyleSheet {
  const rules = new Map<string, Map<string, Declaration>>();
  const uncertain = new Set<string>();
  const uncertainImportant = new Set<string>();
  const possible: StyleRule[] = [];
  const unread: Declarations[] = [];
  const described: Declarations[] = [];
  const doubt = (declarations: Declarations): void => {
    for (const [property, { isImportant }] of declarations) {
      uncertain.add(property);
      if (isImportant) uncertainImportant.add(property);
    }
  };
  const readRule = (text: string, declarations: Declarations, isSure: boolean): void => {
    if (isSure && simpleSelector.test(text)) {
      const merged = rules.get(text) ?? new Map<string, Declaration>();
      for (const [property, declaration] of declarations) declare(merged, property, declaration);
      rules.set(text, merged);
      return;
    }
    const selector = parseSelector(text);
    if (selector === null || selector.place === null) doubt(declarations);
    if (selector === null) unread.push(declarations);
    else possible.push({ selector, declarations });
  };
  const read = (text: string, isSure: boolean, levels: number): void => {
    for (const { prelude: before, body } of rulesIn(text)) {
      // Behind `@import …;` or a declaration a rule begins.
      const prelude = splitOutside(before, ';').at(-1) ?? '';
      if (prelude.includes('@') || body.includes('{')) {
        // Holds for some screens only, or nests: any declaration in it may count.
        const declarations = parseDeclarations(body.replace(/[{}]/g, ';'));
        doubt(declarations);
        if (ofNoElement.test(prelude)) described.push(declarations);
        else if (levels === 0) unread.push(declarations);
        else read(body, false, levels - 1);
      } else {
        const declarations = parseDeclarations(body);
        for (const selector of prelude.split(',')) readRule(selector.trim(), declarations, isSure);
      }
    }
  };
  read(withoutComments(css), true, maxNestedRules);
  return { rules, uncertain, uncertainImportant, possible, unread, described };
}

/** Top-level blocks with what stands before them; a block that is never closed goes to the end. */
function* rulesIn(css: string): Generator<{ readonly prelude: string; readonly body: string }> {
  let depth = 0;
  let start = 0;
  let open = 0;
  for (let at = 0; at < css.length; at += 1) {
    const char = css[at];
    if (char === '\\') at += 1;
    else if (char === '"' || char === "'") at = endOfString(css, at);
    else if (char === '{') {
      if (depth === 0) open = at;
      depth += 1;
    } else if (char === '}' && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      yield { prelude: css.slice(start, open), body: css.slice(open + 1, at) };
      start = at + 1;
    }
  }
  if (depth > 0) yield { prelude: css.slice(start, open), body: css.slice(open + 1) };
}

/** Splits at a character that stands in no string and no parentheses. */
function splitOutside(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"' || char === "'") at = endOfString(text, at);
    else if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (char === separator && depth === 0) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** The offset of the closing quote, or the last one of the text. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === text[open]) return at;
  }
  return text.length;
}

function withoutComments(css: string): string {
  let text = '';
  let from = 0;
  for (let open = css.indexOf('/*'); open >= 0; open = css.indexOf('/*', from)) {
    text += css.slice(from, open);
    const close = css.indexOf('*/', open + 2);
    if (close < 0) return text;
    from = close + 2;
  }
  return text + css.slice(from).replaceAll('<!--', '').replaceAll('-->', '');
}
