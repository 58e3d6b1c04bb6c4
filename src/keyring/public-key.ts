/** One armored public key as the directory takes it: read, checked, summed up. Pure; never throws. */
import { type Key, readKeys } from 'openpgp';
import type { KeyStanding } from './key-standing.ts';
import { algorithmName, lax } from './strength.ts';

export type PublicKeyFacts = {
  /** Upper-case hex of the primary key. */
  readonly fingerprint: string;
  /** Upper-case hex, 16 digits: primary key first, then its subkeys. */
  readonly keyIds: readonly string[];
  readonly userIds: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; null never expires. */
  readonly expiresAt: number | null;
  readonly algorithm: string;
  /** Why signatures of this key will not be believed; absent when they will. */
  readonly weak?: string;
};

export type PublicKeyFault = { readonly fault: string };

const maxArmoredLength = 512 * 1024;

/** Exactly one public key, whatever its standing. A fault is one line without the key's own text. */
export async function readOneKey(armored: string): Promise<Key | PublicKeyFault> {
  if (armored.length > maxArmoredLength) return { fault: `longer than ${maxArmoredLength} characters` };
  if (/-----BEGIN PGP PRIVATE KEY BLOCK-----/.test(armored))
    return { fault: 'is a private key: only public keys belong here' };
  const blocks = armored.match(/-----BEGIN PGP PUBLIC KEY BLOCK-----/g)?.length ?? 0;
  if (blocks === 0) return { fault: 'is not an armored PGP public key' };
  // The library reads the first block and is silent about the others.
  if (blocks > 1) return { fault: `holds ${blocks} keys: one each` };
  let keys: Key[];
  try {
    keys = await readKeys({ armoredKeys: armored, config: lax });
  } catch {
    return { fault: 'cannot be read as a PGP public key' };
  }
  const [key] = keys;
  if (key === undefined) return { fault: 'holds no key' };
  return keys.length > 1 ? { fault: `holds ${keys.length} keys: one each` } : key;
}

/** Facts of a key that was read already. */
export async function factsOf(key: Key, standing: KeyStanding): Promise<PublicKeyFacts> {
  return {
    fingerprint: fingerprintOf(key),
    keyIds: key.getKeyIDs().map((id) => id.toHex().toUpperCase()),
    userIds: key.getUserIDs().map(printable),
    createdAt: key.getCreationTime().getTime(),
    expiresAt: await expiryOf(key),
    algorithm: algorithmName(key.getAlgorithmInfo()),
    ...(standing.kind === 'weak' ? { weak: standing.cause } : {}),
  };
}

export function fingerprintOf(key: Pick<Key, 'getFingerprint'>): string {
  return key.getFingerprint().toUpperCase();
}

/** Epoch milliseconds; null when it never expires or cannot be told. */
async function expiryOf(key: Key): Promise<number | null> {
  const time = await key.getExpirationTime(undefined, lax);
  return time instanceof Date ? time.getTime() : null;
}

/**
 * Until when it can sign: its own end or that of the subkey it signs with, whichever comes first. Epoch milliseconds; null
 * never ends, or cannot be told.
 */
export async function signsUntil(key: Key, at: Date): Promise<number | null> {
  const own = await expiryOf(key);
  const fingerprint = await key
    .getSigningKey(undefined, at, undefined, lax)
    .then((signing) => signing.getFingerprint())
    .catch(() => null);
  const subkey = key.getSubkeys().find((one) => one.getFingerprint() === fingerprint);
  const time = await subkey?.getExpirationTime(at, lax);
  if (!(time instanceof Date)) return own;
  return Math.min(own ?? Number.POSITIVE_INFINITY, time.getTime());
}

/** User ids come from outside and go to terminals and pages. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\uFFFD').slice(0, 200);
}
