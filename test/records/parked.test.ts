/** What was given up until staff decide, in both outboxes and on both databases. */
import { beforeEach, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import type { Records } from '../../src/records/open-records.ts';
import { type ParkedRecords, parkedRecords } from '../../src/records/parked.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

onEachDatabase((databases) => {
  let records: Records;
  let parked: ParkedRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    parked = parkedRecords(records);
    const batch = ['m0-0', 'm1-0'].map((messageId, index) => ({
      ...traceInput({ messageId, receivedAt: 1_000 + index }),
      ticket: ticketDraft({ targets: ['desk', 'hook'] }),
    }));
    await traceRecords(records).record(batch, 2_000);
    const handoff = handoffRecords(records);
    for (const [target, cause] of [
      ['desk', 'HTTP 410'],
      ['hook', 'HTTP 404'],
    ] as const) {
      const claimed = await handoff.claim(target, 2_000, 60_000, 1);
      const settlement = { kind: 'parked', cause } as const;
      await handoff.settle(
        claimed.map(({ claims, id }) => ({ id, claims, settlement })),
        3_000,
      );
    }
    const notices = noticeRecords(records);
    await notices.open([{ outgoing: outgoingNotice('m0-0', 'ada@example.com'), limits: [] }], 2_000);
    await notices.claim('relay', 2_000, 60_000, 1);
    const refused = { kind: 'parked', cause: 'no such user' } as const;
    await notices.settle([{ id: 'm0-0', claims: 1, settlement: refused }], 4_000);
  });

  const by = { actor: 'staff', at: 9_000 };
  const idsOf = async (...filter: Parameters<ParkedRecords['list']>) =>
    (await parked.list(...filter)).map(({ id }) => id);

  it('is listed with where it was to go and why it did not get there', async () => {
    expect(await parked.list({})).toMatchObject([
      { outbox: 'handoff', id: 'm0-0_desk', to: 'desk', cause: 'HTTP 410', attempts: 1, parkedAt: 3_000 },
      { outbox: 'handoff', id: 'm0-0_hook', to: 'hook' },
      { outbox: 'notices', id: 'm0-0', to: 'ada@example.com', cause: 'no such user' },
    ]);
    expect(await idsOf({ outbox: 'notices' })).toEqual(['m0-0']);
    expect(await idsOf({ to: 'hook' })).toEqual(['m0-0_hook']);
    expect(await idsOf({ cause: '410' })).toEqual(['m0-0_desk']);
    expect(await idsOf({ ids: ['m1-0_desk'] })).toEqual([]);
  });

  it('is tried anew with all its attempts, and only what was chosen', async () => {
    expect(await parked.decide({ to: 'desk' }, 'retry', by)).toBe(1);
    expect(await parked.decide({ to: 'desk' }, 'retry', by)).toBe(0);
    expect(await idsOf({})).toEqual(['m0-0_hook', 'm0-0']);
    const claimed = await handoffRecords(records).claim('desk', 9_000, 1, 10);
    expect(claimed).toMatchObject([{ id: 'm1-0_desk' }, { id: 'm0-0_desk', attempts: 0, createdAt: 9_000 }]);
    expect(await parked.decide({ outbox: 'notices' }, 'retry', by)).toBe(1);
    expect(await noticeRecords(records).claim('relay', 9_000, 1, 1)).toMatchObject([{ attempts: 0, createdAt: 9_000 }]);
  });

  it('is given up for good, and stays in the trace of its mail', async () => {
    expect(await parked.decide({}, 'give-up', by)).toBe(3);
    expect(await parked.list({})).toEqual([]);
    expect(await parked.decide({}, 'retry', by)).toBe(0);
    const claims = await Promise.all([
      handoffRecords(records).claim('hook', 99_000, 1, 10),
      noticeRecords(records).claim('relay', 99_000, 1, 10),
    ]);
    expect(claims.map((each) => each.length)).toEqual([1, 0]); // of the hook what was never parked
    expect(await traceRecords(records).get('m0-0')).toMatchObject({
      deliveries: [
        { target: 'desk', state: 'given-up', cause: 'HTTP 410' },
        { target: 'hook', state: 'given-up' },
      ],
      notices: [{ recipient: 'ada@example.com', state: 'given-up' }],
    });
    const rows = await records.db.selectFrom('notices').select('letter').execute();
    expect(rows).toEqual([{ letter: null }]);
  });

  it('leaves in the audit log who decided what', async () => {
    await parked.decide({ to: 'desk' }, 'retry', by);
    await parked.decide({}, 'give-up', by);
    const rows = await records.db.selectFrom('audit_log').selectAll().orderBy('seq').execute();
    expect(rows.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'staff handoff.retry',
      'staff handoff.give-up',
      'staff notices.give-up',
    ]);
    expect(rows[0]?.detail).toContain('m0-0_desk');
    expect(rows.map(({ detail }) => detail).join()).not.toContain('ada@example.com');
    await records.db.updateTable('notices').set({ state: 'parked', cause: 'no user ada@example.com here' }).execute();
    expect(await parked.decide({ cause: 'user ada@example.com' }, 'give-up', by)).toBe(1);
    const [last] = await auditRecords(records).list({ limit: 1 });
    expect(last).toMatchObject({ action: 'notices.give-up', detail: { count: 1 } });
    expect(JSON.stringify(last)).not.toContain('@');
    expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
  });
});
