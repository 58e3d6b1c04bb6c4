/** Encoded words in unstructured fields (RFC 2047): `=?charset?B|Q?text?=`. */
import { decodeCharset, hidesText } from './charset.ts';

/** More text than any subject holds is not decoded. */
const maxEncodedLength = 16 * 1024;

type Word = { readonly charset: string; readonly octets: Buffer };

const encodedWord = /=\?([^?\s]{1,80})\?([bq])\?([^?]*)\?=/gi;

/** Decodes a field value; what is no well-formed encoded word stays as it is. */
export function decodeEncodedWords(value: string): string {
  if (!value.includes('=?') || value.length > maxEncodedLength) return value;
  let text = '';
  let end = 0;
  let pending: Word | null = null;
  for (const match of value.matchAll(encodedWord)) {
    const between = value.slice(end, match.index);
    const word = wordOf(match);
    // White space between two encoded words is not shown (§6.2); mailers cut a character between two words of a charset.
    if (pending !== null && /^\s*$/.test(between) && pending.charset === word.charset) {
      pending = { charset: word.charset, octets: Buffer.concat([pending.octets, word.octets]) };
    } else {
      text += textOf(pending) + (pending !== null && /^\s*$/.test(between) ? '' : between);
      pending = word;
    }
    end = match.index + match[0].length;
  }
  return text + textOf(pending) + value.slice(end);
}

/** Whether some of a field value is not decoded here and another program may: for its charset or its length. */
export function hidesEncodedWords(value: string): boolean {
  if (!value.includes('=?')) return false;
  if (value.length > maxEncodedLength) return true;
  return [...value.matchAll(encodedWord)].map(wordOf).some(({ charset, octets }) => hidesText(octets, charset));
}

function wordOf(match: RegExpExecArray): Word {
  const [, charset = '', encoding = '', encoded = ''] = match;
  const octets = encoding.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64') : quotedOctets(encoded);
  return { charset: charset.replace(/\*.*$/, '').toLowerCase(), octets }; // RFC 2231 §5: a language may follow
}

/** The Q encoding (§4.2). */
function quotedOctets(encoded: string): Buffer {
  const octets = encoded
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(octets, 'latin1');
}

function textOf(word: Word | null): string {
  return word === null ? '' : decodeCharset(word.octets, word.charset);
}
