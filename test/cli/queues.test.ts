/** `postern queues` on a real Redis and real records: pausing needs a reason, which everybody sees. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type QueuesContext, queuesCommand } from '../../src/cli/queues.ts';
import { queueInspection } from '../../src/main/queue-inspection.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { connectQueues, type Queues } from '../../src/queue/queues.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords } from '../../src/records/open-records.ts';
import { queuePauses } from '../../src/records/queue-pauses.ts';
import { cliNow, type TestCli, testCli } from '../helpers/cli-context.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';

describe('postern queues', () => {
  let cli: TestCli;
  let redis: TestRedis;
  let queues: Queues;
  beforeEach(async () => {
    cli = testCli();
    redis = await startRedis();
    queues = connectQueues({ target: redis.target, logger: silentLogger() });
    await queues.ready(10_000);
  });
  afterEach(async () => {
    await queues.close();
    await redis.stop();
    cli.remove();
  });

  const open = async () => {
    const records = await openRecords({ url: `sqlite:${join(cli.folder, 'postern.db')}`, logger: silentLogger() });
    await migrate(records);
    return records;
  };
  const run = (...argv: readonly string[]) =>
    cli.run(
      (context) => {
        const withQueues: QueuesContext = {
          ...context,
          openQueues: async () => ({ ...queueInspection(queues), close: async () => undefined }),
          openPauses: async () => {
            const records = await open();
            return { pauses: queuePauses(records), close: () => records.close() };
          },
        };
        return queuesCommand(withQueues);
      },
      ...argv,
    );

  it('pauses with a reason, shows it, and resumes', async () => {
    expect((await run('pause', 'handoff')).code).toBe(64);
    expect((await run('pause', 'handoff', '--reason', '  ')).code).toBe(64);
    expect((await run('pause', 'nothing', '--reason', 'x')).code).toBe(64);
    const paused = await run('pause', 'handoff', '--reason', 'the help desk moves');
    expect(paused).toMatchObject({ code: 0, stdout: 'paused handoff\n' });
    const shown = await run();
    expect(shown.stdout).toContain('handoff (paused)');
    expect(shown.stderr).toContain('paused: handoff, by tester');
    expect(shown.stderr).toContain('the help desk moves');
    const json = JSON.parse((await run('--json')).stdout);
    expect(json.pauses).toEqual([{ queue: 'handoff', reason: 'the help desk moves', actor: 'tester', at: cliNow }]);
    expect((await run('resume', 'handoff')).stdout).toBe('resumed handoff\n');
    const after = JSON.parse((await run('--json')).stdout);
    expect(after.pauses).toEqual([]);
    expect(after.queues.some(({ isPaused }: { isPaused: boolean }) => isPaused)).toBe(false);
    const records = await open();
    const acts = await auditRecords(records).list({ subject: 'handoff', limit: 5 });
    await records.close();
    expect(acts.map(({ action }) => action)).toEqual(['queue.resume', 'queue.pause']);
  });
});
