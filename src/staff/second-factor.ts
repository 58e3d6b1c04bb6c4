/** The second factor: time-based one-time passwords (RFC 6238), six digits, 30 seconds, as every authenticator makes. */
import { Secret, TOTP } from 'otpauth';

const issuer = 'Postern';

/** A new secret, base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** `otpauth://…` for authenticators, to be shown as a QR code. */
export function totpUri(secret: string, name: string): string {
  return totpOf(secret, name).toString();
}

/**
 * The time step that a code belongs to, or null when the code is wrong or was used: a step at or before `lastStep` is
 * refused, so that a code that was seen over a shoulder is worth nothing (RFC 6238 §5.2). One step either way is
 * forgiven for clocks that are a little off.
 */
export function totpStep(secret: string, code: string, lastStep: number, now: number): number | null {
  const token = code.replace(/[\s-]/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret, '').validate({ token, timestamp: now, window: 1 });
  if (delta === null) return null;
  const step = TOTP.counter({ timestamp: now }) + delta;
  return step > lastStep ? step : null;
}

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret) });
}
