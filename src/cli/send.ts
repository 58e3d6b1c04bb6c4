/** `postern send`: submits mail files to a gateway over SMTP, and shows what became of them where the gateway is ours. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { canonicalAddress } from '../address/mailbox.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/loopback.ts';
import type { SampleMail } from '../samples/sample-mail.ts';
import { SamplesRefused } from '../samples/samples-refused.ts';
import { awaitTraces } from './await-traces.ts';
import type { UnreadableFile } from './check-files.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import type { OpenTrace } from './open-trace.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';
import { fileItems, isSamplesName, type SendItem, sampleItems } from './send-items.ts';
import { isAsExpected, isDeferred, replyLine, type Sent, sentLines, sentTable, type Traces } from './send-report.ts';
import { NoSession, openSubmitter, type Submitter, type SubmitterOptions } from './smtp-submitter.ts';
import { type Submitted, submitAll } from './submit-all.ts';

export type SendContext = CliContext & {
  /** Throws `ConfigError`. */
  config(): Config;
  /** Makes the sample mails anew and puts what they rest upon in place. Rejects with `SamplesRefused`. */
  remakeSamples(): Promise<readonly SampleMail[]>;
  /** A gateway works on the data directory, listening or about to. */
  isGatewayThere(): boolean;
  /** Rejects with a `CliError` of exit code 69 when there are no records here. */
  openTrace(): Promise<OpenTrace>;
};

type SendOptions = {
  readonly host?: string;
  readonly port?: number;
  readonly mailFrom?: string;
  readonly rcpt: readonly string[];
  readonly helo?: string;
  readonly tls?: true;
  readonly json?: true;
  readonly concurrency: number;
};

const defaultRecipient = 'support@postern.test';
/** How long to wait for verdicts once everything is sent. */
const patienceMs = 10_000;
/** How long to wait for a gateway that is there and does not listen yet, and how often to look. */
const startPatienceMs = 60_000;
const startPauseMs = 250;
const mostSessions = 100;

export function sendCommand(context: SendContext): Command {
  return newCommand(context, 'send')
    .description('submit mail files to a gateway, and show the verdicts where its records are at hand')
    .argument('<file...>', 'mail files, or folders of .eml files; samples/ makes the sample mails anew')
    .option('--host <name>', 'the gateway (default: the configured listener)')
    .option('--port <number>', 'its port (default: the configured one)', readPort)
    .option('--mail-from <address>', 'envelope sender, <> for none (default: Return-Path, or else From)', readPath)
    .addOption(
      new Option('--rcpt <address>', 'recipient; repeat it for several')
        .default([], defaultRecipient)
        .argParser(readRecipient),
    )
    .option('--helo <name>', "name in EHLO (default: this machine's)", readName)
    .option('--tls', 'by STARTTLS; the certificate is not checked')
    .option('--concurrency <number>', 'sessions at once', readSessions, 1)
    .option('--json', 'one line of JSON per file and mailbox')
    .addHelpText(
      'after',
      `
A refusal (5xx) is a verdict and no error of this command.
A gateway of this data directory that is still starting is waited for, for a minute.
Exit codes: 64 wrong usage, 66 a file that cannot be read, 69 no gateway listens, 75 asked to try again later (4xx).`,
    )
    .action((files: string[], options: SendOptions) => send(context, files, options));
}

async function send(context: SendContext, given: readonly string[], options: SendOptions): Promise<void> {
  const config = context.config();
  const target = targetOf(config, options);
  const withSamples = given.some((name) => isSamplesName(name, config, context.cwd));
  if (withSamples) refuseForSamples(target, options);

  const first = await firstSession(context, target, isOwnListener(config, options));
  const items = await itemsOf(context, config, given, options).catch((error: unknown) => {
    first.close();
    throw error instanceof SamplesRefused ? new CliError(exitCodes.dataError, `send: ${error.message}`) : error;
  });
  const { sent, unreadable } = await submit(context, target, first, items, options);
  const traces = await verdictsOf(context, config, target, sent);
  if (options.json) context.stdout.write(sentLines(sent, traces));
  else if (traces !== null && traces.size > 0) context.stdout.write(`\n${sentTable(sent, traces)}`);
  if (traces !== null) context.stderr.write(pendingRemark(sent, traces));
  if (withSamples && traces !== null) context.stderr.write(sampleRemark(config, sent, traces));
  endWith(sent, unreadable);
}

function targetOf({ smtp }: Config, { host, port, helo, tls }: SendOptions): SubmitterOptions {
  // A listener on every address is reached on this machine's own.
  const bound = smtp.host === '0.0.0.0' ? '127.0.0.1' : smtp.host === '::' ? '::1' : smtp.host;
  const chosen = port ?? smtp.port;
  if (chosen === 0) throw new CliError(exitCodes.usage, 'send: smtp.port is 0, a free one: name the port with --port');
  return { host: host ?? bound, port: chosen, helo: helo ?? null, tls: tls ?? false };
}

function refuseForSamples({ host }: SubmitterOptions, { mailFrom, rcpt }: SendOptions): void {
  if (!isLoopback(host)) {
    throw new CliError(
      exitCodes.usage,
      `send: the samples go to a gateway on the loopback only, not to ${printable(host)}`,
    );
  }
  if (mailFrom !== undefined || rcpt.length > 0) {
    throw new CliError(
      exitCodes.usage,
      'send: the samples bring their own envelopes: leave --mail-from and --rcpt out',
    );
  }
}

/** The listener of the gateway that works on this data directory. */
function isOwnListener({ smtp }: Config, { host, port }: SendOptions): boolean {
  return host === undefined && (port === undefined || port === smtp.port);
}

async function firstSession(context: SendContext, target: SubmitterOptions, isOwn: boolean): Promise<Submitter> {
  const giveUpAt = performance.now() + startPatienceMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await openSubmitter(target);
    } catch (error) {
      if (!(error instanceof NoSession)) throw error;
      if (error.isTemporary) throw new CliError(exitCodes.temporary, error.message);
      // A newcomer types the second command before the first has come up.
      const isStarting = error.isRefused && isOwn && context.isGatewayThere();
      if (!isStarting || performance.now() > giveUpAt) {
        throw new CliError(exitCodes.unavailable, `${error.message}; is the gateway running?`);
      }
      if (attempt === 0) context.stderr.write('the gateway is starting; waiting for it to listen\n');
      await sleep(startPauseMs);
    }
  }
}

async function itemsOf(
  context: SendContext,
  config: Config,
  given: readonly string[],
  { mailFrom, rcpt }: SendOptions,
): Promise<readonly SendItem[]> {
  const recipients = rcpt.length === 0 ? [defaultRecipientOf(config)] : rcpt;
  const options = { config, cwd: context.cwd, mailFrom: mailFrom ?? null, recipients };
  const items: SendItem[] = [];
  let samples: readonly SampleMail[] | null = null;
  for (const name of given) {
    if (isSamplesName(name, config, context.cwd)) {
      samples ??= await context.remakeSamples();
      items.push(...sampleItems(name, samples));
    } else {
      items.push(...(await fileItems(name, options)));
    }
  }
  return items;
}

/** The configured support mailbox, where the default one does not exist. */
function defaultRecipientOf({ mailboxes }: Config): string {
  if (mailboxes.some(({ address }) => address === defaultRecipient)) return defaultRecipient;
  return mailboxes.find(({ department }) => department === 'support')?.address ?? defaultRecipient;
}

type Outcome = { readonly sent: readonly Sent[]; readonly unreadable: readonly UnreadableFile[] };

async function submit(
  context: SendContext,
  target: SubmitterOptions,
  first: Submitter,
  items: readonly SendItem[],
  { concurrency, json }: SendOptions,
): Promise<Outcome> {
  const sent: Sent[] = [];
  const unreadable: UnreadableFile[] = [];
  const progress = startProgress(context, 'sending', items.length);
  const onEnd = (result: Submitted | UnreadableFile): void => {
    progress.step();
    if ('cause' in result) {
      unreadable.push(result);
      return;
    }
    const { item, envelope, remarks, submission } = result;
    const one: Sent = { file: item.name, sample: item.sample, envelope, submission };
    sent.push(one);
    if (!json) context.stdout.write(replyLine(one));
    for (const remark of remarks) context.stderr.write(`${printable(`${item.name}: ${remark}`)}\n`);
  };
  await submitAll(items, { first, open: () => openSubmitter(target), sessions: concurrency, onEnd });
  progress.stop();
  return { sent, unreadable };
}

/** Null where the gateway keeps its records elsewhere. */
async function verdictsOf(
  context: SendContext,
  { smtp }: Config,
  { host }: SubmitterOptions,
  sent: readonly Sent[],
): Promise<Traces> {
  if (!isLoopback(host) && host !== smtp.host) return null;
  const records = await openRecords(context);
  if (records === null) return null;
  const progress = startProgress(context, 'waiting for verdicts', sent.length);
  try {
    const submissions = sent.map(({ submission }) => submission);
    return await awaitTraces(records, submissions, { patienceMs, onFound: (count) => progress.step(count) });
  } finally {
    progress.stop();
    await records.close();
  }
}

async function openRecords(context: SendContext): Promise<OpenTrace | null> {
  try {
    return await context.openTrace();
  } catch (error) {
    if (error instanceof CliError && error.exitCode === exitCodes.unavailable) return null;
    throw error;
  }
}

function pendingRemark(sent: readonly Sent[], traces: NonNullable<Traces>): string {
  const taken = sent.filter(({ submission: { reply } }) => reply !== null && reply.code < 300);
  const pending = taken.filter(({ submission }) => !traces.has(submission)).length;
  return pending === 0 ? '' : `${pending} taken, without a verdict yet; what waits: npm run -s postern -- queues\n`;
}

function sampleRemark({ dataDir }: Config, sent: readonly Sent[], traces: Traces): string {
  const samples = sent.filter(({ sample }) => sample !== null);
  const hits = samples.filter((one) => isAsExpected(one, traces)).length;
  if (hits === samples.length) {
    return `all ${hits} as expected; the whole story of one: npm run -s postern -- trace ADDRESS\n`;
  }
  return `${samples.length - hits} of ${samples.length} not as expected; does that gateway work on ${dataDir}?\n`;
}

function endWith(sent: readonly Sent[], unreadable: readonly UnreadableFile[]): void {
  if (unreadable.length > 0) {
    const lines = unreadable.map(({ name, cause }) => printable(`${name}: cannot be read (${cause})`));
    throw new CliError(exitCodes.noInput, lines.join('\n'));
  }
  const again = sent.filter(
    ({ sample, submission }) =>
      submission.reply === null || (isDeferred(submission) && sample?.expected.outcome !== 'deferred'),
  );
  if (again.length > 0) {
    throw new CliError(exitCodes.temporary, `send: ${again.length} of ${sent.length} not taken: try again later`);
  }
}

function readPort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port from 1 to 65535.');
  return port;
}

function readSessions(value: string): number {
  const sessions = Number(value);
  if (!/^\d{1,3}$/.test(value) || sessions < 1 || sessions > mostSessions) {
    throw new InvalidArgumentError(`A number from 1 to ${mostSessions}.`);
  }
  return sessions;
}

function readPath(value: string): string {
  const bare = value.trim().replace(/^<(.*)>$/, '$1');
  return bare === '' ? '' : readAddress(bare);
}

function readRecipient(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, readAddress(value.trim().replace(/^<(.*)>$/, '$1'))];
}

/** As given, for the gateway shall see it so; but nothing that could be a command of its own. */
function readAddress(value: string): string {
  if (canonicalAddress(value) === null) throw new InvalidArgumentError('not a mail address.');
  return value;
}

function readName(value: string): string {
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) throw new InvalidArgumentError('A host name or an address literal.');
  return value;
}
