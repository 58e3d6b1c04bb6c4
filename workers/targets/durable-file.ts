/** Files that appear whole or not at all, and stay after a power cut. */
import { randomUUID } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';

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

/** Replaces `path`. The name is durable only after its folder was synced. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeSynced(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
