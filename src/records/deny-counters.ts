/** How often a deny entry hit, and when last: staff must see which entries still do anything. */
import type { Transaction } from 'kysely';
import type { Schema } from './schema.ts';
import type { TraceInput } from './trace.ts';

/** Counts each entry once for each recorded message that it matched. */
export async function countHits(trx: Transaction<Schema>, inputs: readonly TraceInput[]): Promise<void> {
  const counters = new Map<string, { hits: number; last_hit_at: number }>();
  for (const { mail, sidecar } of inputs) {
    const entries = new Set(sidecar?.evidence.denylist.hits.map((hit) => hit.entry.id));
    for (const id of entries) {
      const before = counters.get(id) ?? { hits: 0, last_hit_at: 0 };
      counters.set(id, { hits: before.hits + 1, last_hit_at: Math.max(before.last_hit_at, mail.receivedAt) });
    }
  }
  // In one order everywhere, or two workers could wait for each other.
  const ids = [...counters.keys()].sort();
  if (ids.length === 0) return;
  await trx
    .insertInto('deny_counters')
    .values(ids.map((id) => ({ entry_id: id, ...(counters.get(id) ?? { hits: 0, last_hit_at: 0 }) })))
    .onConflict((conflict) =>
      conflict.column('entry_id').doUpdateSet((set) => ({
        hits: set('deny_counters.hits', '+', set.ref('excluded.hits')),
        last_hit_at: set
          .case()
          .when('excluded.last_hit_at', '>', set.ref('deny_counters.last_hit_at'))
          .then(set.ref('excluded.last_hit_at'))
          .else(set.ref('deny_counters.last_hit_at'))
          .end(),
      })),
    )
    .execute();
}
