/** `postern queues` and `postern retry`: what waits, what failed and why, and how it goes back to work. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type QueueName, queueNames } from '../jobs/queues.ts';
import type { FailureGroup, QueueState, RetryFilter, RetryResult } from '../queue/inspection.ts';
import { ageText } from './age.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';

/** The queues of a running system. */
export type QueueInspection = {
  states(): Promise<readonly QueueState[]>;
  failures(): Promise<readonly FailureGroup[]>;
  /** Worker processes that gave a sign of life lately. */
  workersAlive(): Promise<number>;
  retry(
    filter: RetryFilter,
    options: { readonly dryRun: boolean; readonly onProgress?: (done: number) => void },
  ): Promise<RetryResult>;
  close(): Promise<void>;
};

export type QueuesContext = CliContext & {
  /** Rejects with a `CliError` of exit code 69 when no system runs. */
  openQueues(): Promise<QueueInspection>;
};

export function queuesCommand(context: QueuesContext): Command {
  return newCommand(context, 'queues')
    .description('what waits in each queue, since when, and what failed and why')
    .option('--json', 'one JSON object on stdout')
    .action(({ json }: { json?: true }) => show(context, json ?? false));
}

async function show(context: QueuesContext, json: boolean): Promise<void> {
  await withQueues(context, async (queues) => {
    const [states, failures, workers] = await Promise.all([queues.states(), queues.failures(), queues.workersAlive()]);
    context.stdout.write(
      json ? `${JSON.stringify({ queues: states, failures, workers })}\n` : stateTable(states, failures),
    );
    if (workers === 0) context.stderr.write('warning: no worker gives a sign of life; jobs wait until one runs\n');
  });
}

function stateTable(states: readonly QueueState[], failures: readonly FailureGroup[]): string {
  const rows = states.map(({ queue, jobs, oldestMs }) => [
    queue,
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
  await withQueues(context, async (queues) => {
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

async function withQueues(context: QueuesContext, work: (queues: QueueInspection) => Promise<void>): Promise<void> {
  const queues = await context.openQueues();
  try {
    await work(queues);
  } finally {
    await queues.close();
  }
}

function readTime(value: string): number {
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgumentError('not an ISO 8601 time such as 2026-03-02T10:00:00Z.');
  return time;
}
