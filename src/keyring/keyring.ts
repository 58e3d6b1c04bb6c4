/**
 * The gateway's own PGP keys: armored private keys in one folder, one file each, mode 0600.
 *
 * Opened once at start: every readable key is unlocked in memory; a file that is damaged or locked is a problem that is
 * told and does not stop the others.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decryptKey, encryptKey, generateKey, type PrivateKey, readPrivateKeys } from 'openpgp';
import { type KeyStanding, standingOf } from './key-standing.ts';
import { KeyringError } from './keyring-error.ts';
import { factsOf, fingerprintOf, type PublicKeyFacts } from './public-key.ts';
import { lax } from './strength.ts';

export type KeyringOptions = {
  /** Locks the keys on disk. Without it they lie there in clear, protected by the file mode alone. */
  readonly passphrase?: string | null;
};

/** What may be told about one of our keys; nothing private. */
export type KeyInfo = PublicKeyFacts & { readonly file: string; readonly standing: KeyStanding['kind'] };

/** A file of the folder that is no usable key, or lies open to others. One line each. */
export type KeyringProblem = { readonly file: string; readonly cause: string };

export type NewKey = {
  readonly name: string;
  readonly email: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Milliseconds after `now`; null never expires. */
  readonly lifetimeMs: number | null;
};

/** All methods that name a key take its fingerprint, or the last 16 digits or more of it, and reject with `KeyringError`. */
export type Keyring = {
  list(now: number): Promise<readonly KeyInfo[]>;
  readonly problems: readonly KeyringProblem[];
  /** Unlocked, for the PGP check. Never to be logged or stored. */
  decryptionKeys(): readonly { readonly fingerprint: string; readonly armored: string }[];
  generate(key: NewKey): Promise<KeyInfo>;
  /** Takes one or several armored private keys; nothing is written unless all can be read and are new. */
  import(armored: string, now: number): Promise<readonly KeyInfo[]>;
  exportPublic(fingerprint: string): string;
  /** The private key as it lies on disk: locked when the keyring has a passphrase. */
  exportSecret(fingerprint: string): Promise<string>;
};

type Held = { readonly file: string; readonly key: PrivateKey };

/** Asked for with every mail, and costly to make. */
const armored = new WeakMap<PrivateKey, string>();
function armoredOf(key: PrivateKey): string {
  const text = armored.get(key) ?? key.armor();
  armored.set(key, text);
  return text;
}

const folderMode = 0o700;
const fileMode = 0o600;
const othersMayRead = 0o077;
const maxFileBytes = 1024 * 1024;

/** A folder that is not there is an empty keyring; it is made with the first key. */
export async function openKeyring(folder: string, { passphrase = null }: KeyringOptions = {}): Promise<Keyring> {
  const problems: KeyringProblem[] = [];
  const held = new Map<string, Held>();
  for (const file of await filesOf(folder)) {
    try {
      for (const key of await loadFile(join(folder, file), passphrase)) held.set(fingerprintOf(key), { file, key });
      if (held.values().some((entry) => entry.file === file) && (await isOpenToOthers(join(folder, file)))) {
        problems.push({ file, cause: 'others may read this private key: chmod 600' });
      }
    } catch (error) {
      problems.push({ file, cause: error instanceof KeyringError ? error.message : 'cannot be read' });
    }
  }

  const find = (name: string): Held => {
    const wanted = name.replace(/\s|^0x/gi, '').toUpperCase();
    const matches = [...held].filter(
      ([fingerprint]) => fingerprint === wanted || (wanted.length >= 16 && fingerprint.endsWith(wanted)),
    );
    const [match] = matches;
    if (match === undefined) throw new KeyringError('missing', `no key ${name} in ${folder}`);
    return match[1];
  };
  const add = async (key: PrivateKey, now: number): Promise<KeyInfo> => {
    const fingerprint = fingerprintOf(key);
    const file = `${fingerprint}.asc`;
    await writeNew(folder, file, (await locked(key, passphrase)).armor());
    held.set(fingerprint, { file, key });
    return infoOf({ file, key }, now);
  };

  return {
    problems,
    list: (now) => Promise.all([...held.values()].map((entry) => infoOf(entry, now))),
    decryptionKeys: () => [...held].map(([fingerprint, { key }]) => ({ fingerprint, armored: armoredOf(key) })),
    generate: async ({ name, email, now, lifetimeMs }) => {
      const { privateKey } = await generateKey({
        // Ed25519 and X25519 in the encoding of RFC 4880 implementations: GnuPG cannot read that of RFC 9580 yet.
        type: 'ecc',
        curve: 'ed25519Legacy',
        userIDs: [{ name, email }],
        date: new Date(now),
        keyExpirationTime: lifetimeMs === null ? 0 : Math.ceil(lifetimeMs / 1000),
        format: 'object',
      });
      return add(privateKey, now);
    },
    import: async (armored, now) => {
      const keys = await unlockAll(armored, passphrase);
      const known = keys.map(fingerprintOf).find((fingerprint) => held.has(fingerprint));
      if (known !== undefined) throw new KeyringError('exists', `key ${known} is already there`);
      const added: KeyInfo[] = [];
      for (const key of keys) added.push(await add(key, now));
      return added;
    },
    exportPublic: (fingerprint) => find(fingerprint).key.toPublic().armor(),
    exportSecret: async (fingerprint) => (await locked(find(fingerprint).key, passphrase)).armor(),
  };
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new KeyringError('io', `cannot read the keys folder ${folder}`);
  }
}

/** No keys when the file holds no private key block: public keys and notes may lie beside. */
async function loadFile(path: string, passphrase: string | null): Promise<PrivateKey[]> {
  if ((await stat(path)).size > maxFileBytes) throw new KeyringError('unreadable', `larger than ${maxFileBytes} bytes`);
  const text = await readFile(path, 'utf8');
  return text.includes('-----BEGIN PGP PRIVATE KEY BLOCK-----') ? unlockAll(text, passphrase) : [];
}

async function unlockAll(armored: string, passphrase: string | null): Promise<PrivateKey[]> {
  let keys: PrivateKey[];
  try {
    // Several blocks may follow one another in one file; the library reads one.
    const blocks =
      armored.match(/-----BEGIN PGP PRIVATE KEY BLOCK-----[\s\S]*?-----END PGP PRIVATE KEY BLOCK-----/g) ?? [];
    keys = (await Promise.all(blocks.map((block) => readPrivateKeys({ armoredKeys: block, config: lax })))).flat();
  } catch {
    throw new KeyringError('unreadable', 'not a readable PGP private key');
  }
  if (keys.length === 0) throw new KeyringError('unreadable', 'holds no PGP private key');
  return Promise.all(keys.map((key) => unlocked(key, passphrase)));
}

async function unlocked(key: PrivateKey, passphrase: string | null): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  if (passphrase === null)
    throw new KeyringError('locked', `key ${fingerprintOf(key)} is locked and no passphrase is set`);
  try {
    return await decryptKey({ privateKey: key, passphrase, config: lax });
  } catch {
    throw new KeyringError('locked', `the passphrase does not open key ${fingerprintOf(key)}`);
  }
}

async function locked(key: PrivateKey, passphrase: string | null): Promise<PrivateKey> {
  return passphrase === null ? key : encryptKey({ privateKey: key, passphrase });
}

async function infoOf({ file, key }: Held, now: number): Promise<KeyInfo> {
  const standing = await standingOf(key, new Date(now));
  return { ...(await factsOf(key.toPublic(), standing)), file, standing: standing.kind };
}

async function isOpenToOthers(path: string): Promise<boolean> {
  return process.platform !== 'win32' && ((await stat(path)).mode & othersMayRead) !== 0;
}

/** Appears whole or not at all, and never over another key. */
async function writeNew(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    const file = await open(temporary, 'wx', fileMode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await link(temporary, join(folder, name));
    } finally {
      await unlink(temporary);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') throw new KeyringError('exists', `${name} is already there`);
    throw new KeyringError('io', `cannot write ${join(folder, name)} (${String(code)})`);
  }
}
