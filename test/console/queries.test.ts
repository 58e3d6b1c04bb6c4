/** What the console asks of the records beyond what others ask, on both databases. */
import { expect, it } from 'vitest';
import type { DenyKind, DenyScope } from '../../src/denylist/entry.ts';
import { denyHits } from '../../src/records/deny-hits.ts';
import { denySearch } from '../../src/records/deny-search.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { retentionRecords } from '../../src/records/retention.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { recountMails } from '../../src/records/trace-counts.ts';
import { traceFlow } from '../../src/records/trace-flow.ts';
import { renewSenderTerms } from '../../src/records/trace-terms.ts';
import { denyEntryOf } from '../helpers/deny-entry.ts';
import { onEachDatabase } from '../records/databases.ts';
import { traceInput } from '../records/mails.ts';

const minute = 60_000;
const hour = 60 * minute;
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

  it('counts whole hours from the counts, to the same numbers, also when mails were forgotten', async () => {
    const records = await databases.fresh();
    const begin = 100 * hour;
    const outcomes = ['accepted', 'rejected', 'accepted', 'escalated', 'accepted', 'accepted'] as const;
    const inputs = [0, 1, hour - 1, hour, 5 * hour, 6 * hour].map((offset, index) =>
      traceInput({ messageId: `mail${index}-0`, receivedAt: begin + offset, outcome: outcomes[index] ?? 'accepted' }),
    );
    const trace = traceRecords(records);
    await trace.record(inputs.slice(0, 4), begin);
    await trace.record(inputs, begin);
    expect(await traceFlow(records, { since: begin, bucketMs: 3 * hour })).toEqual([
      { outcome: 'accepted', at: begin - hour, count: 2 },
      { outcome: 'accepted', at: begin + 5 * hour, count: 2 },
      { outcome: 'rejected', at: begin - hour, count: 1 },
      { outcome: 'escalated', at: begin - hour, count: 1 },
    ]);
    expect(await trace.countsSince(begin + 1)).toEqual([
      { outcome: 'accepted', reason: 'admin', count: 3 },
      { outcome: 'escalated', reason: 'unproven-sender', count: 1 },
      { outcome: 'rejected', reason: 'deny-listed', count: 1 },
    ]);
    const forgotten = ['mail1-0', 'mail2-0', 'mail4-0'].map((messageId) => ({
      mailId: messageId.slice(0, -2),
      messageIds: [messageId],
      jobIds: [],
      spoolKey: null,
    }));
    await retentionRecords(records).forgetMails(forgotten);
    await retentionRecords(records).forgetMails(forgotten);
    expect(await trace.countsSince(begin)).toEqual([
      { outcome: 'accepted', reason: 'admin', count: 2 },
      { outcome: 'escalated', reason: 'unproven-sender', count: 1 },
    ]);
    const kept = await records.db.selectFrom('trace_counts').selectAll().orderBy('hour').orderBy('outcome').execute();
    await records.writing(recountMails);
    expect(
      await records.db.selectFrom('trace_counts').selectAll().orderBy('hour').orderBy('outcome').execute(),
    ).toEqual(kept);
  });

  it('tells which mails of late a deny entry would have hit', async () => {
    const records = await databases.fresh();
    const mails = [
      { from: 'mallory@evil.example', ip: '192.0.2.7' },
      { from: 'Mallory+offer@a.evil.example', mailFrom: 'bounce@b.evil.example', ip: '192.0.2.200' },
      { from: 'ada@example.com', mailFrom: 'x@a_b.evil.example', ip: '192.0.3.1' },
      { from: 'ada@not-evil.example', mailFrom: '', ip: '2001:db8::1' },
      { from: 'grace@evil-not.example', ip: '2001:db8:0:1::1', recipient: 'sales@postern.test' },
      { from: 'm.allory+x@googlemail.com', ip: '192.0.2.255', recipient: 'sales@postern.test' },
    ];
    const inputs = mails.map((mail, index) =>
      traceInput({ messageId: `mail${index}-0`, receivedAt: begin + index, ...mail }),
    );
    inputs.push(
      traceInput({ messageId: 'early-0', receivedAt: begin - 1, from: 'mallory@evil.example', ip: '192.0.2.7' }),
    );
    await traceRecords(records).record(inputs, begin);
    const hit = async (kind: DenyKind, value: string, changes = {}) => {
      const { count, mails } = await denyHits(records, {
        entry: denyEntryOf(kind, value, changes),
        since: begin,
        limit: 2,
      });
      return [count, ...mails.map(({ message_id }) => message_id.slice(0, -2))];
    };
    expect(await hit('email', 'mallory@evil.example')).toEqual([1, 'mail0']);
    expect(await hit('email', 'mallory@a.evil.example')).toEqual([1, 'mail1']);
    expect(await hit('email', 'mallory@gmail.com')).toEqual([1, 'mail5']);
    expect(await hit('email', 'sales@postern.test')).toEqual([0]);
    expect(await hit('domain', 'evil.example')).toEqual([3, 'mail2', 'mail1']);
    expect(await hit('subdomains', 'evil.example')).toEqual([2, 'mail2', 'mail1']);
    expect(await hit('network', '192.0.2.0/24')).toEqual([3, 'mail5', 'mail1']);
    expect(await hit('network', '192.0.2.192/26')).toEqual([2, 'mail5', 'mail1']);
    expect(await hit('network', '192.0.2.7')).toEqual([1, 'mail0']);
    expect(await hit('network', '2001:db8::/64')).toEqual([1, 'mail3']);
    expect(await hit('network', '2001:db8::/63')).toEqual([2, 'mail4', 'mail3']);
    expect(await hit('network', '192.0.2.0/23', { scope: { kind: 'mailbox', mailbox: 'sales@postern.test' } })).toEqual(
      [1, 'mail5'],
    );
    expect(await hit('network', '192.0.2.0/23', { scope: { kind: 'tenant', tenantId: 't1' } })).toEqual([
      4,
      'mail5',
      'mail2',
    ]);
    expect(await hit('network', '192.0.2.0/23', { scope: { kind: 'tenant', tenantId: 't2' } })).toEqual([0]);
    const many = (scope: DenyScope) =>
      denyHits(records, {
        entry: denyEntryOf('network', '192.0.0.0/16', { scope }),
        since: begin,
        limit: 2,
        mostRead: 2,
      });
    const global = await many({ kind: 'global' });
    expect([global.count, global.isAtLeast, global.mails.map(({ message_id }) => message_id)]).toEqual([
      2,
      true,
      ['mail5-0', 'mail2-0'],
    ]);
    const sales = await many({ kind: 'mailbox', mailbox: 'sales@postern.test' });
    expect([sales.isAtLeast, sales.mails.map(({ message_id }) => message_id)]).toEqual([true, ['mail5-0']]);
    expect(await hit('phone', '+12025550100')).toEqual([0]);
  });

  it('finds mails of before the terms had places, and counts them', async () => {
    const records = await databases.lasting();
    const ids = ['mail0-0', 'mail1-0'];
    await traceRecords(records).record(
      ids.map((messageId, index) =>
        traceInput({ messageId, receivedAt: begin + index, from: `ada@x${index}.evil.example` }),
      ),
      begin,
    );
    const terms = () =>
      records.db
        .selectFrom('trace_terms')
        .select(['term', 'message_id'])
        .orderBy('term')
        .orderBy('message_id')
        .execute();
    const now = await terms();
    await records.writing(async (trx) => {
      await trx.deleteFrom('trace_terms').where('term', 'like', 'e:%').execute();
      await trx
        .updateTable('trace_terms')
        .set({ term: 'd:x0.evil.example' })
        .where('term', '=', 'd:example.evil.x0.')
        .execute();
      await trx.updateTable('trace_terms').set({ term: 'i:192.0.2.1' }).where('term', 'like', 'i:%').execute();
      await renewSenderTerms(trx);
    });
    expect(await terms()).toEqual(now);
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
