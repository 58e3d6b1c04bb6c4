/** `postern review allowed` and `disallow`: secondary addresses that staff allow. */
import type { Command } from 'commander';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { OpenReviews } from './open-reviews.ts';
import { addressOption } from './option-values.ts';
import { type ReviewContext, readNote } from './review-context.ts';
import { timeText } from './trace-list.ts';
import { withOpened } from './with-opened.ts';

export function allowedCommands(command: Command, context: ReviewContext): void {
  command
    .command('allowed')
    .description('secondary addresses that staff allow; each mail from them must still be proven')
    .option('--json', 'one JSON object')
    .action((flags: { json?: true }) => withOpened(context.openReviews(), (open) => listAllowed(context, open, flags)));
  command
    .command('disallow')
    .description('from the next mail on this address is escalated again')
    .argument('<address>', 'mail address', addressOption)
    .requiredOption('--note <text>', 'why, for staff', readNote)
    .action((address: string, flags: { note: string }) =>
      withOpened(context.openReviews(), (open) => disallow(context, open, address, flags.note)),
    );
}

async function listAllowed(
  context: ReviewContext,
  { allowances }: OpenReviews,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const found = await allowances.list();
  if (json) context.stdout.write(`${JSON.stringify({ allowed: found })}\n`);
  else if (found.length === 0) context.stderr.write('no address is allowed\n');
  else {
    const rows = found.map(({ address, adminId, createdBy, tenantId, until, verifiedBy }) => [
      address,
      tenantId,
      adminId,
      until > context.now() ? `${timeText(until)} UTC` : 'ended',
      createdBy,
      verifiedBy,
    ]);
    context.stdout.write(columns(['ADDRESS', 'TENANT', 'ADMIN', 'UNTIL', 'BY', 'VERIFIED'], rows));
  }
}

async function disallow(
  context: ReviewContext,
  { allowances }: OpenReviews,
  address: string,
  note: string,
): Promise<void> {
  if (!(await allowances.withdraw(address, { actor: context.actor, at: context.now(), note }))) {
    throw new CliError(exitCodes.notFound, `review: ${printable(address)} is not allowed`);
  }
  context.stdout.write(`${printable(address)} is no longer allowed\n`);
}
