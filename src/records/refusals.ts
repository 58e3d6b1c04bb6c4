/** What the listener refused before there was a mail: for operations staff who are asked where a mail went. */
import type { SessionRefusal } from '../intake/intake.ts';
import type { Records } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { RefusalsTable } from './schema.ts';
import { storable, storableOrNull } from './storable.ts';

export type Refusal = Readonly<RefusalsTable>;

export type RefusalQuery = {
  readonly ip?: string;
  /** Envelope sender or recipient. */
  readonly address?: string;
  /** Epoch milliseconds; `since` included, `until` not. */
  readonly since?: number;
  readonly until?: number;
  /** At most 500. */
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: Pick<Refusal, 'at' | 'id'>;
};

export type RefusalRecords = {
  recordRefusals(batch: readonly SessionRefusal[]): Promise<void>;
  /** Newest first. */
  search(query: RefusalQuery): Promise<readonly Refusal[]>;
  /** Removes what is older. Resolves with how many. */
  prune(before: number): Promise<number>;
};

export function refusalRecords(records: Records): RefusalRecords {
  return {
    recordRefusals: async (batch) => {
      if (batch.length === 0) return;
      await records.writing((trx) => trx.insertInto('refusals').values(batch.map(refusalRow)).execute());
    },
    search: (query) => searchRefusals(records, query),
    prune: (before) =>
      records.writing(async (trx) => {
        const result = await trx.deleteFrom('refusals').where('at', '<', before).executeTakeFirst();
        return Number(result.numDeletedRows);
      }),
  };
}

// These come from clients that were refused: their texts are not worth more room than this.
const longestText = 500;
// Indexed, so within what an index entry may hold.
const longestAddress = 400;

function refusalRow(refusal: SessionRefusal): RefusalsTable {
  return {
    id: rowId(refusal.at),
    at: refusal.at,
    ip: storable(refusal.ip, longestAddress),
    helo: storable(refusal.helo, longestText),
    mail_from: storableOrNull(refusal.mailFrom, longestAddress),
    recipient: storableOrNull(refusal.recipient, longestAddress),
    stage: refusal.stage,
    reply_code: refusal.reply.code,
    reply_enhanced: refusal.reply.enhanced,
    reply_text: storable(refusal.reply.text, longestText),
    cause: storable(refusal.cause, longestText),
  };
}

async function searchRefusals({ db }: Records, query: RefusalQuery): Promise<readonly Refusal[]> {
  const { address, after, ip, since, until } = query;
  let select = db.selectFrom('refusals').selectAll();
  if (ip !== undefined) select = select.where('ip', '=', ip);
  if (address !== undefined) {
    select = select.where((where) => where.or([where('mail_from', '=', address), where('recipient', '=', address)]));
  }
  if (since !== undefined) select = select.where('at', '>=', since);
  if (until !== undefined) select = select.where('at', '<', until);
  if (after !== undefined) {
    select = select.where((where) => where(where.refTuple('at', 'id'), '<', where.tuple(after.at, after.id)));
  }
  return select.orderBy('at', 'desc').orderBy('id', 'desc').limit(Math.min(query.limit, 500)).execute();
}
