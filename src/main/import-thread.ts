/** The other side of `threaded-import.ts`: reads one file, keeps what it held, and hands it over in parts. */
import { directoryFileOptions } from '../cli/directory-options.ts';
import { type DenyCsvFault, parseDenyCsv } from '../denylist/csv.ts';
import type { DenyEntry } from '../denylist/entry.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import type { DirectoryFault } from '../directory/fault.ts';
import type { KeyFacts } from '../directory/store.ts';
import type { Tenant } from '../directory/tenant.ts';
import { answerInThread } from '../intake/work-thread.ts';

export type ImportQuestion =
  | { readonly kind: 'read-denylist' | 'read-directory'; readonly text: string; readonly at: number }
  | { readonly kind: 'entries' | 'tenants'; readonly start: number; readonly end: number };

export type ImportAnswer = {
  /** Of a file that was read whole; null when something is wrong with it. */
  readonly count?: number | null;
  readonly denyFaults?: readonly DenyCsvFault[];
  readonly directoryFaults?: readonly DirectoryFault[];
  readonly warnings?: readonly DirectoryFault[];
  readonly keys?: ReadonlyMap<string, KeyFacts>;
  readonly entries?: readonly DenyEntry[];
  readonly tenants?: readonly Tenant[];
};

let entries: readonly DenyEntry[] = [];
let tenants: readonly Tenant[] = [];

answerInThread(async (question: ImportQuestion): Promise<ImportAnswer> => {
  switch (question.kind) {
    case 'read-denylist': {
      const read = parseDenyCsv(question.text, question.at);
      if (!read.ok) return { count: null, denyFaults: read.faults };
      entries = read.entries;
      return { count: entries.length };
    }
    case 'read-directory': {
      const read = await parseDirectoryText(question.text, directoryFileOptions(question.at));
      if (!read.ok) return { count: null, directoryFaults: read.faults };
      tenants = read.directory.tenants;
      return { count: tenants.length, keys: read.directory.keys, warnings: read.warnings };
    }
    case 'entries':
      return { entries: entries.slice(question.start, question.end) };
    case 'tenants':
      return { tenants: tenants.slice(question.start, question.end) };
  }
});
