/** The one secret of this gateway, from which the keys of tokens are derived: made on first use, in the data directory. */
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';

const fileName = 'gateway.secret';
const secretOctets = 32;

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
