/** How commands read directory files: real PGP keys, the classifier's request kinds. */
import { requestKinds } from '../classify/classification.ts';
import type { DirectoryFileOptions, KeyReading } from '../directory/directory-file.ts';
import { readPublicKey } from '../keyring/public-key.ts';

/** `now` in epoch milliseconds: keys that have expired by then are warned about. */
export function directoryFileOptions(now: number): DirectoryFileOptions {
  return { requestKinds, readKey: (armored) => readKey(armored, now) };
}

async function readKey(armored: string, now: number): Promise<KeyReading> {
  const facts = await readPublicKey(armored, now);
  if ('fault' in facts) return { ok: false, cause: facts.fault };
  const { fingerprint, keyIds, expiresAt, weak } = facts;
  const warnings = [
    ...(weak === undefined ? [] : [`proves nothing: ${weak}`]),
    ...(expiresAt !== null && expiresAt <= now ? [`expired at ${new Date(expiresAt).toISOString()}`] : []),
  ];
  return { ok: true, key: { fingerprint, ids: [...new Set([fingerprint, ...keyIds])] }, warnings };
}
