import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditContext, auditCommand } from '../../src/cli/audit.ts';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { type TestCli, testCli } from '../helpers/cli-context.ts';

let cli: TestCli;
let records: Records;
beforeEach(async () => {
  cli = testCli();
  records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
  await migrate(records);
});
afterEach(async () => {
  await records.close();
  cli.remove();
});

const run = (...argv: readonly string[]) =>
  cli.run(
    (context) => {
      const open: AuditContext = {
        ...context,
        openAudit: async () => ({ audit: auditRecords(records), close: async () => undefined }),
      };
      return auditCommand(open);
    },
    ...argv,
  );

async function log(count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const actor = index % 2 === 0 ? 'grace' : 'system';
    await auditRecords(records).append({
      at: index,
      actor,
      action: 'deny.add',
      subject: `d${index}`,
      detail: { index },
    });
  }
}

describe('postern audit verify', () => {
  it('says that the log is whole, and its end', async () => {
    await log(3);
    const { code, stderr, stdout } = await run('verify');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const end = /^whole: 3 entries, end (3:[0-9a-f]{64})\n$/.exec(stdout)?.[1] ?? '';
    await log(1);
    expect((await run('verify', '--anchor', end)).code).toBe(0);
    expect(JSON.parse((await run('verify', '--json')).stdout)).toMatchObject({ ok: true, entries: 4 });
  });

  it('takes an empty log for whole', async () => {
    expect((await run('verify')).stdout).toBe('whole: 0 entries, end 0:-\n');
  });

  it.each([
    ['changed', `update audit_log set actor = 'nobody' where seq = 2`, 'entry 2: the row was changed'],
    ['removed', 'delete from audit_log where seq = 2', 'entry 2: the row is missing'],
    ['cut off', 'delete from audit_log where seq = 3', 'entry 3: the row is missing'],
    [
      'taken from the beginning',
      `delete from audit_log where seq = 1; insert into audit_head values (0, 1, 'x')`,
      'the log does not say so',
    ],
  ])('names the entry that was %s', async (_name, sql, cause) => {
    await log(3);
    const database = new DatabaseSync(join(cli.folder, 'postern.db'));
    database.exec(sql);
    database.close();
    const { code, stderr, stdout } = await run('verify');
    expect({ code, stdout }).toEqual({ code: exitCodes.dataError, stdout: '' });
    expect(stderr).toContain(cause);
  });

  it('holds another end against the log', async () => {
    await log(3);
    expect((await run('verify', '--anchor', `2:${'0'.repeat(64)}`)).code).toBe(exitCodes.dataError);
    expect((await run('verify', '--anchor', `9:${'0'.repeat(64)}`)).code).toBe(exitCodes.dataError);
    expect((await run('verify', '--anchor', 'x')).code).toBe(exitCodes.usage);
  });
});

describe('postern audit list', () => {
  it('lists newest first, by who, what and whom', async () => {
    await log(4);
    const { stdout } = await run('list', '--actor', 'grace');
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/)[4])).toEqual(['SUBJECT', 'd4', 'd2', undefined]);
    const line = JSON.parse((await run('list', '--subject', 'd3', '--json')).stdout);
    expect(line).toMatchObject({ seq: 3, actor: 'system', at: '1970-01-01T00:00:00.003Z', detail: { index: 3 } });
  });

  it('says that there is none', async () => {
    expect(await run('list', '--action', 'nothing')).toEqual({ code: 0, stdout: '', stderr: 'no entries\n' });
    expect((await run('list', '--limit', '0')).code).toBe(exitCodes.usage);
  });
});
