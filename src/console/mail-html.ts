/**
 * The HTML of a mail as a page that can do nothing: only elements and attributes of a fixed list are written again, from
 * the parser's tokens. No script, no form, no link that can be followed, no picture; where links lead and what pictures
 * say stands there as text. Served into a sandboxed frame under a policy of its own (`security-headers.ts`): each of the
 * three would be enough alone.
 */
import { Parser } from 'htmlparser2';

/** Deeper nesting is written flat: browsers do the same, and parsers take quadratic time for it. */
const mostOpen = 200;
const longestTarget = 300;
const longestStyle = 2_000;

const kept: ReadonlySet<string> = new Set(
  `abbr address article aside b blockquote br caption center cite code col colgroup dd del div dl dt em figcaption figure
  font footer h1 h2 h3 h4 h5 h6 header hr i ins li main mark nav ol p pre q s section small span strike strong sub sup
  table tbody td tfoot th thead tr tt u ul`.split(/\s+/),
);
const voids: ReadonlySet<string> = new Set(['br', 'col', 'hr']);
/** What stands in them is no text of the mail. */
const dropped: ReadonlySet<string> = new Set(
  'applet audio canvas embed frame frameset iframe math noembed noframes object script style svg template title video'.split(
    ' ',
  ),
);
const attributes: ReadonlySet<string> = new Set(
  `align bgcolor border cellpadding cellspacing color colspan dir face height lang rowspan size start valign width`.split(
    /\s+/,
  ),
);

/** Never throws. The caller has cut it to its limit. */
export function safeMailHtml(source: string): string {
  const out: string[] = [];
  /** Elements of the mail that are open, and what closes each in the answer; null where nothing was written. */
  const open: { readonly name: string; readonly close: string | null }[] = [];
  let droppedDepth = 0;
  const close = (entry: (typeof open)[number]): void => {
    if (dropped.has(entry.name)) droppedDepth -= 1;
    else if (entry.close !== null) out.push(entry.close);
  };
  const parser = new Parser(
    {
      onopentag(name, given) {
        if (dropped.has(name)) droppedDepth += 1;
        const written = droppedDepth > 0 || open.length >= mostOpen ? null : startOf(name, given);
        if (written !== null) out.push(written.start);
        open.push({ name, close: written?.end ?? null });
      },
      ontext(text) {
        if (droppedDepth === 0) out.push(escaped(text));
      },
      onclosetag(name) {
        // The parser closes in order, what was left open too.
        const entry = open.pop();
        if (entry !== undefined && entry.name === name) close(entry);
        else if (entry !== undefined) open.push(entry);
      },
    },
    { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeSelfClosing: false },
  );
  parser.write(source.replace(/\r\n?/g, '\n'));
  parser.end();
  for (const entry of open.toReversed()) close(entry);
  return out.join('');
}

type Written = { readonly start: string; readonly end: string };

function startOf(name: string, given: Readonly<Record<string, string>>): Written | null {
  if (name === 'img') return { start: pictureText(given), end: '' };
  if (name === 'a' || name === 'area')
    return { start: '<span class="link">', end: `${targetText(given['href'])}</span>` };
  if (!kept.has(name)) return null;
  const own = Object.entries(given).flatMap(([attribute, value]) => attributeText(attribute, value));
  return { start: `<${[name, ...own].join(' ')}>`, end: voids.has(name) ? '' : `</${name}>` };
}

function attributeText(name: string, value: string): readonly string[] {
  if (name === 'style') {
    const style = safeStyle(value);
    return style === '' ? [] : [`style="${escaped(style)}"`];
  }
  return attributes.has(name) ? [`${name}="${escaped(value.slice(0, 200))}"`] : [];
}

/** What takes an element out of its place, over words that we wrote: where a link really leads must stay in sight. */
const moving =
  /^\s*(?:position|inset|z-index|transform|translate|rotate|scale|clip|clip-path|mask|filter|opacity|zoom|overflow(?:-[xy])?)\s*:|^\s*(?:margin|text-indent)[^:]*:[^:]*-/i;

/** Declarations that name nothing to load, in letters that mean what they say. */
function safeStyle(text: string): string {
  return text
    .slice(0, longestStyle)
    .split(';')
    .filter(
      (one) =>
        !moving.test(one) &&
        /^[\s\w#%.,:!'"()+-]*$/.test(one) &&
        !/url|image|import|expression|behavior|binding|attr|var/i.test(one),
    )
    .join(';')
    .trim();
}

function pictureText({ alt = '', src = '' }: Readonly<Record<string, string>>): string {
  const what = /^cid:/i.test(src)
    ? 'picture in the mail'
    : /^data:/i.test(src)
      ? 'picture'
      : 'remote picture, not loaded';
  return `<span class="picture">[${what}${alt.trim() === '' ? '' : `: ${escaped(alt.trim().slice(0, longestTarget))}`}]</span>`;
}

/** A link shows where it leads, and leads nowhere. */
function targetText(href: string | undefined): string {
  const target = (href ?? '').trim();
  return target === '' ? '' : ` <span class="target" dir="ltr">⟨${escaped(target.slice(0, longestTarget))}⟩</span>`;
}

// Controls, and characters that turn the direction of what follows.
const disorderly = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

function escaped(text: string): string {
  return text
    .replace(disorderly, (one) => (one === '\n' || one === '\t' ? one : '\ufffd'))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** The whole page of the frame. Paper is white in the dark as well: the mail's colours were chosen for it. */
export function mailFramePage(source: string): string {
  return `<!doctype html>
<html lang="und"><head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>HTML of the mail</title>
<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#111;background:#fff;overflow-wrap:anywhere}table{max-width:100%}pre{white-space:pre-wrap}
.link{text-decoration:underline}.target,.picture{font:12px/1.4 ui-monospace,monospace;letter-spacing:normal;color:#444;background:#fff;text-decoration:none;unicode-bidi:isolate}</style></head>
<body>${safeMailHtml(source)}</body></html>`;
}
