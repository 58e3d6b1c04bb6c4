/** Files of the data directory that others read while they are written anew. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** As a whole: whoever reads meanwhile finds what was there before, or all of it. */
export function writeWhole(file: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, content, { mode });
  renameSync(unfinished, file);
}
