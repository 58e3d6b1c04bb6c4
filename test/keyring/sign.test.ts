import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, readKey, readSignature, verify } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { signDetached } from '../../src/keyring/sign.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const dayMs = 86_400_000;
const content = Buffer.from('delete exactly this');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-sign-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('detached signatures', () => {
  it('are by the newest key that is good, and verify', async () => {
    const keyring = await openKeyring(join(folder, 'keys'));
    const key = { name: 'Support', email: 'support@postern.test' };
    await keyring.generate({ ...key, now: now - 9 * dayMs, lifetimeMs: null });
    const newest = await keyring.generate({ ...key, now: now - 3 * dayMs, lifetimeMs: null });
    await keyring.generate({ ...key, now: now - 2 * dayMs, lifetimeMs: dayMs });
    const { armored, fingerprint } = await signDetached(keyring, content, now);
    expect(fingerprint).toBe(newest.fingerprint);
    const verified = await verify({
      message: await createMessage({ binary: content }),
      signature: await readSignature({ armoredSignature: armored }),
      verificationKeys: await readKey({ armoredKey: keyring.exportPublic(fingerprint) }),
      date: new Date(now + 1_000),
    });
    expect(await verified.signatures[0]?.verified).toBe(true);
  });

  it('need a key', async () => {
    const keyring = await openKeyring(join(folder, 'none'));
    await expect(signDetached(keyring, content, now)).rejects.toThrow('no key to sign with');
  });
});
