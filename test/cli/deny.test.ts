import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { denyCommand } from '../../src/cli/deny.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { type TestCli, testCli } from '../helpers/cli-context.ts';

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => {
  const left = cli.openCount();
  cli.remove();
  expect(left).toBe(0);
});

const run = (...argv: readonly string[]) => cli.run(denyCommand, ...argv);
const add = (...argv: readonly string[]) => run('add', ...argv, '--reason', 'abuse');
const entries = async () =>
  (await run('list', '--json')).stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const header = 'kind,value,reason,note,scope,expires_at,created_by';
const write = (...rows: readonly string[]) =>
  writeFileSync(join(cli.folder, 'deny.csv'), [header, ...rows, ''].join('\n'));

describe('postern deny add', () => {
  it('adds an entry in normal form, in the name of who adds it', async () => {
    const added = await add(
      'email',
      'Ada+x@Example.com',
      '--note',
      'ticket 7',
      '--scope',
      'mailbox:Sales@postern.test',
    );
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).toMatch(
      /^added email ada@example\.com \(mailbox:sales@postern\.test, by tester: abuse; id \w+\)\n$/,
    );
    expect(await entries()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{20}$/),
        kind: 'email',
        value: 'ada@example.com',
        reason: 'abuse',
        note: 'ticket 7',
        scope: 'mailbox:sales@postern.test',
        expiresAt: null,
        createdBy: 'tester',
        createdAt: '2026-03-02T10:00:00.000Z',
      },
    ]);
  });

  it.each([
    ['ada@example.com', 'email'],
    ['evil.example', 'domain'],
    ['192.0.2.0/24', 'network'],
    ['2001:db8::1', 'network'],
    ['+12025550123', 'phone'],
    ['AB'.repeat(20), 'pgp'],
  ])('takes %s for an entry of kind %s', async (value, kind) => {
    expect(JSON.parse((await add(value, '--json')).stdout)).toMatchObject({ kind });
  });

  it('replaces an entry of the same kind, value and scope', async () => {
    await add('evil.example');
    expect((await run('add', 'domain', 'EVIL.example', '--reason', 'worse')).stdout).toMatch(
      /^replaced domain evil\.example/,
    );
    expect(await entries()).toMatchObject([{ reason: 'worse' }]);
  });

  it.each([
    ['2026-04-01', '2026-04-01T00:00:00.000Z'],
    ['2026-04-01T12:00+02:00', '2026-04-01T10:00:00.000Z'],
    ['30d', '2026-04-01T10:00:00.000Z'],
    ['12h', '2026-03-02T22:00:00.000Z'],
    ['never', null],
  ])('expires %s', async (when, at) => {
    expect(JSON.parse((await add('evil.example', '--expires', when, '--json')).stdout).expiresAt).toBe(at);
  });

  it('expires after the default time when it says nothing', async () => {
    const command = (context: typeof cli.context) => denyCommand(context, { defaultTtlMs: () => 86_400_000 });
    const added = await cli.run(command, 'add', 'evil.example', '--reason', 'abuse', '--json');
    expect(JSON.parse(added.stdout).expiresAt).toBe('2026-03-03T10:00:00.000Z');
  });

  it.each([
    [exitCodes.usage, ['evil.example']],
    [exitCodes.usage, ['evil.example', '--reason', 'abuse', '--scope', 'everywhere']],
    [exitCodes.usage, ['evil.example', '--reason', 'abuse', '--expires', 'soon']],
    [exitCodes.usage, ['what is this', '--reason', 'abuse']],
    [exitCodes.dataError, ['evil.example', '--reason', 'abuse', '--expires', '2026-01-01']],
    [exitCodes.dataError, ['evil.example', '--reason', ' ']],
    [exitCodes.dataError, ['evil.example', '--reason', 'abuse', '--by', '']],
    [exitCodes.dataError, ['domain', 'gmail.com', '--reason', 'abuse']],
    [exitCodes.dataError, ['domain', 'co.uk', '--reason', 'abuse']],
    [exitCodes.dataError, ['network', '0.0.0.0/0', '--reason', 'abuse']],
    [exitCodes.dataError, ['sender', 'a@b.test', '--reason', 'abuse']],
  ])('exits %d and adds nothing: %j', async (code, argv) => {
    const ran = await run('add', ...argv);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).not.toBe('');
    expect(await entries()).toEqual([]);
  });
});

describe('postern deny remove', () => {
  it('removes by id, by value, and by kind and value', async () => {
    const { id } = JSON.parse((await add('evil.example', '--json')).stdout);
    await add('ada@example.com');
    await add('subdomains', 'other.example');
    expect((await run('remove', id)).stdout).toMatch(/^removed domain evil\.example/);
    expect((await run('remove', 'Ada+tag@example.com')).code).toBe(0);
    expect(await run('remove', 'domain', 'other.example')).toMatchObject({ code: exitCodes.notFound, stdout: '' });
    expect(JSON.parse((await run('remove', 'subdomains', 'other.example', '--json')).stdout)).toMatchObject({
      value: 'other.example',
    });
    expect(await entries()).toEqual([]);
  });

  it('asks for the scope when there are several', async () => {
    await add('evil.example');
    await add('evil.example', '--scope', 'tenant:t1');
    const ran = await run('remove', 'evil.example');
    expect(ran.code).toBe(exitCodes.usage);
    expect(ran.stderr).toContain('global, tenant:t1');
    expect((await run('remove', 'evil.example', '--scope', 'global')).code).toBe(0);
    expect(await entries()).toMatchObject([{ scope: 'tenant:t1' }]);
  });
});

describe('postern deny list', () => {
  it('shows entries by kind, and the expired ones as such', async () => {
    write('domain,evil.example,abuse,,,,trust', 'email,a@b.test,old,,,2026-01-01,trust');
    await run('import', 'deny.csv');
    const all = await run('list');
    expect(all.stdout).toMatch(/^ID +KIND +VALUE +SCOPE +EXPIRES +BY +REASON\n/);
    expect(all.stdout).toMatch(/domain +evil\.example +global +never +trust +abuse\n/);
    expect(all.stdout).toMatch(/email +a@b\.test +global +expired +trust +old\n/);
    expect((await run('list', '--active')).stdout).not.toContain('a@b.test');
    expect((await run('list', '--kind', 'email')).stdout).not.toContain('evil.example');
    expect((await run('list', '--kind', 'sender')).code).toBe(exitCodes.usage);
  });
});

describe('postern deny test', () => {
  beforeEach(async () => {
    write(
      'domain,evil.example,abuse,,,,trust',
      'email,ada@gmail.com,threats,,mailbox:sales@postern.test,,trust',
      'network,192.0.2.0/24,spam,,,,trust',
      'phone,+12025550123,threats,,,,trust',
      `pgp,${'AB'.repeat(20)},stolen,,,,trust`,
      'email,old@b.test,old,,,2026-01-01,trust',
    );
    await run('import', 'deny.csv');
  });

  it.each([
    ['x@mail.evil.example', /is denied\n {2}by domain evil\.example \(global, by trust: abuse; id/],
    ['a.da+x@googlemail.com', /is denied\n {2}by email ada@gmail\.com \(mailbox:sales@postern\.test/],
    ['192.0.2.77', /\(ip\) is denied\n {2}by network 192\.0\.2\.0\/24/],
    ['::ffff:192.0.2.77', /is denied/],
    ['+1 202 555 0123', /\(phone\) is denied/],
    ['ab'.repeat(20), /\(fingerprint\) is denied/],
    ['mail.evil.example', /\(domain\) is denied/],
    ['example.com', /is not denied\n$/],
    ['x@example.com', /is not denied\n$/],
    ['old@b.test', /is not denied\n {2}no longer by email old@b\.test/],
  ])('%s', async (what, text) => {
    const ran = await run('test', what);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(text);
  });

  it('answers for one mailbox', async () => {
    const denied = async (mailbox: string) =>
      JSON.parse((await run('test', 'ada@gmail.com', '--mailbox', mailbox, '--json')).stdout).denied;
    expect(await denied('Sales@postern.test')).toBe(true);
    expect(await denied('support@postern.test')).toBe(false);
    expect((await run('test', 'ada@gmail.com', '--mailbox', 'support')).code).toBe(exitCodes.usage);
  });

  it('exits 64 for what is nothing that can be denied', async () => {
    expect((await run('test', 'what is this')).code).toBe(exitCodes.usage);
  });
});

describe('postern deny import', () => {
  it('adds and changes, and removes only when it replaces', async () => {
    await add('kept.example');
    await add('changed.example');
    write('domain,changed.example,worse,,,,trust', 'domain,new.example,abuse,,,,trust');
    const dry = await run('import', 'deny.csv', '--replace', '--dry-run');
    expect(dry.stdout.replace(/ \(.*\)/g, '')).toBe(
      '+ domain new.example\n~ domain changed.example\n- domain kept.example\ndry run, nothing was changed: 1 added, 1 changed, 1 removed, 0 unchanged\n',
    );
    expect(await entries()).toHaveLength(2);
    expect((await run('import', 'deny.csv')).stdout).toContain('imported: 1 added, 1 changed, 0 removed, 0 unchanged');
    expect(await entries()).toHaveLength(3);
    const again = JSON.parse((await run('import', 'deny.csv', '--replace', '--json')).stdout);
    expect(again).toMatchObject({
      dryRun: false,
      added: [],
      changed: [],
      removed: [{ value: 'kept.example' }],
      unchanged: 2,
    });
    expect(await entries()).toMatchObject([{ value: 'changed.example', reason: 'worse' }, { value: 'new.example' }]);
  });

  it('says how far a large one is, and whose is in the way', async () => {
    write(...Array.from({ length: 2_500 }, (_, index) => `email,m${index}@nuisance.example,spam,,,,me`));
    const records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
    await migrate(records);
    const busy = { staged: 7, actor: 'grace', seen_at: Date.now() };
    await records.db.updateTable('deny_state').set(busy).execute();
    expect(await run('import', 'deny.csv')).toMatchObject({
      code: exitCodes.temporary,
      stderr: expect.stringContaining('nothing was imported: An import of grace is being applied'),
    });
    expect(await entries()).toEqual([]);
    await records.db.updateTable('deny_state').set({ seen_at: 0 }).execute();
    await records.close();
    const done = await run('import', 'deny.csv');
    expect(done.stderr).toMatch(/^250 of 2500 entries are ready\n[^]*\n2500 of 2500 entries are ready\n$/);
    expect(done.stdout).toContain('imported: 2500 added');
    expect(await entries()).toHaveLength(2_500);
  });

  it('imports nothing of a bad file, and names row and field', async () => {
    write('domain,new.example,abuse,,,,trust', 'domain,gmail.com,abuse,,,,trust');
    expect(await run('import', 'deny.csv')).toEqual({
      code: exitCodes.dataError,
      stdout: '',
      stderr:
        'postern: deny.csv: nothing was imported\n  line 3, value: belongs to a mailbox provider; deny single addresses\n',
    });
    expect(await entries()).toEqual([]);
    expect((await run('import', 'absent.csv')).code).toBe(exitCodes.noInput);
  });

  it('warns of entries that have expired', async () => {
    write('domain,new.example,abuse,,,2026-01-01,trust');
    expect(await run('import', 'deny.csv')).toMatchObject({
      code: 0,
      stderr: 'warning: 1 of the entries have expired already\n',
    });
  });
});

describe('postern deny export', () => {
  it('writes a file that changes nothing when it is imported', async () => {
    await run('add', '+12025550123', '--reason', '=HYPERLINK("x")', '--expires', '30d');
    await add('evil.example', '--scope', 'tenant:t1');
    const { stdout } = await run('export');
    expect(stdout).toMatch(/^kind,value,reason,note,scope,expires_at,created_by\r\n/);
    expect(stdout).toContain(`'+12025550123,"'=HYPERLINK(""x"")"`);
    writeFileSync(join(cli.folder, 'exported.csv'), stdout);
    expect((await run('import', 'exported.csv', '--replace')).stdout).toBe(
      'imported: 0 added, 0 changed, 0 removed, 2 unchanged\n',
    );
    expect((await run('export', '--json')).stdout).toBe((await run('list', '--json')).stdout);
  });
});

describe('postern deny', () => {
  it.each([[], ['add'], ['remove'], ['list'], ['test'], ['import'], ['export']])(
    'explains itself: %s',
    async (...names) => {
      const help = await run(...names, '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(/^Usage: deny/);
    },
  );
});
