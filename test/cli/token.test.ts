/** `postern token` on real records. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TokenContext, tokenCommand } from '../../src/cli/token.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { apiTokenRecords } from '../../src/records/api-tokens.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';

describe('postern token', () => {
  let cli: TestCli;
  beforeEach(() => {
    cli = testCli();
  });
  afterEach(() => cli.remove());

  const run = (...argv: readonly string[]) =>
    cli.run(
      (context) => {
        const withTokens: TokenContext = {
          ...context,
          openTokens: async () => {
            const records = await openRecords({
              url: `sqlite:${join(cli.folder, 'postern.db')}`,
              logger: silentLogger(),
            });
            await migrate(records);
            return { tokens: apiTokenRecords(records), close: () => records.close() };
          },
        };
        return tokenCommand(withTokens);
      },
      ...argv,
    );

  it('shows a secret once, and what became of the token afterwards', async () => {
    const added = await run('add', 'status board', '--role', 'operator', '--scope', 'read,queues', '--days', '30');
    expect(added).toMatchObject({ code: 0 });
    expect(added.stdout).toMatch(/^ptn_staff_[\w-]{43}\n$/);
    const listed = await run('list', '--json');
    const token = JSON.parse(listed.stdout);
    expect(token).toMatchObject({
      name: 'status board',
      role: 'operator',
      scopes: ['read', 'queues'],
      expiresAt: cliNow + 30 * 86_400_000,
      createdBy: 'tester',
    });
    expect(listed.stdout).not.toContain(added.stdout.trim());
    expect((await run('revoke', token.id)).stdout).toBe(`revoked ${token.id}\n`);
    expect(await run('revoke', token.id)).toMatchObject({ code: 67 });
    expect((await run('list')).stdout).toContain('revoked');
  });

  it('makes portal tokens of their own kind', async () => {
    const added = await run('add', 'portal', '--portal', '--json');
    expect(JSON.parse(added.stdout)).toMatchObject({ token: expect.stringMatching(/^ptn_portal_/), expiresAt: null });
    expect(await run('add', 'portal', '--portal', '--role', 'admin')).toMatchObject({
      code: 64,
      stderr: 'postern: a token for portal has no role\n',
    });
  });

  it.each([
    [['add', 'x', '--role', 'root']],
    [['add', 'x', '--scope', 'read,everything']],
    [['add', 'x', '--scope', 'portal']],
    [['add', ' ']],
    [['add', 'x', '--days', '0']],
  ])('refuses %j and makes nothing', async (argv) => {
    expect(await run(...argv)).toMatchObject({ code: 64, stdout: '' });
    expect((await run('list', '--json')).stdout).toBe('');
  });
});
