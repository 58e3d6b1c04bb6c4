/** One search box: what people type is an id, or words that are looked for in every way their form allows. */
import type { Refusal } from '../records/refusals.ts';
import type { TraceTable } from '../records/schema.ts';
import type { TraceQuery } from '../records/trace-search.ts';
import type { ConsolePorts } from './ports.ts';

export type MailSearch = {
  readonly text: string;
  readonly outcome: NonNullable<TraceQuery['outcome']> | null;
  readonly reason: NonNullable<TraceQuery['reason']> | null;
  /** `next` of the page before. */
  readonly after: string | null;
};

export type FoundMails = {
  /** The one message that the text names. */
  readonly only: string | null;
  readonly rows: readonly Readonly<TraceTable>[];
  readonly next: string | null;
  /** What was refused before there was a mail; on the first page of a search by address or client. */
  readonly refusals: readonly Refusal[];
};

type Source = Pick<ConsolePorts, 'trace' | 'tickets' | 'refusals' | 'readWords'>;

const rowsPerPage = 50;
/** Rows that are read to fill one page when a second address must be looked for among them. */
const mostSifted = 2_000;
const longestText = 500;

/** Rejects with RangeError when `after` did not come from a page. */
export async function findMails(source: Source, search: MailSearch): Promise<FoundMails> {
  const words = source.readWords([search.text.slice(0, longestText)]);
  const named = words.named === null ? [] : await messagesNamed(source, words.named);
  const [only] = named;
  if (only !== undefined && named.length === 1) return { only: only.message_id, rows: [], next: null, refusals: [] };
  if (named.length > 1) return { only: null, rows: named, next: null, refusals: [] };
  const pages = await Promise.all(words.searches.map((query) => onePage(source, query, words.otherAddresses, search)));
  const byId = new Map(pages.flatMap(({ rows }) => rows.map((row) => [row.message_id, row])));
  const all = [...byId.values()].toSorted(newestFirst);
  const rows = all.slice(0, rowsPerPage);
  const last = rows.at(-1);
  const isMore = all.length > rowsPerPage || pages.some((page) => page.isMore);
  return {
    only: null,
    rows,
    next: isMore && last !== undefined ? `${last.received_at}.${last.message_id}` : null,
    refusals: await refusalsOf(source, words, search),
  };
}

type Named = NonNullable<ReturnType<ConsolePorts['readWords']>['named']>;

async function messagesNamed({ trace, tickets }: Source, named: Named): Promise<readonly Readonly<TraceTable>[]> {
  switch (named.kind) {
    case 'message':
      return (await trace.search({ messageId: named.messageId, limit: 1 })).rows;
    case 'mail':
      return (await trace.search({ mailId: named.mailId, limit: rowsPerPage })).rows;
    case 'ticket': {
      const ticket = await tickets.byNumber(named.number);
      return ticket === null ? [] : (await trace.search({ messageId: ticket.message_id, limit: 1 })).rows;
    }
  }
}

type Page = { readonly rows: readonly Readonly<TraceTable>[]; readonly isMore: boolean };

async function onePage(
  { trace }: Source,
  query: Partial<TraceQuery>,
  otherAddresses: readonly string[],
  { after, outcome, reason }: MailSearch,
): Promise<Page> {
  const filters = { ...(outcome === null ? {} : { outcome }), ...(reason === null ? {} : { reason }) };
  const rows: Readonly<TraceTable>[] = [];
  let place = after;
  for (let read = 0; read < mostSifted; ) {
    const page = await trace.search({
      ...query,
      ...filters,
      limit: otherAddresses.length > 0 ? 500 : rowsPerPage + 1,
      ...(place === null ? {} : { after: place }),
    });
    read += page.rows.length;
    rows.push(...page.rows.filter((row) => otherAddresses.every((address) => names(row).includes(address))));
    place = page.next;
    if (place === null || rows.length > rowsPerPage) return { rows, isMore: place !== null };
  }
  return { rows, isMore: true };
}

function names(row: Readonly<TraceTable>): readonly (string | null)[] {
  return [row.sender_address, row.mail_from, row.recipient];
}

async function refusalsOf(
  { refusals }: Source,
  words: ReturnType<ConsolePorts['readWords']>,
  { after, outcome, reason }: MailSearch,
): Promise<readonly Refusal[]> {
  const { address, ip, searches } = words;
  if (after !== null || outcome !== null || reason !== null || (address === null && ip === null)) return [];
  const since = searches[0]?.since;
  const until = searches[0]?.until;
  return refusals.search({
    limit: 20,
    ...(ip === null ? {} : { ip }),
    ...(address === null ? {} : { address }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });
}

function newestFirst(one: Readonly<TraceTable>, other: Readonly<TraceTable>): number {
  return other.received_at - one.received_at || (other.message_id < one.message_id ? -1 : 1);
}
