/** `postern review`: decide about escalated mail. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TraceRecord } from '../records/trace.ts';
import { askedAddresses, askedLines } from '../reviews/asked-lines.ts';
import { type ReviewBrief, reviewBrief } from '../reviews/brief.ts';
import { type Decided, decideReview } from '../reviews/deciding.ts';
import { authorizationLine } from '../reviews/portal-authorization.ts';
import { ageText } from '../sla/age-text.ts';
import { row } from './check-row.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { OpenReviews, Review } from './open-reviews.ts';
import { limitOption } from './option-values.ts';
import { allowedCommands } from './review-allowed.ts';
import { type ReviewContext, readNote } from './review-context.ts';
import { newCommand } from './run-command.ts';
import { timeText } from './trace-list.ts';
import { withOpened } from './with-opened.ts';

export type { ReviewContext } from './review-context.ts';

export type ReviewCommandOptions = {
  /** Life of a deny entry, milliseconds; null never ends. */
  readonly denyLifeMs: () => number | null;
};

const states = ['open', 'accepted', 'rejected'] as const;

export function reviewCommand(context: ReviewContext, options: ReviewCommandOptions): Command {
  const command = newCommand(context, 'review').description('escalated mail, which a person decides about');
  command
    .command('list')
    .description('items, the one that waits longest first')
    .addOption(new Option('--state <state>', 'only these').choices([...states]).default('open'))
    .option('--limit <number>', 'most rows', limitOption(500), 50)
    .option('--json', 'one JSON object a line')
    .action((flags: ListFlags) => withOpened(context.openReviews(), (open) => list(context, open, flags)));
  command
    .command('show')
    .description('everything there is to decide by: what is claimed, proven and asked, what policy says, the next step')
    .argument('<id>', 'message id')
    .option('--json', 'one JSON object')
    .action((id: string, flags: { json?: true }) =>
      withOpened(context.openReviews(), (open) => show(context, open, id, flags)),
    );
  command
    .command('accept')
    .description('let the mail go on as accepted; also releases a rejected one')
    .argument('<id>', 'message id')
    .requiredOption('--note <text>', 'why, for staff', readNote)
    .option('--verified <how>', 'the sender was verified over a way on file: how, in one line', readNote)
    .option(
      '--and-allow',
      'also take the entries off the deny-list that hit this mail, which must be proven or --verified; or, with --verified, let this proven secondary address of an admin send ordinary requests for half a year',
    )
    .option('--version <number>', 'only if the item is still as "show" showed it', readVersion)
    .option('--json', 'one JSON object')
    .action((id: string, flags: AcceptFlags) =>
      withOpened(context.openReviews(), (open) =>
        decide(context, open, options, { ...flags, id, outcome: 'accepted', allow: flags.andAllow ?? false }),
      ),
    );
  command
    .command('reject')
    .description('let the mail go on as rejected; nobody is told')
    .argument('<id>', 'message id')
    .requiredOption('--note <text>', 'why, for staff', readNote)
    .addOption(
      new Option(
        '--and-deny [what]',
        "also put the proven sender (the default) or the client's network on the deny-list",
      ).choices(['sender', 'network']),
    )
    .option('--version <number>', 'only if the item is still as "show" showed it', readVersion)
    .option('--json', 'one JSON object')
    .action((id: string, flags: RejectFlags) =>
      withOpened(context.openReviews(), (open) =>
        decide(context, open, options, { ...flags, id, outcome: 'rejected', deny: denyOf(flags.andDeny) }),
      ),
    );
  allowedCommands(command, context);
  return command;
}

type ListFlags = { readonly state: (typeof states)[number]; readonly limit: number; readonly json?: true };
type DecideFlags = { readonly note: string; readonly version?: number; readonly json?: true };
type AcceptFlags = DecideFlags & { readonly verified?: string; readonly andAllow?: true };
type RejectFlags = DecideFlags & { readonly andDeny?: true | 'sender' | 'network' };

function denyOf(flag: RejectFlags['andDeny']): 'sender' | 'network' | null {
  return flag === true ? 'sender' : (flag ?? null);
}

async function list(context: ReviewContext, { reviews }: OpenReviews, flags: ListFlags): Promise<void> {
  const items = await reviews.list({ state: flags.state, limit: flags.limit });
  if (flags.json) {
    context.stdout.write(items.map((item) => jsonLine(itemJson(item))).join(''));
    return;
  }
  if (items.length === 0) context.stderr.write(`no ${flags.state} items\n`);
  else context.stdout.write(itemTable(items, context.now()));
  const { open } = await reviews.counts();
  if (open > items.length) context.stderr.write(`${open} items are open\n`);
}

function itemTable(items: readonly Review[], now: number): string {
  return columns(
    ['ID', 'WAITS', 'STATE', 'REASON', 'RULE', 'SEVERITY', 'FROM', 'ASSURANCE', 'PROPOSAL'],
    items.map((item) => [
      item.message_id,
      ageText(Math.max(0, (item.decided_at ?? now) - item.opened_at)),
      item.state,
      item.reason,
      item.rule,
      String(item.severity),
      item.sender_address ?? '?',
      item.assurance,
      proposalText(item),
    ]),
  );
}

function proposalText({ denied_entry, proposal }: Review): string {
  if (denied_entry !== null) return 'denied';
  return proposal === null ? '-' : `deny ${proposal.value}`;
}

async function show(
  context: ReviewContext,
  open: OpenReviews,
  id: string,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const [item, record, verifications, authorizations] = await Promise.all([
    open.reviews.get(id),
    open.trace.get(id),
    open.verifications.of(id),
    open.authorizations.of(id),
  ]);
  if (item === null || record === null || record.evidence === null) {
    throw new CliError(exitCodes.notFound, 'review: this mail waits for no decision');
  }
  const brief = reviewBrief(lastOf(record), record.evidence);
  const unreachable = await open.notices.unreachable(askedAddresses(verifications));
  const asked = [...askedLines(verifications, unreachable), ...authorizations.map(authorizationLine)];
  context.stdout.write(
    json
      ? jsonLine({
          ...itemJson(item),
          ...brief,
          verifications,
          authorizations,
          unreachable: Object.fromEntries(unreachable),
        })
      : storyOf(item, record, brief, asked),
  );
}

/** The mail as it was judged last. */
function lastOf({ followUps, judged }: TraceRecord): TraceRecord['judged'] {
  return followUps.at(-1)?.mail ?? judged;
}

function storyOf(item: Review, record: TraceRecord, brief: ReviewBrief, asked: readonly string[]): string {
  const section = (name: string, lines: readonly string[]) => ['', `  ${name}`, ...lines.map((line) => `    ${line}`)];
  const decided =
    item.decided_at === null
      ? []
      : [row('decided', `${item.state} by ${item.decided_by ?? '?'} at ${timeText(item.decided_at)}: ${item.note}`)];
  const deny =
    item.proposal === null
      ? []
      : section('proposed for the deny-list', [
          `${item.proposal.kind} ${item.proposal.value}: ${item.proposal.reason}`,
          ...item.proposal.note.split('\n'),
          ...(item.denied_entry === null ? [] : [`entered as ${item.denied_entry}`]),
        ]);
  const lines = [
    `${item.message_id} (version ${item.version})`,
    row('state', item.state),
    ...decided,
    row('received', `${timeText(item.opened_at)} UTC`),
    row('subject', record.row.subject ?? ''),
    ...section('claimed', brief.claimed),
    ...section('proven', brief.proven),
    ...section('asked', brief.asked),
    ...section('policy', brief.policy),
    ...deny,
    ...(asked.length === 0 ? [] : section('asked on file', asked)),
    ...section('next step', [brief.nextStep]),
    '',
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

type DecideWish = DecideFlags & {
  readonly id: string;
  readonly outcome: 'accepted' | 'rejected';
  readonly verified?: string;
  readonly allow?: boolean;
  readonly deny?: 'sender' | 'network' | null;
};

async function decide(
  context: ReviewContext,
  open: OpenReviews,
  options: ReviewCommandOptions,
  wish: DecideWish,
): Promise<void> {
  const decided = await decideReview(open.deciding, {
    messageId: wish.id,
    outcome: wish.outcome,
    actor: context.actor,
    at: context.now(),
    note: wish.note,
    version: wish.version ?? null,
    verifiedBy: wish.verified ?? null,
    isAllowing: wish.allow ?? false,
    deny: wish.deny ?? null,
    denyLifeMs: options.denyLifeMs(),
  }).catch((error: unknown) => Promise.reject(asCliError(error)));
  context.stdout.write(wish.json ? jsonLine(decidedJson(decided)) : decidedText(decided));
  if (!decided.isEnqueued) {
    context.stderr.write('warning: the queue does not answer; the mail goes on as soon as workers and Redis run\n');
  }
}

/** What staff can mend, told by the names of the errors: their classes belong to the records. */
function asCliError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'ReviewConflict') return new CliError(exitCodes.temporary, `review: ${error.message}`);
  const isRefused = error.name === 'DecisionRefused' || error.name === 'FollowUpRefused';
  if (!isRefused) return error;
  const code = error.message === 'no mail has this id' ? exitCodes.notFound : exitCodes.dataError;
  return new CliError(code, `review: ${error.message}`);
}

function decidedText({ allowance, allowed, denied, mail }: Decided): string {
  const lines = [
    `${mail.messageId} ${mail.verdict.outcome} (${mail.verdict.reason})`,
    ...(denied === null ? [] : [`denied ${denied.kind} ${denied.value}; id ${denied.id}`]),
    ...allowed.map(({ id, kind, value }) => `no longer denied: ${kind} ${value}; id ${id}`),
    ...(allowance === null
      ? []
      : [`allowed ${allowance.address} for admin ${allowance.adminId} until ${timeText(allowance.until)} UTC`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function decidedJson({ allowance, allowed, denied, isEnqueued, mail }: Decided) {
  const { outcome, reason } = mail.verdict;
  return {
    messageId: mail.messageId,
    outcome,
    reason,
    number: mail.followUp?.number ?? null,
    denied: denied?.id ?? null,
    allowed: allowed.map(({ id }) => id),
    allowance,
    enqueued: isEnqueued,
  };
}

function itemJson(item: Review) {
  return {
    messageId: item.message_id,
    openedAt: new Date(item.opened_at).toISOString(),
    state: item.state,
    version: item.version,
    reason: item.reason,
    rule: item.rule,
    department: item.department,
    severity: item.severity,
    assurance: item.assurance,
    sender: { address: item.sender_address, tenant: item.tenant_id },
    proposal: item.proposal,
    deniedEntry: item.denied_entry,
    decidedAt: item.decided_at === null ? null : new Date(item.decided_at).toISOString(),
    decidedBy: item.decided_by,
    note: item.note,
  };
}

function readVersion(value: string): number {
  const version = Number(value);
  if (!Number.isInteger(version) || version < 1) throw new InvalidArgumentError('not the number of a version.');
  return version;
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
