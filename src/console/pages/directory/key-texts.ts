/** A PGP key in a few words. */
import { badge, type Html, html, timeTag } from '../../html.ts';

const dayMs = 86_400_000;
/** Time in which a new key can be fetched without haste. */
export const endsSoonMs = 30 * dayMs;

/** In groups of four, as people read it out. */
export function fingerprintText(fingerprint: string): Html {
  return html`<code class="wrap">${fingerprint.match(/.{1,4}/g)?.join(' ') ?? fingerprint}</code>`;
}

export function expiryText(expiresAt: number | null, now: number): Html | string {
  if (expiresAt === null) return 'never';
  if (expiresAt <= now) return html`${badge('bad', 'expired')} ${timeTag(expiresAt)}`;
  return expiresAt - now < endsSoonMs ? html`${badge('warn', 'ends soon')} ${timeTag(expiresAt)}` : timeTag(expiresAt);
}
