/** The deny-list in memory; answers what the records answer from SQL. */
import type { DenyEntry, DenyKey } from './entry.ts';
import { keyText } from './keys.ts';

/** The port that judging asks (`evidence/ports.ts` names the same shape). */
export type DenylistIndex = { find(keys: readonly DenyKey[]): Promise<readonly DenyEntry[]> };

export function indexDenylist(entries: readonly DenyEntry[]): DenylistIndex {
  const byKey = Map.groupBy(entries, keyText);
  return {
    find: async (keys) => [...new Set(keys.map(keyText))].flatMap((key) => byKey.get(key) ?? []),
  };
}
