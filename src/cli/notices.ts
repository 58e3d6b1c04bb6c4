/** `postern notices`: what was told to senders, what waits in the outbox and what was parked. */
import { type Command, Option } from 'commander';
import type { NoticeEntry, NoticeRecords } from '../records/notices.ts';
import type { NoticeState } from '../records/tables-notices.ts';
import { ageText } from '../sla/age-text.ts';
import { columns } from './columns.ts';
import type { CliContext } from './context.ts';
import { limitOption } from './option-values.ts';
import { newCommand } from './run-command.ts';

export type OpenNotices = {
  readonly notices: Pick<NoticeRecords, 'list' | 'counts'>;
  close(): Promise<void>;
};

export type NoticesContext = CliContext & {
  openNotices(): Promise<OpenNotices>;
  /** Whether a relay is configured. */
  hasRelay(): boolean;
};

const states: readonly NoticeState[] = ['waiting', 'retrying', 'sent', 'parked', 'suppressed', 'bounced', 'given-up'];

type Options = {
  readonly state?: NoticeState;
  readonly limit: number;
  readonly json?: true;
};

export function noticesCommand(context: NoticesContext): Command {
  return newCommand(context, 'notices')
    .description('what was told to senders, what waits in the outbox, and why')
    .addOption(new Option('--state <state>', 'only of this state').choices([...states]))
    .option('--limit <number>', 'at most so many, the newest', limitOption(500), 50)
    .addHelpText('after', '\nParked ones are tried anew or given up by `postern parked`.')
    .option('--json', 'one JSON object on stdout')
    .action((options: Options) => show(context, options));
}

async function show(context: NoticesContext, { json, limit, state }: Options): Promise<void> {
  const open = await context.openNotices();
  const { notices } = open;
  try {
    const [counts, entries] = await Promise.all([
      notices.counts(),
      notices.list({ limit, ...(state === undefined ? {} : { state }) }),
    ]);
    if (json === true) {
      context.stdout.write(`${JSON.stringify({ relay: context.hasRelay(), counts, notices: entries })}\n`);
    } else {
      const totals = counts.map(({ count, oldestAt, state: of }) => [
        of,
        String(count),
        ageText(context.now() - oldestAt),
      ]);
      context.stdout.write(columns(['STATE', 'NOTICES', 'OLDEST'], totals));
      if (entries.length > 0) context.stdout.write(`\n${table(entries)}`);
    }
    const isWaiting = counts.some(({ state: of }) => of === 'waiting' || of === 'retrying');
    if (isWaiting && !context.hasRelay()) {
      context.stderr.write('warning: no relay is configured (relay.host): nothing is sent\n');
    }
  } finally {
    await open.close();
  }
}

function table(entries: readonly NoticeEntry[]): string {
  const rows = entries.map(({ cause, created_at, id, kind, recipient, state }) => [
    new Date(created_at).toISOString(),
    id,
    kind,
    recipient,
    state,
    cause ?? '',
  ]);
  return columns(['AT', 'ABOUT', 'KIND', 'TO', 'STATE', 'WHY'], rows);
}
