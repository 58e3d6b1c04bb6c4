import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey, revokeKey } from 'openpgp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliError, exitCodes } from '../../src/cli/cli-error.ts';
import { directoryCommand } from '../../src/cli/directory.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { adminJson, type Json, tenantJson } from '../helpers/directory-json.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';

const lastYear = new Date(cliNow - 365 * 86_400_000);

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => {
  const left = cli.openCount();
  cli.remove();
  expect(left).toBe(0);
});

const run = (...argv: readonly string[]) => cli.run(directoryCommand, ...argv);
const write = (...tenants: readonly Json[]) =>
  writeFileSync(join(cli.folder, 'directory.json'), JSON.stringify({ tenants }));

describe('postern directory import', () => {
  it('says what it would change, changes it, and then has nothing to change', async () => {
    write(tenantJson(), tenantJson({ id: 't2', domains: [], admins: [] }));
    const dry = await run('import', 'directory.json', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: '+ tenant t1\n+ tenant t2\ndry run, nothing was changed: 2 added, 0 changed, 0 removed, 0 unchanged\n',
      stderr: 'warning: tenants[1].admins (tenant t2): has 0 active owners, not one\n',
    });
    expect((await run('show', '--json')).stdout).toBe('[]\n');
    expect((await run('import', 'directory.json')).stdout).toMatch(/imported: 2 added/);
    write(tenantJson({ tier: 'premium' }));
    const again = await run('import', 'directory.json', '--json');
    expect(JSON.parse(again.stdout)).toEqual({
      dryRun: false,
      added: [],
      changed: ['t1'],
      removed: ['t2'],
      unchanged: 0,
      warnings: [],
    });
  });

  it('imports nothing of a bad file, and names the place', async () => {
    write(tenantJson());
    await run('import', 'directory.json');
    write(tenantJson({ domains: ['example.net'] }), tenantJson({ id: 't2', domains: ['gmail.com'] }));
    const bad = await run('import', 'directory.json');
    expect(bad).toEqual({
      code: exitCodes.dataError,
      stdout: '',
      stderr:
        'postern: directory.json: nothing was imported\n  tenants[1].domains[0] (tenant t2): belongs to a mailbox provider\n',
    });
    expect(JSON.parse((await run('show', 't1', '--json')).stdout)).toMatchObject({ domains: ['example.com'] });
  });

  it('reads real PGP keys and refuses private ones', async () => {
    const { publicKey, privateKey } = await generateKey({ userIDs: [{ email: 'ada@example.com' }], date: lastYear });
    write(tenantJson({ admins: [adminJson({ pgpKeys: [publicKey] })] }));
    expect(await run('import', 'directory.json')).toMatchObject({ code: 0, stderr: '' });
    write(tenantJson({ admins: [adminJson({ pgpKeys: [privateKey] })] }));
    const bad = await run('import', 'directory.json');
    expect(bad.code).toBe(exitCodes.dataError);
    expect(bad.stderr).toMatch(/pgpKeys\[0\] \(tenant t1, admin a1\): is not a usable public key: is a private key/);
    expect(bad.stderr).not.toMatch(/BEGIN PGP/);
  });

  it('takes revoked and expired keys with a warning: signatures by them must be told from those of strangers', async () => {
    const made = await generateKey({ userIDs: [{ email: 'ada@example.com' }], date: lastYear, format: 'object' });
    const revoked = await revokeKey({ key: made.privateKey, date: lastYear });
    const expired = await generateKey({ userIDs: [{}], date: lastYear, keyExpirationTime: 60 });
    write(tenantJson({ admins: [adminJson({ pgpKeys: [revoked.publicKey, expired.publicKey] })] }));
    const ran = await run('import', 'directory.json');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe(
      'warning: tenants[0].admins[0].pgpKeys[0] (tenant t1, admin a1): proves nothing: the key is revoked\n' +
        'warning: tenants[0].admins[0].pgpKeys[1] (tenant t1, admin a1): proves nothing: the key expired on 2025-03-02\n',
    );
  });

  it('exits 66 without the file, 65 when it is not text, 64 without an argument', async () => {
    expect(await run('import', 'absent.json')).toEqual({
      code: exitCodes.noInput,
      stdout: '',
      stderr: 'postern: absent.json: cannot be read (ENOENT)\n',
    });
    expect((await run('import', '.')).code).toBe(exitCodes.noInput);
    writeFileSync(join(cli.folder, 'directory.json'), Buffer.from([0x7b, 0xff]));
    expect((await run('import', 'directory.json')).code).toBe(exitCodes.dataError);
    expect((await run('import')).code).toBe(exitCodes.usage);
    expect((await run('import', 'x', '--wet-run')).code).toBe(exitCodes.usage);
    expect((await run('frobnicate')).code).toBe(exitCodes.usage);
  });

  it('exits 69 when the records cannot be opened', async () => {
    write(tenantJson());
    const unavailable = testCli({
      cwd: cli.folder,
      openRecords: () => Promise.reject(new CliError(exitCodes.unavailable, 'the records cannot be opened')),
    });
    const ran = await unavailable.run(directoryCommand, 'import', 'directory.json');
    unavailable.remove();
    expect(ran).toEqual({ code: 69, stdout: '', stderr: 'postern: the records cannot be opened\n' });
  });
});

describe('postern directory export', () => {
  it('writes a file that changes nothing when it is imported', async () => {
    write(tenantJson({ helpdeskAddresses: ['Help@example.com'] }), tenantJson({ id: 't2', domains: [], admins: [] }));
    await run('import', 'directory.json');
    const { stdout } = await run('export');
    writeFileSync(join(cli.folder, 'exported.json'), stdout);
    expect((await run('import', 'exported.json')).stdout).toBe(
      'imported: 0 added, 0 changed, 0 removed, 2 unchanged\n',
    );
    expect((await run('export', '--json')).stdout).toBe(stdout);
  });
});

describe('postern directory show', () => {
  beforeEach(async () => {
    write(
      tenantJson({
        contactsOnFile: [{ name: 'Grace', role: 'executive', phone: '+12025550123' }],
        contract: { requireTls: true, alternateSenders: ['partner@other.example'] },
      }),
    );
    await run('import', 'directory.json');
  });

  it('lists the tenants', async () => {
    expect((await run('show')).stdout).toBe(
      'TENANT  NAME     TIER      USERS  ADMINS  DOMAINS\nt1      Example  standard  120    1       example.com\n',
    );
  });

  it('shows one tenant', async () => {
    const { stdout } = await run('show', 't1');
    expect(stdout).toContain('contract: PGP none; TLS required; partner@other.example may write (ordinary)\n');
    expect(stdout).toMatch(/^a1 +Ada +owner +active +dedicated +0 +ada@example\.com$/m);
    expect(stdout).toMatch(/^Grace +executive +\+12025550123$/m);
  });

  it.each([
    ['ADA@example.com', 'ada@example.com: primary, tenant t1 (Example), admin a1 (Ada), owner, active\n'],
    ['bob@example.com', 'bob@example.com: tenant-domain, tenant t1 (Example)\n'],
    ['bob@nowhere.example', 'bob@nowhere.example: unregistered\n'],
  ])('says what %s is', async (address, text) => {
    expect(await run('show', address)).toEqual({ code: 0, stdout: text, stderr: '' });
  });

  it('shows who cannot be reached, and that it changes nothing of who they are', async () => {
    const before = await run('show', 'ada@example.com');
    const records = await openRecords({ url: `sqlite:${cli.folder}/postern.db`, logger: silentLogger() });
    const notices = noticeRecords(records);
    await notices.open([{ outgoing: outgoingNotice('m1-0', 'ada@example.com'), limits: [] }], 1_000);
    await notices.claim('relay', 1_000, 500, 1);
    await notices.settle([{ id: 'm1-0', claims: 1, settlement: { kind: 'delivered' } }], 1_000);
    await notices.bounced('m1-0', 'its delivery failed (5.1.1)', 2_000);
    await records.close();
    const line = 'unreachable: ada@example.com since 1970-01-01T00:00:02.000Z: its delivery failed (5.1.1)\n';
    expect((await run('show', 'ada@example.com')).stdout).toBe(`${before.stdout}${line}`);
    expect((await run('show', 't1')).stdout).toContain(line);
  });

  it('says so when there is no such tenant or address', async () => {
    expect(await run('show', 't\u001b9')).toEqual({
      code: exitCodes.notFound,
      stdout: '',
      stderr: 'postern: no tenant has the id t?9\n',
    });
    expect((await run('show', '<ada@example.com>')).code).toBe(exitCodes.dataError);
    expect(JSON.parse((await run('show', 'a@b.example', '--json')).stdout)).toEqual({
      address: 'a@b.example',
      standing: { kind: 'unregistered' },
      unreachable: null,
    });
  });
});

describe('postern directory', () => {
  it.each([[], ['import'], ['export'], ['show']])('explains itself: %s', async (...names) => {
    const help = await run(...names, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: directory/);
  });
});
