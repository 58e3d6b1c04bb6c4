/** What somebody types to ask "is this denied?": its form says what it is. */
import { canonicalAddress } from '../address/mailbox.ts';
import type { DenyTarget } from './keys.ts';
import { normalIp } from './network.ts';
import { normalDomain, normalFingerprint, normalPhone } from './normal-form.ts';

/** Null when it is neither mail address, IP address, fingerprint, phone number nor domain. */
export function denyTargetOf(text: string): DenyTarget | null {
  if (text.includes('@')) {
    const value = canonicalAddress(text);
    if (value !== null) return { kind: 'address', value };
  }
  const ip = normalIp(text);
  if (ip !== null) return { kind: 'ip', value: ip };
  const fingerprint = normalFingerprint(text);
  if (fingerprint !== null) return { kind: 'fingerprint', value: fingerprint };
  const phone = normalPhone(text);
  if (phone !== null) return { kind: 'phone', value: phone };
  const domain = text.includes('@') ? null : normalDomain(text);
  return domain === null ? null : { kind: 'domain', value: domain };
}
