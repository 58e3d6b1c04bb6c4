/** How commands read directory files: real PGP keys, the classifier's request kinds. */
import { requestKinds } from '../classify/classification.ts';
import type { DirectoryFileOptions, KeyReading } from '../directory/directory-file.ts';
import { standingOf } from '../keyring/key-standing.ts';
import { factsOf, readOneKey } from '../keyring/public-key.ts';

/** `now` in epoch milliseconds: keys that prove nothing at that time are warned about. */
export function directoryFileOptions(now: number): DirectoryFileOptions {
  return { requestKinds, readKey: (armored) => readKey(armored, now) };
}

/**
 * Any public key may be registered, whatever its standing: without the revoked, expired or weak key of an admin the
 * directory could not tell a signature by it (R-BADSIG) from one by an unknown key.
 */
async function readKey(armored: string, now: number): Promise<KeyReading> {
  const key = await readOneKey(armored);
  if ('fault' in key) return { ok: false, cause: key.fault };
  const standing = await standingOf(key, new Date(now));
  const { fingerprint, keyIds } = await factsOf(key, standing);
  const warnings = standing.kind === 'good' ? [] : [`proves nothing: ${standing.cause}`];
  return { ok: true, key: { fingerprint, ids: [...new Set([fingerprint, ...keyIds])] }, warnings };
}
