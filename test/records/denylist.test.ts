import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { type DenylistRecords, denylistRecords } from '../../src/records/denylist.ts';
import type { Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';
import { denyEntryNamed as entry } from './deny-entries.ts';

const by = { actor: 'grace', at: 1_000 };

onEachDatabase((databases) => {
  let records: Records;
  let denylist: DenylistRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    denylist = denylistRecords(records);
  });

  describe('entries', () => {
    const all = [
      entry('e2', { kind: 'network', value: '192.0.2.0/24', expiresAt: 10 }),
      entry('e1', { scope: { kind: 'tenant', tenantId: 't1' } }),
      entry('e4', { scope: { kind: 'mailbox', mailbox: 'support@postern.test' } }),
      entry('e3', { kind: 'domain', value: 'example.com', note: 'a note' }),
    ];

    it('lists all, expired ones too, by kind, value and scope', async () => {
      await denylist.apply({ add: all, remove: [] }, by);
      expect((await denylist.list()).map(({ id }) => id)).toEqual(['e3', 'e4', 'e1', 'e2']);
      expect(new Set(await denylist.list())).toEqual(new Set(all));
    });

    it('finds by kind and value together', async () => {
      await denylist.apply({ add: all, remove: [] }, by);
      const found = await denylist.find([
        { kind: 'email', value: 'mallory@example.com' },
        { kind: 'subdomains', value: 'example.com' },
        { kind: 'network', value: '192.0.2.0/24' },
        ...Array.from({ length: 1_200 }, (_, index) => ({ kind: 'network' as const, value: `192.0.2.${index}/32` })),
      ]);
      expect(found.map(({ id }) => id).sort()).toEqual(['e1', 'e2', 'e4']);
      expect(await denylist.find([])).toEqual([]);
    });

    it('is there for the next look-up of another connection', async () => {
      const url = await databases.address();
      const { migrate } = await import('../../src/records/migrate.ts');
      const staff = await databases.open(url);
      await migrate(staff);
      const listener = denylistRecords(await databases.open(url, true));
      expect(await listener.list()).toEqual([]);
      await denylistRecords(staff).apply({ add: all, remove: [] }, by);
      expect(await listener.find([{ kind: 'domain', value: 'example.com' }])).toEqual([all[3]]);
      await expect(listener.apply({ add: [], remove: all }, by)).rejects.toThrow(/read-?only/);
    });
  });

  describe('changes', () => {
    it('adds, replaces and removes in one step, with history and audit', async () => {
      await denylist.apply({ add: [entry('e1'), entry('e2')], remove: [] }, by);
      const harsher = entry('e1', { reason: 'more threats' });
      const later = { actor: 'ada', at: 2_000 };
      await denylist.apply({ add: [harsher], remove: [entry('e2'), entry('gone')] }, later);
      expect(await denylist.list()).toEqual([harsher]);
      const history = await denylist.history({ limit: 10 });
      expect(
        history.filter(({ at }) => at === 2_000).map(({ action, actor, entry: { id } }) => [id, action, actor]),
      ).toEqual(
        expect.arrayContaining([
          ['e1', 'replaced', 'ada'],
          ['e2', 'removed', 'ada'],
        ]),
      );
      expect(history).toHaveLength(4);
      expect(await denylist.history({ entryId: 'e2', limit: 1 })).toEqual([
        { at: 2_000, actor: 'ada', action: 'removed', entry: entry('e2') },
      ]);
      const audit = auditRecords(records);
      expect((await audit.list({ limit: 10 })).map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual([
        'deny.add e1',
        'deny.add e2',
        'deny.remove e2',
        'deny.replace e1',
      ]);
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 4 });
    });

    it('takes out and puts in the same entry as an addition', async () => {
      await denylist.apply({ add: [entry('e1')], remove: [] }, by);
      await denylist.apply({ add: [entry('e1', { note: 'new' })], remove: [entry('e1')] }, by);
      expect(await denylist.list()).toEqual([entry('e1', { note: 'new' })]);
      // In the order in which it was done, although it was done at once.
      expect((await denylist.history({ limit: 10 })).map(({ action }) => action)).toEqual([
        'added',
        'removed',
        'added',
      ]);
    });

    it('takes a large import, and the same entry twice', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => entry(`e${index}`, { value: `m${index}@example.com` }));
      await denylist.apply({ add: [...many, entry('e7', { note: 'last' })], remove: [] }, by);
      expect(await denylist.list()).toHaveLength(2_500);
      expect((await denylist.list()).find(({ id }) => id === 'e7')?.note).toBe('last');
    });

    it('leaves the event loop to others during a large import, on which nobody sees a half of it', async () => {
      const add = Array.from({ length: 5_000 }, (_, index) => entry(`e${index}`, { value: `m${index}@example.com` }));
      const state = { isDone: false, turns: 0 };
      const counting = (async () => {
        while (!state.isDone) {
          await turn();
          state.turns += 1;
        }
      })();
      const applying = denylist.apply({ add, remove: [] }, by);
      await turn();
      const seen = denylist.list();
      await applying;
      state.isDone = true;
      await counting;
      // Three tables in twenty parts each; at one stretch it would be one turn or two.
      expect(state.turns).toBeGreaterThan(30);
      expect([0, 5_000]).toContain((await seen).length);
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
    });

    it('takes changes that come at once one after the other', async () => {
      const changes = Array.from({ length: 6 }, (_, index) =>
        denylist.apply({ add: [entry('e1', { note: String(index) }), entry(`x${index}`)], remove: [] }, by),
      );
      await Promise.all(changes);
      expect(await denylist.list()).toHaveLength(7);
      const actions = (await denylist.history({ entryId: 'e1', limit: 10 })).map(({ action }) => action);
      expect(actions).toEqual([...Array.from({ length: 5 }, () => 'replaced'), 'added']);
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true, entries: 12 });
    });
  });
});
