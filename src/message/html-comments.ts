/** Comments of an HTML text, which people do not see, and those among them that Outlook shows. */
import { endOfTag } from './html-tags.ts';

/**
 * Comments end for browsers where they do not end for the parser (`--!>`, `<!-->`, `<![CDATA[>`): they are taken out by
 * the browsers' rules first (WHATWG HTML §13.2.5.42 to §13.2.5.52). What style and script hold is left to the parser.
 */
export function withoutComments(html: string): string {
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

const condition = /<!(?:--)?\[if\s([^\]]{1,200})\]>(?:<!-->|-->)?|<!(?:--)?\s{0,9}(?:<!)?\[endif\](?:--)?>/gi;

/**
 * The page as Outlook for Windows shows it: what conditional comments keep for it is read, and what they keep from it
 * is not. Null where there are none, or none with a word in it.
 */
export function asOutlookShows(html: string): string | null {
  if (!/<!(?:--)?\[if\s/i.test(html)) return null;
  let text = '';
  let from = 0;
  let isKeptFrom = false;
  for (const match of html.matchAll(condition)) {
    if (!isKeptFrom) text += html.slice(from, match.index);
    from = match.index + match[0].length;
    isKeptFrom = /^[\s(]*!/.test(match[1] ?? '');
  }
  if (!isKeptFrom) text += html.slice(from);
  return withoutSettings(text);
}

/** Word's settings, which stand in `xml` elements. */
function withoutSettings(html: string): string {
  const pieces = html.split(/<xml\b/i);
  return pieces.map((piece, index) => (index === 0 ? piece : piece.slice(piece.search(/<\/xml\s*>|$/i)))).join('');
}
