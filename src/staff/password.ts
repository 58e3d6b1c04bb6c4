/** Passwords of staff: what they must be, and how they are kept (scrypt, RFC 7914, parameters beside the hash). */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { createTurns, type Line } from './turns.ts';

const shortest = 12;
const longest = 256;

/** Why a password is not good enough, as a sentence; null when it is. NIST SP 800-63B: length counts, composition does not. */
export function passwordFault(password: string, name: string): string | null {
  const text = normal(password);
  const length = Array.from(text).length;
  if (length < shortest) return `Use at least ${shortest} characters; a few words in a row are fine.`;
  if (length > longest) return `Use at most ${longest} characters.`;
  if (new Set(text).size < 5) return 'Use more than a few different characters.';
  const [own = name] = name.split('@');
  if (own.length >= 3 && text.toLowerCase().replaceAll(own, '').length < shortest / 2) {
    return 'Do not make it from your name.';
  }
  if (isSequence(text.toLowerCase())) return 'Do not use a row of the keyboard or the alphabet.';
  return null;
}

type Cost = { readonly N: number; readonly r: number; readonly p: number };

/** OWASP's first choice for scrypt: 128 MiB, about a third of a second. */
const today: Cost = { N: 2 ** 17, r: 8, p: 1 };
const saltOctets = 16;
const hashOctets = 32;

/** `scrypt$<N>$<r>$<p>$<salt>$<hash>`, the last two in base64url. */
export async function hashPassword(password: string, cost: Cost = today): Promise<string> {
  const salt = randomBytes(saltOctets);
  const hash = await derive(password, salt, cost, hashOctets, 'known');
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether the password is the one that was hashed. `stored` null is a name that nobody has: the same work is done, so
 * that the time tells nothing. Rejects with `TooManyWait` when too many are at it, whoever is asked for.
 */
export async function verifyPassword(password: string, stored: string | null, line: Line = 'known'): Promise<boolean> {
  const parsed = stored === null ? null : parseHash(stored);
  if (parsed === null) {
    await derive(password, Buffer.alloc(saltOctets), today, hashOctets, line);
    return false;
  }
  const hash = await derive(password, parsed.salt, parsed.cost, parsed.hash.length, line);
  return timingSafeEqual(hash, parsed.hash);
}

type StoredHash = { readonly cost: Cost; readonly salt: Buffer; readonly hash: Buffer };

function parseHash(stored: string): StoredHash | null {
  const match = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,})\$([\w-]{32,})$/.exec(stored);
  if (match === null) return null;
  const [, N, r, p, salt = '', hash = ''] = match;
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

/** Each takes 128 MiB and a third of a second: a crowd at the log-in page must not take all memory, nor all day. */
const turns = createTurns({ known: 24, strangers: 16 });

/** Whether a password would be looked at now, after a few seconds at most. */
export function passwordsHaveRoom(line: Line): boolean {
  return turns.hasRoom(line);
}

function derive(password: string, salt: Buffer, cost: Cost, octets: number, line: Line): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r };
  const work = () =>
    new Promise<Buffer>((resolve, reject) => {
      scrypt(normal(password).slice(0, 4 * longest), salt, octets, options, (error, key) =>
        error === null ? resolve(key) : reject(error),
      );
    });
  return turns.take(line, work);
}

/** The same keys pressed on another system may give another form of the same letters. */
function normal(password: string): string {
  return password.normalize('NFKC');
}

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
];

function isSequence(text: string): boolean {
  return rows.some((row) => row.includes(text) || row.split('').toReversed().join('').includes(text));
}
