/** A command's surroundings with real records on SQLite, its output kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../../src/cli/context.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { migrate } from '../../src/records/migrate.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { openRecords } from '../../src/records/open-records.ts';

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type TestCli = {
  readonly context: CliContext;
  /** The folder that file arguments are relative to. */
  readonly folder: string;
  /** How often records are open now. */
  openCount(): number;
  run(make: (context: CliContext) => Command, ...argv: readonly string[]): Promise<Ran>;
  remove(): void;
};

export const cliNow = Date.parse('2026-03-02T10:00:00Z');

export function testCli(changes: Partial<CliContext> = {}): TestCli {
  const folder = mkdtempSync(join(tmpdir(), 'postern-cli-'));
  let stdout = '';
  let stderr = '';
  let open = 0;
  const context: CliContext = {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    isTty: false,
    cwd: folder,
    actor: 'tester',
    now: () => cliNow,
    openRecords: async () => {
      const records = await openRecords({ url: `sqlite:${join(folder, 'postern.db')}`, logger: silentLogger() });
      await migrate(records);
      open += 1;
      return {
        directory: directoryRecords(records),
        deny: denylistRecords(records),
        unreachable: (addresses) => noticeRecords(records).unreachable(addresses),
        close: async () => {
          open -= 1;
          await records.close();
        },
      };
    },
    ...changes,
  };
  return {
    context,
    folder,
    openCount: () => open,
    run: async (make, ...argv) => {
      stdout = '';
      stderr = '';
      const code = await runCommand(make(context), argv, context);
      return { code, stdout, stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
