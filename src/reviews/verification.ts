/**
 * Asking the address on file: whom, whether at all, and what the answer does. Pure.
 *
 * States: *waiting* (asked) -> *confirmed* | *denied* | *expired*; *held* (not asked: too many questions already, or the
 * one summary went out instead). Only *waiting* takes an answer, once.
 */

export const verificationStates = ['waiting', 'confirmed', 'denied', 'expired', 'held'] as const;
export type VerificationState = (typeof verificationStates)[number];
/** `sender`: did you write this? `authorization`: somebody of yours asked this, do you agree? */
export type AskedAs = 'sender' | 'authorization';

export type Asked = {
  readonly as: AskedAs;
  readonly tenantId: string;
  readonly adminId: string;
  /** A registered primary address of a mailbox that one person reads. */
  readonly address: string;
};
