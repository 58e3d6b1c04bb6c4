/** Whether a key may sign at a time, and if not, why. The library only says that it may not. */
import type { Key, KeyID, Subkey } from 'openpgp';
import { lax, strict, weakAlgorithm } from './strength.ts';

export type KeyStanding = {
  readonly kind: 'good' | 'revoked' | 'weak' | 'expired' | 'invalid';
  /** One line; empty for `good`. */
  readonly cause: string;
};

const good: KeyStanding = { kind: 'good', cause: '' };

/** Standing of the key (of its signing key `keyId`, or of whichever it would sign with) at `at`. Never throws. */
export async function standingOf(key: Key, at: Date, keyId?: KeyID): Promise<KeyStanding> {
  if (await passes(() => key.getSigningKey(keyId, at, undefined, strict))) return good;
  return (
    (await revocation(key, at, keyId)) ??
    weakness(key, keyId) ??
    (await expiry(key, at, keyId)) ??
    (await remainder(key, at, keyId))
  );
}

async function revocation(key: Key, at: Date, keyId: KeyID | undefined): Promise<KeyStanding | null> {
  if (await key.isRevoked(undefined, undefined, at, lax)) return { kind: 'revoked', cause: 'the key is revoked' };
  const subkey = subkeyOf(key, keyId);
  const binding = subkey?.bindingSignatures.at(-1);
  if (subkey !== null && binding !== undefined && (await subkey.isRevoked(binding, key.keyPacket, at, lax))) {
    return { kind: 'revoked', cause: 'the signing subkey is revoked' };
  }
  const revoked = await Promise.all(
    key.users.map(async (user) => {
      const certification = user.selfCertifications.at(-1);
      return certification !== undefined && (await user.isRevoked(certification, key.keyPacket, at, lax));
    }),
  );
  if (revoked.length > 0 && revoked.every(Boolean))
    return { kind: 'revoked', cause: 'every user id of the key is revoked' };
  return null;
}

function weakness(key: Key, keyId: KeyID | undefined): KeyStanding | null {
  const subkey = subkeyOf(key, keyId);
  const cause =
    weakAlgorithm(key.getAlgorithmInfo()) ?? (subkey === null ? null : weakAlgorithm(subkey.getAlgorithmInfo()));
  return cause === null ? null : { kind: 'weak', cause };
}

async function expiry(key: Key, at: Date, keyId: KeyID | undefined): Promise<KeyStanding | null> {
  const times = [
    await key.getExpirationTime(undefined, lax),
    (await subkeyOf(key, keyId)?.getExpirationTime(at, lax)) ?? null,
  ];
  const over = times.find((time) => time instanceof Date && time <= at);
  return over instanceof Date
    ? { kind: 'expired', cause: `the key expired on ${over.toISOString().slice(0, 10)}` }
    : null;
}

/** Neither revoked nor weak by its packets nor expired: either its own signatures are weak, or it is no signing key. */
async function remainder(key: Key, at: Date, keyId: KeyID | undefined): Promise<KeyStanding> {
  if (await passes(() => key.getSigningKey(keyId, at, undefined, lax))) {
    return { kind: 'weak', cause: 'the key certifies itself by a weak algorithm or without key flags' };
  }
  return { kind: 'invalid', cause: 'is not a valid signing key' };
}

function subkeyOf(key: Key, keyId: KeyID | undefined): Subkey | null {
  return keyId === undefined ? null : (key.getSubkeys(keyId)[0] ?? null);
}

async function passes(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}
