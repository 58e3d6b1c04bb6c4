/** `postern erase` and `postern export`: what is kept about one address, removed or given out. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DenyEntry } from '../denylist/entry.ts';
import type { Standing } from '../directory/tenant.ts';
import type { HandedOver } from '../records/handed-over.ts';
import type { AtTargets, ErasurePlan, PersonData, PersonRecords } from '../records/person.ts';
import type { HeldBy, MailToForget } from '../records/retention.ts';
import type { TraceRecord } from '../records/trace.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { addressOption } from './option-values.ts';
import { startProgress } from './progress.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

export type OpenPerson = {
  readonly person: PersonRecords;
  readonly trace: { get(messageId: string): Promise<TraceRecord | null> };
  standingOf(address: string): Promise<Standing>;
  /** Deny entries that name or cover the address. */
  deniesOf(address: string): Promise<readonly DenyEntry[]>;
  /** Octets of a raw mail; rejects when it is kept no longer. */
  raw(spoolKey: string): Promise<Buffer>;
  /** What targets of kind `file` have. `count` and `remove` resolve with how many files there are or were. */
  readonly files: {
    isOurs(target: string): boolean;
    count(documents: readonly HandedOver[]): Promise<number>;
    remove(documents: readonly HandedOver[]): Promise<number>;
  };
  /** Takes jobs and raw mail away. Rejects with a `CliError` of exit code 69 when Redis does not answer. */
  forgetOutside(mails: readonly MailToForget[], onProgress: () => void): Promise<void>;
  close(): Promise<void>;
};

export type PersonContext = CliContext & {
  /** Rejects with a `CliError` of exit code 69 when there are no records. */
  openPerson(): Promise<OpenPerson>;
};

export function eraseCommand(context: PersonContext): Command {
  return newCommand(context, 'erase')
    .description('say what would be removed about an address, and what must stay and why; with --yes, remove it')
    .requiredOption('--address <address>', 'mail address', addressOption)
    .option('--yes', 'remove it')
    .option('--json', 'one JSON object')
    .action((flags: EraseFlags) => withOpened(context.openPerson(), (open) => erase(context, open, flags)));
}

export function exportCommand(context: PersonContext): Command {
  return newCommand(context, 'export')
    .description('everything that is kept about an address, as one JSON object')
    .requiredOption('--address <address>', 'mail address', addressOption)
    .option('--raw <folder>', 'also write its raw mails there, as .eml files')
    .option('--json', 'the same: the answer is JSON')
    .action((flags: ExportFlags) => withOpened(context.openPerson(), (open) => exportPerson(context, open, flags)));
}

type EraseFlags = { readonly address: string; readonly yes?: true; readonly json?: true };
type ExportFlags = { readonly address: string; readonly raw?: string };

type Staying = { readonly what: string; readonly why: string };

async function erase(context: PersonContext, open: OpenPerson, { address, json, yes }: EraseFlags): Promise<void> {
  const plan = await open.person.planErasure(address);
  const atTargets = yes ? await withdrawn(open, plan) : plan;
  const staying = await stays(open, plan, atTargets);
  if (yes) {
    const progress = startProgress(context, 'removing', plan.mails.length);
    await open.forgetOutside(plan.mails, () => progress.step());
    progress.stop();
  }
  const documents = [...atTargets.handedOver, ...atTargets.namedIn];
  const files = await onFiles(yes ? open.files.remove(documents) : open.files.count(documents));
  if (yes) {
    const by = { actor: context.actor, at: context.now() };
    await open.person.erase(plan, files, by).catch((error: unknown) => Promise.reject(asOutdated(error)));
  }
  const isErased = yes ?? false;
  context.stdout.write(
    json ? `${JSON.stringify(reportOf(plan, files, staying, isErased))}\n` : textOf(plan, files, staying, isErased),
  );
}

/** Nothing of it is handed over from here on; what targets have is told as it is now. */
async function withdrawn(open: OpenPerson, plan: ErasurePlan): Promise<AtTargets> {
  return open.person.withdraw(plan).catch((error: unknown) => Promise.reject(asOutdated(error)));
}

/** Told by its name: the class belongs to the records. */
function asOutdated(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'PlanOutdated') return error;
  return new CliError(exitCodes.temporary, `erase: ${error.message}: erase again`);
}

/** The rows that tell what the files are called stay until the files are gone. */
async function onFiles(work: Promise<number>): Promise<number> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError(
      exitCodes.ioError,
      `erase: the files that were handed over cannot be reached (${code}): set that right, then erase again`,
    );
  }
}

const heldTexts: Readonly<Record<HeldBy, string>> = {
  'open-review': 'it waits for a decision: decide, then erase again',
  'pending-decision': 'a decision about it is under way: erase again in a minute',
  'recovery-case': 'it belongs to a recovery case, whose evidence must stay whole',
  'open-ticket': 'its ticket is not closed: close it by "ticket closed", then erase again',
};

async function stays(open: OpenPerson, plan: ErasurePlan, at: AtTargets): Promise<readonly Staying[]> {
  const standing = await open.standingOf(plan.address);
  const denies = await open.deniesOf(plan.address);
  const { verifications } = await open.person.dataOf(plan.address);
  return [
    ...plan.held.map(({ by, messageId }) => ({ what: `mail ${messageId}`, why: heldTexts[by] })),
    ...verifications
      .filter(({ state }) => state === 'waiting')
      .map(({ expires_at, message_id }) => ({
        what: `the question about mail ${message_id}`,
        why: `an answer is waited for until ${new Date(expires_at).toISOString()}: erase again after that`,
      })),
    ...denies.map(({ id, kind, value }) => ({
      what: `deny entry ${id} (${kind} ${value})`,
      why: 'it protects others; staff remove it by "deny remove" when its reason is gone',
    })),
    ...(standing.kind === 'unregistered' || standing.kind === 'tenant-domain'
      ? []
      : [
          {
            what: 'its place in the directory',
            why: 'the customer keeps it: change it there and import the directory',
          },
        ]),
    {
      what: 'mails of others that name it in To, Cc or their text',
      why: 'they are theirs and are not searched; raw mail goes when retention says',
    },
    { what: 'entries of the audit log', why: 'nothing is taken out of the log; this erasure stands there as a hash' },
    ...(plan.ticketMessageIds.length === 0
      ? []
      : [
          {
            what: 'mails of others in the same tickets',
            why: 'they are theirs: what they quote, and the Message-IDs that they answer, goes with them',
          },
        ]),
    ...elsewhere(open, at.handedOver).map(({ events, target }) => ({
      what: `what was handed over to ${target}: ${events}`,
      why: 'what is behind this target is not in our hands: erase there by these names, which go with the mail',
    })),
    ...elsewhere(open, at.namedIn).map(({ events, target }) => ({
      what: `what others wrote in its tickets, handed over to ${target}: ${events}`,
      why: 'it names who opened the ticket: take the name out there, by these names',
    })),
  ];
}

/** By target, what lies where we remove nothing. */
function elsewhere({ files }: OpenPerson, documents: readonly HandedOver[]) {
  const theirs = documents.filter(({ target }) => !files.isOurs(target));
  return [...Map.groupBy(theirs, ({ target }) => target)].map(([target, group]) => ({
    target,
    events: group.map(({ event }) => event).join(' '),
  }));
}

function textOf(plan: ErasurePlan, files: number, staying: readonly Staying[], isErased: boolean): string {
  const raw = plan.mails.filter(({ spoolKey }) => spoolKey !== null).length;
  const tickets = `${plan.ticketIds.length} tickets, ${plan.ticketMessageIds.length} mails in tickets of others`;
  const lines = [
    `${isErased ? 'removed' : 'would be removed'}: ${plan.mails.length} mails (${raw} raw), ${tickets}, ${files} files that were handed over, ${plan.refusals} refusals`,
    'stays:',
    ...staying.map(({ what, why }) => `  ${what}: ${why}`),
    ...(isErased ? [] : ['dry run: nothing was changed; --yes removes']),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function reportOf(plan: ErasurePlan, files: number, staying: readonly Staying[], isErased: boolean) {
  const { address, mails, refusals, ticketIds, ticketMessageIds } = plan;
  return {
    address,
    erased: isErased,
    mails: mails.flatMap(({ messageIds }) => messageIds),
    tickets: ticketIds,
    ticketMessages: ticketMessageIds,
    files,
    refusals,
    stays: staying,
  };
}

async function exportPerson(context: PersonContext, open: OpenPerson, { address, raw }: ExportFlags): Promise<void> {
  const data = await open.person.dataOf(address);
  const mails: unknown[] = [];
  const progress = startProgress(context, 'exporting', data.mails.length);
  for (const row of data.mails) {
    const record = await open.trace.get(row.message_id);
    if (record !== null) mails.push(mailOf(record));
    if (raw !== undefined && row.spool_key !== null) await writeRaw(context, open, raw, row.spool_key);
    progress.step();
  }
  progress.stop();
  const whole = {
    address,
    exportedAt: new Date(context.now()).toISOString(),
    directory: await open.standingOf(address),
    denyEntries: await open.deniesOf(address),
    mails,
    tickets: data.tickets.map((ticket) => (ticket.requester === address ? ticket : ofSomebodyElse(ticket))),
    ticketMessages: data.ticketMessages,
    refusals: data.refusals,
    verifications: data.verifications,
    notices: data.notices,
    allowances: data.allowances,
  };
  context.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
}

/** A ticket that a colleague opened: whose it is and what they asked is not this person's to be given. */
function ofSomebodyElse({ department, mailbox, message_id, number, opened_at, status }: PersonData['tickets'][number]) {
  return { message_id, number, opened_at, status, department, mailbox };
}

function mailOf({ envelope, evidence, followUps, judged, row }: TraceRecord) {
  return { ...row, verdict: judged.verdict, classification: judged.classification, envelope, evidence, followUps };
}

async function writeRaw(context: PersonContext, open: OpenPerson, folder: string, spoolKey: string): Promise<void> {
  const directory = resolve(context.cwd, folder);
  // A spool key is made of lower-case letters and digits; anything else would be a path of somebody's choice.
  if (!/^[0-9a-z]+$/.test(spoolKey)) throw new CliError(exitCodes.dataError, 'export: a spool key is not valid');
  let octets: Buffer;
  try {
    octets = await open.raw(spoolKey);
  } catch (error) {
    const cause = error instanceof Error ? error.name : 'unknown';
    context.stderr.write(`warning: the raw mail ${spoolKey} could not be read (${cause})\n`);
    return;
  }
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, `${spoolKey}.eml`), octets, { mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError(exitCodes.cannotCreate, `export: ${printable(folder)}: cannot be written (${code})`);
  }
}
