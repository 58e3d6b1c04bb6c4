/** Brings text from the world into a form that both databases keep unchanged. */
import { createHash } from 'node:crypto';

/**
 * PostgreSQL refuses U+0000 in text, and one hostile subject must not make a whole batch fail for ever; lone surrogates
 * have no UTF-8 form. Cut to `limit` UTF-16 units.
 */
export function storable(text: string, limit = 4_000): string {
  return text.slice(0, limit).replaceAll('\0', '\uFFFD').toWellFormed();
}

/** `storable`, or null for null. */
export function storableOrNull(text: string | null, limit?: number): string | null {
  return text === null ? null : storable(text, limit);
}

const longestKey = 250;

/**
 * A text as an index key. PostgreSQL refuses index entries above 2,704 octets, and a Message-ID may be longer: a long
 * text is kept by its digest, which serves exact look-ups as well.
 */
export function indexKey(text: string): string {
  const clean = storable(text, text.length);
  if (clean.length <= longestKey) return clean;
  return `sha256:${createHash('sha256').update(clean).digest('hex')}`;
}
