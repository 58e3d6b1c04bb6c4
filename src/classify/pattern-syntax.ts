/** Reads the regular expressions of the rules into a tree, so that `anchors.ts` can tell what a match must contain. */

export type PatternNode =
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly least: number; readonly most: number }
  /** One of these. */
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** One character of many; `apart`: surely none that a word consists of. */
  | { readonly kind: 'any'; readonly apart: boolean }
  /** Of no width; `edge`: what follows does not continue a word. */
  | { readonly kind: 'nothing'; readonly edge: boolean };

const nothing: PatternNode = { kind: 'nothing', edge: false };
const edge: PatternNode = { kind: 'nothing', edge: true };

/** Null for syntax that no rule uses. */
export function parsePattern(pattern: RegExp): PatternNode | null {
  // Other flags change what a letter or an edge is.
  if (!/^[dgy]*$/.test(pattern.flags)) return null;
  const reader = { source: pattern.source, at: 0 };
  try {
    const node = choice(reader);
    return reader.at === reader.source.length ? node : null;
  } catch (error) {
    if (error instanceof UnknownSyntax) return null;
    throw error;
  }
}

class UnknownSyntax extends Error {}

type Reader = { readonly source: string; at: number };

function choice(reader: Reader): PatternNode {
  const options = [sequence(reader)];
  while (taken(reader, '|')) options.push(sequence(reader));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
}

function sequence(reader: Reader): PatternNode {
  const items: PatternNode[] = [];
  while (reader.at < reader.source.length && !/[|)]/.test(reader.source.charAt(reader.at))) {
    const item = repeated(reader, single(reader));
    const before = literal(items.at(-1));
    const here = literal(item);
    if (before === null || here === null) items.push(item);
    else items[items.length - 1] = { kind: 'texts', texts: [before + here] };
  }
  return { kind: 'sequence', items };
}

function literal(node: PatternNode | undefined): string | null {
  return node?.kind === 'texts' && node.texts.length === 1 ? (node.texts[0] ?? null) : null;
}

function repeated(reader: Reader, item: PatternNode): PatternNode {
  const found = /^(?:([?*+])|\{(\d+)(,?)(\d*)\})\??/.exec(reader.source.slice(reader.at, reader.at + 16));
  if (found === null) return item;
  reader.at += found[0].length;
  const [, sign, least = '', comma, most = ''] = found;
  if (sign === '?') return { kind: 'repeat', item, least: 0, most: 1 };
  if (sign !== undefined) return { kind: 'repeat', item, least: sign === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY };
  const upTo = most === '' ? Number.POSITIVE_INFINITY : Number(most);
  return { kind: 'repeat', item, least: Number(least), most: comma === '' ? Number(least) : upTo };
}

function single(reader: Reader): PatternNode {
  const character = reader.source.charAt(reader.at);
  reader.at += 1;
  switch (character) {
    case '(':
      return group(reader);
    case '[':
      return characterClass(reader);
    case '\\':
      return escaped(reader);
    case '.':
      return { kind: 'any', apart: false };
    case '^':
      return edge;
    case '$':
      return nothing;
    case '*':
    case '+':
    case '?':
    case '{':
      throw new UnknownSyntax();
    default:
      return { kind: 'texts', texts: [character] };
  }
}

function group(reader: Reader): PatternNode {
  const looking = ['?!', '?=', '?<!', '?<='].find((mark) => reader.source.startsWith(mark, reader.at));
  const start = reader.at;
  if (looking !== undefined) reader.at += looking.length;
  else if (!taken(reader, '?:') && reader.source.startsWith('?', reader.at)) throw new UnknownSyntax();
  const inside = choice(reader);
  if (!taken(reader, ')')) throw new UnknownSyntax();
  if (looking === undefined) return inside;
  return reader.source.slice(start, reader.at) === '?<![a-z0-9])' ? edge : nothing;
}

function escaped(reader: Reader): PatternNode {
  const character = reader.source.charAt(reader.at);
  reader.at += 1;
  if (character === 'b') return edge;
  if (character === 's' || character === 'W') return { kind: 'any', apart: true };
  if (/[wdSD]/.test(character)) return { kind: 'any', apart: false };
  if (/[a-zA-Z0-9]/.test(character)) throw new UnknownSyntax();
  return { kind: 'texts', texts: [character] };
}

function characterClass(reader: Reader): PatternNode {
  const end = /(?:[^\\\]]|\\.)*\]/.exec(reader.source.slice(reader.at));
  if (end === null) throw new UnknownSyntax();
  const inside = end[0].slice(0, -1);
  reader.at += end[0].length;
  const isList = !inside.startsWith('^') && !/.-./.test(inside) && !/\\[a-zA-Z]/.test(inside);
  return isList ? { kind: 'texts', texts: inside.replace(/\\(.)/g, '$1').split('') } : { kind: 'any', apart: false };
}

function taken(reader: Reader, mark: string): boolean {
  if (!reader.source.startsWith(mark, reader.at)) return false;
  reader.at += mark.length;
  return true;
}
