/** Colours of HTML and CSS, as far as text may have that of what it stands on. */
import { type Colord, colord, extend } from 'colord';
import names from 'colord/plugins/names';

extend([names]);

/** Forms that every program knows, an old browser's too. */
const plainColor = /^(?:#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]+|rgb\([^,/%]*,[^,/%]*,[^,/%]*\))$/;

/** `#rrggbb`, null for what is no plain colour. */
export function colorOf(value: string | undefined): string | null {
  const text = (value ?? '').trim();
  // Old attributes need no sign.
  const written = /^[0-9a-f]{6}$/.test(text) ? `#${text}` : text;
  const color = plainColor.test(written) ? known(written) : null;
  return color?.alpha() === 1 ? color.toHex() : null;
}

/** How much of it covers what it stands on, from 0 to 1; null for a colour that is not known. */
export function opacityOf(value: string): number | null {
  return known(value)?.alpha() ?? null;
}

function known(text: string): Colord | null {
  const color = colord(text);
  return color.isValid() ? color : null;
}

/** Nobody tells so little apart: the sum over red, green and blue, of 765. */
const leastDifference = 48;

/** Whether text in the one colour is hard to see on the other. */
export function isNear(color: string | null, background: string | null): boolean {
  if (color === null || background === null) return false;
  const [one, other] = [colord(color).toRgb(), colord(background).toRgb()];
  return Math.abs(one.r - other.r) + Math.abs(one.g - other.g) + Math.abs(one.b - other.b) <= leastDifference;
}
