/** What the style of a page sets for an element. */
import { isStronger, type RuleDeclaration, type StyleSheet } from './css.ts';
import {
  type Declaration,
  type Declarations,
  declare,
  parseDeclarations,
  type Steps,
  unreadProperty,
} from './css-declaration.ts';
import type { SelectedNode } from './css-selector.ts';

export type PageStyle = {
  readonly sheet: StyleSheet;
  readonly steps: Steps;
  /** What style attributes say, which many elements of a page share. */
  readonly styles: Map<string, Declarations>;
};

/** What applies to an element: old attributes, then style rules, then its style attribute; all, or less what is uncertain. */
export function appliedTo(element: SelectedNode, page: PageStyle, onlySure: boolean): Declarations {
  const { sheet } = page;
  const attributes = element.attribs ?? {};
  const own = new Map<string, Declaration>();
  const put = (property: string, value: string): void => declare(own, property, { value, isImportant: false });
  if (attributes['color'] !== undefined) put('color', attributes['color'].toLowerCase());
  if (attributes['bgcolor'] !== undefined) put('background-color', attributes['bgcolor'].toLowerCase());
  if (attributes['background'] !== undefined) put('background-image', 'url');
  for (const declarations of rulesOf(element, page)) {
    for (const [property, declaration] of declarations) {
      if (!onlySure || !mayBeSet(sheet, property)) declare(own, property, declaration);
    }
  }
  for (const [property, declaration] of styleOf(attributes['style'] ?? '', page)) declare(own, property, declaration);
  if (!onlySure) return own;
  for (const property of own.keys()) if (sheet.uncertainImportant.has(property)) own.delete(property);
  for (const property of otherSpellings(element, page).flatMap((each) => [...each.keys()])) own.set(property, unknown);
  return resetsAll(own) || sheet.uncertainImportant.has('all') ? reset : own;
}

/** No value that any property has. */
const unknown: Declaration = { value: '?', isImportant: false };
const reset: Declarations = new Map([['all', unknown]]);

export function isKnown(declaration: Declaration | undefined): boolean {
  return declaration !== undefined && declaration !== unknown;
}

/** Whether any property may have another value than the declarations say. */
export function resetsAll(declarations: Declarations): boolean {
  return declarations.has('all') || declarations.has(unreadProperty);
}

/** Whether a rule of which nobody knows whether it holds sets it. */
export function mayBeSet({ uncertain }: StyleSheet, property: string): boolean {
  return uncertain.has(property) || uncertain.has('all');
}

function styleOf(style: string, { styles, steps }: PageStyle): Declarations {
  const known = styles.get(style);
  if (known !== undefined) return known;
  const declarations = parseDeclarations(style, steps);
  styles.set(style, declarations);
  return declarations;
}

/** What the simple rules set that mean the element, the weakest first. */
function rulesOf(element: SelectedNode, page: PageStyle): readonly Declarations[] {
  if (page.sheet.rules.size === 0) return [];
  const ofClasses = new Map<string, RuleDeclaration>();
  for (const name of classesOf(element)) {
    for (const [property, declaration] of ruleOf(name, page)) {
      if (isStronger(declaration, ofClasses.get(property))) ofClasses.set(property, declaration);
    }
  }
  return [ruleOf(element.name ?? '', page), ofClasses, ruleOf(idOf(element), page)];
}

const noRule: ReadonlyMap<string, RuleDeclaration> = new Map();

function ruleOf(name: string, { sheet, steps }: PageStyle): ReadonlyMap<string, RuleDeclaration> {
  const rule = sheet.rules.get(name) ?? noRule;
  steps.left -= rule.size;
  return steps.left < 0 ? noRule : rule;
}

/** What the simple rules set that mean the element if capital letters make no difference. */
export function otherSpellings(element: SelectedNode, page: PageStyle): readonly Declarations[] {
  if (page.sheet.rules.size === 0) return [];
  const names = [...classesOf(element), idOf(element)];
  const others = names.flatMap((name) =>
    (page.sheet.spellings.get(name.toLowerCase()) ?? []).filter((other) => other !== name),
  );
  page.steps.left -= others.length;
  return page.steps.left < 0 ? [] : others.map((name) => ruleOf(name, page));
}

function classesOf({ attribs }: SelectedNode): ReadonlySet<string> {
  return new Set((attribs?.['class'] ?? '').split(/[ \t\n\f\r]+/).map((name) => `.${name}`));
}

function idOf({ attribs }: SelectedNode): string {
  return `#${attribs?.['id'] ?? ''}`;
}
