/**
 * An admin's answer in the portal to a request that needs authorisation (P-DELETE, P-INFO, become admin). It is evidence:
 * staff decide. Pure.
 */
import type { AdminFacts } from '../directory/tenant.ts';

export type AuthorizationAnswer = 'authorized' | 'denied';

/** The request that is answered, as far as it matters here. */
export type Awaiting = {
  /** The admin who asked; null where none did. */
  readonly askedBy: string | null;
  /** They asked in the portal. */
  readonly isFromPortal: boolean;
};

/**
 * Why this admin may not answer; null when they may. POLICY: authorisation is never given where it was asked. Who asked by
 * mail may answer in the portal, which whoever holds the mailbox cannot; who asked in the portal may not.
 */
export function answerFault(
  admin: Pick<AdminFacts, 'id' | 'active' | 'role'>,
  { askedBy, isFromPortal }: Awaiting,
): 'not-active' | 'billing' | 'asked-here' | null {
  if (!admin.active) return 'not-active';
  if (admin.role === 'billing') return 'billing'; // pays the bills, and is asked for nothing else
  return isFromPortal && askedBy === admin.id ? 'asked-here' : null;
}

/** One line for staff. */
export function authorizationLine(of: {
  readonly answer: AuthorizationAnswer;
  readonly adminId: string;
  readonly adminRole: string;
  readonly at: number;
  readonly statement: string;
}): string {
  const said = of.statement === '' ? '' : `: "${of.statement}"`;
  return `admin ${of.adminId} (${of.adminRole}) ${of.answer} it in the portal on ${new Date(of.at).toISOString()}${said}`;
}
