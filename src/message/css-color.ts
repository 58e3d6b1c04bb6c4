/** Colours of HTML and CSS, as far as text may have that of what it stands on. */

/** Names of what looks white, and black. */
const namedColors: ReadonlyMap<string, string> = new Map([
  ['black', '#000000'],
  ['white', '#ffffff'],
  ['snow', '#fffafa'],
  ['ivory', '#fffff0'],
  ['ghostwhite', '#f8f8ff'],
  ['whitesmoke', '#f5f5f5'],
  ['floralwhite', '#fffaf0'],
  ['mintcream', '#f5fffa'],
  ['azure', '#f0ffff'],
  ['aliceblue', '#f0f8ff'],
  ['seashell', '#fff5ee'],
  ['honeydew', '#f0fff0'],
  ['lavenderblush', '#fff0f5'],
]);

/** `#rrggbb`, null for what is no plain colour. */
export function colorOf(value: string | undefined): string | null {
  const text = (value ?? '').trim();
  const named = namedColors.get(text);
  if (named !== undefined) return named;
  if (/^#?[0-9a-f]{6}$/.test(text)) return `#${text.replace('#', '')}`;
  if (/^#[0-9a-f]{3}$/.test(text)) return text.replace(/[0-9a-f]/g, '$&$&');
  const rgb = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text);
  if (rgb === null) return null;
  const digits = rgb.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}

/** Nobody tells so little apart: the sum over red, green and blue, of 765. */
const leastDifference = 48;

/** Whether text in the one colour is hard to see on the other. */
export function isNear(color: string | null, background: string | null): boolean {
  if (color === null || background === null) return false;
  const difference = [1, 3, 5].map((at) => Math.abs(channel(color, at) - channel(background, at)));
  return difference.reduce((sum, each) => sum + each, 0) <= leastDifference;
}

function channel(color: string, at: number): number {
  return Number.parseInt(color.slice(at, at + 2), 16);
}
