/** `postern simulate`: what changed settings, another deny-list or another directory would have decided. Read-only. */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { denyCsvFaultLine, parseDenyCsv } from '../denylist/csv.ts';
import { indexDenylist } from '../denylist/index-denylist.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import { indexDirectory } from '../directory/lookup.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import { underDenylist, underDirectory } from '../intake/changed-evidence.ts';
import { ownNamesOf, policyOf, readLimitsOf } from '../intake/configured.ts';
import { createReaderPool, type ReaderPool } from '../intake/reader-pool.ts';
import type { RawMail } from '../message/raw-mail.ts';
import type { Logger } from '../observe/logger.ts';
import type { ReplayRow, ReplayRows } from '../records/replay-rows.ts';
import { decide } from '../verdict/decide.ts';
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
Answers of DNS are those of then. Mail that was refused in the session is not kept and cannot be judged again.
Exit codes: 65 a directory or deny file with faults, 66 a file that cannot be read, 69 no records, 78 wrong settings.`,
    )
    .action((options: SimulateOptions) => simulate(context, options));
}

type Changes = {
  readonly config: Config;
  readonly denylist: DenylistPort | null;
  readonly directory: DirectoryPort | null;
};

/** Mails that were decided alike then and would be decided alike now. */
type Difference = {
  readonly before: string;
  readonly after: string;
  readonly mails: number;
  readonly examples: readonly string[];
};

type Simulation = {
  judged: number;
  /** Mails whose evidence or mailbox is gone. */
  unknown: number;
  /** Mails whose raw text is gone, so that their proof was taken as it stood. */
  guessed: number;
  readonly differences: Map<string, Difference>;
};

async function simulate(context: SimulateContext, options: SimulateOptions): Promise<void> {
  const examples = Number(options.examples);
  if (!Number.isInteger(examples) || examples < 0 || examples > 100) {
    throw new CliError(exitCodes.usage, '--examples is no number from 0 to 100');
  }
  const changes = await readChanges(context, options);
  const until = options.until ?? context.now();
  const open = await context.openReplay();
  const { config } = changes;
  const reader = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    logger: context.logger,
  });
  const simulation: Simulation = { judged: 0, unknown: 0, guessed: 0, differences: new Map() };
  try {
    const progress = startProgress(context, 'judging again', await open.rows.count(options.since, until));
    for await (const page of open.rows.pages(options.since, until)) {
      for (const row of page) await judgeAgain(simulation, row, changes, { open, reader, examples });
      progress.step(page.length);
    }
    progress.stop();
  } finally {
    await Promise.all([reader.close(), open.close()]);
  }
  context.stdout.write(
    options.json ? jsonOf(simulation, options.since, until) : textOf(simulation, options.since, until),
  );
}

type Means = { readonly open: OpenReplay; readonly reader: ReaderPool; readonly examples: number };

async function judgeAgain(simulation: Simulation, row: ReplayRow, changes: Changes, means: Means): Promise<void> {
  const mailbox = changes.config.mailboxes.find(({ address }) => address === row.recipient);
  if (row.evidence === null || row.envelope === null || mailbox === undefined) {
    simulation.unknown += 1;
    return;
  }
  const { evidence, isGuessed } = await changedEvidence(row, row.evidence, changes, means);
  const decision = decide(evidence, mailbox, policyOf(changes.config), row.received_at);
  simulation.judged += 1;
  if (isGuessed) simulation.guessed += 1;
  const before = `${row.rule} ${row.outcome} ${row.reason}`;
  const after = `${decision.rule} ${decision.outcome} ${decision.reason}`;
  if (before === after) return;
  const known = simulation.differences.get(`${before} ${after}`) ?? { before, after, mails: 0, examples: [] };
  simulation.differences.set(`${before} ${after}`, {
    ...known,
    mails: known.mails + 1,
    examples: known.examples.length < means.examples ? [...known.examples, row.message_id] : known.examples,
  });
}

async function changedEvidence(
  row: ReplayRow,
  stored: Evidence,
  { config, denylist, directory }: Changes,
  { open, reader }: Means,
): Promise<{ readonly evidence: Evidence; readonly isGuessed: boolean }> {
  const denied =
    denylist === null || row.envelope === null ? stored : await underDenylist(stored, row.envelope, denylist);
  if (directory === null) return { evidence: denied, isGuessed: false };
  return underDirectory(denied, {
    directory,
    own: ownNamesOf(config),
    message: async () => {
      const raw = row.spool_key === null ? null : await open.raw(row.spool_key).catch(() => null);
      return raw === null ? null : reader.read(raw);
    },
  });
}

async function readChanges(context: SimulateContext, { deny, directory, policy }: SimulateOptions): Promise<Changes> {
  const present = context.config();
  const config = policy === undefined ? present : { ...present, policy: context.configFrom(policy).policy };
  return {
    config,
    denylist: deny === undefined ? null : await readDeny(context, deny),
    directory: directory === undefined ? null : await readDirectory(context, directory),
  };
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

function sorted({ differences }: Simulation): readonly Difference[] {
  return [...differences.values()].toSorted(
    (one, other) => other.mails - one.mails || (one.before < other.before ? -1 : 1),
  );
}

function textOf(simulation: Simulation, since: number, until: number): string {
  const differences = sorted(simulation);
  const differing = differences.reduce((sum, { mails }) => sum + mails, 0);
  const lines = [
    `${timeText(since)} to ${timeText(until)} UTC: ${simulation.judged} mails judged again, ${differing} would differ`,
    ...(simulation.unknown === 0
      ? []
      : [`${simulation.unknown} could not be: refused in the session, or their mailbox is gone`]),
    ...(simulation.guessed === 0
      ? []
      : [`${simulation.guessed} are kept no longer: their proof was taken as it stood`]),
  ];
  const table = columns(
    ['THEN', 'NOW', 'MAILS', 'FOR EXAMPLE'],
    differences.map(({ after, before, examples, mails }) => [before, after, String(mails), examples.join(' ')]),
  );
  return `${lines.join('\n')}\n${differences.length === 0 ? '' : `\n${table}`}`;
}

function jsonOf(simulation: Simulation, since: number, until: number): string {
  const { guessed, judged, unknown } = simulation;
  const differences = sorted(simulation).map(({ after, before, examples, mails }) => ({
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
