/** `postern audit`: what was done by whom, and whether the log of it is whole. */
import { type Command, InvalidArgumentError } from 'commander';
import type { AuditHead, AuditRecords, AuditRow } from '../records/audit.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns } from './columns.ts';
import type { CliContext } from './context.ts';
import { limitOption } from './option-values.ts';
import { newCommand } from './run-command.ts';
import { timeText } from './trace-list.ts';
import { withOpened } from './with-opened.ts';

export type OpenAudit = {
  readonly audit: Pick<AuditRecords, 'list' | 'verify'>;
  close(): Promise<void>;
};

export type AuditContext = CliContext & {
  /** For reading. Rejects with a `CliError` of exit code 69 when there are no records. */
  openAudit(): Promise<OpenAudit>;
};

export function auditCommand(context: AuditContext): Command {
  const command = newCommand(context, 'audit').description('the log of decisions, staff acts and changed settings');
  command
    .command('verify')
    .description('check that no entry was changed, removed or put in between')
    .option('--anchor <head>', 'an end of the log noted earlier, as SEQ:HASH: it must still be there', readAnchor)
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Prints the end of the log as SEQ:HASH. Who can write the database can write a whole new log: note the end elsewhere.
Exit codes: 0 the log is whole, 65 it is not.`,
    )
    .action((flags: VerifyFlags) => withOpened(context.openAudit(), (open) => verify(context, open, flags)));
  command
    .command('list')
    .description('entries, newest first')
    .option('--actor <name>', 'only what this one did')
    .option('--action <action>', 'only this: deny.add, review.accept, …')
    .option('--subject <id>', 'only what was done to this')
    .option('--limit <number>', 'most entries', limitOption(1_000), 50)
    .option('--json', 'one JSON object a line')
    .action((flags: ListFlags) => withOpened(context.openAudit(), (open) => list(context, open, flags)));
  return command;
}

type VerifyFlags = { readonly anchor?: AuditHead; readonly json?: true };
type ListFlags = {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly limit: number;
  readonly json?: true;
};

async function verify(context: AuditContext, { audit }: OpenAudit, { anchor, json }: VerifyFlags): Promise<void> {
  const result = await audit.verify(anchor);
  if (json) context.stdout.write(`${JSON.stringify(result)}\n`);
  if (!result.ok) throw new CliError(exitCodes.dataError, `audit: entry ${result.seq}: ${result.cause}`);
  if (json) return;
  const { entries, head } = result;
  context.stdout.write(`whole: ${entries} entries, end ${head.seq}:${head.hash === '' ? '-' : head.hash}\n`);
}

async function list(context: AuditContext, { audit }: OpenAudit, flags: ListFlags): Promise<void> {
  const { action, actor, limit, subject } = flags;
  const entries = await audit.list({
    limit,
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
  });
  context.stdout.write(flags.json ? entries.map(entryLine).join('') : entryTable(entries));
  if (entries.length === 0) context.stderr.write('no entries\n');
}

function entryTable(entries: readonly AuditRow[]): string {
  if (entries.length === 0) return '';
  return columns(
    ['SEQ', 'AT (UTC)', 'ACTOR', 'ACTION', 'SUBJECT', 'DETAIL'],
    entries.map(({ action, actor, at, detail, seq, subject }) => [
      String(seq),
      timeText(at),
      actor,
      action,
      subject,
      shortened(JSON.stringify(detail)),
    ]),
  );
}

function entryLine({ at, ...entry }: AuditRow): string {
  return `${JSON.stringify({ ...entry, at: new Date(at).toISOString() })}\n`;
}

const longestDetail = 80;

function shortened(text: string): string {
  return text.length <= longestDetail ? text : `${text.slice(0, longestDetail - 1)}…`;
}

function readAnchor(value: string): AuditHead {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(value);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new InvalidArgumentError('not a number and a hash as "audit verify" prints them.');
  }
  return { seq: Number(match[1]), hash: match[2] };
}
