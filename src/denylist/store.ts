/** Where the deny-list is kept, as the commands and the console see it. Adapters live in `records/`. */
import type { DenyEntry } from './entry.ts';

/**
 * Entries to put in and to take out. An entry's identity is its kind, value and scope, and `id` is made from these
 * (`entryId` in entry-rules.ts): an added entry replaces the one of the same id.
 */
export type DenyChange = { readonly add: readonly DenyEntry[]; readonly remove: readonly DenyEntry[] };

export type DenyStore = {
  /** All entries, expired ones included, ordered by kind, then value, then scope (`scopeText`). */
  list(): Promise<readonly DenyEntry[]>;
  /**
   * Makes the change in one transaction with one audit row for each entry, in the actor's name. Removing an entry that
   * is gone already is not an error.
   */
  apply(change: DenyChange, by: { readonly actor: string; readonly at: number }): Promise<void>;
};
