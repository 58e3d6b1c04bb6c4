/** The deny-list page by page, for people who look for an entry. */
import { sql } from 'kysely';
import type { DenyEntry, DenyKind } from '../denylist/entry.ts';
import { denyEntry, presentOf } from './deny-rows.ts';
import type { Records } from './open-records.ts';

export type DenySearchQuery = {
  /** A part of value, reason, note or author, in any case; empty matches all. */
  readonly text: string;
  readonly kind: DenyKind | null;
  /** Epoch milliseconds; given, leaves out what has expired by then. */
  readonly activeAt: number | null;
  readonly limit: number;
  /** Entries to pass over. */
  readonly offset: number;
};

export type DenySearch = {
  /** Newest first, with how many there are in all. */
  search(query: DenySearchQuery): Promise<{ readonly entries: readonly DenyEntry[]; readonly total: number }>;
  get(id: string): Promise<DenyEntry | null>;
};

export function denySearch({ db, dialect }: Records): DenySearch {
  // As it is, without signs of a pattern; the two databases have different names for it.
  const place = sql.raw(dialect === 'sqlite' ? 'instr' : 'strpos');
  // One text for all columns: a word holds no space.
  const searched = sql<string>`lower(value || ' ' || reason || ' ' || note || ' ' || created_by)`;
  return {
    async search({ text, kind, activeAt, limit, offset }) {
      let select = presentOf(db);
      if (kind !== null) select = select.where('kind', '=', kind);
      if (activeAt !== null) {
        select = select.where((where) =>
          where.or([where('expires_at', 'is', null), where('expires_at', '>', activeAt)]),
        );
      }
      for (const word of text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8)) {
        select = select.where(sql<boolean>`${place}(${searched}, ${word}) > 0`);
      }
      const rows = await select
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const entries = rows.map(denyEntry);
      // The last page says by itself how many there are.
      if (entries.length < limit && (entries.length > 0 || offset === 0)) {
        return { entries, total: offset + entries.length };
      }
      const counted = await select.select((one) => one.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
      return { entries, total: counted.count };
    },
    async get(id) {
      const row = await presentOf(db).where('id', '=', id).selectAll().executeTakeFirst();
      return row === undefined ? null : denyEntry(row);
    },
  };
}
