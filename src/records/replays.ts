/** The lasting half of the replay memory (POLICY "Against replay"); Redis holds the newest. */
import type { Transaction } from 'kysely';
import type { ReplayPort } from '../evidence/ports.ts';
import { compiledOnce } from './compiled.ts';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';
import { indexKey } from './storable.ts';
import type { TraceInput } from './trace.ts';

export type ReplayRecords = ReplayPort & {
  /** Forgets keys recorded before this time: a signature older than 7 days proves nothing anyway. Resolves with how many. */
  prune(before: number): Promise<number>;
};

export function replayRecords(records: Records): ReplayRecords {
  const find = compiledOnce(records, (keys) =>
    records.db.selectFrom('replays').selectAll().where('replay_key', 'in', keys),
  );
  return {
    find: async (keys) => {
      if (keys.length === 0) return new Map();
      const byStored = new Map(keys.map((key) => [indexKey(key), key]));
      const rows = await find([...byStored.keys()]);
      return new Map(
        rows.map((row) => [
          byStored.get(row.replay_key) ?? row.replay_key,
          { contentDigest: row.content_digest, mailId: row.mail_id },
        ]),
      );
    },
    prune: (before) =>
      records.writing(async (trx) => {
        const result = await trx.deleteFrom('replays').where('recorded_at', '<', before).executeTakeFirst();
        return Number(result.numDeletedRows);
      }),
  };
}

/** The first mail that used a key keeps it. */
export async function rememberReplays(
  trx: Transaction<Schema>,
  inputs: readonly TraceInput[],
  now: number,
): Promise<void> {
  const rows = new Map<string, Schema['replays']>();
  for (const { sidecar } of inputs) {
    for (const key of sidecar?.replayKeys ?? []) {
      const stored = indexKey(key);
      if (sidecar === null || rows.has(stored)) continue;
      rows.set(stored, {
        replay_key: stored,
        content_digest: sidecar.contentDigest,
        mail_id: sidecar.mailId,
        recorded_at: now,
      });
    }
  }
  if (rows.size === 0) return;
  await trx
    .insertInto('replays')
    .values([...rows.values()].sort((one, other) => (one.replay_key < other.replay_key ? -1 : 1)))
    .onConflict((conflict) => conflict.column('replay_key').doNothing())
    .execute();
}
