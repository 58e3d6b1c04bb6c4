import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { parkedCommand } from '../../src/cli/parked.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';

let cli: TestCli;
beforeEach(() => {
  cli = testCli();
});
afterEach(() => cli.remove());

async function opened() {
  const records = await openRecords({ url: `sqlite:${cli.folder}/postern.db`, logger: silentLogger() });
  await migrate(records);
  return { notices: noticeRecords(records), parked: parkedRecords(records), close: () => records.close() };
}

async function filled(): Promise<void> {
  const { close, notices } = await opened();
  const batch = ['m1-0', 'm2-0'].map((id) => ({ outgoing: outgoingNotice(id, `${id}@example.com`), limits: [] }));
  await notices.open(batch, cliNow - 120_000);
  await notices.claim('relay', cliNow - 120_000, 1, 2);
  const refused = { kind: 'parked', cause: 'refused: \u001b[2J no such user' } as const;
  await notices.settle([{ id: 'm2-0', claims: 1, settlement: refused }], cliNow - 120_000);
  await close();
}

const run = (...argv: readonly string[]) =>
  cli.run((context) => parkedCommand({ ...context, openParked: opened }), ...argv);

describe('postern parked', () => {
  it('lists what is parked, and says so when nothing is', async () => {
    expect(await run('list')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing is parked\n' });
    await filled();
    const { stdout } = await run('list');
    expect(stdout).toMatch(/notices +m2-0 +receipt +m2-0@example\.com +2 min +1 +refused/);
    expect(stdout).not.toContain('\u001b');
    expect(JSON.parse((await run('list', '--to', 'desk', '--json')).stdout)).toEqual({ parked: [] });
  });

  it('tries anew or gives up what is chosen, a dry run nothing', async () => {
    await filled();
    const dry = await run('retry', '--outbox', 'notices', '--dry-run');
    expect(dry.stdout).toContain('dry run: 1 would be tried anew');
    expect((await run('retry', 'm2-0')).stdout).toBe('1 tried anew\n');
    expect((await run('list')).stdout).toBe('');
    expect(JSON.parse((await run('give-up', '--all', '--json')).stdout)).toMatchObject({ matched: 0, decided: 0 });
  });

  it('never takes silence for everything, and names what is not parked', async () => {
    await filled();
    const bare = await run('give-up');
    expect(bare).toMatchObject({ code: exitCodes.usage, stderr: expect.stringContaining('--all') });
    const unknown = await run('retry', 'm1-0', 'm2-0');
    expect(unknown).toMatchObject({ code: exitCodes.notFound, stderr: expect.stringContaining('not parked: m1-0') });
    expect(JSON.parse((await run('list', '--json')).stdout).parked).toHaveLength(1);
  });
});
