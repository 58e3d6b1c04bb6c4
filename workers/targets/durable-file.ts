/** Files that appear whole or not at all, and stay after a power cut. */
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Resolves when every rename in the folder that was done before the call is durable. */
export type FolderSync = (folder: string) => Promise<void>;

/** Mail of customers is in them: for the owner only. */
export const folderMode = 0o700;
const fileMode = 0o600;

/**
 * Writes and syncs `temporary`, which must not be there; the caller renames it. Nothing of it is done synchronously:
 * making a file waits for the file system's journal, which waits for the syncs of everybody else.
 */
export async function writeSynced(temporary: string, content: Buffer): Promise<void> {
  const file = await open(temporary, 'wx', fileMode);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** A file that will replace another one: `durable`, then `publish`; or `discard`, which is also right after `publish`. */
export type StagedFile = {
  /** Resolves when its content stays after a power cut. */
  durable(): Promise<void>;
  /** Gives it its name. The name is durable only after its folder was synced. */
  publish(): void;
  /** Lets go of it; what was not published is removed. Never throws. */
  discard(): void;
};

const syncData = promisify(fdatasync);

/**
 * Writes beside `path`. All but the sync of the content is done synchronously, which costs half of the processor time
 * that the pool of threads takes for it, and may wait for the file system's journal: for a thread that has nothing else
 * to do.
 */
export function stageFile(path: string, content: Buffer): StagedFile {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const descriptor = openSync(temporary, 'wx', fileMode);
  let isOpen = true;
  let isPublished = false;
  const staged: StagedFile = {
    durable: () => syncData(descriptor),
    publish() {
      renameSync(temporary, path);
      isPublished = true;
    },
    discard() {
      quietly(() => {
        if (isOpen) closeSync(descriptor);
        isOpen = false;
      });
      quietly(() => {
        if (!isPublished) unlinkSync(temporary);
      });
    },
  };
  try {
    writeFileSync(descriptor, content);
  } catch (error) {
    staged.discard();
    throw error;
  }
  return staged;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // What is left is a `.tmp` that nobody reads.
  }
}
