/** `postern backup`: records, files and mail of a gateway in one archive, taken while it runs. */
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { ArchiveEnd } from '../backup/manifest.ts';
import type { Taken } from '../backup/take.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { errorCode, systemCode } from './error-code.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';

export type OpenBackup = {
  /** Mails in the spool; 0 when they lie in a bucket. */
  mails(): Promise<number>;
  /** Writes the archive and notes it in the audit log. `leaveOut` are absolute paths. */
  take(output: NodeJS.WritableStream, leaveOut: readonly string[], onMail: () => void): Promise<Taken>;
  /** What the archive does not hold, and what to do about each. */
  readonly missing: readonly string[];
  close(): Promise<void>;
};

export type BackupContext = CliContext & {
  /** The process's own stdout, for an archive that goes into a pipe. */
  readonly output: NodeJS.WritableStream;
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openBackup(): Promise<OpenBackup>;
};

type BackupFlags = { readonly json?: true };

export function backupCommand(context: BackupContext): Command {
  return newCommand(context, 'backup')
    .description('write records, settings, keys and mail into one archive (.tar.gz), while the gateway runs')
    .argument('<file>', 'the archive to write; - is stdout')
    .option('--json', 'one JSON object that says what was written (on stderr when the archive goes to stdout)')
    .addHelpText(
      'after',
      `
The archive holds private keys and people's mail: keep it as you keep those, or encrypt it on the way:
  postern backup - | gpg --encrypt --recipient backup@example.com > postern.tar.gz.gpg
Jobs in Redis are not in it: after a restore they are made anew from records and spool.
Exit codes: 69 no records, 73 the file exists or cannot be written, 74 the disk is full or a file cannot be read.`,
    )
    .action((file: string, flags: BackupFlags) => backup(context, file, flags));
}

async function backup(context: BackupContext, file: string, { json }: BackupFlags): Promise<void> {
  const opened = await context.openBackup();
  try {
    const progress = startProgress(context, 'writing mail', await opened.mails());
    const take = (output: NodeJS.WritableStream, leaveOut: readonly string[]) =>
      opened.take(output, leaveOut, () => progress.step()).finally(() => progress.stop());
    const taken =
      file === '-' ? await take(context.output, []) : await intoFile(resolve(context.cwd, file), file, take);
    const report = file === '-' ? context.stderr : context.stdout;
    report.write(json ? `${JSON.stringify({ file, ...taken, missing: opened.missing })}\n` : textOf(file, taken));
    if (!json) for (const line of opened.missing) context.stderr.write(`not in it: ${line}\n`);
  } finally {
    await opened.close();
  }
}

type Take = (output: NodeJS.WritableStream, leaveOut: readonly string[]) => Promise<Taken>;

/** Under its name stands only a whole archive, safe on the disk; it is never written over another. */
async function intoFile(path: string, named: string, take: Take): Promise<Taken> {
  const partial = `${path}.partial`;
  const cannot = (error: unknown) =>
    new CliError(exitCodes.cannotCreate, `backup: ${printable(named)}: cannot be written (${errorCode(error)})`);
  const reserved = await open(path, 'wx', 0o600).catch((error: unknown) => Promise.reject(cannot(error)));
  await reserved.close();
  try {
    const output = createWriteStream(partial, { mode: 0o600, flush: true });
    const taken = await take(output, [path, partial]);
    await rename(partial, path);
    await using folder = await open(dirname(path));
    await folder.sync();
    return taken;
  } catch (error) {
    await Promise.allSettled([rm(partial, { force: true }), rm(path, { force: true })]);
    const code = systemCode(error);
    if (code === null) throw error;
    throw new CliError(exitCodes.ioError, `backup: ${printable(named)}: ${code}; nothing was kept`);
  }
}

function textOf(file: string, { end, files, mails, rows }: Taken): string {
  return `${printable(file)}: ${rows} rows of records, ${files} files, ${mails} mails, ${sizeText(end)}\ndigest ${end.sha256}\n`;
}

function sizeText({ octets }: ArchiveEnd): string {
  return `${(octets / 1_048_576).toFixed(1)} MB before compression`;
}
