/** Octets to text by the charset that a mail names. Unknown and refused charsets are read as UTF-8, else as Latin-1. */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/**
 * Decodes octets; invalid sequences become U+FFFD. UTF-7 is refused: it can spell `<` without it. Octets that break
 * the charset they claim but are UTF-8 are read as UTF-8, as mail programs do.
 */
export function decodeCharset(octets: Buffer, charset: string | null): string {
  const label = (charset ?? 'utf-8').trim().toLowerCase();
  if (isUtf8(octets) && (isAsciiLabel(label) || isUnicodeLabel(label))) return octets.toString('utf8');
  const decoder = isAsciiLabel(label) || isUnicodeLabel(label) ? null : decoderFor(label);
  if (decoder !== null) return decoder.decode(octets);
  return isUtf8(octets) ? octets.toString('utf8') : octets.toString('latin1');
}

/** SO and ESC (ISO 2022), and the start of HZ. */
const shifts = [String.fromCharCode(0x0e), String.fromCharCode(0x1b), '~{'];

/**
 * Whether text stands in these octets that `decodeCharset` does not read and another program may: UTF-7, the charsets
 * that shift (HZ, ISO-2022-KR), and those that are no superset of ASCII (EBCDIC).
 */
export function hidesText(octets: Buffer, charset: string | null): boolean {
  const label = (charset ?? 'utf-8').trim().toLowerCase();
  if (isAsciiLabel(label) || isUnicodeLabel(label) || decoderFor(label) !== null) return false;
  const text = octets.toString('latin1');
  if (/utf-?7/.test(label)) return /\+[A-Za-z0-9+/]/.test(text); // RFC 2152
  if (shifts.some((shift) => text.includes(shift))) return true;
  const letters = text.match(/[A-Za-z]/g)?.length ?? 0;
  const others = isUtf8(octets) ? 0 : (text.match(/[\u0080-\u00ff]/g)?.length ?? 0);
  return others > letters;
}

function isAsciiLabel(label: string): boolean {
  return label === 'us-ascii' || label === 'ascii' || label === '';
}

function isUnicodeLabel(label: string): boolean {
  return label === 'utf-8' || label === 'utf8';
}

/** Octets that are cut in the middle of a character decode to U+FFFD at the end, never to an error. */
function decoderFor(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null; // RangeError: the label is none of the Encoding Standard, which has no UTF-7.
  }
}
