/** `postern restore`: a backup back into an empty data directory, or a look whether it could be. */
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ArchiveUnreadable } from '../backup/archive.ts';
import { type Unpacked, verifyArchive } from '../backup/put-back.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { errorCode, systemCode } from './error-code.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';
import { timeText } from './trace-list.ts';

export type Restored = Unpacked & {
  readonly rows: number;
  /** Secrets that the old system had and this environment lacks, by the names of their settings. */
  readonly secretsToSet: readonly string[];
};

export type RestoreContext = CliContext & {
  /**
   * `onRead` hears how many octets of the archive were read. Rejects with `ArchiveUnreadable`, or with a `CliError`: 73 when the place is not empty or in use, 65 for records that
   * do not fit, 69 when the database does not answer, 78 for settings under which the mail would have no place.
   */
  restore(path: string, onRead: (octets: number) => void): Promise<Restored>;
};

type RestoreFlags = { readonly verify?: true; readonly json?: true };

export function restoreCommand(context: RestoreContext): Command {
  return newCommand(context, 'restore')
    .description('put a backup into an empty data directory and, with DATABASE_URL, an empty database')
    .argument('<file>', 'archive of "postern backup"')
    .option('--verify', 'only read the whole archive and say whether it is intact; changes nothing')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
An archive fits either database: taken on SQLite it can be restored into PostgreSQL, and the other way round.
Older archives are brought up to this version. The gateway must not run.
Exit codes: 65 a damaged or foreign archive, 66 a file that cannot be read, 69 the database does not answer,
73 the data directory or database is not empty or in use, 78 settings that leave the mail no place.`,
    )
    .action((file: string, flags: RestoreFlags) => restore(context, file, flags));
}

async function restore(context: RestoreContext, file: string, { json, verify }: RestoreFlags): Promise<void> {
  const path = resolve(context.cwd, file);
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw new CliError(exitCodes.noInput, `${printable(file)}: cannot be read (${errorCode(error)})`);
  });
  try {
    if (verify) {
      const found = await verifyArchive(path);
      context.stdout.write(json ? `${JSON.stringify({ file, intact: true, ...found })}\n` : verifiedText(file, found));
      return;
    }
    const progress = startProgress(context, 'unpacking', (await stat(path)).size);
    const restored = await context.restore(path, (octets) => progress.step(octets)).finally(() => progress.stop());
    context.stdout.write(json ? `${JSON.stringify({ file, ...restored })}\n` : restoredText(file, restored));
    if (json) return;
    for (const name of restored.secretsToSet) {
      context.stderr.write(`set ${name} as it was before the start: the archive does not hold it\n`);
    }
  } catch (error) {
    if (error instanceof ArchiveUnreadable) {
      throw new CliError(exitCodes.dataError, `restore: ${printable(file)}: ${error.message}`);
    }
    const code = systemCode(error);
    if (code === null) throw error;
    throw new CliError(exitCodes.ioError, `restore: ${printable(file)}: ${code}`);
  }
}

function verifiedText(file: string, { files, mails, manifest }: Unpacked): string {
  const taken = timeText(manifest.createdAt);
  return `${printable(file)}: intact, taken ${taken} UTC from ${manifest.records}: ${files} files, ${mails} mails\n`;
}

function restoredText(file: string, { files, mails, manifest, rows }: Restored): string {
  const what = `${rows} rows of records, ${files} files, ${mails} mails`;
  return `restored ${printable(file)}, taken ${timeText(manifest.createdAt)} UTC: ${what}\n`;
}
