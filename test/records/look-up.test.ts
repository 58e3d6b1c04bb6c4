/** What a listener asks for every mail, on a connection that only reads: it sees each change from the next turn on. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { denyEntry } from '../../src/records/deny-rows.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { migrate } from '../../src/records/migrate.ts';
import { onEachDatabase } from './databases.ts';

const entry = denyEntry({
  id: 'd1',
  kind: 'email',
  value: 'spam@bad.test',
  reason: 'spam',
  note: '',
  scope: 'global',
  scope_value: '',
  expires_at: null,
  created_by: 'ada',
  created_at: 1,
});
const key = { kind: 'email', value: 'spam@bad.test' } as const;
const by = { actor: 'ada', at: 1 };

onEachDatabase((databases) => {
  describe('look-ups of a listener', () => {
    it('see what another process committed, from the next turn of the loop on, each way', async () => {
      const url = await databases.address();
      const writer = await databases.open(url);
      await migrate(writer);
      const reader = await databases.open(url, true);
      const asked = denylistRecords(reader);
      for (let round = 0; round < 3; round += 1) {
        expect(await asked.find([key])).toEqual([]);
        await denylistRecords(writer).apply({ add: [entry], remove: [] }, by);
        await nextTurn();
        expect((await asked.find([key])).map(({ id }) => id)).toEqual(['d1']);
        await denylistRecords(writer).apply({ add: [], remove: [entry] }, by);
        await nextTurn();
      }
    });

    it('asked together answer together, and leave no transaction behind', async () => {
      const url = await databases.address();
      const writer = await databases.open(url);
      await migrate(writer);
      const reader = await databases.open(url, true);
      const asked = denylistRecords(reader);
      const answers = await Promise.all(Array.from({ length: 50 }, () => asked.find([key])));
      expect(answers.flat()).toEqual([]);
      await nextTurn();
      // A reader that stayed would keep the log from being taken over whole.
      await denylistRecords(writer).apply({ add: [entry], remove: [] }, by);
      await nextTurn();
      expect(await asked.find([key])).toHaveLength(1);
    });
  });

  describe('whoever writes', () => {
    it('sees its own writes at once', async () => {
      const records = await databases.fresh();
      const deny = denylistRecords(records);
      expect(await deny.find([key])).toEqual([]);
      await deny.apply({ add: [entry], remove: [] }, by);
      expect(await deny.find([key])).toHaveLength(1);
    });
  });
});
