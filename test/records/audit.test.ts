import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { addressHash } from '../../src/records/address-hash.ts';
import { type AuditRecords, auditRecords } from '../../src/records/audit.ts';
import type { Records } from '../../src/records/open-records.ts';
import { onEachDatabase } from './databases.ts';

const entry = (subject: string) => ({
  at: 1_000,
  actor: 'grace',
  action: 'case.open',
  subject,
  detail: { a: [1, 'ü'] },
});

onEachDatabase((databases) => {
  let records: Records;
  let audit: AuditRecords;
  beforeEach(async () => {
    records = await databases.fresh();
    audit = auditRecords(records);
  });

  async function appendAll(...subjects: readonly string[]): Promise<void> {
    for (const subject of subjects) await audit.append(entry(subject));
  }

  describe('appending', () => {
    it('keeps a hash of every address that staff wrote in their own words', async () => {
      const audit = auditRecords(records);
      const reason = 'Ada@Example.com (and <bob@other.example>, "x@y.example") threatens; see https://x.example/@who.';
      const entry = { at: 1, actor: 'grace', action: 'deny.add', subject: 'd1' };
      await audit.append({
        ...entry,
        detail: { reason, note: 'no address: a @ b', value: 'kept@as.is', more: { note: 'a@b.example' } },
      });
      const [row] = await audit.list({ limit: 1 });
      const text = JSON.stringify(row);
      expect(text).not.toMatch(/ada@|bob@|x@y|a@b\.example/i);
      expect(text).toContain(addressHash('ada@example.com'));
      expect(text).toContain(addressHash('bob@other.example'));
      expect(text).toContain('no address: a @ b');
      expect(text).toContain('kept@as.is');
      expect(await audit.verify()).toMatchObject({ ok: true });
    });

    it('numbers and chains the rows', async () => {
      const first = await audit.append(entry('c1'));
      const second = await audit.append({ ...entry('c2'), detail: null });
      expect([first.seq, second.seq]).toEqual([1, 2]);
      expect(await audit.head()).toEqual({ seq: 2, hash: second.hash });
      expect(await audit.list({ limit: 10 })).toEqual([second, first]);
      expect(await audit.verify()).toEqual({ ok: true, entries: 2, head: { seq: 2, hash: second.hash } });
    });

    it('verifies an empty log', async () => {
      expect(await audit.verify()).toEqual({ ok: true, entries: 0, head: { seq: 0, hash: '' } });
    });

    it('serialises appends that come at once', async () => {
      const rows = await Promise.all(Array.from({ length: 30 }, (_, index) => audit.append(entry(`c${index}`))));
      expect(rows.map(({ seq }) => seq).sort((one, other) => one - other)).toEqual(
        Array.from({ length: 30 }, (_, index) => index + 1),
      );
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 30 });
    });

    it('verifies what a database would change', async () => {
      await audit.append({ ...entry('nul \0 half \uD800'), detail: { text: 'nul \0 half \uD800' } });
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 1 });
    });

    it('lists by what is asked, page by page', async () => {
      await appendAll('c1', 'c2', 'c1', 'c1');
      expect((await audit.list({ limit: 2, subject: 'c1' })).map(({ seq }) => seq)).toEqual([4, 3]);
      expect((await audit.list({ limit: 2, subject: 'c1', before: 3 })).map(({ seq }) => seq)).toEqual([1]);
      expect(await audit.list({ limit: 2, actor: 'nobody' })).toEqual([]);
      expect(await audit.list({ limit: 2, action: 'case.open', before: 2 })).toHaveLength(1);
    });
  });

  describe('verifying', () => {
    beforeEach(() => appendAll('c1', 'c2', 'c3'));

    it('finds a changed row', async () => {
      await records.db.updateTable('audit_log').set({ actor: 'mallory' }).where('seq', '=', 2).execute();
      expect(await audit.verify()).toEqual({ ok: false, seq: 2, cause: 'the row was changed' });
    });

    it('finds a row whose hash was made to fit', async () => {
      await records.db.updateTable('audit_log').set({ hash: 'made up' }).where('seq', '=', 2).execute();
      expect(await audit.verify()).toMatchObject({ ok: false, seq: 2 });
    });

    it('finds a last row that was written anew with the hash that fits it', async () => {
      const last = records.db.selectFrom('audit_log').selectAll().where('seq', '=', 3);
      const row = { ...(await last.executeTakeFirstOrThrow()), actor: 'mallory' };
      const text = JSON.stringify([row.previous_hash, row.seq, row.at, row.actor, row.action, row.subject, row.detail]);
      const hash = createHash('sha256').update(text).digest('hex');
      const change = records.db.updateTable('audit_log').set({ actor: row.actor, hash });
      await change.where('seq', '=', row.seq).execute();
      const cause = 'the last row is not the one that was appended last';
      expect(await audit.verify()).toEqual({ ok: false, seq: 3, cause });
    });

    it('finds a removed row', async () => {
      await records.db.deleteFrom('audit_log').where('seq', '=', 2).execute();
      expect(await audit.verify()).toEqual({ ok: false, seq: 2, cause: 'the row is missing' });
    });

    it('finds that the end was cut off', async () => {
      await records.db.deleteFrom('audit_log').where('seq', '=', 3).execute();
      expect(await audit.verify()).toEqual({ ok: false, seq: 3, cause: 'the row is missing' });
    });

    it.each([
      ['behind its end', 4],
      ['before its beginning', 0],
    ])('finds a row that was put %s', async (_, seq) => {
      const [row] = await records.db.selectFrom('audit_log').selectAll().where('seq', '=', 3).execute();
      if (row === undefined) throw new Error('no row');
      await records.db
        .insertInto('audit_log')
        .values({ ...row, seq, action: 'review.accept' })
        .execute();
      expect(await audit.verify()).toEqual({ ok: false, seq, cause: 'the row is not part of the chain' });
    });

    it('finds rows that changed places', async () => {
      const [third, second] = await records.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').execute();
      if (second === undefined || third === undefined) throw new Error('no rows');
      await records.db.deleteFrom('audit_log').where('seq', 'in', [2, 3]).execute();
      await records.db
        .insertInto('audit_log')
        .values([
          { ...third, seq: 2 },
          { ...second, seq: 3 },
        ])
        .execute();
      expect(await audit.verify()).toMatchObject({ ok: false, seq: 2 });
    });

    it('finds against a kept head that the log was cut and its end made to fit', async () => {
      const anchor = await audit.head();
      const [, second] = await audit.list({ limit: 2 });
      await records.db.deleteFrom('audit_log').where('seq', '=', 3).execute();
      await records.db
        .updateTable('audit_head')
        .set({ seq: 2, hash: second?.hash ?? '' })
        .execute();
      expect(await audit.verify()).toMatchObject({ ok: true, entries: 2 });
      expect(await audit.verify(anchor)).toMatchObject({ ok: false, seq: 3 });
      await appendAll('c4', 'c5');
      expect(await audit.verify(anchor)).toMatchObject({ ok: false, seq: 3 });
    });
  });
});
