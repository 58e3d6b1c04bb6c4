/** `postern case`: extraordinary account recovery, step by step. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CaseTools } from '../case-file/case-tools.ts';
import { issueOrder } from '../case-file/issue-order.ts';
import type { Case } from '../cases/case.ts';
import { answerResults, type CloseOutcome, closeOutcomes } from '../cases/event.ts';
import { contactOutcomes, documentKinds, sourcePlaces } from '../cases/evidence.ts';
import { type Procedure, procedures } from '../cases/procedure.ts';
import { orderedKindsText } from '../cases/words.ts';
import { proveMember } from './acting.ts';
import { act, change, type Json, type Seen } from './case-change.ts';
import { type AddFlags, addDocument, type ConfirmFlags, confirmation, getDocument } from './case-evidence.ts';
import { readLogins, readOrderItems } from './case-files.ts';
import { due, exportCase, list, printOrder, retryOrder, show } from './case-look.ts';
import { communicationOf, type From, type OpenFlags, open, requestOf } from './case-open.ts';
import { actingStaff, type CaseContext } from './case-tools.ts';
import { closeUnnamed, type UnnamedFlags } from './case-unnamed.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import { newCommand } from './run-command.ts';
import { timeOption } from './time-option.ts';
import { withOpened } from './with-opened.ts';

const seenHelp = 'version of the case that you saw; the change is refused when somebody else was faster';

export function caseCommand(context: CaseContext): Command {
  const command = newCommand(context, 'case').description('extraordinary account recovery: cases, evidence, four eyes');
  looking(command, context);
  opening(command, context);
  evidence(command, context);
  confirming(command, context);
  deciding(command, context);
  flood(command, context);
  cessation(command, context);
  return command;
}

function looking(command: Command, context: CaseContext): void {
  command
    .command('list')
    .description('open cases, newest first')
    .option('--all', 'closed ones too')
    .option('--tenant <id>', 'of this tenant')
    .option('--json', 'one JSON object on each line')
    .action((flags: Json & { all?: true; tenant?: string }) => list(context, flags));
  command
    .command('show')
    .description('one case: what happened, what is missing, what may be done next')
    .argument('<case>')
    .option('--json', 'one JSON object')
    .action((id: string, flags: Json) => show(context, id, flags));
  command
    .command('due')
    .description('what comes due in the open cases, the next first')
    .option('--json', 'one JSON object on each line')
    .action((flags: Json) => due(context, flags));
  command
    .command('export')
    .description('the whole case as one signed archive: summary, evidence, mails, audit extract')
    .argument('<case>')
    .requiredOption('--out <file>', 'ZIP file to write; must not exist')
    .action((id: string, flags: { out: string }) => exportCase(context, id, flags.out));
}

function opening(command: Command, context: CaseContext): void {
  const procedure = () => new Option('--procedure <name>', 'what it is').choices(procedures);
  command
    .command('open')
    .description('open a case; without tenant and procedure it waits to be named')
    .addOption(procedure())
    .option('--tenant <id>', 'whose account it is about')
    .option('--mail <id>', 'the mail that asked for it')
    .option('--portal <reference>', 'the request in the portal that asked for it')
    .option('--note <text>', 'anything more', '')
    .option('--json', 'one JSON object')
    .action((flags: OpenFlags) => open(context, flags));
  command
    .command('name')
    .description('say which tenant and procedure a case is about')
    .argument('<case>')
    .addOption(procedure().makeOptionMandatory())
    .requiredOption('--tenant <id>', 'whose account it is about')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { procedure: Procedure; tenant: string }) =>
      change(context, id, flags, async ({ cases }, of, by) =>
        cases.name(
          id,
          { by, seen: flags.seen ?? of.version, tenantId: flags.tenant, procedure: flags.procedure },
          context.now(),
        ),
      ),
    );
  command
    .command('join')
    .description('add a mail or a request in the portal to a case')
    .argument('<case>')
    .option('--mail <id>', 'a mail that the gateway has recorded')
    .option('--portal <reference>', 'a request in the portal')
    .option('--json', 'one JSON object')
    .action((id: string, flags: Json & From) =>
      change(context, id, flags, async (tools, _, by) => {
        const communication = await communicationOf(context, tools, flags);
        if (communication === null) throw new CliError(exitCodes.usage, 'name one of --mail and --portal');
        return tools.cases.join(id, communication, by, context.now());
      }),
    );
  command
    .command('request')
    .description('say what is asked for')
    .argument('<case>')
    .option('--delete-admin <id>', 'delete this admin; the sole active one means the tenant')
    .option('--delete-tenant', 'delete the tenant')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { deleteAdmin?: string; deleteTenant?: true }) =>
      act(context, id, flags, () => ({ kind: 'request-set', request: requestOf(flags) })),
    );
}

function evidence(command: Command, context: CaseContext): void {
  const group = command.command('evidence').description('documents, logins, and what a court order says');
  group
    .command('add')
    .description('keep a document, sealed; nothing opens it')
    .argument('<case>')
    .argument('[file]', 'the document; or name --mail and --attachment')
    .addOption(new Option('--kind <kind>', 'what it is').choices(documentKinds).makeOptionMandatory())
    .option('--mail <id>', 'a mail of the case that it hangs on')
    .option('--attachment <number>', 'which one, from 1', positive, 1)
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, file: string | undefined, flags: AddFlags) => addDocument(context, id, file, flags));
  group
    .command('get')
    .description('write a document to a file; that you looked at it is recorded')
    .argument('<case>')
    .argument('<document>')
    .requiredOption('--out <file>', 'file to write; must not exist')
    .action((id: string, documentId: string, flags: { out: string }) =>
      getDocument(context, id, documentId, flags.out),
    );
  group
    .command('refute')
    .description('a document is not what it says; for good')
    .argument('<case>')
    .argument('<document>')
    .requiredOption('--note <text>', 'why')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, documentId: string, flags: Seen & { note: string }) =>
      act(context, id, flags, () => ({ kind: 'document-refuted', documentId, note: flags.note })),
    );
  group
    .command('logins')
    .description('last successful logins, from CSV: source,last_login,log_since,read_at,read_from')
    .argument('<case>')
    .argument('<file>')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, file: string, flags: Seen) =>
      act(context, id, flags, async () => ({ kind: 'activity-added', readings: await readLogins(context, file) })),
    );
  group
    .command('order')
    .description(`the acts that a court order enumerates, from JSON; kinds: ${orderedKindsText}`)
    .argument('<case>')
    .argument('<document>')
    .argument('<file>', 'array of {kind, target, quote, page, line}')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, documentId: string, file: string, flags: Seen) =>
      act(context, id, flags, async () => ({
        kind: 'order-typed',
        documentId,
        items: await readOrderItems(context, file),
      })),
    );
}

function confirming(command: Command, context: CaseContext): void {
  command
    .command('confirm')
    .description('a document that you had confirmed independently, or an executive whom you asked')
    .argument('<case>')
    .option('--document <id>', 'a document of the case')
    .option('--asked <text>', 'whom you asked about the document: the authority and its number')
    .addOption(new Option('--found-in <place>', 'where you found whom you asked').choices(sourcePlaces))
    .option('--court <name>', 'the court of a court order')
    .option('--why <text>', 'why it is the proper court')
    .option('--contact <id>', 'a contact on file, as "case show" lists them')
    .addOption(new Option('--outcome <outcome>', 'what the contact said').choices(contactOutcomes))
    .option('--at <time>', 'when the contact was asked: ISO 8601, or 10m ago', timeOption(context.now))
    .option('--note <text>', 'what was said', '')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: ConfirmFlags) => act(context, id, flags, () => confirmation(context, flags)));
  command
    .command('require-contact')
    .description('ask for executive confirmation where the procedure leaves it to staff')
    .argument('<case>')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen) => act(context, id, flags, () => ({ kind: 'contact-required' })));
  command
    .command('method')
    .description('use a method of the contract: a dead man’s switch, or a mail of an authorised third party')
    .argument('<case>')
    .argument('<method>')
    .option('--mail <id>', 'the mail of the authorised third party')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, methodId: string, flags: Seen & { mail?: string }) =>
      act(context, id, flags, () => ({ kind: 'method-used', methodId, mailReference: flags.mail ?? null })),
    );
  command
    .command('check-in')
    .description('somebody checked in with a dead man’s switch')
    .argument('<tenant>')
    .argument('<method>')
    .requiredOption('--reference <text>', 'how: ticket, mail, call')
    .action((tenantId: string, methodId: string, flags: { reference: string }) =>
      checkIn(context, tenantId, methodId, flags.reference),
    );
}

function deciding(command: Command, context: CaseContext): void {
  command
    .command('propose')
    .description('propose to act; two others have to approve')
    .argument('<case>')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen) => act(context, id, flags, () => ({ kind: 'proposed' })));
  command
    .command('withdraw')
    .description('take the proposal back')
    .argument('<case>')
    .requiredOption('--note <text>', 'why')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { note: string }) =>
      act(context, id, flags, () => ({ kind: 'proposal-withdrawn', note: flags.note })),
    );
  command
    .command('approve')
    .description('approve the proposal; the second approval, by another person, issues the work order')
    .argument('<case>')
    // Four eyes that do not look are two: here the version is not filled in.
    .requiredOption('--seen <version>', 'version of the case that you saw and approve', positive)
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen) => approve(context, id, flags));
  command
    .command('order')
    .description('print the signed work order; without the setting engineering.webhook it is handed over by hand')
    .argument('<case>')
    .option('--retry', 'send again what engineering was to be told and was given up')
    .option('--json', 'one JSON object with document, signature and fingerprint')
    .action((id: string, { retry, ...flags }: Json & { retry?: true }) =>
      retry === true ? retryOrder(context, id) : printOrder(context, id, flags),
    );
  command
    .command('answer')
    .description("engineering's answer to the work order")
    .argument('<case>')
    .addOption(new Option('--result <result>', 'what became of it').choices(answerResults).makeOptionMandatory())
    .requiredOption('--reference <text>', "engineering's reference")
    .option('--note <text>', 'anything more', '')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { result: (typeof answerResults)[number]; reference: string; note: string }) =>
      act(context, id, flags, () => ({
        kind: 'work-order-answered',
        result: flags.result,
        reference: flags.reference,
        note: flags.note,
      })),
    );
  command
    .command('close')
    .description('close a case')
    .argument('<case>')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(closeOutcomes).makeOptionMandatory())
    .requiredOption('--note <text>', 'why')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { outcome: CloseOutcome; note: string }) =>
      act(context, id, flags, () => ({ kind: 'closed', outcome: flags.outcome, note: flags.note })),
    );
}

function flood(command: Command, context: CaseContext): void {
  const time = timeOption(context.now);
  command
    .command('close-unnamed')
    .description('close cases that nobody has named, many at once, as unfounded: after a flood of bogus mail')
    .requiredOption('--from <time>', 'opened at or after: ISO 8601, or 12h ago', time)
    .requiredOption('--until <time>', 'opened before', time)
    .option('--author <address>', 'by the claimed author: an address or a whole domain')
    .requiredOption('--note <text>', 'why')
    .option('--dry-run', 'say which ones (the first 200) and change nothing')
    .option('--json', 'JSON')
    .action((flags: UnnamedFlags) => closeUnnamed(context, flags));
}

function cessation(command: Command, context: CaseContext): void {
  command
    .command('cease')
    .description('start the 24 hours in which support requests of the tenant are ignored')
    .argument('<case>')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen) => act(context, id, flags, () => ({ kind: 'cessation-started' })));
  command
    .command('resume')
    .description('end a cessation of support')
    .argument('<case>')
    .requiredOption('--note <text>', 'why')
    .addOption(seenOption())
    .option('--json', 'one JSON object')
    .action((id: string, flags: Seen & { note: string }) =>
      act(context, id, flags, () => ({ kind: 'cessation-ended', note: flags.note })),
    );
}

function seenOption(): Option {
  return new Option('--seen <version>', seenHelp).argParser(positive);
}

async function checkIn(context: CaseContext, tenantId: string, methodId: string, reference: string): Promise<void> {
  const by = await actingStaff(context);
  const result = await withOpened(context.openCases(), ({ cases }) =>
    cases.checkIn({ by, tenantId, methodId, reference }, context.now()),
  );
  if (result !== 'noted') throw new CliError(exitCodes.dataError, `nothing was noted: ${result}`);
  context.stdout.write('noted\n');
}

async function approve(context: CaseContext, id: string, flags: Seen): Promise<void> {
  await change(context, id, flags, async (tools, of, by) => {
    // A session may have been left open: what cannot be undone asks for the person once more.
    await proveMember(context, by.id);
    const input = { by, seen: flags.seen ?? of.version, act: { kind: 'approved', account: context.account } } as const;
    const result = await tools.cases.act(id, input, context.now());
    if (result.kind === 'accepted') await signLater(context, tools, result.case);
    return result;
  });
}

/** The approval stands: an order that cannot be signed now is signed by the workers as soon as it can. */
async function signLater(context: CaseContext, { cases, sign }: CaseTools, of: Case): Promise<void> {
  try {
    await issueOrder(of, cases.orders, sign, context.now());
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'unknown error';
    context.stderr.write(`warning: the work order is not signed yet (${printable(cause)}); the workers try again\n`);
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A number from 1 on.');
  return number;
}
