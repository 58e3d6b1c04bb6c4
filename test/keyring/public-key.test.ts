/** What the directory learns about a public key before it takes it. */
import { armor, enums } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { standingOf } from '../../src/keyring/key-standing.ts';
import { factsOf, readOneKey } from '../../src/keyring/public-key.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { withHash } from '../helpers/pgp-mail.ts';

const ada = { name: 'Ada', email: 'ada@example.com' };
const madeAt = new Date('2026-01-01T00:00:00Z');
const now = Date.parse('2026-03-02T10:00:00Z');

/** As the import of a directory does. */
async function readPublicKey(armored: string, at: number) {
  const key = await readOneKey(armored);
  return 'fault' in key ? key : factsOf(key, await standingOf(key, new Date(at)));
}

describe('a public key', () => {
  it('sums up a good key', async () => {
    const key = await makePgpKey({ ...ada, date: madeAt, keyExpirationTime: 365 * 86_400 });
    const facts = await readPublicKey(key.armoredPublic, now);
    expect(facts).toEqual({
      fingerprint: key.fingerprint,
      keyIds: key.publicKey.getKeyIDs().map((id) => id.toHex().toUpperCase()),
      userIds: ['Ada <ada@example.com>'],
      createdAt: madeAt.getTime(),
      expiresAt: madeAt.getTime() + 365 * 86_400_000,
      algorithm: 'Ed25519',
    });
  });

  it('ends a version 4 key id with the last 16 digits of its fingerprint', async () => {
    const key = await makePgpKey({ ...ada, date: madeAt });
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({
      keyIds: expect.arrayContaining([key.fingerprint.slice(-16)]),
    });
  });

  it('reads the keys of RFC 9580', async () => {
    const key = await makePgpKey({ ...ada, date: madeAt, type: 'curve25519', config: { v6Keys: true } });
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({
      algorithm: 'Ed25519',
      fingerprint: expect.stringMatching(/^[0-9A-F]{64}$/),
    });
  });

  it('warns of RSA below 2,048 bits', async () => {
    const key = await makePgpKey({ ...ada, date: madeAt, type: 'rsa', rsaBits: 1024, config: { minRSABits: 1024 } });
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({
      algorithm: 'RSA 1024',
      weak: 'RSA key of 1024 bits',
    });
  });

  it('warns of a key that certifies itself by SHA-1', async () => {
    const key = await withHash(enums.hash.sha1, () => makePgpKey({ ...ada, date: madeAt, type: 'rsa', rsaBits: 2048 }));
    expect(key.publicKey.users[0]?.selfCertifications[0]?.hashAlgorithm).toBe(enums.hash.sha1);
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({
      weak: expect.stringMatching(/weak algorithm/),
    });
  });

  it('takes an expired key, whose expiry it tells', async () => {
    const key = await makePgpKey({ ...ada, date: madeAt, keyExpirationTime: 86_400 });
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({ expiresAt: madeAt.getTime() + 86_400_000 });
  });

  it('refuses a private key without repeating any of it', async () => {
    const { armoredPrivate } = await makePgpKey(ada);
    expect(await readPublicKey(armoredPrivate, now)).toEqual({
      fault: 'is a private key: only public keys belong here',
    });
  });

  it('refuses two keys in one text', async () => {
    const [one, two] = await Promise.all([makePgpKey(ada), makePgpKey(ada)]);
    expect(await readPublicKey(`${one.armoredPublic}\n${two.armoredPublic}`, now)).toEqual({
      fault: 'holds 2 keys: one each',
    });
    const packets = Buffer.concat([one.publicKey.write(), two.publicKey.write()]);
    const block = armor(enums.armor.publicKey, packets);
    expect(await readPublicKey(block, now)).toEqual({ fault: 'holds 2 keys: one each' });
  });

  it.each([
    '',
    'hello',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----',
    'x'.repeat(600_000),
  ])('refuses what is no key: %#', async (text) => {
    expect(await readPublicKey(text, now)).toHaveProperty('fault');
  });

  it('keeps control characters of user ids away from terminals', async () => {
    const key = await makePgpKey({ name: 'Ada\u001b[2J', email: 'ada@example.com', date: madeAt });
    expect(await readPublicKey(key.armoredPublic, now)).toMatchObject({ userIds: ['Ada\uFFFD[2J <ada@example.com>'] });
  });
});
