/** Makes renames durable: one fsync of a folder serves every rename that was done before it began. */
import { open } from 'node:fs/promises';

export type FolderSync = (folder: string) => Promise<void>;

type Turn = { readonly running: Promise<void>; next: Promise<void> | null };

/** The returned function resolves when everything that was in the folder at the call is durable. */
export function createFolderSync(): FolderSync {
  const turns = new Map<string, Turn>();

  const begin = (folder: string): Promise<void> => {
    const turn: Turn = { running: syncFolder(folder), next: null };
    turns.set(folder, turn);
    const leave = () => {
      if (turns.get(folder) === turn && turn.next === null) turns.delete(folder);
    };
    turn.running.then(leave, leave);
    return turn.running;
  };

  return (folder) => {
    const turn = turns.get(folder);
    if (turn === undefined) return begin(folder);
    // The one that runs may have begun before the caller's rename: only the next one counts, and it is shared.
    turn.next ??= turn.running.then(
      () => begin(folder),
      () => begin(folder),
    );
    return turn.next;
  };
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
