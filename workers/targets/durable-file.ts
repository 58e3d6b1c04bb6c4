/**
 * Files that appear whole or not at all, and stay after a power cut.
 *
 * A few kilobytes into the page cache and a rename take microseconds; as promises each call costs ten times that on the
 * event loop. Only waiting for the disk is worth leaving it.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

/** Resolves when every rename in the folder that was done before the call is durable. */
export type FolderSync = (folder: string) => Promise<void>;

/** Mail of customers is in them: for the owner only. */
export const folderMode = 0o700;
const fileMode = 0o600;

const dataSync = promisify(fdatasync);

/** Writes and syncs `temporary`, which must not be there; the caller renames it. */
export async function writeSynced(temporary: string, content: Buffer): Promise<void> {
  const file = openSync(temporary, 'wx', fileMode);
  try {
    for (let written = 0; written < content.length; ) written += writeSync(file, content, written);
    await dataSync(file);
  } finally {
    closeSync(file);
  }
}

/** Replaces `path`. The name is durable only after its folder was synced. */
export async function replaceFile(path: string, content: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeSynced(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
