import { closeSync, fstatSync, open, read } from 'node:fs';
import { promisify } from 'node:util';
import type { ByteSource } from './body.ts';
import { SpoolCorrupt, SpoolMissing } from './errors.ts';
import { codeOf } from './storage-fault.ts';

export type OpenedFile = { readonly source: ByteSource; readonly close: () => Promise<void> };

/**
 * Up to this size a file is read whole, at once. What waits for the disk goes through the pool of threads, and handing
 * a call to the pool takes the event loop longer than copying this much.
 */
const wholeReadOctets = 64 * 1024;

const openFile = promisify(open);
const readFile = promisify(read);

/** Rejects with `SpoolMissing` when there is no such file. */
export async function openFileSource(path: string): Promise<OpenedFile> {
  let descriptor: number;
  try {
    descriptor = await openFile(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new SpoolMissing('there is no such spool entry', { cause: error });
    throw error;
  }
  try {
    // Neither the size of an open file nor closing one that was only read waits for the disk.
    const { size } = fstatSync(descriptor);
    if (size > wholeReadOctets) {
      const source = { size, read: (start: number, end: number) => readRange(descriptor, start, end) };
      return { source, close: closingOnce(descriptor) };
    }
    const whole = await readRange(descriptor, 0, size);
    closeSync(descriptor);
    return { source: { size, read: async (start, end) => whole.subarray(start, end) }, close: async () => undefined };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A number that was closed may be somebody else's file already. */
function closingOnce(descriptor: number): () => Promise<void> {
  let isOpen = true;
  return async () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
}

async function readRange(descriptor: number, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start);
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await readFile(descriptor, buffer, filled, buffer.length - filled, start + filled);
    if (bytesRead === 0) throw new SpoolCorrupt('the entry was cut short');
    filled += bytesRead;
  }
  return buffer;
}
