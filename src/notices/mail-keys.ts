/** Which PGP keys a notice is signed with and encrypted to. Only keys that we would believe ourselves. */
import { type Key, type PrivateKey, readKey, readPrivateKey } from 'openpgp';
import type { RegisteredKey } from '../directory/tenant.ts';
import { strict } from '../keyring/strength.ts';

/** The newest of our keys that may sign now; null when there is none. `armored` is unlocked. */
export async function signingKeyOf(
  keys: readonly { readonly armored: string }[],
  now: number,
): Promise<PrivateKey | null> {
  const able: PrivateKey[] = [];
  for (const { armored } of keys) {
    const key = await unlessUnusable(async () => {
      const read = await readPrivateKey({ armoredKey: armored, config: strict });
      await read.getSigningKey(undefined, new Date(now), undefined, strict);
      return read;
    });
    if (key !== null) able.push(key);
  }
  able.sort((one, other) => other.getCreationTime().getTime() - one.getCreationTime().getTime());
  return able[0] ?? null;
}

/** Those of a recipient's registered keys that can be encrypted to now: not revoked, expired, weak or for signing only. */
export async function encryptionKeysOf(registered: readonly RegisteredKey[], now: number): Promise<readonly Key[]> {
  const keys = await Promise.all(
    registered.map(({ armored }) =>
      unlessUnusable(async () => {
        const key = await readKey({ armoredKey: armored, config: strict });
        await key.getEncryptionKey(undefined, new Date(now), undefined, strict);
        return key;
      }),
    ),
  );
  return keys.filter((key) => key !== null);
}

/** The library tells an unusable key by an error. */
async function unlessUnusable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
