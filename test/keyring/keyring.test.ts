/** The folder of our own keys: what is written, what is read back, what is told about what is wrong. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptKey } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { KeyringError } from '../../src/keyring/keyring-error.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const newKey = { name: 'Support', email: 'support@postern.test', now, lifetimeMs: null };

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'postern-keyring-')), 'keys');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const faultOf = async (action: Promise<unknown>): Promise<string> => {
  const error = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof KeyringError ? error.fault : `no keyring error: ${String(error)}`;
};

describe('generating', () => {
  it('is empty where there is no folder, and makes it with the first key, closed to others', async () => {
    const keyring = await openKeyring(folder);
    expect(await keyring.list(now)).toEqual([]);
    const info = await keyring.generate(newKey);
    expect(info).toMatchObject({ algorithm: 'Ed25519', standing: 'good', expiresAt: null, createdAt: now });
    expect(info.userIds).toEqual(['Support <support@postern.test>']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, info.file))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual([`${info.fingerprint}.asc`]);
  });

  it('finds its keys again', async () => {
    const info = await (await openKeyring(folder)).generate(newKey);
    const again = await openKeyring(folder);
    expect(again.problems).toEqual([]);
    expect(await again.list(now)).toEqual([info]);
    expect(again.decryptionKeys().map((key) => key.fingerprint)).toEqual([info.fingerprint]);
  });

  it('sets an expiry, and says later that it has passed', async () => {
    const keyring = await openKeyring(folder);
    const info = await keyring.generate({ ...newKey, lifetimeMs: 86_400_000 });
    expect(info.expiresAt).toBe(now + 86_400_000);
    expect((await keyring.list(now + 2 * 86_400_000))[0]?.standing).toBe('expired');
  });

  it('locks what lies on disk when there is a passphrase', async () => {
    const info = await (await openKeyring(folder, { passphrase: 'open sesame' })).generate(newKey);
    const without = await openKeyring(folder);
    expect(await without.list(now)).toEqual([]);
    expect(without.problems[0]?.cause).toMatch(/locked and no passphrase/);
    expect((await openKeyring(folder, { passphrase: 'wrong' })).problems[0]?.cause).toMatch(/does not open/);
    const right = await openKeyring(folder, { passphrase: 'open sesame' });
    expect(right.decryptionKeys()).toHaveLength(1);
    expect(await right.exportSecret(info.fingerprint)).not.toBe(right.decryptionKeys()[0]?.armored);
  });
});

describe('importing', () => {
  it('takes a key once', async () => {
    const key = await makePgpKey({ name: 'Own', email: 'own@postern.test', date: new Date(now) });
    const keyring = await openKeyring(folder);
    expect((await keyring.import(key.armoredPrivate, now))[0]?.fingerprint).toBe(key.fingerprint);
    expect(await faultOf(keyring.import(key.armoredPrivate, now))).toBe('exists');
  });

  it('never writes over a file that came meanwhile', async () => {
    const key = await makePgpKey({ name: 'Own', email: 'own@postern.test', date: new Date(now) });
    const keyring = await openKeyring(folder);
    await mkdir(folder);
    await writeFile(join(folder, `${key.fingerprint}.asc`), 'something else');
    expect(await faultOf(keyring.import(key.armoredPrivate, now))).toBe('exists');
    expect(await readFile(join(folder, `${key.fingerprint}.asc`), 'utf8')).toBe('something else');
    expect(await readdir(folder)).toHaveLength(1);
  });

  it.each([
    ['nonsense', 'hello'],
    ['a public key', 'public'],
    ['a cut key', 'cut'],
  ])('refuses %s and writes nothing', async (_name, what) => {
    const key = await makePgpKey({ name: 'Own', email: 'own@postern.test' });
    const texts: Record<string, string> = {
      hello: 'hello',
      public: key.armoredPublic,
      cut: `${key.armoredPrivate.slice(0, 300)}\n-----END PGP PRIVATE KEY BLOCK-----\n`,
    };
    expect(await faultOf((await openKeyring(folder)).import(texts[what] ?? '', now))).toBe('unreadable');
    expect(await readdir(folder).catch(() => [])).toEqual([]);
  });

  it('refuses a locked key it cannot open', async () => {
    const key = await makePgpKey({ name: 'Own', email: 'own@postern.test' });
    const lockedKey = await encryptKey({ privateKey: key.privateKey, passphrase: 'theirs' });
    expect(await faultOf((await openKeyring(folder)).import(lockedKey.armor(), now))).toBe('locked');
  });
});

describe('opening a folder as people leave it', () => {
  it('reads on past what is broken, and tells it', async () => {
    const good = await (await openKeyring(folder)).generate(newKey);
    await writeFile(
      join(folder, 'broken.asc'),
      '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n',
    );
    await writeFile(join(folder, 'notes.txt'), 'the key of the old server');
    await chmod(join(folder, good.file), 0o644);
    const keyring = await openKeyring(folder);
    expect(keyring.decryptionKeys()).toHaveLength(1);
    expect(keyring.problems).toEqual([
      { file: good.file, cause: 'others may read this private key: chmod 600' },
      { file: 'broken.asc', cause: 'not a readable PGP private key' },
    ]);
  });

  it('exports by fingerprint in any spelling, and nothing by a short id', async () => {
    const keyring = await openKeyring(folder);
    const { fingerprint } = await keyring.generate(newKey);
    const spaced = fingerprint.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect(keyring.exportPublic(spaced)).toMatch(/BEGIN PGP PUBLIC KEY BLOCK/);
    expect(keyring.exportPublic(`0x${fingerprint.slice(-16)}`)).not.toMatch(/PRIVATE/);
    expect(() => keyring.exportPublic(fingerprint.slice(-8))).toThrow(KeyringError);
  });
});
