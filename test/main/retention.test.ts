/** The daily removal as the workers run it, on real stores: held back while the clock is in doubt. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAfterVerdict } from '../../src/main/after-verdict.ts';
import { startAlerting } from '../../src/main/alerts.ts';
import { startNotices } from '../../src/main/notices.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { type ConsoleWorld, startConsole } from '../console/console-world.ts';
import { eventually } from '../helpers/eventually.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { traceInput } from '../records/mails.ts';

const dayMs = 86_400_000;
let world: ConsoleWorld;
let metrics: Metrics;
beforeAll(async () => {
  world = await startConsole();
  metrics = createMetrics();
});
afterAll(async () => {
  metrics.close();
  await world.close();
});

/** All else that the workers do from time to time, once. */
async function others(): Promise<void> {
  const { config, queues, records, spool } = world;
  const common = { config, queues, records, logger: silentLogger(), metrics };
  const state = { backlogMs: () => null, retentionStuck: () => null, retentionHeld: () => null };
  const alerting = startAlerting({ ...common, ...state, othersDo: async () => false });
  const notices = await startNotices({ ...common, spool });
  for (const each of [...alerting.recurring, ...notices.recurring]) {
    each.now();
    await each.stop();
  }
  await alerting.stop();
  await notices.stop();
}

it('removes nothing when the last removal seems weeks ago, says so, and goes on after a while', async () => {
  const { config, queues, records, spool } = world;
  const after = startAfterVerdict({ config, queues, records, spool, logger: silentLogger(), metrics });
  const removal = after.recurring.at(-1);
  try {
    const now = Date.now();
    const old = traceInput({ messageId: 'old-0', receivedAt: now - 500 * dayMs });
    await traceRecords(records).record([old], now);
    await records.db.updateTable('trace').set({ spool_key: null }).execute();
    const told = { alert_id: 'a1', kind: 'parked', subject: '', change: 'opened', message: '{}' } as const;
    await records.db
      .insertInto('alert_history')
      .values({ ...told, id: 'h1', at: now - 500 * dayMs })
      .execute();
    const ofOurOwn = { ...outgoingNotice('n1', 'ada@example.com'), messageId: null };
    await noticeRecords(records).open([{ outgoing: ofOurOwn, limits: [] }], now);
    const sent = { state: 'sent', next_at: null, updated_at: now - 500 * dayMs } as const;
    await records.db.updateTable('notices').set(sent).execute();
    const oldRows = async () => [
      (await records.db.selectFrom('alert_history').select('id').execute()).length,
      (await records.db.selectFrom('notices').select('id').execute()).length,
    ];
    const retention = retentionRecords(records);
    await retention.hold('retention', now - 30 * dayMs);
    expect(after.retentionHeld()).toBeNull();
    removal?.now();
    await eventually('a removal that is held back', () => after.retentionHeld() === 1);
    expect(await traceRecords(records).get('old-0')).not.toBeNull();
    expect(await metrics.text()).toContain('postern_retention_held 1');
    await others();
    expect(await oldRows()).toEqual([1, 1]);
    // Three days later, the clock is still what it was.
    await retention.hold('retention held', now - 3 * dayMs);
    await eventually('a removal', async () => {
      removal?.now();
      return (await traceRecords(records).get('old-0')) === null;
    });
    expect(after.retentionHeld()).toBe(0);
    await eventually('alerts and notices of that time gone too', async () =>
      (await oldRows()).every((count) => count === 0),
    );
  } finally {
    await Promise.all(after.recurring.map((each) => each.stop()));
  }
});
