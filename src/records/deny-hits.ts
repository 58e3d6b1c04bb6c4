/** Which mails of late a deny entry would have hit: asked of the terms, so that it costs what it finds. */
import { type AliasedExpression, sql } from 'kysely';
import type { DenyEntry, DenyScope } from '../denylist/entry.ts';
import type { Records } from './open-records.ts';
import type { TraceTable } from './schema.ts';
import { termsUnder } from './trace-terms.ts';

export type DenyHitsQuery = {
  readonly entry: Pick<DenyEntry, 'kind' | 'value' | 'scope'>;
  /** Epoch milliseconds, included. */
  readonly since: number;
  /** Mails to name; all are counted. */
  readonly limit: number;
  /** Rows of the terms that are read at most, 5,000 unless given; a whole network may stand under more. */
  readonly mostRead?: number;
};

export type DenyHits = {
  readonly count: number;
  /** An entry that would hit so many is counted no further: there are this many at least. */
  readonly isAtLeast: boolean;
  /** Newest first. */
  readonly mails: readonly Readonly<TraceTable>[];
};

/** Of the newest mails, those that are looked through for a few when too many were hit to be put in order. */
const mostLooked = 2_500;

/** By author, envelope sender and client address; keys and phone numbers are not searched. */
export async function denyHits(
  records: Records,
  { entry, limit, mostRead = 5_000, since }: DenyHitsQuery,
): Promise<DenyHits> {
  const { db } = records;
  const terms = termsUnder(entry);
  if (terms === null) return { count: 0, isAtLeast: false, mails: [] };
  const rows = rowsUnder(records, terms, since);
  // One row more tells whether that was all.
  const counted = await db
    .selectFrom(rows.limit(mostRead + 1).as('some'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (counted.count === 0) return { count: 0, isAtLeast: false, mails: [] };
  const isAtLeast = counted.count > mostRead;
  const matched = mailsOf(records, rows.limit(mostRead), entry.scope);
  const { count } = await db
    .selectFrom(matched)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const newest = db
    .selectFrom(isAtLeast ? newestUnder(records, terms, since, entry.scope) : matched)
    .select(['hit.received_at', 'hit.message_id'])
    .orderBy('hit.received_at', 'desc')
    .orderBy('hit.message_id', 'desc')
    .limit(limit);
  const mails = await db
    .selectFrom(newest.as('newest'))
    .innerJoin('trace', 'trace.message_id', 'newest.message_id')
    .selectAll('trace')
    .orderBy('newest.received_at', 'desc')
    .orderBy('newest.message_id', 'desc')
    .execute();
  return { count, isAtLeast, mails };
}

/** Mails that an entry would have hit. */
type Hits = AliasedExpression<{ received_at: number; message_id: string }, 'hit'>;
type Terms = { readonly first: string; readonly last: string };

function rowsUnder({ db }: Records, { first, last }: Terms, since: number) {
  const all = db.selectFrom('trace_terms').select(['received_at', 'message_id']).where('received_at', '>=', since);
  return first === last ? all.where('term', '=', first) : all.where('term', '>=', first).where('term', '<=', last);
}

/** Each mail once, though author and envelope sender may stand under two names of the range. */
function mailsOf({ db }: Records, rows: ReturnType<typeof rowsUnder>, scope: DenyScope): Hits {
  const mails = db.selectFrom(rows.as('led')).select(['led.received_at', 'led.message_id']).distinct();
  if (scope.kind === 'global') return mails.as('hit');
  return mails.innerJoin('trace as scoped', 'scoped.message_id', 'led.message_id').where(inScope(scope)).as('hit');
}

/** Asked of the newest mails one by one: where so many were hit, the first ones stand near. */
function newestUnder({ db }: Records, { first, last }: Terms, since: number, scope: DenyScope): Hits {
  const newest = db
    .selectFrom('trace')
    .select(['received_at', 'message_id', 'recipient', 'tenant_id'])
    .where('received_at', '>=', since)
    .orderBy('received_at', 'desc')
    .orderBy('message_id', 'desc')
    .limit(mostLooked);
  return db
    .selectFrom(newest.as('scoped'))
    .select(['scoped.received_at', 'scoped.message_id'])
    .where(inScope(scope))
    .where((where) =>
      where.exists(
        where
          .selectFrom('trace_terms')
          .select('trace_terms.term')
          .whereRef('trace_terms.message_id', '=', 'scoped.message_id')
          .where('trace_terms.term', '>=', first)
          .where('trace_terms.term', '<=', last),
      ),
    )
    .as('hit');
}

function inScope(scope: DenyScope) {
  if (scope.kind === 'mailbox') return sql<boolean>`scoped.recipient = ${scope.mailbox}`;
  return scope.kind === 'tenant' ? sql<boolean>`scoped.tenant_id = ${scope.tenantId}` : sql<boolean>`1 = 1`;
}
