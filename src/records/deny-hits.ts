/** Which mails of late a deny entry would have hit: asked of the terms, so that it costs what it finds. */
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
};

export type DenyHits = {
  readonly count: number;
  /** Newest first. */
  readonly mails: readonly Readonly<TraceTable>[];
};

/** By author, envelope sender and client address; keys and phone numbers are not searched. */
export async function denyHits(records: Records, { entry, limit, since }: DenyHitsQuery): Promise<DenyHits> {
  const { db } = records;
  const terms = termsUnder(entry);
  if (terms === null) return { count: 0, mails: [] };
  const matched = mailsUnder(records, terms, since, entry.scope);
  const counted = await db
    .selectFrom(matched.as('matched'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (counted.count === 0) return { count: 0, mails: [] };
  const newest = matched.orderBy('led.received_at', 'desc').orderBy('led.message_id', 'desc').limit(limit);
  const mails = await db
    .selectFrom(newest.as('newest'))
    .innerJoin('trace', 'trace.message_id', 'newest.message_id')
    .selectAll('trace')
    .orderBy('newest.received_at', 'desc')
    .orderBy('newest.message_id', 'desc')
    .execute();
  return { count: counted.count, mails };
}

/** Each mail once, though author and envelope sender may stand under two names of the range. */
function mailsUnder(
  { db }: Records,
  { first, last }: { readonly first: string; readonly last: string },
  since: number,
  scope: DenyScope,
) {
  const all = db
    .selectFrom('trace_terms as led')
    .select(['led.received_at', 'led.message_id'])
    .where('led.received_at', '>=', since);
  const named =
    first === last
      ? all.where('led.term', '=', first)
      : all.distinct().where('led.term', '>=', first).where('led.term', '<=', last);
  if (scope.kind === 'global') return named;
  const placed = named.innerJoin('trace as scoped', 'scoped.message_id', 'led.message_id');
  return scope.kind === 'mailbox'
    ? placed.where('scoped.recipient', '=', scope.mailbox)
    : placed.where('scoped.tenant_id', '=', scope.tenantId);
}
