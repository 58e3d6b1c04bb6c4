/** What staff write about a decision, for staff. */
export const longestRemark = 500;

/** What is wrong with it, one line; null when nothing is. */
export function remarkFault(text: string): string | null {
  if (text === '') return 'Say why, for staff.';
  if (text.length > longestRemark) return `Use at most ${longestRemark} characters.`;
  return /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(text)
    ? 'It holds control characters.'
    : null;
}
