/**
 * Standard Webhooks 1.0.0, "Signature scheme": HMAC-SHA256 over `id.timestamp.body`, base64, version `v1`. All current
 * secrets sign, so that a secret can be changed without a receiver missing anything.
 */
import { createHmac } from 'node:crypto';

/** Octets of a secret. */
export type WebhookSecret = Uint8Array;

/** Reads `whsec_` and base64; null when it is not one of 24 to 64 octets. */
export function parseWebhookSecret(text: string): WebhookSecret | null {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text.trim())?.[1];
  if (encoded === undefined) return null;
  const octets = Buffer.from(encoded, 'base64');
  const isWhole = octets.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  return isWhole && octets.length >= 24 && octets.length <= 64 ? octets : null;
}

/** `at` is the time of this attempt in epoch milliseconds. Throws RangeError for an id that could be read in two ways. */
export function webhookHeaders(
  id: string,
  at: number,
  body: string,
  secrets: readonly WebhookSecret[],
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  // The parts are joined by full stops: one inside an id would let two messages have one signature.
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw new RangeError('a webhook id holds letters, digits, _ and - only');
  const timestamp = Math.floor(at / 1_000).toString();
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
