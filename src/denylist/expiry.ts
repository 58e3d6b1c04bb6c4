/** Points in time as people write them. */

export type ExpiryResult = { readonly ok: true; readonly at: number } | { readonly ok: false };

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const dateTime = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Epoch milliseconds of an ISO 8601 date, which means its first instant in UTC, or date-time with a zone. A time without
 * a zone is refused: it would mean another instant on each machine.
 */
export function parseExpiry(text: string): ExpiryResult {
  const date = dateOnly.test(text) ? text : dateTime.exec(text)?.[1];
  if (date === undefined) return { ok: false };
  const at = Date.parse(text.toUpperCase());
  // Date.parse turns 30 February into 2 March.
  const day = new Date(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  return Number.isNaN(at) || !isDay ? { ok: false } : { ok: true, at };
}

/** The instant as `parseExpiry` reads it; empty for never. */
export function expiryText(expiresAt: number | null): string {
  return expiresAt === null ? '' : new Date(expiresAt).toISOString();
}
