/** Which second factors a member has, in words; empty when none. */
import type { StaffMember } from '../staff/member.ts';
import { plural } from './html.ts';

export function secondFactorText({ hasCode, passkeys }: StaffMember): string {
  return [...(hasCode ? ['authenticator'] : []), ...(passkeys === 0 ? [] : [plural(passkeys, 'passkey')])].join(', ');
}
