/** `postern simulate`: what changed settings, another deny-list or another directory would have decided. Read-only. */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { denyCsvFaultLine, parseDenyCsv } from '../denylist/csv.ts';
import { indexDenylist } from '../denylist/index-denylist.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import { indexDirectory } from '../directory/lookup.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { changedAgeOf, ownNamesOf, policyOf, readLimitsOf } from '../intake/configured.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { type Simulation, simulate } from '../intake/simulation.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Logger } from '../observe/logger.ts';
import type { ReplayRows } from '../records/replay-rows.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { directoryFileOptions } from './directory-options.ts';
import { readInputFile } from './input-file.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';
import { timeOption } from './time-option.ts';
import { timeText } from './trace-list.ts';

/** Recorded mails, opened for reading. */
export type OpenReplay = {
  readonly rows: ReplayRows;
  /** Raw mail; rejects when it is kept no longer. */
  readonly raw: (spoolKey: string) => Promise<RawMail>;
  close(): Promise<void>;
};

export type SimulateContext = CliContext & {
  /** Throws `ConfigError`. */
  config(): Config;
  /** The settings of another file, validated as at a start. Throws `ConfigError`, which names the setting. */
  configFrom(file: string): Config;
  readonly logger: Logger;
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openReplay(): Promise<OpenReplay>;
};

type SimulateOptions = {
  readonly since: number;
  readonly until?: number;
  readonly policy?: string;
  readonly deny?: string;
  readonly directory?: string;
  readonly examples: string;
  readonly json?: true;
};

export function simulateCommand(context: SimulateContext): Command {
  const time = timeOption(() => context.now());
  return newCommand(context, 'simulate')
    .description('judge recorded mails again under other settings, and say what would differ; changes nothing')
    .requiredOption('--since <time>', 'received at or after this ISO 8601 time, or 90m, 12h, 30d, 2w ago', time)
    .option('--until <time>', 'received before it (default: now)', time)
    .option('--policy <file>', 'a postern.yaml whose policy section counts (default: the present settings)')
    .option('--deny <file>', 'deny-list as CSV (default: what hit the mails when they came)')
    .option('--directory <file>', 'directory as JSON (default: who the senders were when the mails came)')
    .option('--examples <number>', 'message ids to show for each difference', '3')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Answers of DNS are those of then, and so is a cessation of support. A PGP signature that was too old to prove anything
stays so, whatever the settings say, and one by a key that another directory adds proves nothing here. Mail that was
refused in the session is not kept and cannot be judged again.
Exit codes: 65 a directory or deny file with faults, 66 a file that cannot be read, 69 no records, 78 wrong settings.`,
    )
    .action((options: SimulateOptions) => simulateFiles(context, options));
}

type Changes = {
  readonly config: Config;
  readonly denylist: DenylistPort | null;
  readonly directory: DirectoryPort | null;
  readonly signatureAgeMs: number | null;
};

async function simulateFiles(context: SimulateContext, options: SimulateOptions): Promise<void> {
  const examples = Number(options.examples);
  if (!Number.isInteger(examples) || examples < 0 || examples > 100) {
    throw new CliError(exitCodes.usage, '--examples is no number from 0 to 100');
  }
  const { config, denylist, directory, signatureAgeMs } = await readChanges(context, options);
  const { since } = options;
  const until = options.until ?? context.now();
  const open = await context.openReplay();
  const reader = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    logger: context.logger,
  });
  try {
    const progress = startProgress(context, 'judging again', await open.rows.count(since, until));
    const simulation = await simulate({
      change: {
        policy: policyOf(config),
        signatureAgeMs,
        own: ownNamesOf(config),
        mailboxes: config.mailboxes,
        denylist,
        directory,
      },
      pages: open.rows.pages(since, until),
      message: async (spoolKey) => {
        const raw = await open.raw(spoolKey).catch(() => null);
        return raw === null ? null : reader.read(raw);
      },
      examples,
      onPage: (mails) => progress.step(mails),
    });
    progress.stop();
    context.stdout.write(options.json ? jsonOf(simulation, since, until) : textOf(simulation, since, until));
  } finally {
    await Promise.all([reader.close(), open.close()]);
  }
}

async function readChanges(context: SimulateContext, { deny, directory, policy }: SimulateOptions): Promise<Changes> {
  const present = context.config();
  const config = policy === undefined ? present : { ...present, policy: await readPolicy(context, policy) };
  return {
    config,
    signatureAgeMs: changedAgeOf(present, config),
    denylist: deny === undefined ? null : await readDeny(context, deny),
    directory: directory === undefined ? null : await readDirectory(context, directory),
  };
}

/** The error names the file that was given, not the settings of the gateway. */
async function readPolicy(context: SimulateContext, file: string): Promise<Config['policy']> {
  await readInputFile(context, file);
  try {
    return context.configFrom(file).policy;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CliError(exitCodes.config, `${file}: ${printable(error.message.replace(/^postern\.yaml: /, ''))}`);
  }
}

async function readDeny(context: SimulateContext, file: string): Promise<DenylistPort> {
  const parsed = parseDenyCsv(await readInputFile(context, file), context.now());
  if (parsed.ok) return indexDenylist(parsed.entries);
  throw faulty(file, parsed.faults.map(denyCsvFaultLine));
}

async function readDirectory(context: SimulateContext, file: string): Promise<DirectoryPort> {
  const parsed = await parseDirectoryText(await readInputFile(context, file), directoryFileOptions(context.now()));
  if (parsed.ok) return indexDirectory(parsed.directory);
  throw faulty(file, parsed.faults.map(faultLine));
}

function faulty(file: string, faults: readonly string[]): CliError {
  return new CliError(exitCodes.dataError, faults.map((fault) => `${file}: ${printable(fault)}`).join('\n'));
}

function textOf(simulation: Simulation, since: number, until: number): string {
  const { differences } = simulation;
  const differing = differences.reduce((sum, { mails }) => sum + mails, 0);
  const lines = [
    `${timeText(since)} to ${timeText(until)} UTC: ${simulation.judged} mails judged again, ${differing} would differ`,
    ...(simulation.unknown === 0
      ? []
      : [`${simulation.unknown} could not be: refused in the session, or their mailbox is gone`]),
    ...(simulation.guessed === 0
      ? []
      : [
          `${simulation.guessed} are kept no longer, or signed by a key that is new: their proof was taken as it stood`,
        ]),
  ];
  const table = columns(
    ['THEN', 'NOW', 'MAILS', 'FOR EXAMPLE'],
    differences.map(({ after, before, examples, mails }) => [before, after, String(mails), examples.join(' ')]),
  );
  return `${lines.join('\n')}\n${differences.length === 0 ? '' : `\n${table}`}`;
}

function jsonOf(simulation: Simulation, since: number, until: number): string {
  const { guessed, judged, unknown } = simulation;
  const differences = simulation.differences.map(({ after, before, examples, mails }) => ({
    before: decisionOf(before),
    after: decisionOf(after),
    mails,
    examples,
  }));
  const times = { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
  return `${JSON.stringify({ ...times, judged, unknown, guessed, differences })}\n`;
}

function decisionOf(text: string) {
  const [rule, outcome, reason] = text.split(' ');
  return { rule, outcome, reason };
}
