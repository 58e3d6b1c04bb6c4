/** What the console asks of the records beyond what others ask, on both databases. */
import { expect, it } from 'vitest';
import { denySearch } from '../../src/records/deny-search.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { traceFlow } from '../../src/records/trace-flow.ts';
import { traceSenders } from '../../src/records/trace-senders.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { onEachDatabase } from '../records/databases.ts';
import { traceInput } from '../records/mails.ts';

const minute = 60_000;
const begin = 1_000 * minute;

onEachDatabase((databases) => {
  it('counts mails by outcome and time', async () => {
    const records = await databases.fresh();
    const at = [0, 1, minute, minute + 5, 3 * minute];
    const inputs = at.map((offset, index) =>
      traceInput({
        messageId: `mail${index}-0`,
        receivedAt: begin + offset,
        outcome: index === 4 ? 'rejected' : 'accepted',
      }),
    );
    inputs.push(traceInput({ messageId: 'early-0', receivedAt: begin - 1 }));
    await traceRecords(records).record(inputs, begin);
    expect(await traceFlow(records, { since: begin, bucketMs: minute })).toEqual([
      { outcome: 'accepted', at: begin, count: 2 },
      { outcome: 'accepted', at: begin + minute, count: 2 },
      { outcome: 'rejected', at: begin + 3 * minute, count: 1 },
    ]);
  });

  it('pages through who wrote lately', async () => {
    const records = await databases.fresh();
    const inputs = [5, 7, 7, 9].map((offset, index) =>
      traceInput({ messageId: `mail${index}-0`, receivedAt: begin + offset, from: `${index}@example.com` }),
    );
    await traceRecords(records).record(inputs, begin);
    const first = await traceSenders(records, { since: begin + 6, limit: 2 });
    expect(first.map(({ sender_address }) => sender_address)).toEqual(['3@example.com', '2@example.com']);
    const last = first.at(-1);
    const second = await traceSenders(records, {
      since: begin + 6,
      limit: 2,
      ...(last === undefined ? {} : { after: last }),
    });
    expect(second.map(({ sender_address }) => sender_address)).toEqual(['1@example.com']);
  });

  it('looks for deny entries by their words, taken as they are', async () => {
    const records = await databases.fresh();
    const entries = [
      denyEntryOf('email', 'mallory@evil.example', { reason: 'Sends 100% SPAM', createdAt: 3 }),
      denyEntryOf('domain', 'nuisance.example', { reason: 'spam_trap', createdAt: 2, expiresAt: 50 }),
      denyEntryOf('network', '198.51.100.0/24', { reason: 'scans', createdAt: 1 }),
    ];
    await denylistRecords(records).apply({ add: entries, remove: [] }, { actor: 'test', at: 1 });
    const list = denySearch(records);
    const values = async (text: string, changes = {}) => {
      const found = await list.search({ text, kind: null, activeAt: null, limit: 10, offset: 0, ...changes });
      return found.entries.map(({ value }) => value);
    };
    expect(await values('')).toEqual(['mallory@evil.example', 'nuisance.example', '198.51.100.0/24']);
    expect(await values('spam')).toEqual(['mallory@evil.example', 'nuisance.example']);
    expect(await values('EVIL spam')).toEqual(['mallory@evil.example']);
    expect(await values('%')).toEqual(['mallory@evil.example']);
    expect(await values('_')).toEqual(['nuisance.example']);
    expect(await values('\\')).toEqual([]);
    expect(await values('', { activeAt: 50 })).toEqual(['mallory@evil.example', '198.51.100.0/24']);
    expect(await values('', { kind: 'domain' })).toEqual(['nuisance.example']);
    expect(await values('', { offset: 1, limit: 1 })).toEqual(['nuisance.example']);
    const [first] = entries;
    expect(await list.get(first?.id ?? '')).toEqual(first);
    expect(await list.get('nothing')).toBeNull();
  });
});
