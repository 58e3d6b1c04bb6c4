/** `postern staff`. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { staffCommand } from '../../src/cli/staff.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { newTotpSecret } from '../../src/staff/second-factor.ts';
import { tokenHash } from '../../src/staff/session.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { addMember, memberPassword } from '../helpers/members.ts';
import { totpCode } from '../helpers/totp-code.ts';

let cli: TestCli;
let answers: string[];
let sessionToken: string | null;
let needsSecondFactor: boolean;
beforeEach(() => {
  answers = [];
  sessionToken = null;
  needsSecondFactor = false;
  cli = testCli();
});
afterEach(() => cli.remove());

async function openStaff() {
  const records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  const audit = auditRecords(records);
  return {
    staff: staffRecords(records),
    noteRefused: async ({ account, at, name }: { account: string; at: number; name: string }) => {
      await audit.append({ at, actor: account, action: 'staff.proof-refused', subject: name, detail: null });
    },
    audit,
    close: () => records.close(),
  };
}

const run = (...argv: readonly string[]) =>
  cli.run(
    (context) =>
      staffCommand({
        ...context,
        sessionToken,
        account: 'cli:test@host',
        needsSecondFactor: () => needsSecondFactor,
        ask: async () => answers.shift() ?? '',
        config: () => loadConfig({ env: {}, cwd: cli.folder }),
        openStaff,
      }),
    ...argv,
  );

it('adds somebody and prints the link that lets them in', async () => {
  const added = await run('add', 'Grace', '--role', 'admin');
  expect(added.code).toBe(0);
  const token = /^http:\/\/127\.0\.0\.1:8025\/join\/([\w-]{43})\n$/.exec(added.stdout)?.[1] ?? '';
  const { staff, close } = await openStaff();
  expect((await staff.invited(tokenHash(token), cliNow))?.name).toBe('grace');
  await close();
  expect(await run('add', 'grace')).toMatchObject({ code: exitCodes.dataError, stdout: '' });
  expect((await run('list')).stdout).toMatch(/^grace +admin +invited/m);
});

it('makes a new link, changes the role, shuts out', async () => {
  await run('add', 'grace', '--role', 'trust');
  const reset = await run('reset', 'grace', '--url', 'https://postern.example.com/', '--json');
  expect(JSON.parse(reset.stdout)).toMatchObject({
    name: 'grace',
    link: expect.stringMatching(/^https:\/\/postern\.example\.com\/join\/[\w-]{43}$/),
  });
  expect((await run('role', 'grace', 'operator')).stdout).toBe('grace is operator\n');
  expect((await run('disable', 'grace')).code).toBe(0);
  expect((await run('list', '--json')).stdout).toContain('"state":"disabled"');
});

it('says what it did not understand', async () => {
  expect((await run('add', 'gr ace')).code).toBe(exitCodes.usage);
  expect((await run('add', 'grace', '--role', 'root')).code).toBe(exitCodes.usage);
  expect((await run('disable', 'nobody')).code).toBe(exitCodes.notFound);
});

describe('log-in for a shell', () => {
  const secret = newTotpSecret();
  beforeEach(async () => {
    const { staff, close } = await openStaff();
    await addMember(staff, 'ada', 'trust', cliNow - 60_000, secret);
    await addMember(staff, 'bob', 'trust', cliNow - 60_000);
    await close();
  });

  const tokenOf = ({ stdout }: { stdout: string }): string =>
    /^export POSTERN_SESSION=([\w-]{43})\n$/.exec(stdout)?.[1] ?? '';
  const ownerOf = async (token: string): Promise<string | null> => {
    const { staff, close } = await openStaff();
    const found = await staff.session(tokenHash(token), cliNow);
    await close();
    return found?.member.name ?? null;
  };

  it('opens the session that the console knows, and ends it', async () => {
    answers = [memberPassword, totpCode(secret, cliNow)];
    const ran = await run('log-in', 'ada');
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('logged in as ada until ') });
    sessionToken = tokenOf(ran);
    expect(await ownerOf(sessionToken)).toBe('ada');
    expect(await run('log-out')).toMatchObject({ code: 0, stdout: 'unset POSTERN_SESSION\n' });
    expect(await ownerOf(sessionToken)).toBeNull();
  });

  it('takes a code once, and says one thing whatever was wrong', async () => {
    const code = totpCode(secret, cliNow);
    const tries = [
      ['ada', memberPassword, code, 0],
      ['ada', memberPassword, code, exitCodes.noPermission],
      ['ada', memberPassword, '', exitCodes.noPermission],
      ['ada', 'wrong', totpCode(secret, cliNow + 30_000), exitCodes.noPermission],
      ['nobody', memberPassword, '', exitCodes.noPermission],
    ] as const;
    for (const [name, password, typed, expected] of tries) {
      answers = [password, typed];
      const { code: ended, stderr } = await run('log-in', name);
      expect(ended).toBe(expected);
      if (expected !== 0) expect(stderr).toBe('postern: name, password or code is wrong\n');
    }
    const { audit, close } = await openStaff();
    const refused = await audit.list({ action: 'staff.proof-refused', limit: 10 });
    expect(refused.map(({ actor, subject }) => `${actor} ${subject}`)).toEqual([
      'cli:test@host nobody',
      'cli:test@host ada',
      'cli:test@host ada',
      'cli:test@host ada',
    ]);
    await close();
  });

  it('lets nobody in without a second factor where the console does not', async () => {
    needsSecondFactor = true;
    answers = [memberPassword, ''];
    expect(await run('log-in', 'bob')).toMatchObject({ code: exitCodes.noPermission, stdout: '' });
  });
});
