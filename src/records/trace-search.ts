/**
 * Finding mails in the trace: newest first, page by page. A page begins after the last row of the one before (a keyset),
 * so that deep pages cost no more than the first and new mail does not shift them.
 */
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Reason, RuleId, Verdict } from '../verdict/verdict.ts';
import type { Records } from './open-records.ts';
import type { Schema, TraceTable } from './schema.ts';
import { addressTerm, domainTerm, ipTerm, messageIdTerm, subjectWords, tenantTerm, wordTerm } from './trace-terms.ts';

/** All that is given must hold. */
export type TraceQuery = {
  /** One mail in one mailbox. */
  readonly messageId?: string;
  /** One mail, in all of its mailboxes. */
  readonly mailId?: string;
  /** The mail's own Message-ID, with or without angle brackets. */
  readonly rfcMessageId?: string;
  /** Author, envelope sender or recipient, in comparison form. */
  readonly address?: string;
  /** Domain of the author or the envelope sender. */
  readonly domain?: string;
  readonly ip?: string;
  readonly tenantId?: string;
  /** Words that all stand in the subject, in any order. */
  readonly subject?: string;
  readonly outcome?: Verdict['outcome'];
  readonly reason?: Reason;
  readonly rule?: RuleId;
  /** Epoch milliseconds; `since` included, `until` not. */
  readonly since?: number;
  readonly until?: number;
  /** At most 500. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
};

export type TracePage = {
  readonly rows: readonly Readonly<TraceTable>[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
};

/** Rejects with RangeError when `after` did not come from a page. */
export async function searchTrace(records: Records, query: TraceQuery): Promise<TracePage> {
  const terms = termsOfQuery(query);
  // A subject without a word matches nothing, rather than everything.
  if (terms === null) return { rows: [], next: null };
  const limit = Math.min(Math.max(query.limit, 1), 500);
  const leader = await rarest(records, query, terms);
  const rows = await selection(records, query, terms, leader)
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? `${last.received_at}.${last.message_id}` : null;
  return { rows: page, next };
}

function termsOfQuery(query: TraceQuery): readonly string[] | null {
  const words = query.subject === undefined ? [] : subjectWords(query.subject).map(wordTerm);
  if (query.subject !== undefined && words.length === 0) return null;
  return [
    ...(query.rfcMessageId === undefined ? [] : [messageIdTerm(query.rfcMessageId)]),
    ...(query.ip === undefined ? [] : [ipTerm(query.ip)]),
    ...(query.address === undefined ? [] : [addressTerm(query.address)]),
    ...(query.domain === undefined ? [] : [domainTerm(query.domain)]),
    ...(query.tenantId === undefined ? [] : [tenantTerm(query.tenantId)]),
    ...words,
  ];
}

const countedAtMost = 2_000;

/**
 * What leads the search: the rarest term, or null for the trace itself when outcome, reason or rule is rarer. Else "on"
 * would be read from one end to the other to find "printer", and a mailbox to find its only rejected mail.
 */
async function rarest(records: Records, query: TraceQuery, terms: readonly string[]): Promise<string | null> {
  const { outcome, reason, rule } = query;
  const isFiltered = outcome !== undefined || reason !== undefined || rule !== undefined;
  const [only] = terms;
  if (only === undefined) return null;
  if (terms.length === 1 && !isFiltered) return only;
  const { db } = records;
  const counted: { readonly leader: string | null; readonly count: number }[] = [];
  for (const term of terms) {
    const rows = db.selectFrom('trace_terms').select('message_id').where('term', '=', term);
    counted.push({ leader: term, count: await countUpTo(records, rows) });
  }
  if (isFiltered) {
    let rows = db.selectFrom('trace').select('message_id');
    if (outcome !== undefined) rows = rows.where('outcome', '=', outcome);
    if (reason !== undefined) rows = rows.where('reason', '=', reason);
    if (rule !== undefined) rows = rows.where('rule', '=', rule);
    counted.push({ leader: null, count: await countUpTo(records, rows) });
  }
  return counted.reduce((best, next) => (next.count < best.count ? next : best)).leader;
}

async function countUpTo(
  { db }: Records,
  rows: SelectQueryBuilder<Schema, 'trace' | 'trace_terms', { message_id: string }>,
): Promise<number> {
  const row = await db
    .selectFrom(rows.limit(countedAtMost).as('some'))
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

type Selection = SelectQueryBuilder<Schema, 'trace', TraceTable>;

function selection(records: Records, query: TraceQuery, terms: readonly string[], leader: string | null): Selection {
  let select: Selection =
    leader === null
      ? filtered(records, query, 'trace')
      : filtered(records, query, 'led')
          .innerJoin('trace_terms as led', 'led.message_id', 'trace.message_id')
          .where('led.term', '=', leader);
  for (const term of terms.filter((term) => term !== leader)) {
    select = select.where((where) =>
      where.exists(
        where
          .selectFrom('trace_terms as other')
          .select('other.message_id')
          .where('other.term', '=', term)
          // The whole key: the row is found, not searched for.
          .whereRef('other.received_at', '=', 'trace.received_at')
          .whereRef('other.message_id', '=', 'trace.message_id')
          // Keeps PostgreSQL from joining whole lists of terms, which it takes for far shorter than they are.
          .limit(1)
          .offset(0),
      ),
    );
  }
  return select;
}

/** Everything but the terms. `ordering` names the table whose index has the order of the list. */
function filtered({ db }: Records, query: TraceQuery, ordering: 'trace' | 'led'): Selection {
  const { after, mailId, messageId, outcome, reason, rule, since, until } = query;
  const receivedAt = sql.ref<number>(`${ordering}.received_at`);
  const id = sql.ref<string>(`${ordering}.message_id`);
  let select = db.selectFrom('trace').selectAll('trace');
  if (messageId !== undefined) select = select.where('trace.message_id', '=', messageId);
  // `-` stands between mail id and mailbox; `.` is the character after it.
  if (mailId !== undefined) {
    select = select.where('trace.message_id', '>=', `${mailId}-`).where('trace.message_id', '<', `${mailId}.`);
  }
  if (outcome !== undefined) select = select.where('trace.outcome', '=', outcome);
  if (reason !== undefined) select = select.where('trace.reason', '=', reason);
  if (rule !== undefined) select = select.where('trace.rule', '=', rule);
  if (since !== undefined) select = select.where(receivedAt, '>=', since);
  if (until !== undefined) select = select.where(receivedAt, '<', until);
  if (after !== undefined) {
    const last = placeOf(after);
    select = select.where(sql<boolean>`(${receivedAt}, ${id}) < (${last.receivedAt}, ${last.messageId})`);
  }
  return select.orderBy(receivedAt, 'desc').orderBy(id, 'desc');
}

function placeOf(after: string): { readonly receivedAt: number; readonly messageId: string } {
  const match = /^(\d{1,15})\.([0-9a-z]+-\d+)$/.exec(after);
  if (match?.[1] === undefined || match[2] === undefined) throw new RangeError('this is no place in a list of mails');
  return { receivedAt: Number(match[1]), messageId: match[2] };
}
