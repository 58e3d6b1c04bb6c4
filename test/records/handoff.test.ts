import { beforeEach, expect, it } from 'vitest';
import { handoffBounceId } from '../../src/handoff/bounce-id.ts';
import { type HandoffRecords, handoffRecords } from '../../src/records/handoff.ts';
import type { Records } from '../../src/records/open-records.ts';
import type { Settlement } from '../../src/records/outbox.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { ticketDraft } from '../helpers/ticket-draft.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

const lease = 60_000;

onEachDatabase((databases) => {
  let records: Records;
  let handoff: HandoffRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    handoff = handoffRecords(records);
  });

  const open = async (count: number, targets: readonly string[] = ['desk']): Promise<void> => {
    const batch = Array.from({ length: count }, (_, index) => ({
      ...traceInput({ messageId: `m${index}-0`, receivedAt: 1_000 + index }),
      ticket: ticketDraft({ targets }),
    }));
    await traceRecords(records).record(batch, 2_000);
  };
  const settleAll = async (settlement: Settlement, now: number) => {
    const claimed = await handoff.claim('desk', now, lease, 10);
    return handoff.settle(
      claimed.map(({ claims, id }) => ({ id, claims, settlement })),
      now,
    );
  };

  it('gives out each delivery once, with what it tells', async () => {
    await open(3, ['desk', 'hook']);
    const first = await handoff.claim('desk', 2_000, lease, 2);
    expect(first.map(({ id }) => id)).toEqual(['m0-0_desk', 'm1-0_desk']);
    expect(first[0]).toMatchObject({
      claims: 1,
      attempts: 0,
      document: {
        event: 'm0-0',
        kind: 'ticket.opened',
        ticket: { id: 'm0-0', tenant: 't1', prohibitions: [], response: null },
        message: { id: 'm0-0', sender: 'ada@example.com', text: 'It burns since Monday.', proof: ['domain'] },
      },
    });
    expect((await handoff.claim('desk', 2_000, lease, 9)).map(({ id }) => id)).toEqual(['m2-0_desk']);
    expect(await handoff.claim('desk', 2_000, lease, 9)).toEqual([]);
    expect(await handoff.dueTargets(2_000)).toEqual(['hook']);
  });

  it('gives nothing to two workers at once', async () => {
    await open(20);
    const claims = await Promise.all([1, 2, 3, 4].map(() => handoff.claim('desk', 2_000, lease, 5)));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives out again what a dead worker held', async () => {
    await open(1);
    await handoff.claim('desk', 2_000, lease, 1);
    expect(await handoff.claim('desk', 2_000 + lease - 1, lease, 1)).toEqual([]);
    expect(await handoff.claim('desk', 2_000 + lease, lease, 1)).toMatchObject([{ claims: 2 }]);
  });

  it('renews what is still held, and nothing that failed, arrived or is in other hands', async () => {
    await open(4);
    const held = await handoff.claim('desk', 2_000, lease, 4);
    expect(await handoff.renew(held, 40_000, lease)).toEqual(new Set(held.map(({ id }) => id)));
    expect(await handoff.claim('desk', 40_000 + lease - 1, lease, 9)).toEqual([]);
    const failed = { kind: 'retrying', nextAt: 200_000, cause: 'HTTP 503' } as const;
    const settlements = [
      { id: 'm0-0_desk', claims: 1, settlement: failed },
      { id: 'm1-0_desk', claims: 1, settlement: { kind: 'delivered' } as const },
    ];
    await handoff.settle(settlements, 41_000);
    await handoff.claim('desk', 40_000 + lease, lease, 1); // the oldest: m2
    expect(await handoff.renew(held, 101_000, lease)).toEqual(new Set(['m3-0_desk']));
    expect(await handoff.ofMessage('m0-0')).toMatchObject([{ next_at: 200_000 }]);
    expect(await handoff.renew([], 101_000, lease)).toEqual(new Set());
  });

  it('puts what is taken into hands with the mail, as a claim would', async () => {
    const input = { ...traceInput({ messageId: 'm0-0' }), ticket: ticketDraft({ targets: ['desk', 'hook'] }) };
    const taking = { targets: ['desk'], leaseMs: lease };
    const [outcome] = await traceRecords(records).record([{ ...input, taking }], 2_000);
    expect(await handoff.dueTargets(2_000)).toEqual(['hook']);
    const taken = outcome?.kind === 'recorded' ? (outcome.taken ?? []) : [];
    expect(taken).toMatchObject([{ target: 'desk', delivery: { id: 'm0-0_desk', claims: 1, attempts: 0 } }]);
    const [claimed] = await handoff.claim('desk', 2_000 + lease, lease, 1);
    expect(claimed).toEqual({ ...taken[0]?.delivery, claims: 2 });
    expect(await traceRecords(records).record([{ ...input, taking }], 3_000)).toEqual([
      { kind: 'already', messageId: 'm0-0', linkedTo: null },
    ]);
  });

  it('parks what came back, once, and only what was delivered', async () => {
    await open(1, ['desk', 'hook']);
    const id = handoffBounceId({ id: 'm0-0_desk', messageId: 'm0-0' }) ?? '';
    const cause = 'its delivery failed (5.1.1)';
    expect(await handoff.bounced(id, cause, 2_000)).toBeNull();
    await settleAll({ kind: 'delivered' }, 2_100);
    expect(await handoff.bounced(id, cause, 2_200)).toBe('desk');
    expect(await handoff.bounced(id, 'again', 2_300)).toBeNull();
    expect(await handoff.ofMessage('m0-0')).toMatchObject([
      { target: 'desk', state: 'parked', cause, next_at: null, updated_at: 2_200 },
      { target: 'hook', state: 'queued' },
    ]);
    expect(await handoff.bounced('c17', cause, 2_400)).toBeNull();
    expect(await handoff.bounced('nothing00ffffff', cause, 2_400)).toBeNull();
  });

  it('gives nothing back that another worker has taken or settled meanwhile', async () => {
    await open(2);
    const slow = await handoff.claim('desk', 2_000, lease, 2);
    const [taken, failed] = await handoff.claim('desk', 2_000 + lease, lease, 2);
    if (taken === undefined || failed === undefined) throw new Error('nothing was taken');
    const { claims, id } = failed;
    const settlement = { kind: 'retrying', nextAt: 9_000_000, cause: 'HTTP 503' } as const;
    await handoff.settle([{ id, claims, settlement }], 2_001 + lease);
    await handoff.release(slow, 2_002 + lease);
    expect(await handoff.claim('desk', 2_003 + lease, lease, 9)).toEqual([]);
    await handoff.release([taken], 2_004 + lease);
    expect((await handoff.claim('desk', 2_005 + lease, lease, 9)).map((each) => each.id)).toEqual([taken.id]);
  });

  it('gives back what was not begun', async () => {
    await open(2);
    const claimed = await handoff.claim('desk', 2_000, lease, 2);
    await handoff.settle([{ id: 'm0-0_desk', claims: 1, settlement: { kind: 'delivered' } }], 2_100);
    await handoff.release(claimed, 2_200);
    expect((await handoff.claim('desk', 2_200, lease, 9)).map(({ id }) => id)).toEqual(['m1-0_desk']);
  });

  it('shows in the trace how far a delivery is', async () => {
    await open(1);
    expect(await handoff.ofMessage('m0-0')).toMatchObject([{ state: 'queued', attempts: 0 }]);
    await settleAll({ kind: 'retrying', nextAt: 9_000, cause: 'HTTP 503' }, 2_000);
    expect(await handoff.ofMessage('m0-0')).toMatchObject([
      { state: 'retrying', attempts: 1, next_at: 9_000, cause: 'HTTP 503' },
    ]);
    await settleAll({ kind: 'parked', cause: 'HTTP 410' }, 9_000);
    expect(await handoff.ofMessage('m0-0')).toMatchObject([
      { state: 'parked', attempts: 2, next_at: null, cause: 'HTTP 410' },
    ]);
    expect(await handoff.unsettled()).toMatchObject([{ target: 'desk', state: 'parked', count: 1 }]);
    const by = { actor: 'test', at: 10_000 };
    expect(await parkedRecords(records).decide({}, 'retry', by)).toBe(1);
    expect(await settleAll({ kind: 'delivered' }, 10_000)).toEqual([true]);
    expect(await handoff.ofMessage('m0-0')).toMatchObject([{ state: 'delivered', next_at: null, cause: null }]);
    expect(await handoff.unsettled()).toEqual([]);
    expect(await handoff.counts()).toEqual([{ target: 'desk', state: 'delivered', count: 1, oldestAt: 10_000 }]);
  });

  it('settles once', async () => {
    await open(1);
    const [held] = await handoff.claim('desk', 2_000, lease, 1);
    const late = { id: held?.id ?? '', claims: 1, settlement: { kind: 'retrying', nextAt: 3, cause: 'late' } as const };
    await handoff.claim('desk', 2_000 + lease, lease, 1);
    expect(await handoff.settle([late], 99_000)).toEqual([false]);
    const done = { id: held?.id ?? '', claims: 2, settlement: { kind: 'delivered' } as const };
    expect(await handoff.settle([done], 99_000)).toEqual([true]);
    expect(await handoff.settle([done, { ...late, claims: 2 }], 99_001)).toEqual([false, false]);
    expect(await handoff.ofMessage('m0-0')).toMatchObject([{ state: 'delivered' }]);
  });

  it('drops what was erased meanwhile', async () => {
    await open(2);
    await records.writing(async (trx) => {
      await trx.deleteFrom('ticket_messages').where('message_id', '=', 'm0-0').execute();
    });
    expect((await handoff.claim('desk', 2_000, lease, 9)).map(({ id }) => id)).toEqual(['m1-0_desk']);
    expect(await handoff.ofMessage('m0-0')).toEqual([]);
  });

  it('is not made for a copy', async () => {
    const traits = { rfcMessageId: '<same@example.com>', contentDigest: 'same' };
    const batch = ['m0-0', 'm1-0'].map((messageId) => ({
      ...traceInput({ messageId, ...traits }),
      ticket: ticketDraft({ targets: ['desk'] }),
    }));
    await traceRecords(records).record(batch, 2_000);
    expect(await handoff.counts()).toMatchObject([{ count: 1 }]);
  });
});
