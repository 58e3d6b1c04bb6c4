/** What every command gets from outside; `main/` makes the real one, tests make their own. */
import type { DenylistIndex } from '../denylist/index-denylist.ts';
import type { DenyStore } from '../denylist/store.ts';
import type { DirectoryIndex } from '../directory/lookup.ts';
import type { DirectoryStore } from '../directory/store.ts';

/** Where text goes; `process.stdout` and `process.stderr` fit. */
export type TextSink = { write(text: string): unknown };

/** The records that commands work on. */
export type CliRecords = {
  readonly directory: DirectoryStore & DirectoryIndex;
  readonly deny: DenyStore & DenylistIndex;
  /** Which of these addresses our mail came back from last. */
  unreachable(
    addresses: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly since: number; readonly cause: string }>>;
  close(): Promise<void>;
};

export type CliContext = {
  /** Results only. */
  readonly stdout: TextSink;
  /** Everything else: progress, warnings, errors. */
  readonly stderr: TextSink;
  /** Whether stderr is a terminal, so that a progress bar makes sense. */
  readonly isTty: boolean;
  /** Folder that file arguments are relative to: npm changes the working directory and keeps the user's in INIT_CWD. */
  readonly cwd: string;
  /** Who acts, for the audit trail. */
  readonly actor: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Opens the records, migrated; rejects with a `CliError` of exit code 69 when that is impossible. */
  openRecords(): Promise<CliRecords>;
};
