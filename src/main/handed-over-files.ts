/**
 * What the targets of kind `file` hold, found again by event to be removed. A name is only taken when it is in the folder
 * of its day and made of one of the events asked for: nothing is put into a path, and files of others stay.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, type FileTarget } from '../handoff/target.ts';
import type { HandedOver } from '../records/handed-over.ts';
import { syncFolder } from '../spool/folder-sync.ts';

export type HandedOverFiles = {
  /** Whether what this target has can be removed here. */
  isOurs(target: string): boolean;
  /** How many files of these documents are there; rejects when a folder cannot be read. */
  count(documents: readonly HandedOver[]): Promise<number>;
  /**
   * Removes them and resolves with how many there were, when that will stay so after a power cut. Those of other targets
   * and those that are gone do not count. Rejects when one cannot be removed.
   */
  remove(documents: readonly HandedOver[]): Promise<number>;
};

/** With what a write that was cut off may have left beside them. */
const name = /^(?<event>[0-9a-z-]+)\.(?:eml|json)(?:\.[0-9a-f-]{36}\.tmp)?$/;

export function handedOverFiles(targets: readonly FileTarget[]): HandedOverFiles {
  const byName = new Map(targets.map((target) => [target.name, target.path]));

  async function* find(documents: readonly HandedOver[]): AsyncGenerator<Found> {
    const folders = Map.groupBy(documents, ({ at, target }) => {
      const path = byName.get(target);
      return path === undefined ? null : join(path, dayOf(at));
    });
    for (const [folder, wanted] of folders) {
      if (folder === null) continue;
      const events = new Set(wanted.map(({ event }) => event));
      const names = (await namesIn(folder)).filter((each) => events.has(name.exec(each)?.groups?.['event'] ?? ''));
      if (names.length > 0) yield { folder, names };
    }
  }

  return {
    isOurs: (target) => byName.has(target),
    async count(documents) {
      let count = 0;
      for await (const { names } of find(documents)) count += names.length;
      return count;
    },
    async remove(documents) {
      let count = 0;
      for await (const { folder, names } of find(documents)) {
        // Its reader may take one away at the same moment.
        for (const each of names) await rm(join(folder, each), { force: true });
        await syncFolder(folder);
        count += names.length;
      }
      return count;
    },
  };
}

type Found = { readonly folder: string; readonly names: readonly string[] };

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
