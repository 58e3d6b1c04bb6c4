/**
 * Files to import, read in a worker thread when they are large: a hundred thousand rows take seconds, and the console
 * answers others meanwhile. What was read comes over in parts, since taking it over at once would hold the event loop too.
 */
import { directoryFileOptions } from '../cli/directory-options.ts';
import { type DenyCsvResult, parseDenyCsv } from '../denylist/csv.ts';
import { type DirectoryResult, parseDirectoryText } from '../directory/directory-file.ts';
import { faultAt } from '../directory/fault.ts';
import { createWorkThread, WorkNotDone, type WorkThread } from '../intake/work-thread.ts';
import type { ImportAnswer, ImportQuestion } from './import-thread.ts';

/** Up to here it takes milliseconds, fewer than starting a thread. */
const smallCharacters = 128 * 1_024;
const partSize = 2_000;
/** A file that takes longer is one for the command line. */
const deadlineMs = 60_000;
const heapMb = 768;

type ImportThread = WorkThread<ImportQuestion, ImportAnswer>;

/** @param at Becomes the time of creation of the entries, epoch milliseconds. */
export async function readDenyFile(text: string, at: number): Promise<DenyCsvResult> {
  if (text.length <= smallCharacters) return parseDenyCsv(text, at);
  return inThread(
    async (thread): Promise<DenyCsvResult> => {
      const { count, denyFaults = [] } = await thread.ask({ kind: 'read-denylist', text, at });
      if (count == null) return { ok: false, faults: denyFaults };
      const entries = await inParts(
        count,
        async (start, end) => (await thread.ask({ kind: 'entries', start, end })).entries,
      );
      return { ok: true, entries };
    },
    (message) => ({
      ok: false,
      faults: [{ line: 1, field: null, message: `${message}: postern deny import takes it` }],
    }),
  );
}

/** @param at When keys that prove nothing are warned about, epoch milliseconds. */
export async function readDirectoryFile(text: string, at: number): Promise<DirectoryResult> {
  if (text.length <= smallCharacters) return parseDirectoryText(text, directoryFileOptions(at));
  return inThread(
    async (thread): Promise<DirectoryResult> => {
      const read = await thread.ask({ kind: 'read-directory', text, at });
      const { count, directoryFaults = [], keys = new Map(), warnings = [] } = read;
      if (count == null) return { ok: false, faults: directoryFaults };
      const tenants = await inParts(
        count,
        async (start, end) => (await thread.ask({ kind: 'tenants', start, end })).tenants,
      );
      return { ok: true, directory: { tenants, keys }, warnings };
    },
    (message) => ({ ok: false, faults: [faultAt(null, [], `${message}: postern directory import takes it`)] }),
  );
}

async function inParts<Item>(
  count: number,
  ask: (start: number, end: number) => Promise<readonly Item[] | undefined>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < count; start += partSize) items.push(...((await ask(start, start + partSize)) ?? []));
  return items;
}

/** One thread for each file: what it holds goes with it. */
async function inThread<Result>(
  read: (thread: ImportThread) => Promise<Result>,
  unread: (message: string) => Result,
): Promise<Result> {
  const script = new URL('./import-thread.ts', import.meta.url);
  const thread = createWorkThread<ImportQuestion, ImportAnswer>({ script, name: 'import', deadlineMs, heapMb });
  try {
    return await read(thread);
  } catch (error) {
    if (error instanceof WorkNotDone) return unread(`is too large to be read here (${error.message})`);
    throw error;
  } finally {
    await thread.close();
  }
}
