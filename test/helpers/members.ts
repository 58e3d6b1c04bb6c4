/** Members of staff who have joined, with a password that is cheap to check. */
import type { StaffRecords } from '../../src/records/staff.ts';
import { hashPassword } from '../../src/staff/password.ts';
import type { Role } from '../../src/staff/role.ts';
import { newToken, tokenHash } from '../../src/staff/session.ts';

export const memberPassword = 'seven slow green herons';
export const memberPasswordHash = await hashPassword(memberPassword, { N: 1_024, r: 8, p: 1 });

/** `at`: when they were added and came in, epoch milliseconds. */
export async function addMember(
  staff: StaffRecords,
  name: string,
  role: Role,
  at: number,
  totpSecret: string | null = null,
): Promise<void> {
  const token = tokenHash(newToken());
  const added = await staff.add({ name, role }, { tokenHash: token, expiresAt: at + 60_000 }, { actor: 'test', at });
  if (!added.ok) throw new Error(`${name}: ${added.cause}`);
  await staff.join(token, { passwordHash: memberPasswordHash, totpSecret, totpLastStep: 0 }, at);
}

/** The token of a new session. */
export async function openMemberSession(staff: StaffRecords, name: string, now: number): Promise<string> {
  const token = newToken();
  await staff.openSession({ tokenHash: tokenHash(token), name, ip: '127.0.0.1', agent: 'test', now });
  return token;
}
