import { beforeEach, describe, expect, it } from 'vitest';
import { auditRecords } from '../../src/records/audit.ts';
import { type DumpChunk, DumpUnreadable, dumpRecords, loadRecords, RecordsNotEmpty } from '../../src/records/dump.ts';
import { migrate, schemaState, schemaVersion } from '../../src/records/migrate.ts';
import type { Records } from '../../src/records/open-records.ts';
import { staffRecords } from '../../src/records/staff.ts';
import { onEachDatabase } from './databases.ts';

async function dumped(records: Records): Promise<{ schema: number; chunks: DumpChunk[]; rows: number }> {
  const chunks: DumpChunk[] = [];
  let schema = 0;
  const rows = await dumpRecords(records, {
    begin: async (version) => {
      schema = version;
    },
    chunk: async (table, lines) => {
      chunks.push({ table, lines: lines.toString('utf8') });
    },
  });
  return { schema, chunks, rows };
}

async function* each(chunks: readonly DumpChunk[]): AsyncGenerator<DumpChunk> {
  yield* chunks;
}

onEachDatabase((databases) => {
  let records: Records;
  beforeEach(async () => {
    records = await databases.fresh();
  });

  async function fill(): Promise<void> {
    const audit = auditRecords(records);
    for (let number = 0; number < 30; number += 1) {
      await audit.append({
        at: number,
        actor: 'grace',
        action: 'deny.add',
        subject: `ü${number}`,
        detail: { a: ['\n"'] },
      });
    }
    await records.writing((trx) =>
      trx
        .insertInto('refusals')
        .values(
          Array.from({ length: 4_500 }, (_, index) => ({
            id: `r${String(index).padStart(6, '0')}`,
            at: 1_700_000_000_000 + index,
            ip: '192.0.2.1',
            helo: 'h',
            mail_from: index % 2 === 0 ? null : 'a@b.test',
            recipient: null,
            stage: 'rcpt',
            reply_code: 550,
            reply_enhanced: '5.1.1',
            reply_text: 'No such mailbox',
            cause: '\u{1F512} "quoted"',
          })).slice(0, 2_900),
        )
        .execute(),
    );
  }

  describe('a dump', () => {
    it('holds every row once, and makes the same records again', async () => {
      await fill();
      const before = await dumped(records);
      expect(before.schema).toBe(schemaVersion);
      expect(before.rows).toBe(before.chunks.flatMap(({ lines }) => lines.trimEnd().split('\n')).length);

      const copy = await databases.open(await databases.address());
      expect(await loadRecords(copy, before.schema, () => each(before.chunks))).toBe(before.rows);
      expect(await schemaState(copy)).toBe('current');
      expect(await dumped(copy)).toEqual(before);
      expect(await auditRecords(copy).verify()).toMatchObject({ ok: true, entries: 30 });
    });

    it('goes on where it was: the copy is written to like the first', async () => {
      await fill();
      const { schema, chunks } = await dumped(records);
      const copy = await databases.open(await databases.address());
      await loadRecords(copy, schema, () => each(chunks));
      await auditRecords(copy).append({ at: 99, actor: 'ada', action: 'x', subject: 'y', detail: null });
      expect(await auditRecords(copy).verify()).toMatchObject({ ok: true, entries: 31 });
      expect(await staffRecords(copy).list()).toEqual([]);
    });

    it('loads the records of an older schema and brings them up to this one', async () => {
      const copy = await databases.open(await databases.address());
      const chunks = [
        { table: 'replays', lines: '{"replay_key":"k","content_digest":"d","mail_id":"m","recorded_at":5}\n' },
      ];
      expect(await loadRecords(copy, 1, () => each(chunks))).toBe(1);
      expect(await schemaState(copy)).toBe('current');
      expect(await copy.db.selectFrom('replays').selectAll().execute()).toEqual([
        { replay_key: 'k', content_digest: 'd', mail_id: 'm', recorded_at: 5 },
      ]);
    });
  });

  describe('loading', () => {
    it('takes no database that holds something', async () => {
      await migrate(records);
      await expect(loadRecords(records, schemaVersion, () => each([]))).rejects.toThrow(RecordsNotEmpty);
    });

    it.each([
      ['a table that the schema has not', { table: 'users', lines: '{"id":1}\n' }],
      ['another table, by its name', { table: 'replays"; drop table trace; --', lines: '{"id":1}\n' }],
      ['a column too many', { table: 'audit_head', lines: '{"id":1,"seq":0,"hash":"","more":1}\n' }],
      ['a column too few', { table: 'audit_head', lines: '{"id":1,"seq":0}\n' }],
      ['a value that no column has', { table: 'audit_head', lines: '{"id":1,"seq":true,"hash":""}\n' }],
      ['no JSON', { table: 'audit_head', lines: 'id\n' }],
    ])('refuses %s, and leaves nothing', async (_what, chunk) => {
      const copy = await databases.open(await databases.address());
      await expect(loadRecords(copy, schemaVersion, () => each([chunk]))).rejects.toThrow(DumpUnreadable);
      expect(await schemaState(copy)).toBe('missing');
    });

    it.each([0, schemaVersion + 1])('refuses schema %s', async (schema) => {
      const copy = await databases.open(await databases.address());
      await expect(loadRecords(copy, schema, () => each([]))).rejects.toThrow(/this Postern knows 1 to/);
    });
  });
});
