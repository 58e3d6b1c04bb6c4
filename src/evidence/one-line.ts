/** Words of the mail or of its DNS inside a cause for staff: one short line, no control characters. */
export function oneLine(text: string): string {
  return text.slice(0, 300).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
