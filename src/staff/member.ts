/** A member of staff and how they come in. */
import type { Role } from './role.ts';

/** `invited`: has no password yet, or it was reset. */
export type StaffState = 'invited' | 'active' | 'disabled';

export type StaffMember = {
  readonly name: string;
  readonly role: Role;
  readonly state: StaffState;
  /** Has an authenticator that makes codes. */
  readonly hasCode: boolean;
  readonly passkeys: number;
  /** Either of the two. */
  readonly hasSecondFactor: boolean;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastLoginAt: number | null;
};

/** What a log-in is held against. */
export type StaffCredentials = {
  readonly member: StaffMember;
  readonly passwordHash: string | null;
  /** Base32; null without a second factor. */
  readonly totpSecret: string | null;
  /** Time step of the last code that was taken. */
  readonly totpLastStep: number;
};

/** What proved at a log-in who it is. A passkey alone has checked its owner by PIN, finger or face. */
export type LogInProof = 'invitation' | 'password' | 'password and code' | 'password and passkey' | 'passkey';

/** A session, as its owner sees it in the list. */
export type StaffSession = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly ip: string;
  /** User-Agent, cut. */
  readonly agent: string;
};
