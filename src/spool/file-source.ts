import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './body.ts';
import { SpoolCorrupt, SpoolMissing } from './errors.ts';
import { codeOf } from './storage-fault.ts';

export type OpenedFile = { readonly source: ByteSource; readonly close: () => Promise<void> };

/** Rejects with `SpoolMissing` when there is no such file. */
export async function openFileSource(path: string): Promise<OpenedFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new SpoolMissing('there is no such spool entry', { cause: error });
    throw error;
  }
  try {
    const { size } = await handle.stat();
    return { source: { size, read: (start, end) => readRange(handle, start, end) }, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readRange(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) throw new SpoolCorrupt('the entry was cut short');
    filled += bytesRead;
  }
  return buffer;
}
