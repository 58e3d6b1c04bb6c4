/** `postern keys` as a shell sees it: stdout, stderr, exit codes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import { keysCommand } from '../../src/cli/keys.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Run = { readonly code: number | string; readonly out: string; readonly err: string };

async function run(...args: readonly string[]): Promise<Run> {
  const text = { out: '', err: '' };
  const command = keysCommand({
    stdout: { write: (chunk) => (text.out += chunk) },
    stderr: { write: (chunk) => (text.err += chunk) },
    cwd: folder,
    now: () => now,
    openKeyring: () => openKeyring(join(folder, 'keys')),
  });
  for (const each of [command, ...command.commands]) {
    each
      .exitOverride()
      .configureOutput({ writeOut: (chunk) => (text.out += chunk), writeErr: (chunk) => (text.err += chunk) });
  }
  const code = await command.parseAsync(args, { from: 'user' }).then(
    () => 0,
    (error: unknown) => {
      if (error instanceof CommanderError) return error.code;
      if (!(error instanceof CliError)) throw error;
      text.err += error.message;
      return error.exitCode;
    },
  );
  return { code, ...text };
}

describe('keys generate', () => {
  it('prints the public key alone on stdout', async () => {
    const made = await run('generate', '--user-id', 'Support <support@postern.test>', '--expires-in', '30');
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*END PGP PUBLIC KEY BLOCK-----\s*$/);
    expect(made.err).toMatch(/Ed25519 .*expires 2026-04-01 .*support@postern.test/);
  });

  it.each([
    [['generate']],
    [['generate', '--user-id', 'nobody']],
    [['generate', '--user-id', 'a@b.test', '--expires-in', '0']],
    [['generate', '--user-id', 'a@b.test', '--expires-in', '1.5']],
    [['polish']],
  ])('refuses %j as wrong usage', async (args) => {
    const { code, out } = await run(...args);
    expect(code).toMatch(/^commander\./);
    expect(out).toBe('');
  });
});

describe('keys list', () => {
  it('says what to do when there is none', async () => {
    expect(await run('list')).toMatchObject({ code: 0, out: '', err: expect.stringMatching(/keys generate/) });
    expect(await run('list', '--json')).toMatchObject({ code: 0, out: '' });
  });

  it('tells one key per line, and its facts as JSON', async () => {
    await run('generate', '--user-id', 'a@postern.test');
    await run('generate', '--user-id', 'b@postern.test');
    const lines = (await run('list')).out.trim().split('\n');
    expect(lines).toHaveLength(2);
    const facts: unknown[] = (await run('list', '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(facts[0]).toMatchObject({ algorithm: 'Ed25519', createdAt: now, expiresAt: null, standing: 'good' });
    expect(JSON.stringify(facts)).not.toMatch(/PRIVATE/);
  });
});

describe('keys import', () => {
  it('takes a file, relative to where the user stands', async () => {
    const key = await makePgpKey({ name: 'Own', email: 'own@postern.test', date: new Date(now) });
    await writeFile(join(folder, 'own.asc'), key.armoredPrivate);
    expect(await run('import', 'own.asc')).toMatchObject({ code: 0, out: expect.stringContaining(key.fingerprint) });
    expect(await run('import', 'own.asc')).toMatchObject({
      code: 65,
      err: expect.stringMatching(/^own.asc: .*already/),
    });
  });

  it('exits 66 for a file that is not there and 65 for one that is no key', async () => {
    await writeFile(join(folder, 'note.txt'), 'hello');
    expect(await run('import', 'gone.asc')).toMatchObject({ code: 66, err: 'gone.asc: cannot be read' });
    expect(await run('import', 'note.txt')).toMatchObject({ code: 65, err: 'note.txt: holds no PGP private key' });
  });
});

describe('keys export', () => {
  it('needs no name for a single key, and keeps the private half unless told', async () => {
    await run('generate', '--user-id', 'a@postern.test');
    const open = await run('export');
    expect(open.out).toMatch(/PUBLIC KEY/);
    expect(open.out).not.toMatch(/PRIVATE/);
    expect((await run('export', '--secret')).out).toMatch(/PRIVATE KEY/);
  });

  it('asks which one among several', async () => {
    const { fingerprint }: { fingerprint: string } = JSON.parse(
      (await run('generate', '--user-id', 'a@postern.test', '--json')).out,
    );
    await run('generate', '--user-id', 'b@postern.test');
    expect(await run('export')).toMatchObject({ code: 64, err: expect.stringContaining(fingerprint) });
    expect(JSON.parse((await run('export', fingerprint, '--json')).out)).toMatchObject({ fingerprint });
    expect(await run('export', 'F'.repeat(40))).toMatchObject({ code: 66 });
  });
});
