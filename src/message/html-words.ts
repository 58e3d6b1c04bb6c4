/** What an HTML element puts on the screen besides the text below it: its attributes, and pages within the page. */
import type { HtmlNode } from './html-visibility.ts';

export type ElementWords = {
  readonly text: string;
  /** Everybody sees them; what stands in for a picture is seen where pictures are not shown. */
  readonly isSure: boolean;
  /** They complete a word beside them. */
  readonly isGlued: boolean;
};

const none: ElementWords = { text: '', isSure: true, isGlued: false };
/** Kinds of input that show no value. */
const mute: ReadonlySet<string> = new Set(
  'hidden checkbox radio password file range color date time datetime-local month week image'.split(' '),
);

export function wordsOfElement(element: HtmlNode): ElementWords {
  const { attribs = {}, name } = element;
  const spoken = (text: string | undefined, isSure: boolean): ElementWords =>
    text === undefined || !/[\p{L}\p{N}]/u.test(text) ? none : { text: ` ${text} `, isSure, isGlued: false };
  if (name === 'img' || name === 'image' || name === 'area') return pictureWords(element);
  if (name === 'input') {
    const type = (attribs['type'] ?? 'text').toLowerCase();
    if (type === 'image') return pictureWords(element);
    return mute.has(type) ? none : spoken(attribs['value'] || attribs['placeholder'], attribs['value'] !== undefined);
  }
  if (name === 'textarea') return spoken(attribs['placeholder'], false);
  if (name === 'option' || name === 'optgroup') return spoken(attribs['label'], true);
  return none;
}

/** Fewer words name a picture and say nothing. */
const leastWords = 3;
const fileName = /^[^\n]{0,200}\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?|heic)$/i;

/** What stands in for a picture: a sentence, or letters that complete a word. */
function pictureWords(element: HtmlNode): ElementWords {
  const alt = element.attribs?.['alt'] ?? '';
  if (!/\p{L}/u.test(alt) || fileName.test(alt.trim())) return none;
  const isGlued = touches(element.prev, /\p{L}$/u) || touches(element.next, /^\p{L}/u);
  if (isGlued) return { text: alt, isSure: false, isGlued };
  const words = alt.match(/\p{L}+/gu)?.length ?? 0;
  return words >= leastWords || /\p{Script=Han}|\p{Script=Kana}/u.test(alt)
    ? { text: ` ${alt} `, isSure: false, isGlued }
    : none;
}

function touches(next: HtmlNode | null | undefined, letter: RegExp): boolean {
  return next?.type === 'text' && letter.test(next.data ?? '');
}

/** A page within the page; null where its text is not in the mail in a form that is read. */
export type Frame = { readonly html: string | null };

export function frameOf({ attribs = {}, name }: HtmlNode): Frame | null {
  if (name === 'iframe' && attribs['srcdoc'] !== undefined) return { html: attribs['srcdoc'] };
  const isFrame = name === 'iframe' || name === 'frame' || name === 'embed' || name === 'object';
  return isFrame && /^\s*data:/i.test(attribs['src'] ?? attribs['data'] ?? '') ? { html: null } : null;
}

/** Letters below an element; at most `most` and one are counted. */
export function lettersOf(element: HtmlNode, most: number): number {
  let letters = element.type === 'text' ? (element.data?.slice(0, 1_000).match(/\p{L}/gu)?.length ?? 0) : 0;
  for (const child of element.children ?? []) {
    if (letters > most) break;
    letters += lettersOf(child, most - letters);
  }
  return letters;
}
