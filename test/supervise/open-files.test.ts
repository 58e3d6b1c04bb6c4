import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { neededOpenFiles } from '../../src/supervise/open-files.ts';

const url = pathToFileURL(join(import.meta.dirname, '../../src/supervise/open-files.ts')).href;

/** What a process is told whose limit the shell has set. */
function limitUnder(files: number): unknown {
  const script = `import { openFilesLimit } from ${JSON.stringify(url)}; console.log(JSON.stringify(openFilesLimit()));`;
  const command = 'ulimit -n "$1" && exec "$2" --input-type=module -e "$3"';
  return JSON.parse(
    execFileSync('bash', ['-c', command, 'bash', String(files), process.execPath, script], { encoding: 'utf8' }),
  );
}

it('tells the limit that this process lives under', () => {
  expect(limitUnder(321)).toBe(321);
  expect(limitUnder(654)).toBe(654);
});

it('counts a descriptor for each session, two for each mail in hand, and some besides', () => {
  const { smtp } = loadConfig({ env: {}, cwd: import.meta.dirname });
  const base = neededOpenFiles({ ...smtp, maxConnections: 1, maxMailsInHand: 1 });
  expect(neededOpenFiles({ ...smtp, maxConnections: 11, maxMailsInHand: 1 })).toBe(base + 10);
  expect(neededOpenFiles({ ...smtp, maxConnections: 1, maxMailsInHand: 11 })).toBe(base + 20);
});
