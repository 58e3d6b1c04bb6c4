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
