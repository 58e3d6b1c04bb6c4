/**
 * The token of a verification link: an id, when it ends, and a MAC over both, the digest of the mail and the asked
 * address. A token says which question is answered; whether it may still be answered stands in the records.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** At least 32 octets each. The first signs; the others are older ones that still hold. */
export type VerificationKeys = readonly [Uint8Array, ...Uint8Array[]];

/** What a token binds. */
export type VerificationBinding = {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** SHA-256 of the raw mail. */
  readonly sha256: string;
  readonly askedAddress: string;
};

export type ReadToken = { readonly id: string; readonly expiresAt: number; readonly mac: Buffer };

const form = /^([0-9a-f]{32})\.([0-9a-z]{1,9})\.([0-9A-Za-z_-]{43})$/;

/** 128 bits by chance, in hex: it is also the id of the outgoing mail and part of its bounce address. */
export function newVerificationId(): string {
  return randomBytes(16).toString('hex');
}

export function verificationToken(binding: VerificationBinding, keys: VerificationKeys): string {
  const { expiresAt, id } = binding;
  return `${id}.${expiresAt.toString(36)}.${macOf(binding, keys[0]).toString('base64url')}`;
}

/** The parts of a token; null when it has not its form. Nothing in it is believed yet. */
export function readVerificationToken(token: string): ReadToken | null {
  const match = form.exec(token);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return null;
  return { id: match[1], expiresAt: Number.parseInt(match[2], 36), mac: Buffer.from(match[3], 'base64url') };
}

/** Whether we made this token for this question. `binding` comes from the records. */
export function tokenHolds(token: ReadToken, binding: VerificationBinding, keys: VerificationKeys): boolean {
  const isSame = token.id === binding.id && token.expiresAt === binding.expiresAt;
  const holds = keys.map((key) => timingSafeEqual(token.mac, macOf(binding, key)));
  return isSame && holds.includes(true);
}

function macOf({ askedAddress, expiresAt, id, sha256 }: VerificationBinding, key: Uint8Array): Buffer {
  const text = `postern verification 1\n${id}\n${expiresAt}\n${sha256}\n${askedAddress}`;
  return createHmac('sha256', key).update(text).digest();
}
