/** Directory files for tests: one valid tenant with the differences that a test names. */
import { requestKinds } from '../../src/classify/classification.ts';
import { type DirectoryFileOptions, type KeyReading, parseDirectory } from '../../src/directory/directory-file.ts';
import { faultLine } from '../../src/directory/fault.ts';
import type { Directory } from '../../src/directory/store.ts';

export type Json = { readonly [field: string]: unknown };

export const adminJson = (changes: Json = {}): Json => ({
  id: 'a1',
  name: 'Ada',
  primaryEmail: 'ada@example.com',
  role: 'owner',
  active: true,
  mailbox: 'dedicated',
  ...changes,
});

export const tenantJson = (changes: Json = {}): Json => ({
  id: 't1',
  name: 'Example',
  domains: ['example.com'],
  tier: 'standard',
  users: 120,
  timezone: 'America/New_York',
  admins: [adminJson()],
  ...changes,
});

/** Takes `KEY <fingerprint>` for a key, so that tests of other things need no cryptography. */
export async function readNamedKey(armored: string): Promise<KeyReading> {
  const fingerprint = /^KEY ([0-9A-F]{40})$/.exec(armored)?.[1];
  if (fingerprint === undefined) return { ok: false, cause: 'is not an armored PGP public key' };
  return { ok: true, key: { fingerprint, ids: [fingerprint, fingerprint.slice(-16)] }, warnings: [] };
}

export const namedKeyOptions: DirectoryFileOptions = { readKey: readNamedKey, requestKinds };

/** The directory of these tenants; throws with its faults when it has any. */
export async function directoryOf(...tenants: readonly Json[]): Promise<Directory> {
  const result = await parseDirectory({ tenants }, namedKeyOptions);
  if (!result.ok) throw new Error(result.faults.map(faultLine).join('\n'));
  return result.directory;
}
