/** The mail files a command is given: files and folders, in order, each named as the user would. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { convertLfToCrlf } from '../message/line-endings.ts';
import { errorCode } from './error-code.ts';

/** `name` is the path as given; for a file of a folder it is joined with the folder's. */
export type MailFile = { readonly name: string; readonly path: string };
export type UnreadableFile = { readonly name: string; readonly cause: string };

/** Folders are not entered further; their files come sorted by name, hidden ones left out. */
export async function mailFiles(
  given: readonly string[],
  cwd: string,
): Promise<readonly (MailFile | UnreadableFile)[]> {
  const found: (MailFile | UnreadableFile)[] = [];
  for (const name of given) {
    const path = resolve(cwd, name);
    try {
      if ((await stat(path)).isDirectory()) {
        const entries = await readdir(path, { withFileTypes: true });
        const files = entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'));
        const names = files.map((entry) => entry.name).toSorted();
        found.push(...names.map((file) => ({ name: join(name, file), path: join(path, file) })));
      } else {
        found.push({ name, path });
      }
    } catch (error) {
      found.push({ name, cause: errorCode(error) });
    }
  }
  return found;
}

/** The octets as they would have come by SMTP: a file without any CRLF is converted, mixed line endings stay. */
export async function readMail({ name, path }: MailFile): Promise<Buffer | UnreadableFile> {
  try {
    return convertLfToCrlf(await readFile(path));
  } catch (error) {
    return { name, cause: errorCode(error) };
  }
}
