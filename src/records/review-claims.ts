/** Who has an open item in hand, in SQL: two people do not take the same one. A claim is courtesy, the version decides. */
import type { Records } from './open-records.ts';
import type { By } from './staff.ts';
import { storable } from './storable.ts';
import type { ReviewClaimsTable } from './tables-console.ts';

export type ReviewClaim = Readonly<ReviewClaimsTable>;

/** A claim is over when its holder has not looked at the item for this long, milliseconds. */
export const claimMs = 10 * 60_000;

export type ReviewClaims = {
  /** Takes a free item, or keeps one's own. Resolves with the claim that holds then, which may be another's. */
  take(messageId: string, by: By): Promise<ReviewClaim>;
  /** Takes it whoever has it. */
  takeOver(messageId: string, by: By): Promise<void>;
  release(messageId: string, actor: string): Promise<void>;
  /** Claims that hold, by message id. */
  standing(now: number): Promise<ReadonlyMap<string, ReviewClaim>>;
};

export function reviewClaims(records: Records): ReviewClaims {
  const put = (messageId: string, { actor, at }: By, isTakingOver: boolean): Promise<ReviewClaim> =>
    records.writing(async (trx) => {
      await trx
        .deleteFrom('review_claims')
        .where('at', '<=', at - claimMs)
        .execute();
      const row = { message_id: messageId, actor: storable(actor, 200), at };
      await trx
        .insertInto('review_claims')
        .values(row)
        .onConflict((conflict) => {
          const update = conflict.column('message_id').doUpdateSet({ actor: row.actor, at });
          return isTakingOver ? update : update.where('review_claims.actor', '=', row.actor);
        })
        .execute();
      return trx.selectFrom('review_claims').selectAll().where('message_id', '=', messageId).executeTakeFirstOrThrow();
    });
  return {
    take: (messageId, by) => put(messageId, by, false),
    takeOver: async (messageId, by) => {
      await put(messageId, by, true);
    },
    release: (messageId, actor) =>
      records.writing(async (trx) => {
        await trx.deleteFrom('review_claims').where('message_id', '=', messageId).where('actor', '=', actor).execute();
      }),
    standing: async (now) => {
      const rows = await records.db
        .selectFrom('review_claims')
        .selectAll()
        .where('at', '>', now - claimMs)
        .execute();
      return new Map(rows.map((row) => [row.message_id, row]));
    },
  };
}
