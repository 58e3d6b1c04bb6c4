/** The other side of `threaded-file.ts`: rebuilds messages and writes them, a batch at once. */
import { type FileWriter, fileWriter } from '../../workers/targets/file.ts';
import type { Attempt } from '../handoff/attempt.ts';
import type { HandoffDocument } from '../handoff/document.ts';
import type { FileTarget } from '../handoff/target.ts';
import { answerInThread } from '../intake/work-thread.ts';
import { createFolderSync } from '../spool/folder-sync.ts';

export type FileItem = {
  readonly document: HandoffDocument;
  /** What the links of the document are: the keys that make them stay with the other side. */
  readonly answerFrom: string;
  readonly original: string | null;
};

export type FileBatch = { readonly target: FileTarget; readonly items: readonly FileItem[] };

const syncFolder = createFolderSync();
const writers = new Map<string, FileWriter>();

answerInThread(({ items, target }: FileBatch): Promise<readonly Attempt[]> => {
  const writer = writers.get(target.path) ?? fileWriter(target, syncFolder);
  writers.set(target.path, writer);
  return writer.writeAll(
    items.map(({ answerFrom, document, original }) => ({
      document,
      links: { replyAddress: () => answerFrom, original: () => original },
    })),
  );
});
