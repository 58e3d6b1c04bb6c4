/** Where the deny-list is kept, as the commands and the console see it. Adapters live in `records/`. */
import type { DenyEntry } from './entry.ts';

/**
 * Entries to put in and to take out. An entry's identity is its kind, value and scope, and `id` is made from these
 * (`entryId` in entry-rules.ts): an added entry replaces the one of the same id.
 */
export type DenyChange = { readonly add: readonly DenyEntry[]; readonly remove: readonly DenyEntry[] };

/** How far a large change is. */
export type DenyProgress = {
  /** Names the list as the change makes it. */
  readonly generation: number;
  readonly done: number;
  readonly total: number;
};

/** Up to so many entries are changed in one transaction. */
export const mostAtOnce = 1_000;

/** A large change and somebody else's are in each other's way: nothing of it holds. The message is one line for staff. */
export class DenyListConflict extends Error {}

/** Somebody changed the list while a large change was being made. */
export class DenyListChanged extends DenyListConflict {
  override readonly name = 'DenyListChanged';

  constructor() {
    super('Somebody else changed the deny-list meanwhile: nothing of the import was applied.');
  }
}

/** Large changes are made one at a time. */
export class DenyListBusy extends DenyListConflict {
  override readonly name = 'DenyListBusy';

  constructor(actor: string) {
    super(`An import of ${actor} is being applied. Try again when it is done.`);
  }
}

export type DenyStore = {
  /** All entries, expired ones included, ordered by kind, then value, then scope (`scopeText`). */
  list(): Promise<readonly DenyEntry[]>;
  /**
   * Makes the change whole or not at all, in the actor's name. Removing an entry that is gone already is not an error.
   * Up to `mostAtOnce` entries go in one transaction, with one audit row for each. More go in parts, between which
   * others write and the list stays what it was; they hold together, with one audit row, and the history has each of
   * them. Rejects with `DenyListChanged` or `DenyListBusy` then. `progress` is told after each part, which it may hold up.
   */
  apply(
    change: DenyChange,
    by: { readonly actor: string; readonly at: number },
    progress?: (progress: DenyProgress) => void | Promise<void>,
  ): Promise<void>;
};
