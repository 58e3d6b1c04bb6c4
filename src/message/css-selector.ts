/** Which elements a CSS selector means, as far as mails use selectors (Selectors Level 3). */

/** The part of an element that is looked at. */
export type SelectedNode = {
  readonly type: string;
  readonly name?: string | undefined;
  readonly attribs?: Readonly<Record<string, string>> | undefined;
  readonly children?: readonly SelectedNode[] | undefined;
  readonly parent?: SelectedNode | null | undefined;
};

type Test = (node: SelectedNode) => boolean;
type Combinator = ' ' | '>' | '+' | '~';
/** One element of the selector, and how it stands to the one on its left. */
type Compound = { readonly tests: readonly Test[]; readonly combinator: Combinator };

export type Selector = {
  readonly compounds: readonly Compound[];
  /** The text before or after the element is meant. */
  readonly place: 'before' | 'after' | null;
};

/** Steps that may still be taken for the selectors of a page; with none left nobody knows what they mean. */
export type Steps = { left: number };

const mostCompounds = 8;
const combinatorText = /\s*([>+~])\s*|\s+/y;
const typeText = /\*|[a-z][\w-]*/iy;
const partText =
  /([.#])([\w-]{1,200})|\[\s*([\w-]+)\s*(?:([~|^$*]?=)\s*(?:"([^"]*)"|'([^']*)'|([^\]\s"']*))\s*)?\]|::?([a-z-]+)/iy;
/** States that an element may be in, so that the rule may hold. */
const states: ReadonlySet<string> = new Set(
  'link visited hover active focus focus-within focus-visible root'.split(' '),
);

/** Scroll bars and the like. */
const ofOneBrowser = /^-(?:webkit|moz|ms)-(?!any)/;

/** Null for what is not understood. */
export function parseSelector(text: string): Selector | null {
  const compounds: Compound[] = [];
  let place: Selector['place'] = null;
  let combinator: Combinator = ' ';
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (compounds.length < mostCompounds && place === null) {
    const start = at;
    const tests: Test[] = [];
    const type = take(typeText)?.[0].toLowerCase() ?? '*';
    if (type !== '*') tests.push(({ name }) => name === type);
    for (let part = take(partText); part !== null; part = take(partText)) {
      const pseudo = part[8]?.toLowerCase();
      if (pseudo === 'before' || pseudo === 'after') place = pseudo;
      else if (pseudo === undefined) tests.push(testOf(part));
      else if (ofOneBrowser.test(pseudo)) tests.push(() => false);
      else if (!states.has(pseudo)) return null;
    }
    if (at === start) return null;
    compounds.push({ tests, combinator });
    if (at === text.length) return { compounds, place };
    const next = take(combinatorText);
    if (next === null) return null;
    combinator = combinatorOf(next[1]);
  }
  return null;
}

function combinatorOf(sign: string | undefined): Combinator {
  return sign === '>' || sign === '+' || sign === '~' ? sign : ' ';
}

function testOf([, mark, name = '', attribute = '', operator, double, single, bare]: RegExpExecArray): Test {
  if (mark === '#') return ({ attribs }) => attribs?.['id'] === name;
  if (mark === '.') return hasValue('class', '~=', name);
  return hasValue(attribute.toLowerCase(), operator, double ?? single ?? bare ?? '');
}

function hasValue(attribute: string, operator: string | undefined, wanted: string): Test {
  const holds = (value: string): boolean => {
    if (operator === undefined) return true;
    if (operator === '=') return value === wanted;
    if (operator === '^=') return value.startsWith(wanted);
    if (operator === '$=') return value.endsWith(wanted);
    if (operator === '*=') return value.includes(wanted);
    if (operator === '|=') return value === wanted || value.startsWith(`${wanted}-`);
    return value.split(/\s+/).includes(wanted);
  };
  return ({ attribs }) => {
    const value = attribs?.[attribute];
    return value !== undefined && holds(value.slice(0, 1_000));
  };
}

/** Whether the selector means the element. False as well when no steps are left. */
export function selects({ compounds }: Selector, node: SelectedNode, steps: Steps): boolean {
  return matches(compounds, compounds.length - 1, node, steps);
}

function matches(compounds: readonly Compound[], last: number, node: SelectedNode, steps: Steps): boolean {
  steps.left -= 1;
  const compound = compounds[last];
  if (steps.left < 0 || compound === undefined || !compound.tests.every((test) => test(node))) return false;
  if (last === 0) return true;
  const onLeft = (other: SelectedNode): boolean => matches(compounds, last - 1, other, steps);
  if (compound.combinator === '+' || compound.combinator === '~') {
    const earlier = earlierSiblings(node, steps);
    return (compound.combinator === '+' ? earlier.slice(-1) : earlier).some(onLeft);
  }
  return ancestors(node, compound.combinator === '>' ? 1 : Number.POSITIVE_INFINITY).some(onLeft);
}

function ancestors(node: SelectedNode, most: number): readonly SelectedNode[] {
  const found: SelectedNode[] = [];
  for (let { parent } = node; parent != null && parent.name !== undefined && found.length < most; { parent } = parent) {
    found.push(parent);
  }
  return found;
}

function earlierSiblings(node: SelectedNode, steps: Steps): readonly SelectedNode[] {
  const siblings = node.parent?.children ?? [];
  steps.left -= siblings.length;
  if (steps.left < 0) return [];
  return siblings.slice(0, siblings.indexOf(node)).filter(({ name }) => name !== undefined);
}
