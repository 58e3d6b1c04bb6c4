/** The other side of `threaded-lists.ts`: reads a deny-list and a directory, keeps them, and answers for them. */
import { directoryFileOptions } from '../cli/directory-options.ts';
import { denyCsvFaultLine, parseDenyCsv } from '../denylist/csv.ts';
import type { DenyEntry, DenyKey } from '../denylist/entry.ts';
import { indexDenylist } from '../denylist/index-denylist.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import { indexDirectory } from '../directory/lookup.ts';
import type { RegisteredKey, Standing } from '../directory/tenant.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { answerInThread } from '../intake/work-thread.ts';

export type ListTexts = {
  /** The texts of the files; null where there is none. */
  readonly denylist: string | null;
  readonly directory: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
};

export type ListsQuestion =
  | ({ readonly kind: 'read' } & ListTexts)
  | { readonly kind: 'entries'; readonly keys: readonly DenyKey[] }
  | { readonly kind: 'standing' | 'keys-of' | 'keys-by-id'; readonly name: string }
  | { readonly kind: 'names'; readonly keys: readonly string[] };

export type ListsAnswer = {
  readonly faults?: readonly string[];
  readonly entries?: readonly DenyEntry[];
  readonly standing?: Standing;
  readonly keys?: readonly RegisteredKey[];
  readonly names?: readonly { readonly key: string; readonly name: string }[];
};

let denylist: DenylistPort | null = null;
let directory: DirectoryPort | null = null;

answerInThread(async (question: ListsQuestion): Promise<ListsAnswer> => {
  switch (question.kind) {
    case 'read':
      return { faults: [...readDenylist(question), ...(await readDirectory(question))] };
    case 'entries':
      return denylist === null ? {} : { entries: await denylist.find(question.keys) };
    case 'standing':
      return directory === null ? {} : { standing: await directory.standingOf(question.name) };
    case 'keys-of':
      return directory === null ? {} : { keys: await directory.keysOf(question.name) };
    case 'keys-by-id':
      return directory === null ? {} : { keys: await directory.keysById(question.name) };
    case 'names':
      return directory === null ? {} : { names: await directory.namesUnder(question.keys) };
  }
});

function readDenylist({ at, denylist: text }: ListTexts): readonly string[] {
  if (text === null) return [];
  const parsed = parseDenyCsv(text, at);
  if (!parsed.ok) return parsed.faults.map((fault) => `Deny-list: ${denyCsvFaultLine(fault)}`);
  denylist = indexDenylist(parsed.entries);
  return [];
}

async function readDirectory({ at, directory: text }: ListTexts): Promise<readonly string[]> {
  if (text === null) return [];
  const parsed = await parseDirectoryText(text, directoryFileOptions(at));
  if (!parsed.ok) return parsed.faults.map((fault) => `Directory: ${faultLine(fault)}`);
  directory = indexDirectory(parsed.directory);
  return [];
}
