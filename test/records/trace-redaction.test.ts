import { expect, it } from 'vitest';
import { migrate, migrateTo } from '../../src/records/migrate.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { onEachDatabase } from './databases.ts';
import { traceInput } from './mails.ts';

onEachDatabase((databases) => {
  it('takes secrets out of the subjects that were kept before, and out of what mails are found by', async () => {
    const records = await databases.open(await databases.address());
    const trace = traceRecords(records);
    await records.writing((trx) => migrateTo(trx, records.dialect, 12));
    const mails = [
      ['a-0', 'Export fails on Monday'],
      ['b-0', 'My password is Tulip77x! and export fails'],
      ['c-0', ''],
    ] as const;
    const inputs = mails.map(([messageId, subject]) => traceInput({ messageId, subject, receivedAt: 1_000 }));
    await trace.record(inputs, 1_000);
    // As an earlier Postern wrote it.
    await records.db.updateTable('trace').set({ subject: mails[1][1] }).where('message_id', '=', 'b-0').execute();
    await records.db
      .insertInto('trace_terms')
      .values({ term: 'w:tulip77x', received_at: 1_000, message_id: 'b-0' })
      .execute();
    const termsOf = async (id: string) => {
      const rows = await records.db.selectFrom('trace_terms').select('term').where('message_id', '=', id).execute();
      return rows.map(({ term }) => term).toSorted();
    };
    const [first, second] = [await termsOf('a-0'), await termsOf('b-0')];

    await migrate(records);
    const rows = await records.db.selectFrom('trace').select(['message_id', 'subject']).orderBy('message_id').execute();
    expect(rows.map(({ subject }) => subject)).toEqual([
      mails[0][1],
      'My password is [password removed] and export fails',
      mails[2][1],
    ]);
    expect(await termsOf('a-0')).toEqual(first);
    expect(await termsOf('b-0')).toEqual(second.filter((term) => term !== 'w:tulip77x'));
  });
});
