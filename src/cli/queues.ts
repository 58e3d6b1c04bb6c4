/** `postern queues` and `postern retry`: what waits, what failed and why, and how it goes back to work or stands still. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type QueueName, queueNames } from '../jobs/queues.ts';
import type { DeadLetterOptions, FailureGroup, QueueState, RetryFilter, RetryResult } from '../queue/inspection.ts';
import type { QueuePause, QueuePauses } from '../records/queue-pauses.ts';
import { ageText } from '../sla/age-text.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

/** The queues of a running system. */
export type QueueInspection = {
  states(): Promise<readonly QueueState[]>;
  failures(): Promise<readonly FailureGroup[]>;
  /** Worker processes that gave a sign of life lately. */
  workersAlive(): Promise<number>;
  retry(filter: RetryFilter, options: DeadLetterOptions): Promise<RetryResult>;
  /** Workers take nothing from it until it is resumed; what they have in hand they finish. */
  pause(queue: QueueName): Promise<void>;
  resume(queue: QueueName): Promise<void>;
  close(): Promise<void>;
};

export type OpenPauses = { readonly pauses: QueuePauses; close(): Promise<void> };

export type QueuesContext = CliContext & {
  /** Rejects with a `CliError` of exit code 69 when no system runs. */
  openQueues(): Promise<QueueInspection>;
  /** Why queues stand still. */
  openPauses(): Promise<OpenPauses>;
};

export function queuesCommand(context: QueuesContext): Command {
  const command = newCommand(context, 'queues')
    .description('what waits in each queue, since when, and what failed and why')
    .option('--json', 'one JSON object on stdout')
    .action(({ json }: { json?: true }) => show(context, json ?? false));
  command
    .command('pause')
    .description('let workers take nothing more from a queue; mail goes on being taken and waits')
    .addArgument(new Argument('<queue>', 'its name').choices([...queueNames]))
    .requiredOption('--reason <text>', 'why, for whoever wonders', readReason)
    .action((queue: QueueName, { reason }: { reason: string }) => pause(context, queue, reason));
  command
    .command('resume')
    .description('let workers go on with a queue')
    .addArgument(new Argument('<queue>', 'its name').choices([...queueNames]))
    .action((queue: QueueName) => resume(context, queue));
  return command;
}

async function pause(context: QueuesContext, queue: QueueName, reason: string): Promise<void> {
  await withOpened(context.openQueues(), (queues) =>
    withOpened(context.openPauses(), async ({ pauses }) => {
      await pauses.note(queue, reason, { actor: context.actor, at: context.now() });
      await queues.pause(queue);
    }),
  );
  context.stdout.write(`paused ${queue}\n`);
}

async function resume(context: QueuesContext, queue: QueueName): Promise<void> {
  await withOpened(context.openQueues(), (queues) =>
    withOpened(context.openPauses(), async ({ pauses }) => {
      await queues.resume(queue);
      await pauses.forget(queue, { actor: context.actor, at: context.now() });
    }),
  );
  context.stdout.write(`resumed ${queue}\n`);
}

function readReason(text: string): string {
  const reason = text.replace(/\s+/g, ' ').trim();
  if (reason === '' || reason.length > 300) throw new InvalidArgumentError('one line of up to 300 characters.');
  return reason;
}

async function show(context: QueuesContext, json: boolean): Promise<void> {
  await withOpened(context.openQueues(), async (queues) => {
    const [states, failures, workers] = await Promise.all([queues.states(), queues.failures(), queues.workersAlive()]);
    const paused = states.filter(({ isPaused }) => isPaused).map(({ queue }) => queue);
    const known = paused.length === 0 ? [] : await withOpened(context.openPauses(), ({ pauses }) => pauses.all());
    const pauses = known.filter(({ queue }) => paused.some((name) => name === queue));
    context.stdout.write(
      json ? `${JSON.stringify({ queues: states, failures, workers, pauses })}\n` : stateTable(states, failures),
    );
    for (const queue of paused) context.stderr.write(pauseLine(queue, pauses));
    if (workers === 0) context.stderr.write('warning: no worker gives a sign of life; jobs wait until one runs\n');
  });
}

function pauseLine(name: QueueName, pauses: readonly QueuePause[]): string {
  const pause = pauses.find(({ queue }) => queue === name);
  const why =
    pause === undefined
      ? 'nobody said why'
      : `by ${printable(pause.actor)} at ${new Date(pause.at).toISOString()}: ${printable(pause.reason)}`;
  return `paused: ${name}, ${why}\n`;
}

function stateTable(states: readonly QueueState[], failures: readonly FailureGroup[]): string {
  const rows = states.map(({ queue, isPaused, jobs, oldestMs }) => [
    isPaused ? `${queue} (paused)` : queue,
    String(jobs.waiting),
    oldestMs === null ? '-' : ageText(oldestMs),
    String(jobs.active),
    String(jobs.delayed),
    String(jobs.completed),
    String(jobs.failed),
  ]);
  const table = columns(['QUEUE', 'WAITING', 'OLDEST', 'ACTIVE', 'DELAYED', 'COMPLETED', 'FAILED'], rows);
  if (failures.length === 0) return table;
  const causes = failures.map(({ queue, cause, jobs, examples }) => [queue, String(jobs), cause, examples.join(' ')]);
  return `${table}\n${columns(['QUEUE', 'DEAD', 'CAUSE', 'FOR EXAMPLE'], causes)}\ntry again: postern retry --queue <queue> [--cause <text>] [--dry-run]\n`;
}

type RetryOptions = {
  readonly queue?: QueueName;
  readonly cause?: string;
  readonly since?: number;
  readonly dryRun?: true;
  readonly json?: true;
};

export function retryCommand(context: QueuesContext): Command {
  return newCommand(context, 'retry')
    .description('put dead letters back to work, with all their attempts anew')
    .argument('[job...]', 'job ids; without any, all that the options choose')
    .addOption(new Option('--queue <name>', 'only of this queue').choices([...queueNames]))
    .option('--cause <text>', 'only jobs whose error holds this text')
    .option('--since <time>', 'only jobs that failed at or after this ISO 8601 time', readTime)
    .option('--dry-run', 'say how many would be retried and change nothing')
    .option('--json', 'one JSON object on stdout')
    .action((jobs: string[], options: RetryOptions) => retry(context, jobs, options));
}

async function retry(context: QueuesContext, jobs: readonly string[], options: RetryOptions): Promise<void> {
  const { queue, cause, since, dryRun = false, json = false } = options;
  if (jobs.length === 0 && queue === undefined && cause === undefined && since === undefined) {
    throw new CliError(exitCodes.usage, 'retry: name jobs, or choose them with --queue, --cause or --since');
  }
  const filter: RetryFilter = {
    ...(jobs.length === 0 ? {} : { jobIds: jobs }),
    ...(queue === undefined ? {} : { queue }),
    ...(cause === undefined ? {} : { cause }),
    ...(since === undefined ? {} : { failedSince: since }),
  };
  await withOpened(context.openQueues(), async (queues) => {
    const { matched } = await queues.retry(filter, { dryRun: true });
    const progress = startProgress(context, 'retrying', matched);
    const result = dryRun
      ? { matched, retried: 0, gone: 0 }
      : await queues.retry(filter, { dryRun: false, onProgress: () => progress.step() });
    progress.stop();
    context.stdout.write(json ? `${JSON.stringify({ dryRun, ...result })}\n` : resultText(result, dryRun));
    if (jobs.length > 0 && matched === 0) {
      throw new CliError(exitCodes.notFound, `retry: no dead letter with the id ${printable(jobs.join(', '))}`);
    }
  });
}

function resultText({ matched, retried, gone }: RetryResult, dryRun: boolean): string {
  if (dryRun) return `dry run: ${matched} would be retried\n`;
  return `${retried} retried${gone === 0 ? '' : `, ${gone} were gone meanwhile`}\n`;
}

function readTime(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgumentError('not an ISO 8601 time such as 2026-03-02T10:00:00Z.');
  return time;
}
