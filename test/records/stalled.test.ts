/** Since when a target has taken nothing while something waits for it, on each database. */
import { beforeEach, expect, it } from 'vitest';
import { alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { alertRecords } from '../../src/records/alerts.ts';
import { handoffRecords } from '../../src/records/handoff.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import type { Records } from '../../src/records/open-records.ts';
import type { Claimed, Outbox, Settlement } from '../../src/records/outbox.ts';
import { stalledTargets } from '../../src/records/stalled.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const lease = 60_000;
const retrying = { kind: 'retrying', nextAt: 1, cause: 'HTTP 503' } as const;

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });

  const ticket = (index: number, targets: readonly string[], at: number) =>
    traceRecords(records).record(
      [{ ...traceInput({ messageId: `m${index}-0`, receivedAt: at }), ticket: ticketDraft({ targets }) }],
      at,
    );
  async function settle<Document>(
    outbox: Outbox<Document>,
    target: string,
    settlement: Settlement,
    now: number,
    only: (claimed: Claimed<Document>) => boolean = () => true,
  ): Promise<void> {
    const claimed = (await outbox.claim(target, now, lease, 10)).filter(only);
    await outbox.settle(
      claimed.map(({ claims, id }) => ({ id, claims, settlement })),
      now,
    );
  }

  it('has nothing to say where nothing waits', async () => {
    await ticket(1, ['desk'], 1_000);
    await settle(handoffRecords(records), 'desk', { kind: 'delivered' }, 2_000);
    expect(await stalledTargets(records)).toEqual({
      handoff: new Map(),
      alerts: new Map(),
      notices: null,
      engineering: null,
    });
  });

  it('counts from the oldest that waits, and from the last that was taken', async () => {
    const handoff = handoffRecords(records);
    await ticket(1, ['desk', 'hook'], 1_000);
    await ticket(2, ['desk', 'hook'], 2_000);
    expect((await stalledTargets(records)).handoff).toEqual(new Map([['desk', 1_000], ['hook', 1_000]])); // biome-ignore format: one line
    await settle(handoff, 'desk', { kind: 'delivered' }, 7_000, ({ id }) => id.startsWith('m2'));
    await settle(handoff, 'hook', retrying, 7_000);
    expect((await stalledTargets(records)).handoff).toEqual(new Map([['desk', 7_000], ['hook', 1_000]])); // biome-ignore format: one line
  });

  it('does not count what was given up: that has an alert of its own', async () => {
    await ticket(1, ['desk'], 1_000);
    await settle(handoffRecords(records), 'desk', { kind: 'parked', cause: 'HTTP 400' }, 2_000);
    expect((await stalledTargets(records)).handoff).toEqual(new Map());
  });

  it('knows the relay of notices, which may have sent later ones', async () => {
    const notices = noticeRecords(records);
    const open = (id: string, at: number) =>
      notices.open([{ outgoing: outgoingNotice(id, `${id}@example.com`), limits: [] }], at);
    await open('n1', 1_000);
    expect((await stalledTargets(records)).notices).toBe(1_000);
    await open('n2', 2_000);
    await settle(notices, 'relay', { kind: 'delivered' }, 5_000, ({ id }) => id === 'n2');
    expect((await stalledTargets(records)).notices).toBe(5_000);
  });

  it('knows the targets of alerts', async () => {
    const targets = [
      { name: 'pager', kinds: null, leastSeverity: 'warning' },
      { name: 'desk', kinds: null, leastSeverity: 'warning' },
    ] as const;
    await alertRecords(records).test(targets, 'grace', 3_000);
    await settle(alertDeliveryRecords(records), 'desk', { kind: 'delivered' }, 4_000);
    expect((await stalledTargets(records)).alerts).toEqual(new Map([['pager', 3_000]]));
  });
});
