/** Detached signatures by the gateway's own key: work orders, archives of cases. */
import { createMessage, readPrivateKey, sign } from 'openpgp';
import type { Keyring } from './keyring.ts';
import { KeyringError } from './keyring-error.ts';
import { fingerprintOf } from './public-key.ts';

export type DetachedSignature = {
  readonly armored: string;
  /** Of the primary key, upper-case hex. */
  readonly fingerprint: string;
};

/** Signs with the newest key that is good at `now`. Rejects with `KeyringError` when there is none. */
export async function signDetached(
  keyring: Pick<Keyring, 'list' | 'decryptionKeys'>,
  content: Uint8Array,
  now: number,
): Promise<DetachedSignature> {
  const good = (await keyring.list(now)).filter(({ standing }) => standing === 'good');
  const newest = good.sort((one, other) => other.createdAt - one.createdAt)[0];
  const held = keyring.decryptionKeys().find(({ fingerprint }) => fingerprint === newest?.fingerprint);
  if (held === undefined)
    throw new KeyringError('missing', 'no key to sign with: make one with "postern keys generate"');
  const key = await readPrivateKey({ armoredKey: held.armored });
  const message = await createMessage({ binary: content });
  const armored = await sign({ message, signingKeys: key, detached: true, date: new Date(now), format: 'armored' });
  return { armored, fingerprint: fingerprintOf(key) };
}
