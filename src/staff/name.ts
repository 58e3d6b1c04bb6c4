/** Log-in names of staff. */

/** Lower case, 2 to 40 of `a-z 0-9 . _ -`, or a mail address of these; null when it is none. */
export function parseStaffName(text: string): string | null {
  const name = text.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9._-]{0,38}[a-z0-9](?:@[a-z0-9][a-z0-9.-]{0,60}[a-z0-9])?$/.test(name) ? name : null;
}
