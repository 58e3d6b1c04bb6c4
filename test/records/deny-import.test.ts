/** Large changes of the deny-list: in parts that hold together or not at all, while others write. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { denySearch } from '../../src/records/deny-search.ts';
import { type DenylistRecords, denylistRecords } from '../../src/records/denylist.ts';
import { migrate, migrateTo } from '../../src/records/migrate.ts';
import type { Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';
import { denyEntryNamed, manyEntries } from './deny-entries.ts';

const by = { actor: 'grace', at: 1_000 };
const later = { actor: 'ada', at: 2_000 };

onEachDatabase((databases) => {
  describe('a large import', () => {
    let url = '';
    let records: Records;
    let other: Records;
    let deny: DenylistRecords;
    beforeEach(async () => {
      url = await databases.address();
      records = await databases.open(url);
      await migrate(records);
      other = await databases.open(url);
      deny = denylistRecords(records);
    });

    /** What others see of it, by every way to look. */
    async function seen() {
      const list = denylistRecords(other);
      const search = denySearch(other);
      const wanted = { text: '', kind: null, activeAt: null, limit: 1, offset: 0 };
      return {
        entries: (await list.list()).length,
        total: (await search.search(wanted)).total,
        first: (await search.get('e0'))?.reason ?? null,
        asked: (await list.find([{ kind: 'email', value: 'm0@example.com' }])).map(({ reason }) => reason),
        history: (await list.history({ limit: 10_000 })).length,
      };
    }

    it('changes nothing that anybody sees before it is whole, and lets others write between its parts', async () => {
      await deny.apply(
        { add: [denyEntryNamed('e0', { value: 'm0@example.com' }), denyEntryNamed('x1')], remove: [] },
        by,
      );
      const before = { entries: 2, total: 2, first: 'threats', asked: ['threats'], history: 2 };
      const told: number[] = [];
      const add = manyEntries(2_500, { reason: 'listed' });
      await deny.apply({ add, remove: [denyEntryNamed('x1'), denyEntryNamed('never')] }, later, async (progress) => {
        told.push(progress.done);
        expect(await seen()).toEqual(before);
        await auditRecords(other).append({ at: 1, actor: 'other', action: 'note', subject: 's', detail: null });
        expect(await deny.importing(progress.generation)).toEqual({
          kind: 'running',
          actor: 'ada',
          done: progress.done,
          total: 2_502,
        });
      });
      expect(told).toEqual([2, ...Array.from({ length: 10 }, (_, index) => 252 + 250 * index)]);
      expect(await seen()).toEqual({
        entries: 2_500,
        total: 2_500,
        first: 'listed',
        asked: ['listed'],
        history: 2 + 2_501,
      });
      expect(await deny.importing(2)).toEqual({ kind: 'applied' });
      expect((await deny.history({ entryId: 'e0', limit: 9 })).map(({ action, at }) => [action, at])).toEqual([
        ['replaced', 2_000],
        ['added', 1_000],
      ]);
      const [imported] = await auditRecords(records).list({ limit: 1 });
      expect(imported).toMatchObject({
        actor: 'ada',
        action: 'deny.import',
        detail: { added: 2_499, replaced: 1, removed: 1 },
      });
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
      // Nothing is left of what counts no longer.
      const { rows } = await sql<{ rows: number }>`select count(*) as rows from deny_list`
        .execute(records.db)
        .then(({ rows: [row] }) => row ?? { rows: -1 });
      expect(rows).toBe(2_500);
    });

    it('comes to nothing when somebody changes the list meanwhile, whose change holds', async () => {
      await deny.apply({ add: [denyEntryNamed('e0', { value: 'm0@example.com' })], remove: [] }, by);
      const harsher = denyEntryNamed('e0', { value: 'm0@example.com', reason: 'by hand' });
      const applying = deny.apply(
        { add: manyEntries(1_500, { reason: 'listed' }), remove: [] },
        later,
        async ({ done }) => {
          if (done === 1_000) await denylistRecords(other).apply({ add: [harsher], remove: [] }, by);
        },
      );
      await expect(applying).rejects.toMatchObject({ name: 'DenyListChanged' });
      expect(await seen()).toEqual({ entries: 1, total: 1, first: 'by hand', asked: ['by hand'], history: 2 });
      expect(await deny.importing(2)).toEqual({ kind: 'given up' });
      // And the next one goes.
      await deny.apply({ add: manyEntries(1_500, { reason: 'listed' }), remove: [] }, later);
      expect(await seen()).toMatchObject({ entries: 1_500, first: 'listed', history: 2 + 1_500 });
      // Whoever still looks at the page of the first is not told that it holds.
      expect(await deny.importing(2)).toEqual({ kind: 'given up' });
      expect(await deny.importing(3)).toEqual({ kind: 'applied' });
    });

    it('is in nobody’s way after its process died by a clock that was set back', async () => {
      const ahead = Date.now() + 86_400_000;
      await records.db.updateTable('deny_state').set({ staged: 2, actor: 'dead', seen_at: ahead }).execute();
      expect(await deny.importing(2)).toEqual({ kind: 'given up' });
      await deny.apply({ add: manyEntries(1_100), remove: [] }, later);
      expect(await seen()).toMatchObject({ entries: 1_100 });
    });

    it('goes one at a time', async () => {
      const told: unknown[] = [];
      await deny.apply({ add: manyEntries(1_500), remove: [] }, by, async ({ done }) => {
        if (done !== 500) return;
        const second = denylistRecords(other).apply(
          { add: manyEntries(1_200, { reason: 'second' }), remove: [] },
          later,
        );
        await second.catch((error: unknown) => told.push(error));
      });
      expect(told).toMatchObject([{ name: 'DenyListBusy', message: expect.stringContaining('grace') }]);
      expect(await seen()).toMatchObject({ entries: 1_500, first: 'threats' });
    });

    it('leaves nothing half done when its process dies, and nothing in the way of the next one', async () => {
      await deny.apply({ add: [denyEntryNamed('e0', { value: 'm0@example.com' })], remove: [] }, by);
      const script = fileURLToPath(new URL('./dying-import.ts', import.meta.url));
      await expect(promisify(execFile)(process.execPath, [script, url])).rejects.toMatchObject({ signal: 'SIGKILL' });
      const before = { entries: 1, total: 1, first: 'threats', asked: ['threats'], history: 1 };
      expect(await seen()).toEqual(before);
      // For all that others know it may still be at work.
      const again = () => deny.apply({ add: manyEntries(1_200, { reason: 'second' }), remove: [] }, later);
      await expect(again()).rejects.toMatchObject({ name: 'DenyListBusy', message: expect.stringContaining('dying') });
      await records.db.updateTable('deny_state').set({ seen_at: 0 }).execute();
      expect(await deny.importing(2)).toEqual({ kind: 'given up' });
      await again();
      expect(await seen()).toEqual({
        entries: 1_200,
        total: 1_200,
        first: 'second',
        asked: ['second'],
        history: 1_201,
      });
      expect(await deny.importing(2)).toEqual({ kind: 'given up' });
      expect(await deny.importing(3)).toEqual({ kind: 'applied' });
      expect(await auditRecords(records).verify()).toMatchObject({ ok: true });
    });
  });

  describe('the step from the list before it', () => {
    it('keeps entries and history, in its order', async () => {
      const records = await databases.open(await databases.address());
      await records.writing((trx) => migrateTo(trx, records.dialect, 10));
      const row = { kind: 'email', reason: 'r', note: '', scope: 'global', scope_value: '', expires_at: null } as const;
      const stored = { ...row, id: 'd1', value: 'a@b.test', created_by: 'ada', created_at: 5 };
      await records.db.insertInto('deny_entries').values(stored).execute();
      const events = (['added', 'removed', 'added'] as const).map((action, index) => ({
        id: `00${index}`,
        at: index,
        actor: 'ada',
        action,
        entry_id: 'd1',
        entry: JSON.stringify({ id: 'd1', index }),
      }));
      await records.db.insertInto('deny_history').values(events).execute();
      await migrate(records);
      const deny = denylistRecords(records);
      expect(await deny.list()).toMatchObject([{ id: 'd1', value: 'a@b.test', createdBy: 'ada', createdAt: 5 }]);
      expect((await deny.history({ limit: 9 })).map(({ action, at }) => [action, at])).toEqual([
        ['added', 2],
        ['removed', 1],
        ['added', 0],
      ]);
      await deny.apply({ add: [], remove: await deny.list() }, by);
      expect((await deny.history({ entryId: 'd1', limit: 1 }))[0]).toMatchObject({ action: 'removed', at: 1_000 });
    });
  });
});
