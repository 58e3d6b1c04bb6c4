/**
 * The outbox of notices (`outbox.ts`); a job of the queue `notices` only says that there is something to do. Its own
 * words: *waiting*, *sent*. Further states: *suppressed* (a limit was used up: it is never sent) and *bounced* (it was sent,
 * and its failure was reported to its bounce address: the recipient cannot be reached).
 */
import type { Transaction } from 'kysely';
import type { Limit } from '../notices/limits.ts';
import type { NoticeTarget, Outgoing } from '../notices/outgoing.ts';
import type { Querying, Records } from './open-records.ts';
import { freshInOutbox, type Outbox, openOutbox } from './outbox.ts';
import { chunks } from './retention.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { NoticeState, NoticesTable } from './tables-notices.ts';

/** A notice in the outbox, without its letter. */
export type NoticeEntry = Readonly<Omit<NoticesTable, 'letter'>>;

const relayTarget: NoticeTarget = 'relay';

/** Since when and why an address cannot be reached. */
export type Unreachable = { readonly since: number; readonly cause: string };

export type NoticeCount = { readonly state: NoticeState; readonly count: number; readonly oldestAt: number };

/** A notice on its way into the outbox. */
export type Opening =
  | { readonly outgoing: Outgoing; readonly limits: readonly Limit[] }
  /** It is not to be sent, and why. */
  | { readonly suppressed: NoticeSummary; readonly cause: string };

export type NoticeSummary = Pick<Outgoing, 'id' | 'messageId' | 'kind' | 'to'> & { readonly language: string };

export type Opened = 'waiting' | 'suppressed' | 'already';

export type NoticeRecords = Outbox<Outgoing> & {
  /**
   * Takes notices into the outbox, in one transaction. One whose limits are used up is kept as *suppressed*, with the
   * cause. One whose id is known changes nothing, limits included.
   */
  open(batch: readonly Opening[], now: number): Promise<readonly Opened[]>;
  /** The cause of the first limit that is used up, or null. Counts nothing. */
  usedUp(limits: readonly Limit[], now: number): Promise<string | null>;
  /** Its delivery failed. Resolves with its kind, or null when there is no such notice that was sent. */
  bounced(id: string, cause: string, now: number): Promise<string | null>;
  /**
   * Which of these addresses cannot be reached: the last mail to it that a relay took came back. Whether a bounce is
   * believed was decided by its token; it says nothing about who anybody is. A later mail that does not come back clears it.
   */
  unreachable(addresses: readonly string[]): Promise<ReadonlyMap<string, Unreachable>>;
  get(id: string): Promise<NoticeEntry | null>;
  /** For the trace of one message. */
  ofMessage(messageId: string): Promise<readonly NoticeEntry[]>;
  /** Newest first, of one state or of all; at most 500. */
  list(query: { readonly state?: NoticeState; readonly limit: number }): Promise<readonly NoticeEntry[]>;
  counts(): Promise<readonly NoticeCount[]>;
  /** Of what still waits for something. */
  unsettled(): Promise<readonly NoticeCount[]>;
  /** Forgets settled notices of our own accord from before `before`; those about a mail go with the mail. */
  forgetSettled(before: number): Promise<void>;
  /** Forgets counts that began before `before`; no limit's span may reach back so far. */
  forgetCounts(before: number): Promise<void>;
};

const entryColumns = [
  'id',
  'message_id',
  'kind',
  'recipient',
  'because',
  'language',
  'state',
  'attempts',
  'claims',
  'next_at',
  'created_at',
  'updated_at',
  'sent_at',
  'cause',
] as const;

export function noticeRecords(records: Records): NoticeRecords {
  const { db } = records;
  const entries = db.selectFrom('notices').select(entryColumns);
  return {
    ...openOutbox<Outgoing>(records, {
      table: 'notices',
      words: { waiting: 'waiting', delivered: 'sent' },
      onlyTarget: relayTarget,
      // What it said is not kept: links in it may still be of use to a thief.
      onDelivered: (now) => ({ sent_at: now, letter: null }),
      documents: lettersOf,
    }),
    open: (batch, now) => records.writing((trx) => open(trx, batch, now)),
    usedUp: async (limits, now) => {
      const keys = limits.map(({ key }) => keyOf(key));
      const rows = await db.selectFrom('notice_limits').selectAll().where('limit_key', 'in', keys).execute();
      const spent = limits.find(({ key, most, spanMs }) =>
        rows.some((row) => row.limit_key === keyOf(key) && Math.abs(now - row.began_at) < spanMs && row.used >= most),
      );
      return spent?.cause ?? null;
    },
    bounced: (id, cause, now) =>
      records.writing(async (trx) => {
        const sent = trx.updateTable('notices').where('id', '=', id).where('state', '=', 'sent');
        const row = await sent
          .set({ state: 'bounced', cause: storable(cause, 300), updated_at: now })
          .returning('kind')
          .executeTakeFirst();
        return row?.kind ?? null;
      }),
    unreachable: (addresses) => unreachableOf(db, addresses),
    get: async (id) => (await entries.where('id', '=', id).executeTakeFirst()) ?? null,
    ofMessage: (messageId) => noticesOf(db, messageId),
    list: ({ limit, state }) => {
      const newest = entries.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(Math.min(limit, 500));
      return (state === undefined ? newest : newest.where('state', '=', state)).execute();
    },
    counts: () => countsOf(db).execute(),
    unsettled: () => countsOf(db).where('state', 'in', ['waiting', 'retrying', 'parked']).execute(),
    forgetSettled: (before) =>
      records.writing(async (trx) => {
        const old = trx.deleteFrom('notices').where('message_id', 'is', null).where('updated_at', '<', before);
        await old.where('next_at', 'is', null).execute();
      }),
    forgetCounts: (before) =>
      records.writing(async (trx) => {
        await trx.deleteFrom('notice_limits').where('began_at', '<', before).execute();
      }),
  };
}

function countsOf(db: Querying) {
  return db
    .selectFrom('notices')
    .select((select) => ['state', select.fn.countAll<number>().as('count'), select.fn.min('created_at').as('oldestAt')])
    .groupBy('state')
    .orderBy('state');
}

/** Kinds that go out with a bounce address: an answer has the null sender, and that it did not come back says nothing. */
const comesBack = ['verify-sender', 'authorize', 'summary'];

async function unreachableOf(db: Querying, addresses: readonly string[]): Promise<ReadonlyMap<string, Unreachable>> {
  const unreachable = new Map<string, Unreachable>();
  for (const some of chunks([...new Set(addresses)])) {
    const rows = await db
      .selectFrom('notices')
      .select(['recipient', 'state', 'updated_at', 'cause'])
      .where('recipient', 'in', some)
      .where((where) =>
        where.or([
          where('state', '=', 'bounced'),
          where.and([where('state', '=', 'sent'), where('kind', 'in', comesBack)]),
        ]),
      )
      .orderBy('sent_at')
      .orderBy('id')
      .execute();
    for (const { cause, recipient, state, updated_at } of rows) {
      if (state === 'sent') unreachable.delete(recipient);
      else unreachable.set(recipient, { since: updated_at, cause: cause ?? '' });
    }
  }
  return unreachable;
}

/** For the trace of one message. */
export function noticesOf(db: Querying, messageId: string): Promise<readonly NoticeEntry[]> {
  const mine = db.selectFrom('notices').select(entryColumns).where('message_id', '=', messageId);
  return mine.orderBy('created_at').orderBy('id').execute();
}

async function open(trx: Transaction<Schema>, batch: readonly Opening[], now: number): Promise<readonly Opened[]> {
  const inserted = await insert(trx, batch, now);
  const opened = batch.map((opening): Opened => {
    if (!inserted.has(idOf(opening))) return 'already';
    return 'suppressed' in opening ? 'suppressed' : 'waiting';
  });
  const counted = new Set<string>();
  const refused = await refusedBy(
    trx,
    batch.flatMap((opening, index) => {
      const isCounted = 'limits' in opening && opened[index] === 'waiting' && !counted.has(opening.outgoing.id);
      if (isCounted) counted.add(opening.outgoing.id);
      return isCounted ? [{ id: opening.outgoing.id, limits: opening.limits }] : [];
    }),
    now,
  );
  for (const [id, cause] of refused) await markSuppressed(trx, id, cause, now);
  return batch.map((opening, index) => (refused.has(idOf(opening)) ? 'suppressed' : (opened[index] ?? 'already')));
}

function idOf(opening: Opening): string {
  return 'suppressed' in opening ? opening.suppressed.id : opening.outgoing.id;
}

/** The ids that are new. */
async function insert(trx: Transaction<Schema>, batch: readonly Opening[], now: number): Promise<ReadonlySet<string>> {
  if (batch.length === 0) return new Set();
  const inserted = await trx
    .insertInto('notices')
    .values(batch.map((opening) => rowOf(opening, now)))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return new Set(inserted.map(({ id }) => id));
}

function rowOf(opening: Opening, now: number): NoticesTable {
  const isSuppressed = 'suppressed' in opening;
  const about = isSuppressed ? opening.suppressed : { ...opening.outgoing, language: opening.outgoing.letter.language };
  return {
    id: about.id,
    message_id: about.messageId,
    kind: about.kind,
    recipient: storable(about.to.address),
    because: about.to.because,
    language: about.language,
    state: isSuppressed ? 'suppressed' : 'waiting',
    letter: isSuppressed ? null : JSON.stringify(opening.outgoing),
    ...freshInOutbox(now),
    sent_at: null,
    ...(isSuppressed ? { next_at: null, cause: storable(opening.cause, 300) } : {}),
  };
}

async function markSuppressed(trx: Transaction<Schema>, id: string, cause: string, now: number): Promise<void> {
  await trx
    .updateTable('notices')
    .set({ state: 'suppressed', letter: null, next_at: null, updated_at: now, cause: storable(cause, 300) })
    .where('id', '=', id)
    .execute();
}

type Counted = { readonly id: string; readonly limits: readonly Limit[] };

/**
 * Counts notices against their limits; resolves with those that are over one, and why. The first limit of all comes
 * before the second of any, each by key: all writers lock them in one order, and none deadlocks with another.
 */
async function refusedBy(
  trx: Transaction<Schema>,
  notices: readonly Counted[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  const depth = Math.max(0, ...notices.map(({ limits }) => limits.length));
  for (let place = 0; place < depth; place += 1) {
    const next = notices.flatMap(({ id, limits }) => {
      const limit = refused.has(id) ? undefined : limits[place];
      return limit === undefined ? [] : [{ id, limit }];
    });
    next.sort((one, other) => (keyOf(one.limit.key) < keyOf(other.limit.key) ? -1 : 1));
    for (const { id, limit } of next) {
      if ((await count(trx, limit, now)) > limit.most) refused.set(id, limit.cause);
    }
  }
  return refused;
}

/**
 * One statement, so that two workers cannot both be the first. Resolves with how many there are, this one included. What
 * began a whole span from now was written by a clock that ran ahead: it would hold everybody up until that time comes.
 */
async function count(trx: Transaction<Schema>, { key, spanMs }: Limit, now: number): Promise<number> {
  const row = await trx
    .insertInto('notice_limits')
    .values({ limit_key: keyOf(key), began_at: now, used: 1 })
    .onConflict((conflict) =>
      conflict.column('limit_key').doUpdateSet((set) => {
        const began = 'notice_limits.began_at';
        const isOver = () => set.case().when(set.or([set(began, '<=', now - spanMs), set(began, '>=', now + spanMs)]));
        return {
          used: isOver()
            .then(1)
            .else(set('notice_limits.used', '+', 1))
            .end(),
          began_at: isOver().then(now).else(set.ref(began)).end(),
        };
      }),
    )
    .returning('used')
    .executeTakeFirstOrThrow();
  return row.used;
}

function keyOf(key: string): string {
  return storable(key, 500);
}

async function lettersOf(trx: Transaction<Schema>, ids: readonly string[]): Promise<ReadonlyMap<string, Outgoing>> {
  const rows = await trx.selectFrom('notices').select(['id', 'letter']).where('id', 'in', ids).execute();
  return new Map(rows.flatMap(({ id, letter }) => (letter === null ? [] : [[id, outgoingOf(letter)]])));
}

/** Written by `rowOf` above and by nobody else. */
function outgoingOf(letter: string): Outgoing {
  return JSON.parse(letter);
}
