/** The text of a mail as a person reads it, out of the parts that mail programs show. */
import { isShownText } from './attached-kind.ts';
import { decodeCharset, hidesText } from './charset.ts';
import { htmlToReadableText } from './html-text.ts';
import type { MimePart } from './mime-tree.ts';
import { newestTextOf } from './newest-text.ts';

export type ReadableText = {
  readonly text: string;
  /** The same part by part: each may end with a history or a signature of its own. */
  readonly blocks: readonly string[];
  /** What was cut or not read, one line each. */
  readonly truncated: readonly string[];
  /** The blocks do not hold all that the parts say. */
  readonly isPartial: boolean;
};

/** Reads all shown parts; `maxLength` in UTF-16 units caps the whole. */
export function readableTextOf(root: MimePart, maxLength: number): ReadableText {
  const truncated: string[] = [];
  const rendered = render(root, truncated);
  const wordy = rendered.filter(({ text }) => /\p{L}/u.test(text));
  if (wordy.length > 0 && wordy.every(({ isUnsure }) => isUnsure)) {
    truncated.push('no words but texts of pictures, or such as may be hidden');
  }
  const blocks = rendered.map((block) => block.text).filter((block) => block !== '');
  const isPartial = truncated.length > 0;
  const text = blocks.join('\n\n');
  if (text.length > maxLength) truncated.push(`text longer than ${maxLength} characters`);
  return { text: text.slice(0, maxLength).toWellFormed(), blocks, truncated, isPartial };
}

type Block = {
  readonly isHtml: boolean;
  readonly text: string;
  /** Nobody can be sure that any of it is seen. */
  readonly isUnsure: boolean;
};

function render(part: MimePart, truncated: string[]): readonly Block[] {
  if (part.contentType === 'multipart/alternative') return alternative(part, truncated);
  if (part.children.length > 0) return part.children.flatMap((child) => render(child, truncated));
  if (!isShownText(part.contentType, part.disposition)) return [];
  if (part.cut) truncated.push(`a ${part.contentType} part longer than ${part.octets.length} octets`);
  if (hidesText(part.octets, part.charset)) truncated.push(`a ${part.contentType} part in a charset that is not read`);
  const decoded = decodeCharset(part.octets, part.charset);
  if (part.contentType !== 'text/html') {
    return [{ isHtml: false, text: seen(plainText(part, decoded)), isUnsure: false }];
  }
  const { text, others, isUnsure, doubts } = htmlToReadableText(decoded);
  truncated.push(...doubts);
  const block = { isHtml: true, text: seen(text), isUnsure };
  return [block, ...otherReadings(block, others)];
}

/** What other readers of the same page see, each less what is read already. */
function otherReadings(block: Block, others: readonly string[]): readonly Block[] {
  if (others.length === 0) return [];
  const known = knownIn([block.text]);
  return (
    others
      // A history begins where it begins in the whole.
      .map((other) => newLines(newestTextOf(seen(other)).text, known))
      .filter((text) => text !== '')
      .map((text) => ({ ...block, text }))
  );
}

/**
 * Of alternatives (RFC 2046 §5.1.4) the plain one is read, and of the HTML one every line that says something else: one
 * reader sees this one, another that one, and neither may hide a request.
 */
function alternative(part: MimePart, truncated: string[]): readonly Block[] {
  const blocks = part.children.flatMap((child) => render(child, truncated)).filter((block) => block.text.trim() !== '');
  const plain = blocks.filter((block) => !block.isHtml);
  const html = blocks.filter((block) => block.isHtml);
  if (plain.length === 0) return html;
  const known = knownIn(plain.map(({ text }) => text));
  return [...plain, ...html.map((block) => ({ ...block, text: newLines(block.text, known) }))];
}

/** The words and the pairs of words of some texts. */
function knownIn(texts: readonly string[]): ReadonlySet<string> {
  const words = texts.flatMap(wordsOf);
  return new Set([...words, ...pairsOf(words)]);
}

/** HTML joins and parts words here and there, and holds names of pictures: fewer pairs in a row are no sentence. */
const newPairs = 3;

function newLines(text: string, known: ReadonlySet<string>): string {
  return text
    .split('\n')
    .filter((line) => isNew(line, known))
    .join('\n');
}

/** Whether a word, several pairs of words in a row, or all of a short line stand nowhere in the other text. */
function isNew(line: string, known: ReadonlySet<string>): boolean {
  const words = wordsOf(line);
  if (words.some((word) => isOtherWord(word, known))) return true;
  const pairs = words.length === 1 ? words : pairsOf(words);
  let run = 0;
  for (const pair of pairs) {
    run = known.has(pair) ? 0 : run + 1;
    if (run >= Math.min(newPairs, pairs.length)) return true;
  }
  return false;
}

/** Shorter ones are syllables of others; a longer one may be two that stand together. */
const leastOfWord = 4;
const mostOfWord = 40;

function isOtherWord(word: string, known: ReadonlySet<string>): boolean {
  if (word.length < leastOfWord || word.length > mostOfWord || known.has(word) || !/^\p{L}+$/u.test(word)) return false;
  for (let at = 1; at < word.length; at += 1) {
    if (known.has(word.slice(0, at)) && known.has(word.slice(at))) return false;
  }
  return true;
}

/** Each word with the next one. */
function pairsOf(words: readonly string[]): readonly string[] {
  return words.slice(1).map((word, index) => `${words[index] ?? ''} ${word}`);
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Characters without width that part words for a program but not for a reader. */
function seen(text: string): string {
  return text
    .replace(/[\u00ad\u200b\u2060\ufeff\u180e]/g, '')
    .replace(/(?<=[A-Za-z])[\u200c\u200d]+(?=[A-Za-z])/g, '')
    .trim();
}

function plainText(part: MimePart, decoded: string): string {
  const text = decoded.replace(/\r\n/g, '\n');
  return part.flowed ? unflowed(text, part.deleteSpace) : text;
}

/** RFC 3676 §4: a line that ends with a space goes on in the next one of the same quote depth. */
function unflowed(text: string, deleteSpace: boolean): string {
  const lines: string[] = [];
  let flowsOn = false;
  let depth = 0;
  for (const line of text.split('\n')) {
    const marks = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(marks).replace(/^ /, '');
    const last = lines.length - 1;
    const isSignatureLine = content === '-- ';
    if (flowsOn && marks === depth && !isSignatureLine) lines[last] = `${lines[last] ?? ''}${content}`;
    else lines.push(`${'>'.repeat(marks)}${marks > 0 ? ' ' : ''}${content}`);
    depth = marks;
    flowsOn = content.endsWith(' ') && !isSignatureLine;
    const end = lines.length - 1;
    if (flowsOn && deleteSpace) lines[end] = (lines[end] ?? '').slice(0, -1);
  }
  return lines.join('\n');
}
