/** After a flood of bogus mail: cases that nobody has named, looked at and closed many at once. */
import type { Staff } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import type { Refusal } from '../cases/transition.ts';
import { mostUnnamed, type SeenCase, type UnnamedQuery } from '../cases/unnamed.ts';
import { loadAll } from './case-rows.ts';
import type { CaseWriting, Made } from './case-writing.ts';
import type { Querying } from './open-records.ts';
import { storable } from './storable.ts';

export type ManyClosed =
  /** `left`: somebody named or closed them, or mail joined them, after they were looked at. */
  { readonly kind: 'closed'; readonly closed: number; readonly left: number } | Refusal;

/** Oldest first, at most `mostUnnamed`. */
export async function unnamedCases(db: Querying, query: UnnamedQuery): Promise<readonly Case[]> {
  const found: Case[] = [];
  let place = { at: query.from, id: '' };
  for (;;) {
    const rows = await db
      .selectFrom('cases')
      .select(['id', 'opened_at'])
      .where('open_key', 'is not', null)
      .where('procedure_name', 'is', null)
      .where('opened_at', '<', query.until)
      .where((where) => where(where.refTuple('opened_at', 'id'), '>', where.tuple(place.at, place.id)))
      .orderBy('opened_at')
      .orderBy('id')
      .limit(mostUnnamed)
      .execute();
    const cases = await loadAll(
      db,
      rows.map(({ id }) => id),
    );
    found.push(...cases.filter((of) => isBy(of, query.author)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < mostUnnamed || found.length >= mostUnnamed) {
      return found.slice(0, mostUnnamed);
    }
    place = { at: last.opened_at, id: last.id };
  }
}

/** All of its communications: one of somebody else may be the real one. */
function isBy({ communications }: Case, author: string | null): boolean {
  if (author === null) return true;
  const wanted = author.toLowerCase();
  return communications.every(({ address }) => {
    const folded = address?.toLowerCase() ?? '';
    return wanted.includes('@') ? folded === wanted : folded.slice(folded.lastIndexOf('@') + 1) === wanted;
  });
}

/** Each of them by its own event, as if it were closed alone. Stops at the first one that may not be closed at all. */
export async function closeSeen(
  writing: CaseWriting,
  seen: readonly SeenCase[],
  { by, note }: { readonly by: Staff; readonly note: string },
): Promise<ManyClosed> {
  let closed = 0;
  for (const { communications, id } of seen) {
    const result = await writing.command(id, async (of): Promise<Made> => {
      if (of.procedure !== null || of.closed !== null || of.communications.length !== communications) return changed;
      return { by, seen: of.version, event: { kind: 'closed', outcome: 'unfounded', note: storable(note) } };
    });
    if (result.kind === 'refused' && !result.conflict) return result;
    if (result.kind === 'accepted') closed += 1;
  }
  return { kind: 'closed', closed, left: seen.length - closed };
}

const changed: Refusal = {
  kind: 'refused',
  rule: 'X-COMMON',
  missing: ['a look at the case as it is'],
  conflict: true,
  alarm: null,
};
