/** What somebody shows who says that they are a member of staff, and whether it holds. */
import type { StaffCredentials, StaffMember } from './member.ts';
import { verifyPassword } from './password.ts';
import { totpStep } from './second-factor.ts';
import type { Line } from './turns.ts';

export type StaffProof = {
  readonly password: string;
  /** Empty for whoever has no second factor. */
  readonly code: string;
};

export type CredentialStore = {
  credentials(name: string): Promise<StaffCredentials | null>;
  /** False when the code was used meanwhile. */
  useCode(name: string, step: number): Promise<boolean>;
};

/**
 * The active member of this name; null when any part is wrong. `passkey only`: the password is right, and the second
 * factor is one that only a browser can show. Uses the code up. Constant in work whether or not there is such a name.
 */
export async function provenMember(
  store: CredentialStore,
  name: string,
  { code, password }: StaffProof,
  now: number,
  line: Line = 'known',
): Promise<StaffMember | 'passkey only' | null> {
  const found = name === '' ? null : await store.credentials(name);
  const isPassword = await verifyPassword(password, found?.passwordHash ?? null, line);
  if (found === null || !isPassword || found.member.state !== 'active') return null;
  if (!found.member.hasSecondFactor) return found.member;
  if (found.totpSecret === null) return 'passkey only';
  const step = totpStep(found.totpSecret, code, found.totpLastStep, now);
  return step !== null && (await store.useCode(name, step)) ? found.member : null;
}
