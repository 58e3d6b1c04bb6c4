/**
 * `postern ticket`: tickets, and what became of them at the help desk. The gateway does not see what a help desk answers:
 * its answers go out past us, so somebody or a script of the desk says here that a ticket was answered, waits or is closed.
 */
import { type Command, Option } from 'commander';
import type { Ticket, TicketRecords } from '../records/tickets.ts';
import { type TicketAct, ticketActs, ticketActTexts } from '../tickets/act.ts';
import type { ResponseClock } from '../tickets/clock.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { addressOption, limitOption } from './option-values.ts';
import { newCommand } from './run-command.ts';
import { timeText } from './trace-list.ts';
import { withOpened } from './with-opened.ts';

export type OpenTickets = {
  readonly tickets: Pick<TicketRecords, 'list' | 'byNumber' | 'clock' | 'act'>;
  close(): Promise<void>;
};

export type TicketContext = CliContext & {
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openTickets(): Promise<OpenTickets>;
};

export function ticketCommand(context: TicketContext): Command {
  const command = newCommand(context, 'ticket').description('tickets, and what became of them at the help desk');
  command
    .command('list')
    .description('tickets, newest first, with how far the response time is')
    .addOption(new Option('--status <status>', 'only of this').choices(['open', 'pending', 'closed']))
    .option('--tenant <id>', 'only of this tenant')
    .option('--requester <address>', 'only those that this address opened', addressOption)
    .option('--limit <number>', 'at most so many', limitOption(500), 50)
    .option('--json', 'one JSON object a line')
    .action((flags: ListFlags) => withOpened(context.openTickets(), (open) => list(context, open, flags)));
  for (const act of ticketActs) {
    command
      .command(act)
      .description(ticketActTexts[act])
      .argument('<number...>', 'ticket numbers, such as PT-7KQ4-M2XD')
      .option('--json', 'one JSON object')
      .action((numbers: string[], flags: { readonly json?: true }) =>
        withOpened(context.openTickets(), (open) => actOn(context, open, act, numbers, flags)),
      );
  }
  return command;
}

type ListFlags = {
  readonly status?: Ticket['status'];
  readonly tenant?: string;
  readonly requester?: string;
  readonly limit: number;
  readonly json?: true;
};

type Line = { readonly ticket: Ticket; readonly clock: ResponseClock | null };

async function list(context: TicketContext, { tickets }: OpenTickets, flags: ListFlags): Promise<void> {
  const { json, limit, requester, status, tenant } = flags;
  const found = await tickets.list({
    limit,
    ...(status === undefined ? {} : { status }),
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(requester === undefined ? {} : { requester }),
  });
  const lines: Line[] = [];
  for (const ticket of found) lines.push({ ticket, clock: await tickets.clock(ticket.message_id) });
  if (json) for (const line of lines) context.stdout.write(`${JSON.stringify(line)}\n`);
  else if (lines.length > 0) context.stdout.write(table(lines));
  if (lines.length === 0) context.stderr.write('no tickets\n');
}

function table(lines: readonly Line[]): string {
  return columns(
    ['NUMBER', 'OPENED (UTC)', 'STATUS', 'ANSWER', 'DUE (UTC)', 'DEPARTMENT', 'REQUESTER', 'SUBJECT'],
    lines.map(({ clock, ticket }) => [
      ticket.number,
      timeText(ticket.opened_at),
      ticket.status,
      clock?.state ?? '-',
      clock === null || clock.paused !== null ? '-' : timeText(clock.dueAt),
      ticket.department,
      ticket.requester ?? '-',
      ticket.subject,
    ]),
  );
}

/** All numbers are known before the first ticket is touched. */
async function actOn(
  context: TicketContext,
  { tickets }: OpenTickets,
  act: TicketAct,
  numbers: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  const found = new Map<string, Ticket | null>();
  for (const number of numbers) found.set(number, await tickets.byNumber(number));
  const unknown = [...found].flatMap(([number, ticket]) => (ticket === null ? [number] : []));
  if (unknown.length > 0) {
    throw new CliError(exitCodes.notFound, `ticket ${act}: no such ticket: ${printable(unknown.join(', '))}`);
  }
  const done: string[] = [];
  const changed: string[] = [];
  for (const ticket of found.values()) {
    if (ticket === null) continue;
    const moved = await tickets.act(ticket.message_id, act, { actor: context.actor, at: context.now() });
    if (moved === 'missing') continue; // erased meanwhile
    done.push(ticket.number);
    if (moved === 'changed') changed.push(ticket.number);
  }
  context.stdout.write(
    json
      ? `${JSON.stringify({ act, tickets: done, changed })}\n`
      : done.map((each) => `${each}: ${act}${changed.includes(each) ? '' : ' (nothing changed)'}\n`).join(''),
  );
}
