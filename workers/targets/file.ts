/**
 * The default target: `<folder>/<day>/<event>.eml` and `.json`. Who sees the JSON finds the message complete beside it.
 *
 * A batch is written in steps, each for all of it: files beside their names, syncs of their content at the same time,
 * names, one sync of the folder. What fails in one document is no other's trouble.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attempt } from '../../src/handoff/attempt.ts';
import type { HandoffDocument, HandoffLinks } from '../../src/handoff/document.ts';
import { payloadOf } from '../../src/handoff/payload.ts';
import { rebuiltMessage } from '../../src/handoff/rebuilt-message.ts';
import { dayOf, type FileTarget } from '../../src/handoff/target.ts';
import { type FolderSync, folderMode, type StagedFile, stageFile } from './durable-file.ts';
import { causeOf } from './sender.ts';

/** Each document with its own links. */
export type ToWrite = { readonly document: HandoffDocument; readonly links: HandoffLinks };

export type FileWriter = {
  /** Attempts are in the order of the batch. Works synchronously for the most part: for a thread of its own. Never rejects. */
  writeAll(batch: readonly ToWrite[]): Promise<readonly Attempt[]>;
};

export function fileWriter(target: FileTarget, syncFolder: FolderSync): FileWriter {
  let madeFolder = '';

  const prepare = async (folder: string): Promise<void> => {
    if (folder === madeFolder) return;
    await mkdir(folder, { recursive: true, mode: folderMode });
    await syncFolder(target.path);
    madeFolder = folder;
  };

  /** Both files of a document, beside their names; made before this returns. */
  const stage = async (folder: string, { document, links }: ToWrite): Promise<StagedDocument> => {
    const { from, to } = target;
    const json = Buffer.from(`${JSON.stringify(payloadOf(document, links), null, 2)}\n`);
    const mail = stageFile(join(folder, `${document.event}.eml`), rebuiltMessage(document, { from, to, links }));
    try {
      return [mail, stageFile(join(folder, `${document.event}.json`), json)];
    } catch (error) {
      mail.discard();
      throw error;
    }
  };

  /** The sync of the folder is left to the caller. */
  const publish = async (files: StagedDocument): Promise<void> => {
    try {
      await Promise.all(files.map((file) => file.durable()));
      for (const file of files) file.publish();
    } finally {
      for (const file of files) file.discard();
    }
  };

  const writeDay = async (folder: string, batch: readonly ToWrite[]): Promise<readonly Attempt[]> => {
    try {
      await prepare(folder);
      // Every file is made before the first one is synced: while the file system commits, making one waits.
      const staged = batch.map((each) => stage(folder, each));
      const written = await Promise.allSettled(staged.map(async (files) => publish(await files)));
      if (written.some(({ status }) => status === 'fulfilled')) await syncFolder(folder);
      if (written.some(({ status }) => status === 'rejected')) madeFolder = '';
      return written.map(
        (each): Attempt => (each.status === 'fulfilled' ? { kind: 'delivered' } : trouble(each.reason)),
      );
    } catch (error) {
      madeFolder = '';
      return batch.map(() => trouble(error));
    }
  };

  return {
    async writeAll(batch) {
      const days = Map.groupBy(batch, ({ document }) => dayOf(document.at));
      const attempts = new Map<ToWrite, Attempt>();
      for (const [day, ofDay] of days) {
        const ended = await writeDay(join(target.path, day), ofDay);
        for (const [index, each] of ofDay.entries()) attempts.set(each, ended[index] ?? trouble(undefined));
      }
      return batch.map((each) => attempts.get(each) ?? trouble(undefined));
    },
  };
}

type StagedDocument = readonly [StagedFile, StagedFile];

function trouble(error: unknown): Attempt {
  return { kind: 'trouble', cause: causeOf(error) };
}
