/**
 * HTML turned into the text that a person reads: hidden parts left out, nothing put between letters that stand
 * together on the screen, quoted blocks marked with `> `, links by their text. Never throws.
 */
import { compile, type DomNode, type FormatCallback } from 'html-to-text';
import { visibilityOf } from './html-visibility.ts';

export type HtmlText = {
  readonly text: string;
  /** What was cut or read more coarsely, one line; null when nothing was. */
  readonly cut: string | null;
};

/** Mail programs flatten or refuse deeper nesting, and the parser needs quadratic time for it. */
const maxNesting = 256;

/** Converts decoded HTML; the caller has cut it to its limit. */
export function htmlToReadableText(source: string): HtmlText {
  const html = withoutComments(source);
  if (nestsDeeperThan(html, maxNesting)) {
    return { text: convert(withoutTags(html)), cut: `HTML nested deeper than ${maxNesting}: its tags were dropped` };
  }
  return { text: convert(html), cut: null };
}

const blocks: ReadonlySet<string> = new Set(
  'address article aside body center dd div dl dt fieldset footer form header hr html li main nav ol section table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
const paragraphs: ReadonlySet<string> = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);
const cells: ReadonlySet<string> = new Set(['td', 'th']);
const formatElement: FormatCallback = (element, walk, builder) => {
  const name = element.name ?? '';
  const visibility = visibilityOf(element);
  if (visibility === 'gone' || name === 'title') return;
  const children = visibility === 'shown' ? element.children : element.children.filter((node) => node.type !== 'text');
  if (name === 'br') builder.addLineBreak();
  else if (name === 'blockquote') {
    builder.openBlock({ leadingLineBreaks: 2, reservedLineLength: 2 });
    walk(children, builder);
    builder.closeBlock({ trailingLineBreaks: 2, blockTransform: isDeepQuote(element) ? asItIs : quoted });
  } else if (paragraphs.has(name) || blocks.has(name)) {
    const breaks = paragraphs.has(name) ? 2 : 1;
    builder.openBlock({ leadingLineBreaks: breaks, isPre: name === 'pre' });
    walk(children, builder);
    builder.closeBlock({ trailingLineBreaks: breaks });
  } else {
    if (cells.has(name)) builder.addInline(' ');
    walk(children, builder);
    if (cells.has(name)) builder.addInline(' ');
  }
};

/** Beyond this depth a quote gets no further mark: each level would copy all lines below it once more. */
const maxQuoteMarks = 6;

function isDeepQuote(element: DomNode): boolean {
  let depth = 0;
  for (let node = element.parent; node != null && depth < maxQuoteMarks; node = node.parent) {
    if (node.name === 'blockquote') depth += 1;
  }
  return depth >= maxQuoteMarks;
}

function asItIs(text: string): string {
  return text;
}

function quoted(text: string): string {
  return text
    .replace(/^\n+|\n+$/g, '')
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** Every formatter that the library's default selectors name is ours. */
const formatters = Object.fromEntries(
  'anchor block blockquote heading horizontalLine image inline lineBreak orderedList paragraph pre table unorderedList wbr skip'
    .split(' ')
    .map((name): [string, FormatCallback] => [name, formatElement]),
);

const convert = compile({
  // Not only `body`: text outside of it is on the screen too.
  baseElements: { selectors: [] },
  formatters,
  limits: { maxDepth: 2 * maxNesting + 16, maxInputLength: Number.MAX_SAFE_INTEGER },
  // A zero-width space parts no words on the screen.
  whitespaceCharacters: ' \t\r\n\f',
  wordwrap: false,
});

const voidElements: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Closed by the parser when a sibling opens, so a run of them does not nest. */
const selfClosing: ReadonlySet<string> = new Set(
  'p li dt dd option optgroup tr td th thead tbody tfoot rt rp'.split(' '),
);

/** One linear pass over the tags, with the parser's rule that an end tag closes down to its start tag. */
function nestsDeeperThan(html: string, limit: number): boolean {
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const { name, isEnd } of tagsOf(html)) {
    if (voidElements.has(name) || selfClosing.has(name)) continue;
    if (!isEnd) {
      open.push(name);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (open.length > limit) return true;
    } else if ((counts.get(name) ?? 0) > 0) {
      let closed: string | undefined;
      do {
        closed = open.pop();
        if (closed !== undefined) counts.set(closed, (counts.get(closed) ?? 1) - 1);
      } while (closed !== undefined && closed !== name);
    }
  }
  return false;
}

type Tag = { readonly start: number; readonly end: number; readonly name: string; readonly isEnd: boolean };

const tagName = /(\/?)([a-z][a-z0-9:_-]{0,63})/iy;

function* tagsOf(html: string): Generator<Tag> {
  for (let start = html.indexOf('<'); start >= 0; ) {
    tagName.lastIndex = start + 1;
    const match = tagName.exec(html);
    if (match === null) {
      start = html.indexOf('<', start + 1);
      continue;
    }
    const end = endOfTag(html, start);
    yield { start, end, name: (match[2] ?? '').toLowerCase(), isEnd: match[1] === '/' };
    start = html.indexOf('<', end);
  }
}

/** The offset after the `>` that stands in no attribute value; the end of the text when there is none. */
function endOfTag(html: string, start: number): number {
  let last = '';
  for (let at = start + 1; at < html.length; at += 1) {
    const char = html[at] ?? '';
    if (char === '>') return at + 1;
    if ((char === '"' || char === "'") && last === '=') {
      const close = html.indexOf(char, at + 1);
      if (close < 0) return html.length;
      at = close;
    }
    if (!/\s/.test(char)) last = char;
  }
  return html.length;
}

/**
 * Comments end for browsers where they do not end for the parser (`--!>`, `<!-->`, `<![CDATA[>`): they are taken out by
 * the browsers' rules first (WHATWG HTML §13.2.5.42 to §13.2.5.52). What style and script hold is left to the parser.
 */
function withoutComments(html: string): string {
  if (!/<[!?]/.test(html)) return html;
  let text = '';
  let from = 0;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const end = endOfComment(html, at);
    if (end > at) {
      text += html.slice(from, at);
      from = end;
      at = end;
    } else at = /^<\/?[a-z]/i.test(html.slice(at, at + 3)) ? endOfElementStart(html, at) : at + 1;
  }
  return text + html.slice(from);
}

/** The offset after the comment that begins here; `at` itself where none does. */
function endOfComment(html: string, at: number): number {
  if (!html.startsWith('<!', at) && !html.startsWith('<?', at)) return at;
  if (!html.startsWith('<!--', at)) {
    const close = html.indexOf('>', at);
    return close < 0 ? html.length : close + 1;
  }
  if (html.startsWith('>', at + 4)) return at + 5;
  if (html.startsWith('->', at + 4)) return at + 6;
  for (let dashes = html.indexOf('--', at + 4); dashes >= 0; dashes = html.indexOf('--', dashes + 1)) {
    if (html.startsWith('>', dashes + 2)) return dashes + 3;
    if (html.startsWith('!>', dashes + 2)) return dashes + 4;
  }
  return html.length;
}

const rawTextTag = /<(style|script)\b/iy;

/** The offset after a tag, or for style and script after what they hold. */
function endOfElementStart(html: string, at: number): number {
  const end = endOfTag(html, at);
  rawTextTag.lastIndex = at;
  const name = rawTextTag.exec(html)?.[1];
  if (name === undefined) return end;
  const close = new RegExp(`</${name}`, 'ig');
  close.lastIndex = end;
  return close.exec(html)?.index ?? html.length;
}

/** The text between the tags, still with its character references; style and script contents go too. */
function withoutTags(html: string): string {
  let text = '';
  let from = 0;
  let skipping: string | null = null;
  for (const tag of tagsOf(html)) {
    if (skipping === null) {
      text += html.slice(from, tag.start);
      if (blocks.has(tag.name) && !text.endsWith('<br>')) text += '<br>';
    }
    if (tag.name === skipping && tag.isEnd) skipping = null;
    else if (skipping === null && !tag.isEnd && (tag.name === 'style' || tag.name === 'script')) skipping = tag.name;
    from = tag.end;
  }
  return skipping === null ? text + html.slice(from) : text;
}
