/** `postern staff`. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { staffCommand } from '../../src/cli/staff.ts';
import { loadConfig } from '../../src/config/load.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { tokenHash } from '../../src/staff/session.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

async function openStaff() {
  const records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
  return { staff: staffRecords(records), close: () => records.close() };
}

const run = (...argv: readonly string[]) =>
  cli.run(
    (context) => staffCommand({ ...context, config: () => loadConfig({ env: {}, cwd: cli.folder }), openStaff }),
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
