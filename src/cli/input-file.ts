/** Files that commands are given. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';

const maxInputBytes = 64 * 1024 * 1024;

/** The file's text, UTF-8. Rejects with exit code 66 when it cannot be read, 65 when it is too large or not UTF-8. */
export async function readInputFile(context: Pick<CliContext, 'cwd'>, path: string): Promise<string> {
  const bytes = await readBytes(resolve(context.cwd, path), path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CliError(exitCodes.dataError, `${path}: is not UTF-8`);
  }
}

async function readBytes(absolute: string, path: string): Promise<Buffer> {
  try {
    await using file = await open(absolute, 'r');
    const { size } = await file.stat();
    if (size > maxInputBytes) throw new CliError(exitCodes.dataError, `${path}: is larger than ${maxInputBytes} bytes`);
    return await file.readFile();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError(exitCodes.noInput, `${path}: cannot be read (${code})`);
  }
}
