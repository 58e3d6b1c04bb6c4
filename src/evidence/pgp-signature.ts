/**
 * What one signature is worth: held against registered keys, and if it is not worth anything, why.
 *
 * The library answers yes or no. On a no the question is asked again in steps, each with its own state: does the
 * signature hold at all -> may its time be believed -> is its hash strong -> may the key sign.
 */
import { createMessage, enums, type Key, type SignaturePacket, type Subkey } from 'openpgp';
import type { RegisteredKey } from '../directory/tenant.ts';
import { standingOf } from '../keyring/key-standing.ts';
import { lax, strict, weakHash } from '../keyring/strength.ts';
import type { PgpResult } from './finding.ts';
import type { VerificationKey } from './pgp-keys.ts';
import type { PgpLimits } from './pgp-limits.ts';
import type { Candidate } from './pgp-open.ts';

/** Intended Recipient Fingerprint, RFC 9580 §5.2.3.36; the library does not know it. */
const intendedRecipientType = 35;

export type SignatureJudgement =
  | {
      readonly kind: 'good';
      readonly packet: SignaturePacket;
      readonly owner: RegisteredKey;
      readonly signedAt: number;
    }
  | {
      readonly kind: 'fault';
      readonly result: Extract<PgpResult, 'bad' | 'revoked' | 'expired' | 'weak'>;
      readonly cause: string;
      readonly owner: RegisteredKey;
      /** The signature itself holds, so it does name the owner. */
      readonly holds: boolean;
      readonly signedAt: number | null;
    }
  | { readonly kind: 'unknown'; readonly keyId: string; readonly claimed: string; readonly signedAt: number | null };

export type JudgeOptions = { readonly content: Buffer; readonly now: number; readonly limits: PgpLimits };

export async function judgeSignature(
  { packet, verified }: Candidate,
  keys: readonly VerificationKey[],
  options: JudgeOptions,
): Promise<SignatureJudgement> {
  const signedAt = packet.created?.getTime() ?? null;
  const issuer = keys.find(({ key }) => signingKeyOf(key, packet) !== null);
  const signingKey = issuer === undefined ? null : signingKeyOf(issuer.key, packet);
  if (issuer === undefined || signingKey === null || signedAt === null) {
    return { kind: 'unknown', keyId: packet.issuerKeyID.toHex().toUpperCase(), claimed: claimedKey(packet), signedAt };
  }
  const owner = issuer.registered;
  if (!verified && !(await holds(packet, signingKey, options.content, lax))) {
    const cause = 'the signature does not fit the content or the key: one of them was changed';
    return { kind: 'fault', result: 'bad', cause, owner, holds: false, signedAt };
  }
  const at = new Date(options.now + options.limits.clockSkewMs);
  const fault =
    timeFault(packet, signedAt, signingKey, options) ??
    hashFault(packet) ??
    (await keyFault(issuer.key, packet, at)) ??
    (verified || (await holds(packet, signingKey, options.content, strict)) ? null : notUnderstood);
  if (fault !== null) return { kind: 'fault', ...fault, owner, holds: true, signedAt };
  return { kind: 'good', packet, owner, signedAt };
}

/** Fingerprints (upper-case hex) for which the signer made the signature. */
export function intendedRecipients(packet: SignaturePacket): string[] {
  return packet.unknownSubpackets
    .filter(({ type }) => type === intendedRecipientType)
    .map(({ body }) => Buffer.from(body.subarray(1)).toString('hex').toUpperCase());
}

type Fault = Pick<Extract<SignatureJudgement, { kind: 'fault' }>, 'result' | 'cause'>;

const notUnderstood: Fault = {
  result: 'bad',
  cause: 'the signature makes a demand (critical subpacket) that is not understood',
};

function signingKeyOf(key: Key, packet: SignaturePacket): Key | Subkey | null {
  const found = key.getKeys(packet.issuerKeyID)[0];
  // A key id of zeros would match every key.
  return found !== undefined && found.getKeyID().toHex() === packet.issuerKeyID.toHex() ? found : null;
}

function claimedKey(packet: SignaturePacket): string {
  const fingerprint = packet.issuerFingerprint;
  return fingerprint === null
    ? packet.issuerKeyID.toHex().toUpperCase()
    : Buffer.from(fingerprint).toString('hex').toUpperCase();
}

/** The library's verification of one packet, with the intended recipients known to it. */
async function holds(packet: SignaturePacket, by: Key | Subkey, content: Buffer, config: typeof lax): Promise<boolean> {
  const type = packet.signatureType;
  if (type !== enums.signature.binary && type !== enums.signature.text) return false;
  const others = packet.unknownSubpackets;
  try {
    const literal = (await createMessage({ binary: new Uint8Array(content) })).packets[0];
    if (literal === undefined) return false;
    packet.unknownSubpackets = others.filter((subpacket) => subpacket.type !== intendedRecipientType);
    // At its own time: expiry and clocks are judged apart.
    await packet.verify(by.keyPacket, type, literal, packet.created ?? undefined, false, config);
    return true;
  } catch {
    return false;
  } finally {
    packet.unknownSubpackets = others;
  }
}

function timeFault(
  packet: SignaturePacket,
  signedAt: number,
  by: Key | Subkey,
  { now, limits }: JudgeOptions,
): Fault | null {
  if (signedAt > now + limits.clockSkewMs) return { result: 'bad', cause: 'the signature is dated in the future' };
  if (by.getCreationTime().getTime() > signedAt) return { result: 'bad', cause: 'the signature is older than its key' };
  const expires = packet.getExpirationTime();
  if (expires instanceof Date && expires.getTime() <= now)
    return { result: 'expired', cause: 'the signature has expired' };
  if (now - signedAt > limits.signatureAgeMs) {
    const days = Math.floor((now - signedAt) / 86_400_000);
    return {
      result: 'expired',
      cause: `the signature is ${days} days old; older than ${limits.signatureAgeMs / 86_400_000} days it proves nothing`,
    };
  }
  return null;
}

function hashFault(packet: SignaturePacket): Fault | null {
  const cause = weakHash(packet.hashAlgorithm);
  return cause === null ? null : { result: 'weak', cause };
}

/** Judged now, not at the signature's own time: who holds an expired or retired key can also date back. */
async function keyFault(key: Key, packet: SignaturePacket, at: Date): Promise<Fault | null> {
  const { kind, cause } = await standingOf(key, at, packet.issuerKeyID);
  if (kind === 'good') return null;
  return { result: kind === 'invalid' ? 'bad' : kind, cause: kind === 'invalid' ? `the key ${cause}` : cause };
}
