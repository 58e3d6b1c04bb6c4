/**
 * The one secret of this gateway, from which the keys of tokens are derived: `POSTERN_GATEWAY_SECRET`, which processes on
 * several machines share, or else a file that is made on first use in the data directory.
 */
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';

const fileName = 'gateway.secret';
const secretOctets = 32;

/**
 * The keys for one purpose: the first signs. Where the secret came to be shared, what was signed by the file's still
 * holds, so that open links and reply addresses outlive the change. Throws `ConfigError`.
 */
export function gatewayKeys(
  { dataDir, secrets }: Pick<Config, 'dataDir' | 'secrets'>,
  purpose: string,
): readonly [Buffer, ...Buffer[]] {
  if (secrets.gateway === null) return [derivedKey(gatewaySecret(dataDir), purpose)];
  const earlier = read(join(dataDir, fileName));
  const shared = derivedKey(Buffer.from(secrets.gateway.reveal(), 'base64'), purpose);
  return earlier === null ? [shared] : [shared, derivedKey(earlier, purpose)];
}

/** Several processes may ask at once: all get the same. Throws `ConfigError` when the file holds something else. */
export function gatewaySecret(dataDir: string): Buffer {
  const path = join(dataDir, fileName);
  const temporary = `${path}.${randomUUID()}.tmp`;
  const known = read(path);
  if (known !== null) return known;
  writeFileSync(temporary, `${randomBytes(secretOctets).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(temporary, path); // fails when another process was first
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(temporary);
  }
  const made = read(path);
  if (made === null) throw new ConfigError(fileName, 'cannot be made in the data directory');
  return made;
}

/** A key for one purpose: keys of different purposes tell nothing about each other (RFC 5869). */
export function derivedKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `postern ${purpose}`, secretOctets));
}

function read(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw new ConfigError(fileName, 'cannot be read');
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new ConfigError(fileName, 'must hold 64 hexadecimal digits');
  return Buffer.from(text, 'hex');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
