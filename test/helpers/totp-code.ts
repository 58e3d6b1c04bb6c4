import { Secret, TOTP } from 'otpauth';

/** What an authenticator shows at a moment. */
export function totpCode(secret: string, now: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now });
}
