/** Alerts in the records: each change once, whoever looks; deliveries that outlive workers and outages. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertTarget } from '../../src/alerts/target.ts';
import { alertDeliveryRecords } from '../../src/records/alert-deliveries.ts';
import { alertRaising } from '../../src/records/alert-events.ts';
import { type AlertPass, alertRecords } from '../../src/records/alerts.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import type { Records } from '../../src/records/open-records.ts';
import { parkedRecords } from '../../src/records/parked.ts';
import { happening, hourMs, minuteMs, reading, rules, timing } from '../alerts/desk.ts';
import { onEachDatabase } from './databases.ts';

const all: AlertTarget = { name: 'all', kinds: null, leastSeverity: 'warning' };
const pager: AlertTarget = { name: 'pager', kinds: null, leastSeverity: 'critical' };
const start = 1_000_000;

const input = (readings: AlertPass['readings'] = [], targets = [all, pager]): AlertPass => ({
  readings,
  rules,
  timing,
  targets,
});
const old = (minutes: number) => [reading('queue-age', minutes * minuteMs, 'accepted')];

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });
  const deliveries = () => alertDeliveryRecords(records);
  const kept = async () =>
    (await records.db.selectFrom('alert_deliveries').selectAll().orderBy('id').execute()).map(
      ({ change, state, target }) => `${target} ${change} ${state}`,
    );

  describe('a pass', () => {
    it('raises, reminds and resolves, and keeps the history', async () => {
      const alerts = alertRecords(records);
      expect(await alerts.pass(input(old(12)), start)).toMatchObject([{ change: 'raised' }]);
      expect(await alerts.pass(input(old(12)), start)).toEqual([]);
      expect(await alerts.open()).toMatchObject([{ kind: 'queue-age', subject: 'accepted', phase: 'open' }]);
      await alerts.pass(input(old(12)), start + 4 * hourMs);
      await alerts.pass(input(old(0)), start + 5 * hourMs);
      await alerts.pass(input(old(0)), start + 6 * hourMs);
      expect(await alerts.open()).toEqual([]);
      const history = await alerts.history({ limit: 2 });
      expect(history.map(({ message }) => message.change)).toEqual(['resolved', 'reminded']);
      const [first] = await alerts.history({ limit: 9, after: history[1]?.id ?? '' });
      expect(first?.message).toMatchObject({
        change: 'raised',
        title: 'Queue accepted: its oldest job has waited for 12 min',
      });
    });

    it('of several machines at the same time tells once', async () => {
      const url = await databases.address();
      const machines = [await databases.open(url)];
      const [one] = machines;
      if (one === undefined) throw new Error('no records');
      await migrate(one);
      machines.push(await databases.open(url), await databases.open(url));
      await alertRaising(one)(Array.from({ length: 20 }, () => happening('escalated', { label: 'suspicious' })));
      const looks = Array.from({ length: 9 }, (_, index) => machines[index % 3] ?? one);
      const changes = await Promise.all(looks.map((machine) => alertRecords(machine).pass(input(old(12)), start)));
      expect(changes.flat().map(({ change, alert, told }) => [change, alert.kind, told])).toEqual(
        expect.arrayContaining([
          ['raised', 'escalated', 20],
          ['raised', 'queue-age', 0],
        ]),
      );
      expect(changes.flat()).toHaveLength(2);
      expect(await one.db.selectFrom('alert_deliveries').selectAll().execute()).toHaveLength(2);
      expect(await alertRecords(one).open()).toHaveLength(2);
    });

    it('sends to those who want it', async () => {
      const mails: AlertTarget = { name: 'mails', kinds: ['escalated'], leastSeverity: 'warning' };
      await alertRaising(records)([happening('case-alarm', { subject: 'case-1' })]);
      await alertRecords(records).pass(input(old(12), [all, pager, mails]), start);
      expect((await kept()).toSorted()).toEqual(['all raised queued', 'all raised queued', 'pager raised queued']);
    });

    it('tells of a target of alerts that is in trouble by another way, whatever that asked for', async () => {
      const mails: AlertTarget = { name: 'mails', kinds: ['escalated'], leastSeverity: 'critical' };
      const stalled = (name: string) => [reading('target-stalled', 20 * minuteMs, `alerts/${name}`)];
      await alertRecords(records).pass(input(stalled('all'), [all, mails]), start);
      expect((await kept()).toSorted()).toEqual(['all raised queued', 'mails raised queued']);
      const other = await databases.fresh();
      await alertRecords(other).pass(input(stalled('mails'), [all, mails]), start);
      expect(
        (await other.db.selectFrom('alert_deliveries').select('target').execute()).map(({ target }) => target),
      ).toEqual(['all']);
    });

    it('takes more events than one transaction should, in turns', async () => {
      const raise = alertRaising(records);
      await raise(Array.from({ length: 2_500 }, () => happening('escalated')));
      const alerts = alertRecords(records);
      await alerts.pass(input(), start);
      await alerts.pass(input(), start + 1);
      await alerts.pass(input(), start + timing.windowMs);
      expect(await alerts.open()).toMatchObject([{ count: 2_500, untold: 0 }]);
      expect((await kept()).length).toBe(2);
    });
  });

  describe('silences', () => {
    const wish = {
      kind: 'queue-age',
      subject: null,
      until: start + hourMs,
      reason: 'a move',
      author: 'grace',
    } as const;

    it('hold alerts until they end, and are audited', async () => {
      const alerts = alertRecords(records);
      const { id } = await alerts.silence(wish, start);
      expect(await alerts.silences(start)).toMatchObject([{ ...wish, ended: null }]);
      expect(await alerts.pass(input(old(12)), start + 1)).toMatchObject([{ change: 'suppressed', isTold: false }]);
      expect(await kept()).toEqual([]);
      expect(await alerts.unsilence(id, 'ada', start + 2)).toBe(true);
      expect(await alerts.unsilence(id, 'ada', start + 3)).toBe(false);
      expect(await alerts.silences(start + 3)).toEqual([]);
      expect(await alerts.pass(input(old(12)), start + 3)).toMatchObject([{ change: 'raised', isTold: true }]);
      const audit = await auditRecords(records).list({ subject: id, limit: 9 });
      expect(audit.map(({ action, actor }) => `${action} by ${actor}`).toSorted()).toEqual([
        'alert.silence by grace',
        'alert.unsilence by ada',
      ]);
    });

    it('end by themselves', async () => {
      const alerts = alertRecords(records);
      const { id } = await alerts.silence(wish, start);
      expect(await alerts.silences(start + hourMs)).toEqual([]);
      expect(await alerts.unsilence(id, 'ada', start + hourMs)).toBe(false);
    });
  });

  describe('deliveries', () => {
    it('of a worker that died are free again after their lease, and late ends change nothing', async () => {
      await alertRecords(records).pass(input(old(12), [all]), start);
      const [first] = await deliveries().claim('all', start, 500, 9);
      expect(await deliveries().claim('all', start + 499, 500, 9)).toEqual([]);
      expect(await deliveries().dueTargets(start + 500)).toEqual(['all']);
      const [second] = await deliveries().claim('all', start + 500, 500, 9);
      expect(second).toMatchObject({ id: first?.id, claims: 2, document: { message: { kind: 'queue-age' } } });
      const failed = { kind: 'retrying', nextAt: start + 900, cause: 'away' } as const;
      const id = first?.id ?? '';
      expect(await deliveries().settle([{ id, claims: 1, settlement: failed }], start + 600)).toEqual([false]);
      expect(await deliveries().settle([{ id, claims: 2, settlement: failed }], start + 600)).toEqual([true]);
      expect(await deliveries().undelivered(9)).toMatchObject([{ state: 'retrying', attempts: 1, cause: 'away' }]);
      expect(await deliveries().settle([{ id, claims: 1, settlement: { kind: 'delivered' } }], start + 700)).toEqual([
        true,
      ]);
      expect(await deliveries().dueTargets(start + hourMs)).toEqual([]);
    });

    it('to a target that is away are replaced by what came after', async () => {
      const alerts = alertRecords(records);
      await alerts.pass(input(old(12), [all]), start);
      await alerts.pass(input(old(12), [all]), start + 4 * hourMs);
      await alerts.pass(input(old(12), [all]), start + 8 * hourMs);
      expect((await kept()).toSorted()).toEqual([
        'all raised superseded',
        'all reminded queued',
        'all reminded superseded',
      ]);
    });

    it('that were parked are tried anew when staff say so', async () => {
      await alertRecords(records).pass(input(old(12), [all]), start);
      const [claimed] = await deliveries().claim('all', start, 500, 9);
      const settlement = { kind: 'parked', cause: 'HTTP 410' } as const;
      await deliveries().settle([{ id: claimed?.id ?? '', claims: 1, settlement }], start);
      expect(await deliveries().counts()).toMatchObject([{ target: 'all', state: 'parked', count: 1 }]);
      expect(
        await parkedRecords(records).decide({ outbox: 'alerts' }, 'retry', { actor: 'grace', at: start + 1 }),
      ).toBe(1);
      expect(await deliveries().claim('all', start + 1, 500, 9)).toHaveLength(1);
    });

    it('of a test go to each target, once asked', async () => {
      const ids = await alertRecords(records).test([all, pager], 'cli:ada', start);
      expect([...ids.keys()]).toEqual(['all', 'pager']);
      expect(await deliveries().get([...ids.values()])).toMatchObject([{ state: 'queued' }, { state: 'queued' }]);
      expect(await alertRecords(records).open()).toEqual([]);
    });
  });

  it('forget what is old and settled, and nothing else', async () => {
    const alerts = alertRecords(records);
    await alertRaising(records)([happening('escalated')]);
    await alerts.pass(input([], [all]), start);
    await alerts.pass(input([], [all]), start + timing.windowMs);
    await alerts.pass(input(old(12), [pager]), start + timing.windowMs);
    await alerts.forget(start + 30 * 24 * hourMs);
    expect(await alerts.open()).toMatchObject([{ kind: 'queue-age' }]);
    expect(await alerts.history({ limit: 9 })).toEqual([]);
    expect(await kept()).toEqual(['all raised queued']);
    expect(await records.db.selectFrom('alert_events').selectAll().execute()).toEqual([]);
  });
});
