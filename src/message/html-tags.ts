/** The tags of an HTML text one after the other, in one linear pass: for what has to be known before it is parsed. */

const voidElements: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Closed by the parser when a sibling opens, so a run of them does not nest. */
const selfClosing: ReadonlySet<string> = new Set(
  'p li dt dd option optgroup tr td th thead tbody tfoot rt rp'.split(' '),
);

/** One linear pass over the tags, with the parser's rule that an end tag closes down to its start tag. */
export function nestsDeeperThan(html: string, limit: number): boolean {
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
export function endOfTag(html: string, start: number): number {
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

/** The text between the tags, still with its character references, a line break at each block; style and script contents go too. */
export function withoutTags(html: string, blocks: ReadonlySet<string>): string {
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
