/** One mail on its way into the local spool. */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Arrival } from '../intake/ports.ts';
import type { Sidecar } from '../intake/sidecar.ts';
import { createArrivalState } from './arrival-state.ts';
import { createBodyWriter, emptySource } from './body.ts';
import { entryEnd } from './entry.ts';
import { openFileSource } from './file-source.ts';
import { type RawFacts, rawMailOf } from './raw-body.ts';
import { newCipher, type Sealing } from './sealing.ts';
import { codeOf, storageFault } from './storage-fault.ts';

export type LocalArrivalOptions = {
  readonly mailId: string;
  readonly sealing: Sealing;
  readonly memoryThreshold: number;
  readonly temporaryPath: string;
  readonly finalPath: string;
  /** Makes a folder when it is missing; with `isLost`, also when it is known to have been made. */
  prepare(folder: string, isLost?: boolean): Promise<void>;
  /** Renames durably. */
  publish(from: string, to: string): Promise<void>;
};

export function createLocalArrival(options: LocalArrivalOptions): Arrival {
  const { finalPath, memoryThreshold, temporaryPath } = options;
  const writer = createBodyWriter(newCipher(options.sealing, options.mailId));
  let file: FileHandle | null = null;
  let isOnDisk = false;
  let facts: RawFacts = { size: 0, sha256: '' };
  // Where the blocks that were handed out can be read: the file changes its name with the commit.
  let path = temporaryPath;

  const append = async (blocks: readonly Buffer[]): Promise<void> => {
    if (file === null) {
      file = await openTemporary(options);
      isOnDisk = true;
    }
    await file.appendFile(Buffer.concat(blocks));
  };

  const closeFile = async (): Promise<void> => {
    const opened = file;
    file = null;
    await opened?.close();
  };

  const release = async (): Promise<void> => {
    await closeFile();
    if (isOnDisk) await rm(temporaryPath, { force: true });
    isOnDisk = false;
  };

  const state = createArrivalState(async (error) => {
    await release(); // gives the room on the disk back at once
    return storageFault(error);
  });
  return {
    write: (chunk) =>
      state.step(async () => {
        state.expect('arriving');
        state.count(chunk);
        writer.push(chunk);
        // Once it is on disk, memory holds no more than a block of it.
        if (file !== null || writer.pending > memoryThreshold) await append(writer.takeBlocks());
      }),
    complete: () =>
      state.step(async () => {
        state.expect('arriving');
        state.become('complete');
        facts = state.facts();
        const content = writer.readable();
        if (!isOnDisk) return rawMailOf(facts, async () => ({ body: content(emptySource), close: async () => {} }));
        return rawMailOf(facts, async () => {
          const { source, close } = await openFileSource(path);
          return { body: content(source), close };
        });
      }),
    commit: (sidecar: Sidecar) =>
      state.step(async () => {
        state.expect('complete');
        writer.push(entryEnd(sidecar, facts.size, false));
        await append(writer.finish());
        await file?.datasync();
        await closeFile();
        await options.publish(temporaryPath, finalPath);
        path = finalPath;
        isOnDisk = false;
        state.become('committed');
        return { spoolKey: options.mailId };
      }),
    discard: async () => {
      await state.idle();
      if (state.now === 'committed' || state.now === 'discarded') return;
      state.become('discarded');
      await release();
    },
  };
}

async function openTemporary(options: LocalArrivalOptions): Promise<FileHandle> {
  const { temporaryPath } = options;
  const folder = dirname(temporaryPath);
  await options.prepare(folder);
  try {
    return await open(temporaryPath, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    // Somebody removed the folder that we know.
    await options.prepare(folder, true);
    return open(temporaryPath, 'wx', 0o600);
  }
}
