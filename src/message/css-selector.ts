/** Which elements a CSS selector means, as far as mails use selectors (Selectors Level 3). */
import { compile, type Options } from 'css-select';
import { isTraversal, type Selector as Part, parse, SelectorType, type Traversal } from 'css-what';

import type { Steps } from './css-declaration.ts';

/** The part of an element that is looked at. */
export type SelectedNode = {
  readonly type: string;
  readonly name?: string | undefined;
  readonly attribs?: Readonly<Record<string, string>> | undefined;
  readonly children?: readonly SelectedNode[] | undefined;
  readonly parent?: SelectedNode | null | undefined;
  readonly prev?: SelectedNode | null | undefined;
};

export type Selector = {
  /** Whether the selector means the element. False as well when no steps are left. */
  selects(node: SelectedNode): boolean;
  /** The text before or after the element is meant. */
  readonly place: 'before' | 'after' | null;
  /** It may mean an element that a browser adds, so that no element of the mail tells whether it holds. */
  readonly isImplied: boolean;
};

const mostCompounds = 8;
const longestSelector = 1_000;

/** States that an element may be in, so that the rule may hold. */
const states: ReadonlySet<string> = new Set(
  'link visited hover active focus focus-within focus-visible root'.split(' '),
);

/** Elements that a browser puts in where a mail leaves them out (WHATWG HTML §13.1.2.4). */
const implied: ReadonlySet<string> = new Set('html head body tbody colgroup'.split(' '));

/** Scroll bars and the like. */
const ofOneBrowser = /^-(?:webkit|moz|ms)-(?!any)/;

const noElement: Selector = { selects: () => false, place: null, isImplied: false };

/** Reads selectors whose matching takes steps of the page. Null for what is not understood. */
export function selectorReader(steps: Steps): (text: string) => Selector | null {
  const adapter = counting(steps);
  return (text) => {
    try {
      return readSelector(text, adapter, steps);
    } catch {
      // The library refuses what it does not know.
      return null;
    }
  };
}

function readSelector(text: string, adapter: Adapter, steps: Steps): Selector | null {
  const [parts = [], ...others] = text.length > longestSelector ? [] : parse(text);
  const compounds = others.length > 0 ? [] : compoundsOf(parts);
  if (compounds.length === 0 || compounds.length > mostCompounds) return null;
  const names = compounds.map(({ tests }) => tests.flatMap(pseudoName));
  if (names.flat().some((name) => ofOneBrowser.test(name))) return noElement;
  const place = (names.at(-1) ?? []).find((name) => name === 'before' || name === 'after') ?? null;
  if (names.flat().some((name) => name !== place && !states.has(name))) return null;
  const named = withoutImplied(compounds.map(withoutPseudos));
  if (named === null) return null;
  const tokens = named.flatMap(({ combinator, tests }) => (combinator === null ? tests : [combinator, ...tests]));
  const query = compile<SelectedNode, SelectedNode>([tokens], { adapter, quirksMode: true, relativeSelector: false });
  return {
    selects: (node) => {
      steps.left -= 1;
      return steps.left >= 0 && query(node) && steps.left >= 0;
    },
    place,
    isImplied: isImplied(named.at(-1)),
  };
}

/** One element of a selector, and how it stands to the one on its left. */
type Compound = { readonly combinator: Traversal | null; readonly tests: readonly Part[] };

function compoundsOf(parts: readonly Part[]): readonly Compound[] {
  const compounds: Compound[] = [];
  let from = 0;
  for (const [at, part] of [...parts, null].entries()) {
    if (part !== null && !isTraversal(part)) continue;
    const before = parts[from - 1];
    compounds.push({
      combinator: before !== undefined && isTraversal(before) ? before : null,
      tests: parts.slice(from, at),
    });
    from = at + 1;
  }
  // One that begins with a combinator means something within a rule only.
  return compounds.some(({ tests }) => tests.length === 0) ? [] : compounds;
}

function pseudoName(part: Part): readonly string[] {
  return part.type === SelectorType.Pseudo || part.type === SelectorType.PseudoElement ? [part.name] : [];
}

const any: Part = { type: SelectorType.Universal, namespace: null };

/** States may hold, and what stands before an element is asked of the element. */
function withoutPseudos({ combinator, tests }: Compound): Compound {
  const left = tests.filter((part) => pseudoName(part).length === 0);
  return { combinator, tests: left.length > 0 ? left : [any] };
}

function isImplied(compound: Compound | undefined): boolean {
  const [test, ...others] = compound?.tests ?? [];
  return others.length === 0 && test?.type === SelectorType.Tag && implied.has(test.name.toLowerCase());
}

/** What stands below an element that may be missing in the mail, asked without it. Null for what stands beside one. */
function withoutImplied(compounds: readonly Compound[]): readonly Compound[] | null {
  const left: Compound[] = [];
  let isBelowMissing = false;
  for (const [at, compound] of compounds.entries()) {
    const isMissing = at < compounds.length - 1 && isImplied(compound);
    const isBelow = compound.combinator === null || belows.has(compound.combinator.type);
    if ((isMissing || isBelowMissing) && !isBelow) return null;
    if (!isMissing) {
      const combinator = left.length === 0 ? null : isBelowMissing ? below : compound.combinator;
      left.push({ ...compound, combinator });
    }
    isBelowMissing = isMissing;
  }
  return left;
}

const below: Traversal = { type: SelectorType.Descendant };
const belows: ReadonlySet<SelectorType> = new Set([SelectorType.Descendant, SelectorType.Child]);

type Adapter = NonNullable<Options<SelectedNode, SelectedNode>['adapter']>;

/** Letters of an attribute that are looked through in one step. */
const lettersInStep = 100;

/** What the library asks of elements; each question is a step, and with none left there is nothing more to be found. */
function counting(steps: Steps): Adapter {
  const isOver = (cost = 1): boolean => {
    steps.left -= cost;
    return steps.left < 0;
  };
  const isElement = ({ type }: SelectedNode): boolean => type === 'tag' || type === 'script' || type === 'style';
  const attribute = ({ attribs }: SelectedNode, name: string): string | undefined => {
    const value = attribs?.[name];
    return isOver(1 + (value?.length ?? 0) / lettersInStep) ? undefined : value;
  };
  const earlier = (node: SelectedNode): SelectedNode | null => {
    let { prev } = node;
    while (prev != null && !isElement(prev) && !isOver()) ({ prev } = prev);
    return prev ?? null;
  };
  const children = (node: SelectedNode | null | undefined): SelectedNode[] =>
    isOver(node?.children?.length) ? [] : [...(node?.children ?? [])];
  return {
    isTag: (node): node is SelectedNode => !isOver() && isElement(node),
    getAttributeValue: attribute,
    hasAttrib: (node, name) => attribute(node, name) !== undefined,
    getName: ({ name }) => name ?? '',
    getParent: ({ parent }) => (isOver() ? null : (parent ?? null)),
    getChildren: children,
    getSiblings: ({ parent }) => children(parent),
    prevElementSibling: earlier,
    // For queries, and for pseudo-classes that are not read.
    existsOne: (test, nodes) => nodes.some(test),
    findAll: (test, nodes) => nodes.filter(test),
    findOne: (test, nodes) => nodes.find(test) ?? null,
    getText: () => '',
    removeSubsets: (nodes) => nodes,
  };
}
