/** Where the directory is kept, as the commands and the console see it. Adapters live in `records/`. */
import type { Tenant } from './tenant.ts';

/** What one armored public key says about itself. Hex is upper-case. */
export type KeyFacts = {
  /** Fingerprint of the primary key. */
  readonly fingerprint: string;
  /** Fingerprints and 16-digit key ids of the primary key and of every subkey; holds `fingerprint` too. */
  readonly ids: readonly string[];
};

/** A whole directory that was validated (`directory-file.ts`). */
export type Directory = {
  readonly tenants: readonly Tenant[];
  /** What each armored key in `tenants` says about itself, by its armored text. */
  readonly keys: ReadonlyMap<string, KeyFacts>;
};

export type DirectoryStore = {
  /**
   * Replaces everything in one transaction, the look-up rows of `directoryRows` (lookup.ts) included, and writes one
   * audit row in the actor's name. Admin ids are unique within their tenant only. Rejects when storage does.
   */
  replaceAll(directory: Directory, by: { readonly actor: string; readonly at: number }): Promise<void>;
  /** All tenants in the order of the import. */
  all(): Promise<readonly Tenant[]>;
};
