/** Declarations of CSS: of a style attribute, or of the block of a rule. */
import type { CssNode, Declaration as DeclarationNode } from 'css-tree';
import parse from 'css-tree/parser';
import { tokenize, tokenTypes } from 'css-tree/tokenizer';
import { ident } from 'css-tree/utils';

export type Declaration = { readonly value: string; readonly isImportant: boolean };
export type Declarations = ReadonlyMap<string, Declaration>;

/** Stands in place of a property among declarations of which some could not be read, so that any may be set. */
export const unreadProperty = '?';

/** Values stay text; what stands behind `@media` and the like is never asked for. */
const options = { parseValue: false, parseAtrulePrelude: false };

/** Steps that may still be taken for a page; with none left nobody knows what its style means. */
export type Steps = { left: number };

/** What stands in a style sheet or a style attribute, one after the other; null when it could not be read at all. */
export function nodesOf(
  css: string,
  context: 'stylesheet' | 'declarationList',
  steps: Steps,
): readonly CssNode[] | null {
  // The parser copies all of the text for each error.
  const cost = 500 + css.length / 16;
  const onParseError = (_: unknown, left: CssNode): void => {
    steps.left -= cost;
    // The parser looks for a rule there, and leaves out what stands behind where it finds none.
    const isCut = context === 'declarationList' && left.type === 'Raw' && left.value.startsWith('&');
    if (steps.left < 0 || isCut) throw new RangeError('not read to the end');
  };
  if (steps.left < 0) return null;
  try {
    const tree = parse(css, { ...options, context, onParseError });
    return tree.type === 'StyleSheet' || tree.type === 'DeclarationList' ? tree.children.toArray() : null;
  } catch {
    // Cut, too many errors, or blocks in blocks beyond what the parser's stack holds.
    return null;
  }
}

/** The declarations of a style attribute, lower-case; a later one wins unless an earlier one is important. */
export function parseDeclarations(style: string, steps: Steps): Declarations {
  const nodes = nodesOf(style, 'declarationList', steps);
  if (nodes !== null) return declarationsOf(nodes);
  return declarationsOf([...(nodesOf(withoutNesting(style), 'declarationList', steps) ?? []), somethingUnread]);
}

const somethingUnread: CssNode = { type: 'Raw', value: ':' };

function withoutNesting(text: string): string {
  return text.replace(/[{}&]/g, ';');
}

/** Each declaration in text that is no plain list of them, by itself: none is taken for replaced by a later one. */
export function looseDeclarations(text: string, steps: Steps): readonly Declarations[] | null {
  const nodes = nodesOf(withoutNesting(text), 'declarationList', steps);
  return nodes?.map((node) => declarationsOf([node])) ?? null;
}

/** Those of one block. */
export function declarationsOf(nodes: readonly CssNode[]): Declarations {
  const declarations = new Map<string, Declaration>();
  for (const node of nodes) {
    if (node.type === 'Declaration' && !isNested(node)) declare(declarations, nameOf(node), declarationOf(node));
    // What stands behind a bracket that is left open belongs to it for some programs only.
    else if (node.type === 'Raw' && /[([]/.test(node.value))
      declare(declarations, 'all', { value: '', isImportant: true });
    // Without a colon it is none in any program.
    else if (node.type !== 'Raw' || node.value.includes(':'))
      declare(declarations, unreadProperty, { value: '', isImportant: false });
  }
  return declarations;
}

/** Sets a property as the cascade does for a later declaration of at least the same weight. */
export function declare(declarations: Map<string, Declaration>, property: string, declaration: Declaration): void {
  if (declarations.get(property)?.isImportant === true && !declaration.isImportant) return;
  declarations.set(property, declaration);
}

/** A rule or the like in the block of a rule, which the parser may take for a declaration, `a:hover{…}`, or more than one. */
export function isNested(node: CssNode): boolean {
  if (node.type === 'Declaration') return valueOf(node).includes('{');
  return node.type === 'Raw' ? /[{]|;./s.test(node.value) : true;
}

/** A declaration, or what the parser left as it is, as it was written. */
export function textOf(node: CssNode): string {
  if (node.type === 'Declaration') {
    const mark = node.important === true ? 'important' : node.important;
    return `${node.property}:${valueOf(node)}${mark === false ? '' : `!${mark}`}`;
  }
  return node.type === 'Raw' ? node.value : '';
}

function valueOf({ value }: DeclarationNode): string {
  return value.type === 'Raw' ? value.value : '';
}

function nameOf({ property }: DeclarationNode): string {
  return (property.includes('\\') ? ident.decode(property) : property).toLowerCase();
}

function declarationOf(node: DeclarationNode): Declaration {
  const value = plainValue(valueOf(node)).toLowerCase();
  const mark = typeof node.important === 'string' ? ident.decode(node.important).toLowerCase() : '';
  // `!ie` and the like mean something to one program only.
  if (mark !== '' && mark !== 'important') return { value: `${value}!${mark}`, isImportant: false };
  return { value, isImportant: node.important !== false };
}

const { Ident, Function: Call, Hash, Dimension, Comment } = tokenTypes;
const named: ReadonlySet<number> = new Set([Ident, Call, Hash, Dimension]);

/** Without comments and needless escapes; in strings both stay. */
function plainValue(value: string): string {
  if (!value.includes('\\') && !value.includes('/*')) return value;
  let text = '';
  tokenize(value, (type, start, end) => {
    const token = value.slice(start, end);
    if (type === Comment) text += ' ';
    else text += named.has(type) ? plainName(token) : token;
  });
  return text.trim();
}

function plainName(token: string): string {
  const name = ident.decode(token);
  return /^[\w#.+-]+\(?$/.test(name) ? name : token;
}
