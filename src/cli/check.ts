/** `postern check`: judges mail files without a server, and changes nothing. */
import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { canonicalAddress, withoutSubaddress } from '../address/mailbox.ts';
import type { Config } from '../config/config.ts';
import type { Mailbox } from '../verdict/verdict.ts';
import { mailFiles, readMail, type UnreadableFile } from './check-files.ts';
import { createJudge, type Judge, type Judged } from './check-judge.ts';
import { reportLine, reportText } from './check-report.ts';
import { type CheckContext, checkStores } from './check-stores.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';

type CheckOptions = {
  readonly json?: true;
  readonly ip: string;
  readonly helo?: string;
  readonly mailFrom?: string;
  readonly rcpt: readonly string[];
  readonly tls?: true;
  readonly now?: number;
  readonly directory?: string;
  readonly deny?: string;
  readonly zone?: string;
  readonly keys?: string;
};

const defaultRecipient = 'support@postern.test';
/** Files judged at once: enough to keep both cores busy while DNS or a thread is waited for. */
const concurrency = 8;

export function checkCommand(context: CheckContext): Command {
  return newCommand(context, 'check')
    .description('judge mail files as the gateway would, without a server and without changing anything')
    .argument('<file...>', 'mail files (.eml), or folders of them')
    .option('--json', 'one line of JSON per file and recipient')
    .addOption(new Option('--ip <address>', 'client address').default('127.0.0.1').argParser(readIp))
    .option('--helo <name>', "what the client said at EHLO (default: the sender's domain)")
    .option(
      '--mail-from <address>',
      'envelope sender, <> for none (default: Return-Path, or else From)',
      readReversePath,
    )
    .addOption(
      new Option('--rcpt <address>', 'recipient; repeat it for several')
        .default([], defaultRecipient)
        .argParser(collect),
    )
    .option('--tls', 'the mail came over TLS')
    .option('--now <time>', 'judge as at this ISO 8601 time (default: the time of this call)', readTime)
    .option('--directory <file>', 'directory as JSON (default: the records, if there are any)')
    .option('--deny <file>', 'deny-list as CSV (default: the records, if there are any)')
    .option('--zone <file>', 'answers all DNS from this JSON file (default: real DNS)')
    .option('--keys <folder>', "the gateway's own PGP keys, armored (default: those in the data directory)")
    .addHelpText(
      'after',
      `
A hostile mail is no error: it is judged, and the exit code is 0 whatever the verdict.
Exit codes: 64 wrong usage, 65 a directory, deny or zone file with faults, 66 a file that cannot be read.`,
    )
    .action((files: string[], options: CheckOptions) => check(context, files, options));
}

async function check(context: CheckContext, given: readonly string[], options: CheckOptions): Promise<void> {
  const config = context.config();
  const mailboxes = mailboxesOf(config, options.rcpt.length === 0 ? [defaultRecipientOf(config)] : options.rcpt);
  const stores = await checkStores(context, config, options);
  const judge = createJudge({ config, logger: context.logger, ...stores });
  try {
    const unreadable = await judgeAll(
      context,
      judge,
      await mailFiles(given, context.cwd),
      (bytes) => ({
        bytes,
        ip: options.ip,
        helo: options.helo ?? null,
        mailFrom: options.mailFrom ?? null,
        mailboxes,
        tls: options.tls ?? false,
        now: options.now ?? context.now(),
      }),
      options.json ?? false,
    );
    if (unreadable.length > 0) {
      const lines = unreadable.map(({ name, cause }) => `${name}: cannot be read (${cause})`);
      throw new CliError(exitCodes.noInput, lines.join('\n'));
    }
  } finally {
    await judge.close();
    await stores.close();
  }
}

type Found = Awaited<ReturnType<typeof mailFiles>>[number];
type Inputs = (bytes: Buffer) => Parameters<Judge['judge']>[0];

/** Judges several at once and prints in order, holding no more than a window of verdicts. */
async function judgeAll(
  context: CheckContext,
  judge: Judge,
  files: readonly Found[],
  inputs: Inputs,
  json: boolean,
): Promise<readonly UnreadableFile[]> {
  const unreadable: UnreadableFile[] = [];
  const progress = startProgress(context, 'judging', files.length);
  const running: Promise<{ name: string; result: readonly Judged[] | UnreadableFile }>[] = [];
  const report = async () => {
    const next = await running.shift();
    if (next === undefined) return;
    progress.step();
    if ('cause' in next.result) unreadable.push(next.result);
    else
      for (const one of next.result)
        context.stdout.write(json ? `${reportLine(next.name, one)}\n` : reportText(next.name, one));
  };
  for (const file of files) {
    if (running.length >= concurrency) await report();
    running.push(judgeOne(judge, file, inputs).then((result) => ({ name: file.name, result })));
  }
  while (running.length > 0) await report();
  progress.stop();
  return unreadable;
}

async function judgeOne(judge: Judge, file: Found, inputs: Inputs): Promise<readonly Judged[] | UnreadableFile> {
  if ('cause' in file) return file;
  const bytes = await readMail(file);
  return Buffer.isBuffer(bytes) ? judge.judge(inputs(bytes)) : bytes;
}

function mailboxesOf({ mailboxes }: Config, recipients: readonly string[]): readonly Mailbox[] {
  return recipients.map((recipient) => {
    const wanted = canonicalAddress(recipient);
    const bare = wanted === null ? null : withoutSubaddress(wanted);
    const found = mailboxes.find(
      ({ address, aliases }) =>
        [address, ...aliases].includes(wanted ?? '') || [address, ...aliases].includes(bare ?? ''),
    );
    if (found === undefined) {
      const known = mailboxes.map(({ address }) => address).join(', ');
      throw new CliError(exitCodes.usage, `--rcpt: no such mailbox (there are ${known})`);
    }
    return { address: found.address, department: found.department };
  });
}

/** The configured support mailbox, where the default one does not exist. */
function defaultRecipientOf({ mailboxes }: Config): string {
  const addresses = mailboxes.map(({ address }) => address);
  if (addresses.includes(defaultRecipient)) return defaultRecipient;
  return mailboxes.find(({ department }) => department === 'support')?.address ?? addresses[0] ?? defaultRecipient;
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function readIp(value: string): string {
  if (isIP(value) === 0) throw new InvalidArgumentError('not an IP address.');
  return value;
}

function readReversePath(value: string): string {
  const bare = value.trim().replace(/^<(.*)>$/, '$1');
  if (bare === '') return '';
  const address = canonicalAddress(bare);
  if (address === null) throw new InvalidArgumentError('not a mail address.');
  return address;
}

function readTime(value: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('not an ISO 8601 time such as 2026-03-02T10:00:00Z.');
  return time;
}
