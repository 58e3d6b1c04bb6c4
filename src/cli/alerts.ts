/** `postern alerts`: what is open, what became of it, who was told, silences, and a test of the way to staff. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type AlertKind, alertKinds, parseAlertKind } from '../alerts/kind.ts';
import { titleNow } from '../alerts/message.ts';
import { silenceFault } from '../alerts/silence.ts';
import type { AlertTarget } from '../alerts/target.ts';
import type { AlertDelivery, AlertDeliveryRecords } from '../records/alert-deliveries.ts';
import type { AlertRecords } from '../records/alerts.ts';
import { ageText } from '../sla/age-text.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns } from './columns.ts';
import type { CliContext } from './context.ts';
import { limitOption } from './option-values.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

export type OpenAlerts = {
  readonly alerts: Omit<AlertRecords, 'pass' | 'forget'>;
  readonly deliveries: Pick<AlertDeliveryRecords, 'counts' | 'undelivered' | 'get'>;
  close(): Promise<void>;
};

export type AlertsContext = CliContext & {
  openAlerts(): Promise<OpenAlerts>;
  alertTargets(): readonly AlertTarget[];
};

type Json = { readonly json?: true };

export function alertsCommand(context: AlertsContext): Command {
  return newCommand(context, 'alerts')
    .description('what staff are told of: open alerts, history, silences, and a test of the way to them')
    .addCommand(listCommand(context))
    .addCommand(historyCommand(context))
    .addCommand(silenceCommand(context))
    .addCommand(unsilenceCommand(context))
    .addCommand(testCommand(context));
}

function listCommand(context: AlertsContext): Command {
  return newCommand(context, 'list')
    .description('open alerts, silences in force, and messages that did not get through')
    .addHelpText('after', '\nParked ones are tried anew or given up by `postern parked --outbox alerts`.')
    .option('--json', 'one JSON object on stdout')
    .action((options: Json) => withOpened(context.openAlerts(), (open) => list(context, open, options)));
}

async function list(context: AlertsContext, { alerts, deliveries }: OpenAlerts, { json }: Json): Promise<void> {
  const now = context.now();
  const [open, silences, undelivered, counts] = await Promise.all([
    alerts.open(),
    alerts.silences(now),
    deliveries.undelivered(100),
    deliveries.counts(),
  ]);
  const targets = context.alertTargets().map(({ name }) => name);
  const { stdout } = context;
  if (json === true) {
    stdout.write(`${JSON.stringify({ targets, open, silences, deliveries: counts, undelivered })}\n`);
  } else {
    stdout.write(
      open.length === 0
        ? 'no alert is open\n'
        : columns(
            ['SEVERITY', 'SINCE', 'ALERT', 'WHAT', 'TOLD'],
            open.map((alert) => [
              alert.severity,
              ageText(now - alert.beganAt),
              `${alert.kind}${alert.subject === '' ? '' : `/${alert.subject}`}`,
              titleNow(alert),
              alert.silencedBy !== null
                ? 'silenced'
                : alert.told === null
                  ? 'not yet'
                  : `${ageText(now - alert.told.at)} ago`,
            ]),
          ),
    );
    if (silences.length > 0) {
      const rows = silences.map(({ author, id, kind, reason, subject, until }) => [
        id,
        kind ?? 'all',
        subject ?? 'all',
        iso(until),
        author,
        reason,
      ]);
      stdout.write(`\n${columns(['SILENCE', 'KIND', 'SUBJECT', 'UNTIL', 'BY', 'REASON'], rows)}`);
    }
    if (undelivered.length > 0) stdout.write(`\n${undeliveredTable(undelivered)}`);
  }
  if (targets.length === 0) context.stderr.write('warning: alerts.targets names nobody: nobody is told\n');
}

function undeliveredTable(undelivered: readonly AlertDelivery[]): string {
  const rows = undelivered.map(({ attempts, cause, created_at, state, target }) => [
    iso(created_at),
    target,
    state,
    String(attempts),
    cause ?? '',
  ]);
  return columns(['MESSAGE OF', 'TO', 'STATE', 'FAILED', 'WHY'], rows);
}

function historyCommand(context: AlertsContext): Command {
  return newCommand(context, 'history')
    .description('what became of alerts, newest first')
    .option('--limit <number>', 'at most so many', limitOption(500), 50)
    .option('--json', 'one JSON object on stdout')
    .action((options: Json & { limit: number }) =>
      withOpened(context.openAlerts(), async ({ alerts }) => {
        const history = await alerts.history({ limit: options.limit });
        if (options.json === true) {
          context.stdout.write(`${JSON.stringify({ history: history.map(({ message }) => message) })}\n`);
          return;
        }
        const rows = history.map(({ message: { at, change, severity, title } }) => [iso(at), change, severity, title]);
        context.stdout.write(rows.length === 0 ? 'nothing yet\n' : columns(['AT', 'CHANGE', 'SEVERITY', 'WHAT'], rows));
      }),
    );
}

type SilenceOptions = Json & {
  readonly kind?: AlertKind;
  readonly subject?: string;
  readonly for: number;
  readonly reason: string;
};

function silenceCommand(context: AlertsContext): Command {
  return newCommand(context, 'silence')
    .description('hold alerts until a time: what still lasts then is told')
    .option('--kind <kind>', 'only of this kind', readKind)
    .option('--subject <subject>', 'only about this queue, machine, target or case')
    .requiredOption('--for <duration>', 'such as 30m, 8h or 2d', readDuration)
    .requiredOption('--reason <text>', 'why, for who comes next')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', `\nKinds: ${alertKinds.join(', ')}.`)
    .action((options: SilenceOptions) =>
      withOpened(context.openAlerts(), async ({ alerts }) => {
        const now = context.now();
        const wish = {
          kind: options.kind ?? null,
          subject: options.subject ?? null,
          until: now + options.for,
          reason: options.reason.trim(),
          author: context.actor,
        };
        const fault = silenceFault(wish, now);
        if (fault !== null) throw new CliError(exitCodes.usage, `--${fault.field}: ${fault.text}`);
        const silence = await alerts.silence(wish, now);
        context.stdout.write(
          options.json === true ? `${JSON.stringify(silence)}\n` : `${silence.id} until ${iso(silence.until)}\n`,
        );
      }),
    );
}

function unsilenceCommand(context: AlertsContext): Command {
  return newCommand(context, 'unsilence')
    .description('end a silence now')
    .argument('<id>', 'as `postern alerts list` shows it')
    .option('--json', 'one JSON object on stdout')
    .action((id: string, { json }: Json) =>
      withOpened(context.openAlerts(), async ({ alerts }) => {
        if (!(await alerts.unsilence(id, context.actor, context.now()))) {
          throw new CliError(exitCodes.notFound, `no silence ${id} is in force`);
        }
        context.stdout.write(json === true ? `${JSON.stringify({ id, ended: true })}\n` : `${id} is ended\n`);
      }),
    );
}

function testCommand(context: AlertsContext): Command {
  return newCommand(context, 'test')
    .description('send a test to each target by the running workers, and say whether it arrived')
    .option('--wait <seconds>', 'how long to wait for it', readSeconds, 20)
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExit codes: 0 all targets took it, 69 one did not in time, 78 there is no target.')
    .action((options: Json & { wait: number }) =>
      withOpened(context.openAlerts(), (open) => test(context, open, options)),
    );
}

const lookEveryMs = 250;

async function test(
  context: AlertsContext,
  { alerts, deliveries }: OpenAlerts,
  { json, wait }: Json & { wait: number },
): Promise<void> {
  const targets = context.alertTargets();
  if (targets.length === 0) throw new CliError(exitCodes.config, 'alerts.targets names nobody');
  const ids = await alerts.test(targets, context.actor, context.now());
  const deadline = context.now() + wait * 1_000;
  let found = await deliveries.get([...ids.values()]);
  while (found.some(({ state }) => state === 'queued') && context.now() < deadline) {
    await sleep(lookEveryMs);
    found = await deliveries.get([...ids.values()]);
  }
  const results = found
    .map(({ cause, state, target }) => ({
      target,
      state,
      cause: cause ?? (state === 'queued' ? 'no worker took it: does the gateway run, is relay.host set?' : null),
    }))
    .toSorted((one, other) => (one.target < other.target ? -1 : 1));
  context.stdout.write(
    json === true
      ? `${JSON.stringify({ results })}\n`
      : columns(
          ['TARGET', 'STATE', 'WHY'],
          results.map(({ cause, state, target }) => [target, state, cause ?? '']),
        ),
  );
  const failed = results.filter(({ state }) => state !== 'delivered');
  if (failed.length > 0)
    throw new CliError(exitCodes.unavailable, `${failed.length} of ${results.length} targets did not take it`);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function readKind(text: string): AlertKind {
  const kind = parseAlertKind(text);
  if (kind === null) throw new InvalidArgumentError(`not one of ${alertKinds.join(', ')}.`);
  return kind;
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function readDuration(text: string): number {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd')
    throw new InvalidArgumentError('not a duration such as 30m, 8h or 2d.');
  return Number(number) * units[unit];
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 600)
    throw new InvalidArgumentError('not a number from 0 to 600.');
  return seconds;
}
