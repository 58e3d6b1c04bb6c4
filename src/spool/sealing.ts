/**
 * Encryption at rest: AES-256-GCM over blocks of 64 KiB, after the STREAM construction (Hoang, Reyhanitabar, Rogaway,
 * Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015).
 *
 * Each object has a key of its own, made from the spool's key, a random salt and the object's name. The nonce is the
 * number of the block and whether it is the last one. So a block that is changed, moved, left out or taken from another
 * object does not open, nor does an object that was cut at the end of a block or put under another name.
 *
 * Object: header, then the blocks. Plain objects have the same layout with blocks as they are.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { SpoolCorrupt } from './errors.ts';

/** Octets of content in each block but the last, which has at least one. */
export const blockOctets = 64 * 1024;

const plainMark = Buffer.from('POSTERN1 plain\n');
const sealedMark = Buffer.from('POSTERN1 aes-256-gcm\n');
const keyIdOctets = 8;
const saltOctets = 32;
const tagOctets = 16;
/** The longer of the two headers. */
export const longestHeader = sealedMark.length + keyIdOctets + saltOctets;

export type Sealing = {
  readonly key: Buffer | null;
  /** Whether plain objects are read although there is a key. */
  readonly readPlain: boolean;
};

/** Makes and opens the blocks of one object. */
export type BlockCipher = {
  readonly header: Buffer;
  /** Octets that sealing adds to each block. */
  readonly overhead: number;
  seal(block: Buffer, index: number, isLast: boolean): Buffer;
  /** Throws `SpoolCorrupt`. */
  open(block: Buffer, index: number, isLast: boolean): Buffer;
};

const plainCipher: BlockCipher = { header: plainMark, overhead: 0, seal: (block) => block, open: (block) => block };

/** Throws when the key is not 32 octets. */
export function checkedKey(key: Buffer | undefined): Buffer | null {
  if (key === undefined) return null;
  if (key.length !== 32) throw new RangeError('the spool key must be 32 octets');
  return key;
}

/** A cipher for a new object of this name. An object is written once: two contents under one cipher would share nonces. */
export function newCipher(sealing: Sealing, name: string): BlockCipher {
  if (sealing.key === null) return plainCipher;
  return sealedCipher(sealing.key, randomBytes(saltOctets), name);
}

/** The cipher of an object, from its first octets. Throws `SpoolCorrupt`. */
export function cipherOf(sealing: Sealing, start: Buffer, name: string): BlockCipher {
  if (start.subarray(0, sealedMark.length).equals(sealedMark)) return sealedCipherOf(sealing, start, name);
  if (!start.subarray(0, plainMark.length).equals(plainMark)) throw new SpoolCorrupt('this is no spool entry');
  // Whoever can write to the storage could else put forged mail there, verdict included, for the sweep to find.
  if (sealing.key !== null && !sealing.readPlain)
    throw new SpoolCorrupt('the entry is not encrypted, but a key is set');
  return plainCipher;
}

function sealedCipherOf(sealing: Sealing, start: Buffer, name: string): BlockCipher {
  if (sealing.key === null) throw new SpoolCorrupt('the entry is encrypted, but no key is set');
  if (start.length < longestHeader) throw new SpoolCorrupt('the entry ends within its header');
  const id = start.subarray(sealedMark.length, sealedMark.length + keyIdOctets);
  if (!id.equals(keyId(sealing.key))) throw new SpoolCorrupt('the entry is encrypted under another key');
  return sealedCipher(sealing.key, start.subarray(sealedMark.length + keyIdOctets, longestHeader), name);
}

function sealedCipher(key: Buffer, salt: Buffer, name: string): BlockCipher {
  const objectKey = Buffer.from(hkdfSync('sha256', key, salt, `postern spool 1 ${name}`, 32));
  return {
    header: Buffer.concat([sealedMark, keyId(key), salt]),
    overhead: tagOctets,
    seal: (block, index, isLast) => {
      const cipher = createCipheriv('aes-256-gcm', objectKey, nonceOf(index, isLast));
      return Buffer.concat([cipher.update(block), cipher.final(), cipher.getAuthTag()]);
    },
    open: (block, index, isLast) => {
      if (block.length <= tagOctets) throw new SpoolCorrupt('the entry ends within a block');
      const decipher = createDecipheriv('aes-256-gcm', objectKey, nonceOf(index, isLast), { authTagLength: tagOctets });
      decipher.setAuthTag(block.subarray(-tagOctets));
      try {
        return Buffer.concat([decipher.update(block.subarray(0, -tagOctets)), decipher.final()]);
      } catch (error) {
        throw new SpoolCorrupt(`block ${index} of the entry was changed`, { cause: error });
      }
    },
  };
}

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** Tells keys apart without telling anything about them. */
function keyId(key: Buffer): Buffer {
  return createHash('sha256').update('postern spool key id\0').update(key).digest().subarray(0, keyIdOctets);
}
