/**
 * As much of CSS as is needed to tell what an HTML mail hides: the plain class, id and tag rules of style blocks. What a
 * rule beyond that may change counts as uncertain, so that text is never taken for hidden because a rule that shows it
 * was not understood.
 */
import type { CssNode, Rule } from 'css-tree';
import generate from 'css-tree/generator';
import {
  type Declaration,
  type Declarations,
  declarationsOf,
  isNested,
  looseDeclarations,
  nodesOf,
  type Steps,
  textOf,
  unreadProperty,
} from './css-declaration.ts';
import { type Selector, selectorReader } from './css-selector.ts';

/** A declaration of a rule, and the place of the rule in the page. */
export type RuleDeclaration = Declaration & { readonly order: number };

export type StyleSheet = {
  /** By simple selector: `.name`, `#name` or `name`. */
  readonly rules: ReadonlyMap<string, ReadonlyMap<string, RuleDeclaration>>;
  /** The names of rules by their small letters: a browser in quirks mode takes classes and ids for equal by those. */
  readonly spellings: ReadonlyMap<string, readonly string[]>;
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
  spellings: new Map(),
  uncertain: new Set(),
  uncertainImportant: new Set(),
  possible: [],
  unread: [],
  described: [],
};

const ofNoElement =
  /^(?:font-face|list|page|counter-style|property|namespace|charset|import|-ms-viewport|viewport|(?:-[a-z]{1,6}-)?keyframes)$/i;

/** Rules in rules in rules: beyond this nobody writes a mail. */
const maxNestedRules = 4;

/** Reads the text of all style blocks of a page, whose selectors take its steps. Null when it cannot be read. */
export function parseStyleSheet(css: string, steps: Steps): StyleSheet | null {
  const sheet = sheetReader(steps);
  const nodes = nodesOf(css, 'stylesheet', steps);
  return nodes !== null && sheet.read(nodes, true, maxNestedRules) ? sheet.result() : null;
}

type SheetReader = {
  /** False for rules that nest too deep, or are too broken. */
  read(nodes: readonly CssNode[], isSure: boolean, levels: number): boolean;
  result(): StyleSheet;
};

function sheetReader(steps: Steps): SheetReader {
  const rules = new Map<string, Map<string, RuleDeclaration>>();
  const spellings = new Map<string, readonly string[]>();
  const uncertain = new Set<string>();
  const uncertainImportant = new Set<string>();
  const possible: StyleRule[] = [];
  const unread: Declarations[] = [];
  const described: Declarations[] = [];
  const parseSelector = selectorReader(steps);
  let order = 0;

  const doubt = (declarations: Declarations): void => {
    for (const [property, { isImportant }] of declarations) {
      // No program follows what cannot be read.
      if (property === unreadProperty) continue;
      uncertain.add(property);
      if (isImportant) uncertainImportant.add(property);
    }
  };
  const leaveUnread = (declarations: Declarations): void => {
    doubt(declarations);
    unread.push(declarations);
  };
  const add = (name: string, declarations: Declarations): void => {
    const merged = rules.get(name) ?? new Map<string, RuleDeclaration>();
    for (const [property, declaration] of declarations) {
      const one = { ...declaration, order };
      if (isStronger(one, merged.get(property))) merged.set(property, one);
    }
    if (!rules.has(name)) spellings.set(name.toLowerCase(), [...(spellings.get(name.toLowerCase()) ?? []), name]);
    rules.set(name, merged);
  };
  const readSelector = (text: string, declarations: Declarations): void => {
    const selector = parseSelector(text);
    if (selector === null || selector.place === null) doubt(declarations);
    if (selector === null || selector.isImplied) unread.push(declarations);
    if (selector !== null) possible.push({ selector, declarations });
  };
  const readRule = ({ prelude, block }: Rule, isSure: boolean, levels: number): boolean => {
    const nodes = block.children.toArray();
    const declarations = declarationsOf(nodes);
    const nested = nodes.filter(isNested);
    if (prelude.type === 'Raw') {
      leaveUnread(declarations);
      if (prelude.value.includes(';') && !read([prelude], false, levels)) return false;
    } else {
      const selectors = prelude.children.toArray();
      // A browser that does not know one selector of a list leaves out the whole rule.
      const isKnown = isSure && nested.length === 0 && selectors.every(isPlain);
      order += 1;
      for (const selector of selectors) {
        const name = isKnown ? simpleName(selector) : null;
        if (name === null) readSelector(generate(selector), declarations);
        else add(name, declarations);
      }
    }
    return read(nested, false, levels - 1);
  };
  const describe = (nodes: readonly CssNode[], levels: number): boolean => {
    const declarations = declarationsOf(nodes.filter((node) => !('block' in node)));
    doubt(declarations);
    described.push(declarations);
    if (
      !read(
        nodes.filter((node) => !('block' in node) && isNested(node)),
        false,
        levels,
      )
    )
      return false;
    const blocks = nodes.flatMap((node) => ('block' in node && node.block !== null ? [node.block] : []));
    return blocks.length === 0 || (levels > 0 && blocks.every((one) => describe(one.children.toArray(), levels - 1)));
  };
  const read = (nodes: readonly CssNode[], isSure: boolean, levels: number): boolean => {
    if (nodes.length > 0 && levels < 0) return false;
    return nodes.every((node) => {
      if (node.type === 'Rule') return readRule(node, isSure, levels);
      if (node.type === 'Atrule') {
        const inside = node.block?.children.toArray() ?? [];
        // Holds for some screens only.
        return ofNoElement.test(node.name) ? describe(inside, levels) : read(inside, false, levels - 1);
      }
      const loose = looseDeclarations(textOf(node), steps);
      for (const declarations of loose ?? []) leaveUnread(declarations);
      return loose !== null;
    });
  };
  return { read, result: () => ({ rules, spellings, uncertain, uncertainImportant, possible, unread, described }) };
}

/** Whether a declaration wins over another one of the same specificity. */
export function isStronger(one: RuleDeclaration, other: RuleDeclaration | undefined): boolean {
  if (other === undefined) return true;
  return one.isImportant === other.isImportant ? one.order >= other.order : one.isImportant;
}

const plainName = /^-?[a-z_][\w-]*$/i;

/** Made of names alone, which every program understands. */
function isPlain(selector: CssNode): boolean {
  const parts = selector.type === 'Selector' ? selector.children.toArray() : [];
  return parts.every((part, at) => {
    const begins = (parts[at - 1]?.type ?? 'Combinator') === 'Combinator';
    if (part.type === 'Combinator') return !begins && at < parts.length - 1;
    if (part.type === 'TypeSelector') return begins && plainName.test(part.name);
    return (part.type === 'ClassSelector' || part.type === 'IdSelector') && plainName.test(part.name);
  });
}

/** Null for a selector of several parts. A name in capitals means other elements in XHTML. */
function simpleName(selector: CssNode): string | null {
  const [part, ...others] = selector.type === 'Selector' ? selector.children.toArray() : [];
  if (others.length > 0) return null;
  if (part?.type === 'ClassSelector') return `.${part.name}`;
  if (part?.type === 'IdSelector') return `#${part.name}`;
  return part?.type === 'TypeSelector' && /^[a-z][a-z0-9]*$/.test(part.name) ? part.name : null;
}
