/** The way in for event alerts. */
import { beforeEach, expect, it } from 'vitest';
import type { AlertEvent } from '../../src/alerts/event.ts';
import { alertRaising, raiseAlerts } from '../../src/records/alert-events.ts';
import type { Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';

const alarm: AlertEvent = {
  kind: 'case-alarm',
  key: 'case-1 3',
  subject: 'case-1',
  label: null,
  reference: 'case-1',
  at: 5,
};

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });
  const kept = () => records.db.selectFrom('alert_events').selectAll().orderBy('event_key').execute();

  it('keeps an event once, whoever raises it at once and again', async () => {
    const raise = alertRaising(records);
    await Promise.all([raise([alarm]), raise([{ ...alarm, at: 9 }]), raise([alarm, alarm])]);
    await raise([{ ...alarm, key: 'case-1 4' }]);
    await raise([]);
    expect((await kept()).map((row) => row.event_key)).toEqual(['case-alarm case-1 3', 'case-alarm case-1 4']);
  });

  it('falls with the transaction of what happened', async () => {
    const failing = records.writing(async (trx) => {
      await raiseAlerts(trx, [alarm]);
      throw new Error('it did not happen');
    });
    await expect(failing).rejects.toThrow('it did not happen');
    expect(await kept()).toEqual([]);
  });

  it.each([
    ['an address', { reference: 'ada@example.com' }],
    ['a sentence', { label: 'please delete us' }],
    ['a name', { subject: 'Grace Hopper' }],
    ['markup', { reference: '<b>' }],
    ['no key', { key: '' }],
  ])('refuses an event that carries %s', async (_what, wrong) => {
    await expect(alertRaising(records)([{ ...alarm, ...wrong }])).rejects.toThrow(RangeError);
    expect(await kept()).toEqual([]);
  });
});
