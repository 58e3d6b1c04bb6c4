/**
 * Whether a person would see an element of an HTML mail. Senders of bulk mail and attackers alike put text where nobody
 * sees it; what nobody sees must not speak for the writer. In doubt the text counts as seen.
 *
 * Known here: inline styles, the old attributes, and plain class, id and tag rules of a style block. Rules inside
 * `@media` and the like are left out, since they hold for some screens only.
 */

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

type Declarations = ReadonlyMap<string, string>;

type Computed = {
  readonly visibility: Visibility;
  /** Null where it cannot be told. */
  readonly color: string | null;
  readonly background: string | null;
  readonly zeroSize: boolean;
  readonly invisible: boolean;
  readonly rules: StyleRules;
};

/** Hiding or colouring declarations by simple selector: `.name`, `#name` or `name`. */
type StyleRules = ReadonlyMap<string, Declarations>;

const computed = new WeakMap<HtmlNode, Computed>();

/** Visibility of an element whose ancestors were asked before it, as a walk from the top does. */
export function visibilityOf(element: HtmlNode): Visibility {
  return compute(element).visibility;
}

function compute(element: HtmlNode): Computed {
  const known = computed.get(element);
  if (known !== undefined) return known;
  const parent = element.parent;
  const inherited =
    parent === null || parent === undefined || parent.type === 'root' ? pageOf(parent ?? element) : compute(parent);
  const isPlain = inherited.rules.size === 0 && Object.keys(element.attribs ?? {}).length === 0;
  const result = isPlain ? inherited : computeFrom(inherited, element);
  computed.set(element, result);
  return result;
}

function computeFrom(inherited: Computed, element: HtmlNode): Computed {
  const own = declarationsOf(element, inherited.rules);
  const color = own.has('color') ? colorOf(own.get('color')) : inherited.color;
  const background = backgroundOf(own, inherited.background);
  const zeroSize = own.has('font-size') ? isNothing(own.get('font-size')) : inherited.zeroSize;
  const visibility = own.get('visibility');
  const invisible =
    visibility === undefined ? inherited.invisible : visibility === 'hidden' || visibility === 'collapse';
  const sameColor = color !== null && color === background;
  const isGone = inherited.visibility === 'gone' || takesAway(own) || element.attribs?.['hidden'] !== undefined;
  const hidesText = zeroSize || invisible || sameColor;
  return {
    visibility: isGone ? 'gone' : hidesText ? 'text-hidden' : 'shown',
    color,
    background,
    zeroSize,
    invisible,
    rules: inherited.rules,
  };
}

/** A page is black on white until somebody says otherwise. */
function pageOf(root: HtmlNode): Computed {
  const known = computed.get(root);
  if (known !== undefined && root.type === 'root') return known;
  const page: Computed = {
    visibility: 'shown',
    color: '#000000',
    background: '#ffffff',
    zeroSize: false,
    invisible: false,
    rules: root.type === 'root' ? rulesOf(root) : new Map(),
  };
  if (root.type === 'root') computed.set(root, page);
  return page;
}

function takesAway(own: Declarations): boolean {
  if (own.get('display') === 'none') return true;
  const opacity = own.get('opacity');
  if (opacity !== undefined && Number.parseFloat(opacity) < 0.05) return true;
  const clipped = own.get('overflow') === 'hidden';
  if (clipped && ['height', 'max-height', 'width', 'max-width'].some((name) => isNothing(own.get(name)))) return true;
  return ['text-indent', 'left', 'top', 'margin-left'].some((name) => Number.parseFloat(own.get(name) ?? '') <= -999);
}

/** Zero, or at most one pixel or point: nobody reads it. */
function isNothing(value: string | undefined): boolean {
  const match = /^(\d*\.?\d+)\s*(px|pt|em|rem|%)?$/.exec(value ?? '');
  if (match === null) return false;
  const size = Number(match[1]);
  return size === 0 || ((match[2] === 'px' || match[2] === 'pt') && size <= 1);
}

function declarationsOf(element: HtmlNode, rules: StyleRules): Declarations {
  const attributes = element.attribs ?? {};
  const own = new Map<string, string>();
  if (rules.size > 0) {
    const names = (attributes['class'] ?? '').split(/\s+/).map((name) => `.${name}`);
    for (const selector of [element.name ?? '', ...names, `#${attributes['id'] ?? ''}`]) {
      for (const [property, value] of rules.get(selector) ?? []) own.set(property, value);
    }
  }
  if (attributes['color'] !== undefined) own.set('color', attributes['color'].toLowerCase());
  if (attributes['bgcolor'] !== undefined) own.set('background-color', attributes['bgcolor'].toLowerCase());
  if (attributes['background'] !== undefined) own.set('background', 'url');
  for (const [property, value] of parseDeclarations(attributes['style'] ?? '')) own.set(property, value);
  return own;
}

const maxStyleLength = 4 * 1024;

function parseDeclarations(style: string): Declarations {
  const declarations = new Map<string, string>();
  for (const declaration of style.slice(0, maxStyleLength).toLowerCase().split(';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const value = declaration
      .slice(colon + 1)
      .replace('!important', '')
      .trim();
    declarations.set(declaration.slice(0, colon).trim(), value);
  }
  return declarations;
}

function backgroundOf(own: Declarations, inherited: string | null): string | null {
  const value = own.get('background-color') ?? own.get('background');
  if (own.has('background-image')) return null;
  if (value === undefined || value === 'transparent' || value === 'none' || value === 'inherit') return inherited;
  return colorOf(value);
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
  if (/^#[0-9a-f]{6}$/.test(text)) return text;
  if (/^[0-9a-f]{6}$/.test(text)) return `#${text}`;
  if (/^#[0-9a-f]{3}$/.test(text)) return text.replace(/[0-9a-f]/g, '$&$&');
  const rgb = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*1(?:\.0)?\s*)?\)$/.exec(text);
  if (rgb === null) return null;
  return `#${rgb
    .slice(1, 4)
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

const maxStyleBlockLength = 64 * 1024;

/** The plain rules of all style blocks below a node. */
function rulesOf(root: HtmlNode): StyleRules {
  const rules = new Map<string, Map<string, string>>();
  let length = 0;
  const waiting: HtmlNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type !== 'style') {
      waiting.push(...(node.children ?? []).filter((child) => child.type === 'tag' || child.type === 'style'));
      continue;
    }
    const css = (node.children ?? []).map((child) => child.data ?? '').join('');
    length += css.length;
    if (length > maxStyleBlockLength) break;
    addRules(css, rules);
  }
  return rules;
}

const simpleSelector = /^(?:[a-z][a-z0-9]*|[.#][\w-]+)$/i;

function addRules(css: string, rules: Map<string, Map<string, string>>): void {
  for (const { selectors, body } of topLevelRules(withoutComments(css))) {
    const declarations = parseDeclarations(body);
    for (const selector of selectors.split(',').map((text) => text.trim())) {
      if (!simpleSelector.test(selector)) continue;
      const merged = rules.get(selector) ?? new Map<string, string>();
      for (const [property, value] of declarations) merged.set(property, value);
      rules.set(selector, merged);
    }
  }
}

/** `selectors { body }` outside of every at-rule. */
function* topLevelRules(css: string): Generator<{ readonly selectors: string; readonly body: string }> {
  let depth = 0;
  let start = 0;
  let open = 0;
  for (let at = 0; at < css.length; at += 1) {
    if (css[at] === '{') {
      if (depth === 0) open = at;
      depth += 1;
    } else if (css[at] === '}' && depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      const selectors = css.slice(start, open).trim();
      if (!selectors.includes('@')) yield { selectors, body: css.slice(open + 1, at) };
      start = at + 1;
    }
  }
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
