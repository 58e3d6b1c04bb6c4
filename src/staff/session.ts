/** Rules of a session: how it is named, and when it ends. */
import { createHash, randomBytes } from 'node:crypto';

const minuteMs = 60_000;
/** Without a request. */
export const idleMs = 60 * minuteMs;
/** However busy. */
export const absoluteMs = 12 * 60 * minuteMs;
/** How often the time of the last request is written down; less often than requests come. */
export const touchMs = minuteMs;
/** An invitation is opened at a desk, not found in an old mail. */
export const invitationMs = 24 * 60 * minuteMs;

export type SessionTimes = { readonly createdAt: number; readonly lastSeenAt: number };

export function isOver({ createdAt, lastSeenAt }: SessionTimes, now: number): boolean {
  return now - lastSeenAt >= idleMs || now - createdAt >= absoluteMs;
}

/** 256 random bits as the cookie or the link carries them. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token: who reads the records cannot log in with it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(`postern token ${token}`).digest('base64url');
}

/** The token that forms of a session carry; made from the cookie, so that nothing more is kept. */
export function formToken(token: string): string {
  return createHash('sha256').update(`postern form ${token}`).digest('base64url').slice(0, 32);
}
