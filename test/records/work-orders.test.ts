/** Work orders from the signature to engineering's answer: each told once, taken back in time, answered once. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { issueOrder, type Sign } from '../../src/case-file/issue-order.ts';
import type { Case } from '../../src/cases/case.ts';
import { stateAt } from '../../src/cases/state.ts';
import { auditRecords } from '../../src/records/audit.ts';
import type { Records } from '../../src/records/open-records.ts';
import type { OrderAnswer, WorkOrderRecords } from '../../src/records/work-orders.ts';
import { alice, bob, dayMs, hourMs, start } from '../cases/story.ts';
import { accepted, type CaseDesk, caseDesk, caseTenant } from '../helpers/case-desk.ts';
import { onEachDatabase } from './databases.ts';

const sign: Sign = async (content) => ({ armored: `signature of ${content.length} octets`, fingerprint: 'F' });
const program = { kind: 'engineering', id: 'token:1 engineering' } as const;

onEachDatabase((databases) => {
  let records: Records;
  let desk: CaseDesk;
  let orders: WorkOrderRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    desk = await caseDesk(records);
    orders = desk.cases.orders;
  });

  async function approved(): Promise<Case> {
    const { id } = await desk.opened('disgruntled-admin');
    await desk.complete(id, 'a1');
    return desk.approve(id);
  }

  async function issued(): Promise<{ readonly of: Case; readonly answer: OrderAnswer; readonly orderId: string }> {
    const of = await approved();
    const order = await issueOrder(of, orders, sign, desk.now);
    if (order === null) throw new Error('no order');
    const sha256 = createHash('sha256').update(order.document).digest('hex');
    return { of, orderId: order.id, answer: { by: program, sha256, result: 'done', reference: 'ENG-7', note: '' } };
  }

  const states = async (caseId: string) =>
    (await orders.deliveriesOf(caseId)).map(({ kind, state }) => `${kind} ${state}`);
  const claim = (at = desk.now) => orders.claim('engineering', at, 60_000, 10);
  const settle = (id: string, kind: 'delivered' | 'parked') =>
    orders.settle(
      [{ id, claims: 1, settlement: kind === 'delivered' ? { kind } : { kind, cause: 'HTTP 400' } }],
      desk.now,
    );

  it('keeps the first signature, and queues the order once', async () => {
    const { of, orderId } = await issued();
    const first = await orders.order(of.id);
    await orders.saveOrder({ ...(first ?? expect.fail()), signature: 'second' }, desk.now);
    expect(await orders.order(of.id)).toEqual(first);
    expect(await orders.order('case-none')).toBeNull();
    expect(await states(of.id)).toEqual(['issued queued']);
    const [taken, ...more] = await claim();
    expect(more).toEqual([]);
    expect(taken).toMatchObject({
      id: orderId,
      claims: 1,
      document: { kind: 'issued', order: first, expiresAt: of.workOrder?.expiresAt },
    });
    // In hand: nobody else gets it before the lease is over.
    expect(await claim()).toEqual([]);
    expect(await claim(desk.now + 60_000)).toHaveLength(1);
  });

  it('names the tenant by the object id of the proposal, whatever an import says later', async () => {
    const { id } = await desk.opened('disgruntled-admin');
    await desk.complete(id, 'a1');
    accepted(await desk.act(id, { kind: 'proposed' }));
    await desk.importTenants([caseTenant({ objectId: 'object-of-somebody-else' })], desk.now);
    expect(await desk.act(id, { kind: 'approved', account: null }, bob)).toMatchObject({
      kind: 'refused',
      missing: ['a new proposal: the tenant has another object id than when the act was proposed'],
    });
    await desk.importTenants([caseTenant()], desk.now);
    accepted(await desk.act(id, { kind: 'approved', account: null }, bob));
    const of = accepted(await desk.act(id, { kind: 'approved', account: null }, { ...bob, id: 'carol' }));
    await desk.importTenants([caseTenant({ objectId: 'object-of-somebody-else' })], desk.now);
    const order = await issueOrder(of, orders, sign, desk.now);
    expect(JSON.parse(order?.document ?? '')).toMatchObject({ tenant: { id: 't1', objectId: 'object-1' } });
  });

  it('waits to be signed when the key could not be used, and is found then', async () => {
    const of = await approved();
    expect((await orders.unsigned()).map(({ id }) => id)).toEqual([of.id]);
    await expect(
      issueOrder(of, orders, () => Promise.reject(new Error('no key that may sign')), desk.now),
    ).rejects.toThrow('no key');
    expect(await states(of.id)).toEqual([]);
    await issueOrder(of, orders, sign, desk.now);
    expect(await orders.unsigned()).toEqual([]);
    expect(await states(of.id)).toEqual(['issued queued']);
  });

  it('is never signed after it was cancelled', async () => {
    const of = await approved();
    const cancel = { kind: 'work-order-answered', result: 'cancelled', reference: 'alice', note: '' } as const;
    const after = accepted(await desk.act(of.id, cancel));
    expect(await orders.unsigned()).toEqual([]);
    expect(await issueOrder(after, orders, sign, desk.now)).toBeNull();
    // Nor when the two happen at once: `of` is the case from before.
    expect(await issueOrder(of, orders, sign, desk.now)).toBeNull();
    expect(await states(of.id)).toEqual([]);
  });

  describe('cancelled by staff', () => {
    const cancel = {
      kind: 'work-order-answered',
      result: 'cancelled',
      reference: 'check-in',
      note: 'he is alive',
    } as const;

    it('before it was sent, engineering never hears of it', async () => {
      const { of } = await issued();
      accepted(await desk.act(of.id, cancel));
      expect(await states(of.id)).toEqual(['issued cancelled']);
      expect(await claim(desk.now + dayMs)).toEqual([]);
    });

    it('after it arrived, engineering is told', async () => {
      const { of, orderId } = await issued();
      await claim();
      await settle(orderId, 'delivered');
      accepted(await desk.act(of.id, cancel));
      expect(await states(of.id)).toEqual(['issued delivered', 'cancelled queued']);
      const [taken] = await claim();
      expect(taken?.document).toMatchObject({ kind: 'cancelled', at: desk.now });
    });

    it('while it is in hand, engineering is told too, and the attempt counts as it ends', async () => {
      const { of, orderId } = await issued();
      await claim();
      accepted(await desk.act(of.id, cancel));
      expect(await states(of.id)).toEqual(['issued cancelled', 'cancelled queued']);
      expect(await settle(orderId, 'parked')).toEqual([false]);
      expect(await settle(orderId, 'delivered')).toEqual([true]);
      expect(await states(of.id)).toEqual(['issued delivered', 'cancelled queued']);
    });
  });

  it('parked is tried anew by staff, and by nobody else', async () => {
    const { of, orderId } = await issued();
    await claim();
    await settle(orderId, 'parked');
    expect(await orders.deliveriesOf(of.id)).toMatchObject([{ state: 'parked', attempts: 1, cause: 'HTTP 400' }]);
    expect(await claim(desk.now + dayMs)).toEqual([]);
    expect(await orders.counts()).toMatchObject([{ target: 'engineering', state: 'parked', count: 1 }]);
    expect(await orders.retryParked(of.id, { kind: 'staff', id: 'nobody', roles: ['trust'] }, desk.now)).toBeNull();
    expect(await orders.retryParked(of.id, alice, desk.now)).toBe(1);
    expect(await orders.retryParked(of.id, alice, desk.now)).toBe(0);
    expect(await claim()).toHaveLength(1);
    const [noted] = await auditRecords(records).list({ action: 'case.order-retried', limit: 5 });
    expect(noted).toMatchObject({ actor: 'alice', subject: of.id });
  });

  describe('answered by engineering', () => {
    it('is in the case and in the audit log, and stops what was still to be sent', async () => {
      const { answer, of, orderId } = await issued();
      expect(await orders.answer(orderId, answer, desk.now)).toMatchObject({ kind: 'recorded' });
      const kept = await desk.cases.get(of.id);
      expect(kept?.case.workOrder?.answer).toEqual({
        result: 'done',
        reference: 'ENG-7',
        note: '',
        by: 'token:1 engineering',
        at: desk.now,
      });
      expect(stateAt(kept?.case ?? of, desk.now)).toBe('answered');
      expect(await states(of.id)).toEqual(['issued cancelled']);
      const [noted] = await auditRecords(records).list({ action: 'case.work-order-answered', limit: 5 });
      expect(noted).toMatchObject({ actor: 'token:1 engineering', subject: of.id });
    });

    it('is known again though it cannot be kept as it was typed', async () => {
      const { answer, orderId } = await issued();
      const odd = { ...answer, reference: 'ENG\0 \uD800' };
      expect(await orders.answer(orderId, odd, desk.now)).toMatchObject({ kind: 'recorded' });
      expect(await orders.answer(orderId, odd, desk.now + 1)).toMatchObject({ kind: 'known' });
    });

    it('counts once: the same again changes nothing, another is refused with an alarm', async () => {
      const { answer, of, orderId } = await issued();
      await orders.answer(orderId, answer, desk.now);
      const before = await desk.cases.get(of.id);
      expect(await orders.answer(orderId, answer, desk.now + 5)).toMatchObject({ kind: 'known' });
      expect(await desk.cases.get(of.id)).toEqual(before);
      expect(await orders.answer(orderId, { ...answer, result: 'failed' }, desk.now + 9)).toMatchObject({
        kind: 'refused',
        rule: 'X-DISGRUNTLED',
        alarm: 'engineering answered again: failed, after done was recorded by token:1 engineering',
      });
      expect(await desk.cases.get(of.id)).toEqual(before);
      expect(await auditRecords(records).list({ action: 'case.alarm', limit: 5 })).toHaveLength(1);
    });

    it('counts only for the text that was signed', async () => {
      const { answer, of, orderId } = await issued();
      expect(await orders.answer(orderId, { ...answer, sha256: '0'.repeat(64) }, desk.now)).toEqual({
        kind: 'other-text',
      });
      expect(await orders.answer('case-none-order', answer, desk.now)).toEqual({ kind: 'missing' });
      expect((await desk.cases.get(of.id))?.case.workOrder?.answer).toBeNull();
      expect(await auditRecords(records).list({ action: 'case.alarm', limit: 5 })).toHaveLength(1);
    });

    it('after it was cancelled is refused, and staff hear at once that it was done all the same', async () => {
      const { answer, of, orderId } = await issued();
      await claim();
      const cancel = { kind: 'work-order-answered', result: 'cancelled', reference: 'x', note: '' } as const;
      accepted(await desk.act(of.id, cancel));
      expect(await orders.answer(orderId, answer, desk.now)).toMatchObject({
        kind: 'refused',
        alarm: 'engineering answered again: done, after cancelled was recorded by alice',
      });
    });

    it('is recorded after the order has expired as well, with an alarm: what was done was done', async () => {
      const { answer, of, orderId } = await issued();
      const expiresAt = of.workOrder?.expiresAt ?? 0;
      expect(expiresAt - (of.workOrder?.issuedAt ?? 0)).toBe(7 * dayMs);
      const taken = await orders.answer(orderId, answer, expiresAt);
      expect(taken).toMatchObject({ kind: 'recorded' });
      const [alarm] = await auditRecords(records).list({ action: 'case.alarm', limit: 5 });
      expect(alarm?.detail).toMatchObject({ text: expect.stringContaining('after it had expired') });
    });

    it('in time raises none', async () => {
      const { answer, of, orderId } = await issued();
      await orders.answer(orderId, answer, (of.workOrder?.expiresAt ?? 0) - 1);
      expect(await auditRecords(records).list({ action: 'case.alarm', limit: 5 })).toEqual([]);
    });

    it('is all that its program may do', async () => {
      const { of } = await issued();
      const seen = of.version;
      const tried = [
        { kind: 'work-order-answered', result: 'cancelled', reference: 'x', note: '' },
        { kind: 'closed', outcome: 'executed', note: 'x' },
        { kind: 'document-looked', documentId: 'd1' },
      ] as const;
      for (const act of tried) {
        expect(await desk.cases.act(of.id, { by: program, seen, act }, desk.now)).toMatchObject({
          missing: ['a person: engineering only answers, and only staff cancel'],
        });
      }
    });
  });

  it('no step of a case writes to anybody: not to the admins, who may be whom it is about, nor to contacts or claimant', async () => {
    const { answer, of, orderId } = await issued();
    await orders.answer(orderId, answer, desk.now);
    accepted(await desk.act(of.id, { kind: 'closed', outcome: 'executed', note: 'done' }));
    const { id } = await desk.opened('cessation');
    await desk.callGrace(id);
    accepted(await desk.act(id, { kind: 'cessation-started' }));
    await desk.importTenants([caseTenant({ contactsOnFile: [] })], desk.now);
    desk.now += dayMs;
    await desk.cases.wake(desk.now);
    accepted(await desk.act(id, { kind: 'closed', outcome: 'expired', note: 'no evidence came' }));
    for (const table of ['notices', 'verifications', 'handoff_deliveries'] as const) {
      expect([table, await records.db.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
    }
    // Alerts are for staff, and hold neither names nor addresses.
    const alerts = JSON.stringify(await records.db.selectFrom('alert_events').selectAll().execute());
    expect(alerts).toContain(id);
    expect(alerts).not.toMatch(/Grace|Ada|Ben|example\.com|15550100/);
  });

  it('documents that were swapped behind the gateway are not given out', async () => {
    const { id } = await desk.opened('disgruntled-admin');
    accepted(await desk.addReport(id, 'genuine'));
    accepted(await desk.addReport(id, 'another'));
    const [one] = await records.db.selectFrom('case_events').selectAll().where('seq', '=', 3).execute();
    const forged = (one?.recorded ?? '').replace(/"digest":"[0-9a-f]{64}"/, `"digest":"${'0'.repeat(64)}"`);
    await records.db.updateTable('case_events').set({ recorded: forged }).where('seq', '=', 3).execute();
    expect((await desk.cases.document(id, 'd1'))?.toString()).toBe('genuine');
    await expect(desk.cases.document(id, 'd2')).rejects.toThrow('is not what was kept');
  });

  it('what comes due is found behind any number of cases that nobody has named, and only there', async () => {
    const { id } = await desk.opened('disgruntled-admin');
    await desk.complete(id, 'a1');
    accepted(await desk.act(id, { kind: 'proposed' }));
    expect(await desk.cases.withClocks()).toEqual([]);
    accepted(await desk.act(id, { kind: 'approved', account: null }, bob));
    await desk.opened('preventative');
    for (let number = 0; number < 12; number += 1) {
      const mail = { messageId: `f${number}-0`, receivedAt: start, address: `x${number}@y.test` };
      await desk.cases.takeMail({ ...mail, tenantId: null, procedure: null }, start + hourMs + number);
    }
    expect((await desk.cases.withClocks()).map((of) => of.id)).toEqual([id]);
    expect((await desk.cases.list({ open: true, limit: 2 })).map((of) => of.id)).toContain(id);
  });
});
