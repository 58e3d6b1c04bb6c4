/** `postern parked`: hand-overs, notices and alerts that were given up until staff decide, tried anew or let go. */
import { type Command, Option } from 'commander';
import type { OutboxName, Parked, ParkedDecision, ParkedFilter, ParkedRecords } from '../records/parked.ts';
import { ageText } from '../sla/age-text.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

export type OpenParked = { readonly parked: ParkedRecords; close(): Promise<void> };

export type ParkedContext = CliContext & { openParked(): Promise<OpenParked> };

const outboxes: readonly OutboxName[] = ['handoff', 'notices', 'alerts'];

type Options = {
  readonly outbox?: OutboxName;
  readonly to?: string;
  readonly cause?: string;
  readonly all?: true;
  readonly dryRun?: true;
  readonly json?: true;
};

export function parkedCommand(context: ParkedContext): Command {
  const command = newCommand(context, 'parked').description(
    'hand-overs, notices and alerts that failed for too long, and wait for a decision',
  );
  choosing(command.command('list'))
    .description('what is parked, since when and why; the one that waits longest first')
    .action((options: Options) => list(context, options));
  for (const [name, text] of [
    ['retry', 'try them anew, with all their attempts and their whole time'],
    ['give-up', 'let them go: they are never sent, and stay visible in the trace'],
  ] as const) {
    choosing(command.command(name))
      .description(text)
      .argument('[id...]', 'ids of "parked list"; without any, all that the options choose')
      .option('--all', 'everything that is parked')
      .option('--dry-run', 'say which ones and change nothing')
      .action((ids: string[], options: Options) => decide(context, name, ids, options));
  }
  return command;
}

function choosing(command: Command): Command {
  return command
    .addOption(new Option('--outbox <name>', 'only of this one').choices([...outboxes]))
    .option('--to <name>', 'only for this target, or this recipient of notices')
    .option('--cause <text>', 'only those whose cause holds this text')
    .option('--json', 'one JSON object on stdout');
}

function filterOf({ cause, outbox, to }: Options, ids: readonly string[] = []): ParkedFilter {
  return {
    ...(ids.length === 0 ? {} : { ids }),
    ...(outbox === undefined ? {} : { outbox }),
    ...(to === undefined ? {} : { to }),
    ...(cause === undefined ? {} : { cause }),
  };
}

async function list(context: ParkedContext, options: Options): Promise<void> {
  await withOpened(context.openParked(), async ({ parked }) => {
    const found = await parked.list(filterOf(options));
    if (options.json === true) context.stdout.write(`${JSON.stringify({ parked: found })}\n`);
    else if (found.length === 0) context.stderr.write('nothing is parked\n');
    else context.stdout.write(table(found, context.now()));
  });
}

async function decide(
  context: ParkedContext,
  decision: ParkedDecision,
  ids: readonly string[],
  options: Options,
): Promise<void> {
  const { all, dryRun = false, json = false } = options;
  const filter = filterOf(options, ids);
  if (all === undefined && Object.keys(filter).length === 0) {
    throw new CliError(exitCodes.usage, `parked ${decision}: name ids, or choose by --outbox, --to, --cause or --all`);
  }
  await withOpened(context.openParked(), async ({ parked }) => {
    const found = await parked.list(filter);
    const missing = ids.filter((id) => !found.some((each) => each.id === id));
    if (missing.length > 0) {
      throw new CliError(exitCodes.notFound, `parked ${decision}: not parked: ${printable(missing.join(', '))}`);
    }
    const decided = dryRun ? 0 : await parked.decide(filter, decision, { actor: context.actor, at: context.now() });
    if (json) {
      context.stdout.write(`${JSON.stringify({ dryRun, decision, matched: found.length, decided })}\n`);
      return;
    }
    const done = decision === 'retry' ? 'tried anew' : 'given up';
    context.stdout.write(dryRun ? `dry run: ${found.length} would be ${done}\n` : `${decided} ${done}\n`);
    if (dryRun && found.length > 0) context.stdout.write(table(found, context.now()));
  });
}

function table(found: readonly Parked[], now: number): string {
  const rows = found.map(({ attempts, cause, id, kind, outbox, parkedAt, to }) => [
    outbox,
    id,
    kind,
    to,
    ageText(Math.max(0, now - parkedAt)),
    String(attempts),
    cause,
  ]);
  return columns(['OUTBOX', 'ID', 'KIND', 'TO', 'PARKED', 'ATTEMPTS', 'CAUSE'], rows);
}
