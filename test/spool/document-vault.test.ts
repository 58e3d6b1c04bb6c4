import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { documentVault, vaultKeyIn } from '../../src/spool/document-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-vault-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('document vault', () => {
  const key = randomBytes(32);
  const vault = documentVault(key);

  it.each([0, 1, 65_535, 65_536, 65_537, 400_000])('opens what it sealed: %d octets', async (size) => {
    const content = randomBytes(size);
    const sealed = vault.seal('case c d1', content);
    expect(size < 16 || !sealed.includes(content.subarray(0, 16))).toBe(true);
    expect((await vault.open('case c d1', sealed)).equals(content)).toBe(true);
  });

  it('opens nothing under another name, another key, or after a change', async () => {
    const sealed = vault.seal('case c d1', Buffer.from('a police report'));
    await expect(vault.open('case c d2', sealed)).rejects.toThrow('changed');
    await expect(documentVault(randomBytes(32)).open('case c d1', sealed)).rejects.toThrow('another key');
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(changed.length - 20) ^ 1, changed.length - 20);
    await expect(vault.open('case c d1', changed)).rejects.toThrow('changed');
    await expect(vault.open('case c d1', sealed.subarray(0, -1))).rejects.toThrow('changed');
    await expect(vault.open('case c d1', Buffer.from('POSTERN1 plain\n\x01x'))).rejects.toThrow('not encrypted');
  });

  it('opens with an earlier key what was sealed before the key changed, and seals with the new one', async () => {
    const both = documentVault(randomBytes(32), key);
    const content = Buffer.from('a police report');
    expect((await both.open('case c d1', vault.seal('case c d1', content))).equals(content)).toBe(true);
    await expect(vault.open('case c d1', both.seal('case c d1', content))).rejects.toThrow('another key');
    await expect(both.open('case c d2', vault.seal('case c d1', content))).rejects.toThrow();
  });

  it('needs a key of 32 octets', () => {
    expect(() => documentVault(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('the key in the data directory', () => {
  it('is made once, for the owner only', () => {
    const file = join(folder, 'evidence.key');
    const key = vaultKeyIn(file);
    expect(key).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(vaultKeyIn(file).equals(key)).toBe(true);
  });

  it('that is no key stops the start and is left as it is', () => {
    const file = join(folder, 'broken.key');
    writeFileSync(file, 'short\n');
    expect(() => vaultKeyIn(file)).toThrow('holds no key');
  });

  it('in a folder that is not there is an error', () => {
    expect(() => vaultKeyIn(join(folder, 'none', 'evidence.key'))).toThrow('ENOENT');
  });
});
