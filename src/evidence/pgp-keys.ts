/** Parsed keys, kept: reading an armored key costs as much as verifying a signature. One memory per thread. */
import { createHash } from 'node:crypto';
import { type Key, type PrivateKey, readKey, readPrivateKey } from 'openpgp';
import type { RegisteredKey } from '../directory/tenant.ts';
import { fingerprintOf } from '../keyring/public-key.ts';
import { lax } from '../keyring/strength.ts';

/** One of our own keys, without passphrase. */
export type DecryptionKey = {
  /** Upper-case hex of the primary key. */
  readonly fingerprint: string;
  /** Armored, unlocked private key. */
  readonly armored: string;
};

/** A registered key with its parsed form. */
export type VerificationKey = { readonly registered: RegisteredKey; readonly key: Key };

const capacity = 1_000;

/** Least recently used first; a `Map` keeps the order of insertion. */
class KeyMemory<T> {
  readonly #kept = new Map<string, Promise<T>>();

  get(id: string, make: () => Promise<T>): Promise<T> {
    const found = this.#kept.get(id) ?? make();
    this.#kept.delete(id);
    this.#kept.set(id, found);
    if (this.#kept.size > capacity) {
      const oldest = this.#kept.keys().next().value;
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return found;
  }
}

const publicKeys = new KeyMemory<Key | null>();
const privateKeys = new KeyMemory<PrivateKey | null>();

/** Leaves out keys that cannot be read or are not the one they are registered as. */
export async function verificationKeys(registered: readonly RegisteredKey[]): Promise<VerificationKey[]> {
  const parsed = await Promise.all(
    registered.map(async (entry) => ({
      registered: entry,
      key: await publicKeys.get(memoryId(entry), () => parsePublic(entry)),
    })),
  );
  return parsed.flatMap(({ registered, key }) => (key === null ? [] : [{ registered, key }]));
}

export async function parsedDecryptionKeys(keys: readonly DecryptionKey[]): Promise<PrivateKey[]> {
  const parsed = await Promise.all(keys.map((key) => privateKeys.get(memoryId(key), () => parsePrivate(key))));
  return parsed.filter((key) => key !== null);
}

function memoryId({ fingerprint, armored }: { readonly fingerprint: string; readonly armored: string }): string {
  return `${fingerprint}:${createHash('sha256').update(armored).digest('base64')}`;
}

async function parsePublic({ armored, fingerprint }: RegisteredKey): Promise<Key | null> {
  try {
    const key = await readKey({ armoredKey: armored, config: lax });
    return fingerprintOf(key) === fingerprint ? key.toPublic() : null;
  } catch {
    return null;
  }
}

async function parsePrivate({ armored, fingerprint }: DecryptionKey): Promise<PrivateKey | null> {
  try {
    const key = await readPrivateKey({ armoredKey: armored, config: lax });
    return fingerprintOf(key) === fingerprint && key.isDecrypted() ? key : null;
  } catch {
    return null;
  }
}
