/** `postern case`: extraordinary account recovery, step by step. */
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { caseArchive } from '../case-file/archive.ts';
import { attachmentsOf } from '../case-file/attachments.ts';
import { issueOrder } from '../case-file/issue-order.ts';
import type { CaseRequest } from '../cases/action.ts';
import type { Case } from '../cases/case.ts';
import { documentMarks } from '../cases/document-marks.ts';
import { dueItems } from '../cases/due.ts';
import { answerResults, type CloseOutcome, type Communication, closeOutcomes } from '../cases/event.ts';
import {
  type ContactOutcome,
  contactOutcomes,
  type DocumentKind,
  type DocumentOrigin,
  documentKinds,
  type SourcePlace,
  sourcePlaces,
} from '../cases/evidence.ts';
import { missingFor } from '../cases/missing.ts';
import { type Procedure, procedures } from '../cases/procedure.ts';
import { orderedKindsText } from '../cases/words.ts';
import type { CaseAct, CaseResult, NewDocument } from '../records/cases.ts';
import { readEvidence, readLogins, readOrderItems, writeNewFile } from './case-files.ts';
import { caseFacts, caseLine, caseStory, caseTable, dueText } from './case-text.ts';
import type { CaseContext, CaseTools } from './case-tools.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import { newCommand } from './run-command.ts';
import { timeOption } from './time-option.ts';

type Json = { readonly json?: true };
type Seen = Json & { readonly seen?: number };

const seenHelp = 'version of the case that you saw; the change is refused when somebody else was faster';

export function caseCommand(context: CaseContext): Command {
  const command = newCommand(context, 'case').description('extraordinary account recovery: cases, evidence, four eyes');
  looking(command, context);
  opening(command, context);
  evidence(command, context);
  confirming(command, context);
  deciding(command, context);
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
        cases.name(id, { by, seen: of.version, tenantId: flags.tenant, procedure: flags.procedure }, context.now()),
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
    .description('print the signed work order; it is handed to engineering by hand until a webhook is configured')
    .argument('<case>')
    .option('--json', 'one JSON object with document, signature and fingerprint')
    .action((id: string, flags: Json) => printOrder(context, id, flags));
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

type From = { readonly mail?: string; readonly portal?: string };
type OpenFlags = Json & From & { readonly procedure?: Procedure; readonly tenant?: string; readonly note: string };
type AddFlags = Seen & { readonly kind: DocumentKind; readonly mail?: string; readonly attachment: number };
type ConfirmFlags = Seen & {
  readonly document?: string;
  readonly asked?: string;
  readonly foundIn?: SourcePlace;
  readonly court?: string;
  readonly why?: string;
  readonly contact?: string;
  readonly outcome?: ContactOutcome;
  readonly at?: number;
  readonly note: string;
};

function seenOption(): Option {
  return new Option('--seen <version>', seenHelp).argParser(positive);
}

async function list(context: CaseContext, flags: Json & { all?: true; tenant?: string }): Promise<void> {
  const query = {
    open: flags.all !== true,
    limit: 500,
    ...(flags.tenant === undefined ? {} : { tenantId: flags.tenant }),
  };
  const cases = await withTools(context, (tools) => tools.cases.list(query));
  const now = context.now();
  context.stdout.write(flags.json ? cases.map((of) => jsonLine(caseFacts(of, now))).join('') : caseTable(cases, now));
}

async function show(context: CaseContext, id: string, { json }: Json): Promise<void> {
  await withTools(context, async (tools) => {
    const kept = await existing(tools, id);
    const tenant = kept.case.tenantId === null ? null : await tools.cases.tenant(kept.case.tenantId);
    const admins = (tenant?.admins ?? []).map(({ active, id, name, primaryEmail, secondaryEmails }) => ({
      id,
      name,
      addresses: [primaryEmail, ...secondaryEmails],
      active,
    }));
    const now = context.now();
    const missing = missingFor(kept.case, admins, now);
    context.stdout.write(
      json ? jsonLine({ ...caseFacts(kept.case, now), missing, case: kept.case }) : caseStory(kept, missing, now),
    );
  });
}

async function due(context: CaseContext, { json }: Json): Promise<void> {
  const now = context.now();
  const cases = await withTools(context, (tools) => tools.cases.list({ open: true, limit: 500 }));
  const items = cases
    .flatMap((of) => dueItems(of, now).map((item) => ({ of, item })))
    .sort((one, other) => one.item.at - other.item.at);
  const lines = items.map(({ item, of }) =>
    json
      ? jsonLine({ case: of.id, what: item.what, at: new Date(item.at).toISOString(), state: item.state })
      : `${of.id}  ${dueText(item)}\n`,
  );
  context.stdout.write(lines.length === 0 && json === undefined ? 'nothing is due\n' : lines.join(''));
}

async function open(context: CaseContext, flags: OpenFlags): Promise<void> {
  const { json, note, procedure, tenant } = flags;
  if ((procedure === undefined) !== (tenant === undefined)) {
    throw new CliError(
      exitCodes.usage,
      '--procedure and --tenant go together: name both, or none and name the case later',
    );
  }
  const named = procedure === undefined || tenant === undefined ? null : { procedure, tenantId: tenant };
  const by = await context.staff();
  await withTools(context, async (tools) => {
    const communication = await communicationOf(context, tools, flags);
    tell(context, await tools.cases.open({ by, named, communication, note }, context.now()), json ? { json } : {});
  });
}

async function communicationOf(
  context: CaseContext,
  tools: CaseTools,
  { mail, portal }: From,
): Promise<Communication | null> {
  if (mail !== undefined && portal !== undefined)
    throw new CliError(exitCodes.usage, 'name one of --mail and --portal');
  if (portal !== undefined) {
    return { channel: 'portal', reference: portal, receivedAt: context.now(), address: null };
  }
  if (mail === undefined) return null;
  const found = await tools.communicationOf(mail);
  if (found === null) throw new CliError(exitCodes.notFound, `no mail ${mail}`);
  return found;
}

function requestOf(flags: { deleteAdmin?: string; deleteTenant?: true }): CaseRequest {
  if ((flags.deleteAdmin === undefined) === (flags.deleteTenant === undefined)) {
    throw new CliError(exitCodes.usage, 'name one of --delete-admin and --delete-tenant');
  }
  return flags.deleteAdmin === undefined
    ? { kind: 'delete-tenant' }
    : { kind: 'delete-admin', adminId: flags.deleteAdmin };
}

async function addDocument(context: CaseContext, id: string, file: string | undefined, flags: AddFlags): Promise<void> {
  if ((file === undefined) === (flags.mail === undefined)) {
    throw new CliError(exitCodes.usage, 'name a file, or --mail and --attachment');
  }
  await change(context, id, flags, async (tools, of, by) => {
    const found = file === undefined ? await attachment(tools, flags) : await uploaded(context, file);
    const { content, fileName, mediaType, origin } = found;
    const marks = documentMarks(fileName, content);
    const document: NewDocument = { kind: flags.kind, fileName, mediaType, marks, origin };
    for (const mark of marks) context.stderr.write(`warning: ${printable(fileName)} is ${mark}: kept, not opened\n`);
    return tools.cases.addDocument(id, { by, seen: flags.seen ?? of.version, document, content }, context.now());
  });
}

type Found = {
  readonly content: Buffer;
  readonly fileName: string;
  readonly mediaType: string;
  readonly origin: DocumentOrigin;
};

async function uploaded(context: CaseContext, file: string): Promise<Found> {
  const content = await readEvidence(context, file);
  return { content, fileName: basename(file), mediaType: 'application/octet-stream', origin: { kind: 'upload' } };
}

async function attachment(tools: CaseTools, { attachment, mail = '' }: AddFlags): Promise<Found> {
  const raw = await tools.rawMail(mail);
  if (raw === null) throw new CliError(exitCodes.notFound, `the raw mail of ${mail} is not there`);
  const all = await attachmentsOf(raw);
  const found = all.find(({ number }) => number === attachment);
  if (found === undefined) throw new CliError(exitCodes.notFound, `${mail} has ${all.length} attachments`);
  const { content, fileName, mediaType } = found;
  return { content, fileName, mediaType, origin: { kind: 'mail', reference: mail } };
}

async function getDocument(context: CaseContext, id: string, documentId: string, out: string): Promise<void> {
  const by = await context.staff();
  await withTools(context, async ({ cases }) => {
    const content = await cases.document(id, documentId);
    if (content === null) throw new CliError(exitCodes.notFound, `no document ${documentId} in ${id}`);
    // Recorded first: nobody sees a document without a trace, and one who may not is refused.
    refuseOr(await cases.act(id, { by, seen: null, act: { kind: 'document-looked', documentId } }, context.now()));
    await writeNewFile(context, out, content);
  });
  context.stderr.write(`${out} written; that you looked at ${documentId} is recorded\n`);
}

function confirmation(context: CaseContext, flags: ConfirmFlags): CaseAct {
  const { asked, at, contact, court, document, foundIn, note, outcome, why } = flags;
  if (contact !== undefined && outcome !== undefined && document === undefined) {
    return { kind: 'contact-made', contactId: contact, madeAt: at ?? context.now(), outcome, note };
  }
  if (document === undefined || contact !== undefined || asked === undefined || foundIn === undefined) {
    throw new CliError(exitCodes.usage, 'name --document with --asked and --found-in, or --contact with --outcome');
  }
  const jurisdiction = court === undefined || why === undefined ? null : { court, why };
  return { kind: 'document-confirmed', documentId: document, source: { asked, foundIn }, note, jurisdiction };
}

async function checkIn(context: CaseContext, tenantId: string, methodId: string, reference: string): Promise<void> {
  const by = await context.staff();
  const result = await withTools(context, ({ cases }) =>
    cases.checkIn({ by, tenantId, methodId, reference }, context.now()),
  );
  if (result !== 'noted') throw new CliError(exitCodes.dataError, `nothing was noted: ${result}`);
  context.stdout.write('noted\n');
}

async function approve(context: CaseContext, id: string, flags: Seen): Promise<void> {
  await change(context, id, flags, async (tools, of, by) => {
    const result = await tools.cases.act(
      id,
      { by, seen: flags.seen ?? of.version, act: { kind: 'approved' } },
      context.now(),
    );
    if (result.kind === 'accepted') await issueOrder(result.case, tools.cases, tools.sign, context.now());
    return result;
  });
}

async function printOrder(context: CaseContext, id: string, { json }: Json): Promise<void> {
  await withTools(context, async (tools) => {
    const kept = await existing(tools, id);
    const order = await issueOrder(kept.case, tools.cases, tools.sign, context.now());
    if (order === null) throw new CliError(exitCodes.notFound, `${id} has no work order`);
    const { document, fingerprint, signature } = order;
    context.stdout.write(json ? jsonLine({ document, signature, fingerprint }) : `${document}\n${signature}`);
  });
}

async function exportCase(context: CaseContext, id: string, out: string): Promise<void> {
  await withTools(context, async (tools) => {
    const kept = await existing(tools, id);
    const archive = await caseArchive({
      kept,
      audit: await tools.audit(id),
      order: await issueOrder(kept.case, tools.cases, tools.sign, context.now()),
      document: (documentId) => tools.cases.document(id, documentId),
      mail: (messageId) => tools.rawMail(messageId),
      sign: tools.sign,
      publicKey: (fingerprint) => tools.publicKey(fingerprint),
      now: context.now(),
    });
    await writeNewFile(context, out, archive);
  });
  context.stderr.write(`${out} written\n`);
}

/** One act of staff. Without `--seen` the case is taken as it is now: what came in between is not overwritten unseen. */
function act(context: CaseContext, id: string, flags: Seen, make: () => CaseAct | Promise<CaseAct>): Promise<void> {
  return change(context, id, flags, async ({ cases }, of, by) => {
    const input = { by, seen: flags.seen ?? of.version, act: await make() };
    return cases.act(id, input, context.now());
  });
}

async function change(
  context: CaseContext,
  id: string,
  flags: Json,
  work: (tools: CaseTools, of: Case, by: Awaited<ReturnType<CaseContext['staff']>>) => Promise<CaseResult>,
): Promise<void> {
  const by = await context.staff();
  await withTools(context, async (tools) => {
    const { case: of } = await existing(tools, id);
    tell(context, await work(tools, of, by), flags);
  });
}

async function existing({ cases }: CaseTools, id: string) {
  const kept = await cases.get(id);
  if (kept === null) throw new CliError(exitCodes.notFound, `no case ${id}`);
  return kept;
}

function tell(context: CaseContext, result: CaseResult, { json }: Json): void {
  if (result.kind === 'refused' && json) {
    const { conflict, missing, rule } = result;
    context.stdout.write(jsonLine({ refused: true, rule, missing, conflict }));
  }
  const accepted = refuseOr(result);
  const now = context.now();
  for (const effect of accepted.effects) {
    if (effect.kind === 'alarm') context.stderr.write(`ALARM: ${printable(effect.text)}\n`);
  }
  context.stdout.write(json ? jsonLine(caseFacts(accepted.case, now)) : caseLine(accepted.case, now));
}

/** Throws a refusal with the rule and what is missing. */
function refuseOr(result: CaseResult): Extract<CaseResult, { readonly kind: 'accepted' }> {
  if (result.kind === 'accepted') return result;
  if (result.kind === 'missing') throw new CliError(exitCodes.notFound, 'no such case');
  const alarm = result.alarm === null ? [] : [`ALARM: ${result.alarm}`];
  const lines = [`refused by ${result.rule}; missing:`, ...result.missing.map((line) => `  ${line}`), ...alarm];
  throw new CliError(exitCodes.dataError, lines.map(printable).join('\n'));
}

async function withTools<Result>(context: CaseContext, work: (tools: CaseTools) => Promise<Result>): Promise<Result> {
  const tools = await context.openCases();
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('A number from 1 on.');
  return number;
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
