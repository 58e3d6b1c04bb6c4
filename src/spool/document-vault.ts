/** Documents of cases at rest: sealed like mail in the spool, each under its own name. */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createBodyWriter, openBody } from './body.ts';
import { newCipher, type Sealing } from './sealing.ts';

export type DocumentVault = {
  seal(name: string, content: Buffer): Buffer;
  /** Rejects with `SpoolCorrupt` when the content is not what was sealed under this name and key. */
  open(name: string, sealed: Buffer): Promise<Buffer>;
};

/** Keys of 32 octets: the first seals, the others are earlier ones that still open. There is no vault without one. */
export function documentVault(...[key, ...earlier]: readonly [Buffer, ...Buffer[]]): DocumentVault {
  for (const each of [key, ...earlier]) {
    if (each.length !== 32) throw new RangeError('the key of the documents must be 32 octets');
  }
  const sealing: Sealing = { key, readPlain: false };
  return {
    seal: (name, content) => {
      const writer = createBodyWriter(newCipher(sealing, name));
      // A block has at least one octet, an empty document has none: one octet before each.
      writer.push(Buffer.concat([Buffer.of(1), content]));
      return Buffer.concat(writer.finish());
    },
    open: async (name, sealed) => {
      const source = { size: sealed.length, read: async (start: number, end: number) => sealed.subarray(start, end) };
      let fault: unknown;
      for (const each of [key, ...earlier]) {
        try {
          const body = await openBody(source, { key: each, readPlain: false }, name);
          return await body.read(1, body.size);
        } catch (error) {
          fault ??= error;
        }
      }
      throw fault;
    },
  };
}

/** The key in this file; the first call makes it, for the owner only. Throws when the file holds something else. */
export function vaultKeyIn(file: string): Buffer {
  try {
    // `wx`: of two processes that start at once one makes it, and the other reads it.
    const handle = openSync(file, 'wx', 0o600);
    try {
      writeSync(handle, `${randomBytes(32).toString('base64')}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Error(`${file} holds no key of 32 octets`);
  return key;
}
