import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/cli-error.ts';
import { noticesCommand } from '../../src/cli/notices.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords } from '../../src/records/open-records.ts';
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
  return { notices: noticeRecords(records), close: () => records.close() };
}

async function filled(): Promise<void> {
  const { close, notices } = await opened();
  const batch = ['m1-0', 'm2-0'].map((id) => ({ outgoing: outgoingNotice(id, `${id}@example.com`), limits: [] }));
  await notices.open(batch, cliNow - 120_000);
  await notices.claim('relay', cliNow - 120_000, 1, 2);
  const refused = { kind: 'parked', cause: 'refused: \u001b[2J no such user' } as const;
  await notices.settle([{ id: 'm2-0', claims: 1, settlement: refused }], cliNow - 60_000);
  await close();
}

const run = (hasRelay: boolean, ...argv: readonly string[]) =>
  cli.run((context) => noticesCommand({ ...context, openNotices: opened, hasRelay: () => hasRelay }), ...argv);

describe('postern notices', () => {
  it('shows what waits, and says that nothing is sent without a relay', async () => {
    await filled();
    const { code, stderr, stdout } = await run(false);
    expect(code).toBe(0);
    expect(stdout).toMatch(/parked +1 +2 min/);
    expect(stdout).toMatch(/m1-0 +receipt +m1-0@example\.com +waiting/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('no relay is configured');
    expect((await run(true)).stderr).toBe('');
  });

  it('lists one state, and refuses what is none', async () => {
    await filled();
    const { stdout } = await run(true, '--state', 'parked', '--json');
    expect(JSON.parse(stdout).notices.map(({ id }: { readonly id: string }) => id)).toEqual(['m2-0']);
    expect((await run(true, '--state', 'lost')).code).toBe(exitCodes.usage);
    expect((await run(true, '--limit', '0')).code).toBe(exitCodes.usage);
  });
});
