/** `postern deny`: keep the deny-list. */
import type { Command } from 'commander';
import { canonicalAddress } from '../address/mailbox.ts';
import { denyCsvFaultLine, formatDenyCsv, parseDenyCsv } from '../denylist/csv.ts';
import { changeOf, type DenyDiff, denyDiff } from '../denylist/diff.ts';
import type { DenyEntry, DenyKind, DenyScope } from '../denylist/entry.ts';
import { denyKinds, normalValue, parseDenyKind, proposeEntry } from '../denylist/entry-rules.ts';
import { expiryText, parseExpiry } from '../denylist/expiry.ts';
import { type DenyTarget, keysOfTarget } from '../denylist/keys.ts';
import { inScope, isExpired, matchTarget } from '../denylist/match.ts';
import { parseScope, scopeText } from '../denylist/scope.ts';
import { type DenyChange, DenyListConflict, type DenyStore } from '../denylist/store.ts';
import { denyTargetOf } from '../denylist/target.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { readInputFile } from './input-file.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

export type DenyCommandOptions = {
  /** Life of an entry added without `--expires`, milliseconds; null never ends. */
  readonly defaultTtlMs: () => number | null;
};

const kindsText = denyKinds.join(', ');
const scopeHelp = 'global, mailbox:<address> or tenant:<id>';

export function denyCommand(context: CliContext, options: DenyCommandOptions = { defaultTtlMs: () => null }): Command {
  const command = newCommand(context, 'deny').description('senders, networks, keys and numbers that are refused');
  command
    .command('add')
    .description('add an entry, or replace the one with the same kind, value and scope')
    .argument('<kind>', `${kindsText}; may be left out where the value tells it`)
    .argument('[value]', 'address, domain, network in CIDR form, phone number or PGP fingerprint')
    .requiredOption('--reason <text>', 'why, for staff')
    .option('--note <text>', 'anything more', '')
    .option('--scope <scope>', scopeHelp, 'global')
    .option('--expires <when>', 'ISO 8601 date or date-time with zone, a time from now such as 30d or 12h, or never')
    .option('--by <name>', 'who adds it, when that is not the user of this shell')
    .option('--json', 'the entry as one JSON object')
    .action((kind: string, value: string | undefined, flags: AddFlags) =>
      add(context, options, { kind, value }, flags),
    );
  command
    .command('remove')
    .description('remove an entry')
    .argument('<kind>', `id of the entry; or one of ${kindsText}, or a value that tells its kind`)
    .argument('[value]', 'value of the entry')
    .option('--scope <scope>', scopeHelp)
    .option('--json', 'the removed entry as one JSON object')
    .action((kind: string, value: string | undefined, flags: { scope?: string; json?: boolean }) =>
      remove(context, { kind, value }, flags),
    );
  command
    .command('list')
    .description('list the entries')
    .option('--kind <kind>', kindsText)
    .option('--active', 'without those that have expired')
    .option('--json', 'one JSON object on each line')
    .action((flags: { kind?: string; active?: boolean; json?: boolean }) => list(context, flags));
  command
    .command('test')
    .description('say whether something would be refused, and by which entry')
    .argument('<what>', 'mail address, domain, IP address, PGP fingerprint or phone number')
    .option('--mailbox <address>', 'as mail to this mailbox; without it every mailbox scope counts')
    .option('--tenant <id>', 'as mail of this tenant; without it every tenant scope counts')
    .option('--json', 'one JSON object')
    .action((what: string, flags: { mailbox?: string; tenant?: string; json?: boolean }) => test(context, what, flags));
  command
    .command('import')
    .description('add the entries of a CSV file, validated as a whole before anything changes')
    .argument('<file>', 'CSV file, as written by "deny export"')
    .option('--dry-run', 'say what would change and change nothing')
    .option('--replace', 'remove entries that the file does not hold')
    .option('--json', 'one JSON object')
    .action((file: string, flags: ImportFlags) => importFile(context, file, flags));
  command
    .command('export')
    .description('write the deny-list to stdout as CSV that "deny import" takes')
    .option('--json', 'one JSON object on each line instead')
    .action((flags: { json?: boolean }) => exportFile(context, flags.json ?? false));
  return command;
}

type Named = { readonly kind: string; readonly value: string | undefined };
type AddFlags = { reason: string; note: string; scope: string; expires?: string; by?: string; json?: boolean };
type ImportFlags = { dryRun?: boolean; replace?: boolean; json?: boolean };

async function add(context: CliContext, options: DenyCommandOptions, named: Named, flags: AddFlags): Promise<void> {
  const now = context.now();
  const proposed = proposeEntry({
    ...kindAndValue(named),
    reason: flags.reason,
    note: flags.note,
    scope: scopeFlag(flags.scope),
    expiresAt: expiryFlag(flags.expires, options, now),
    createdBy: flags.by ?? context.actor,
    createdAt: now,
  });
  if (!proposed.ok) {
    const lines = proposed.faults.map(({ field, message }) => `${field} ${message}`);
    throw new CliError(exitCodes.dataError, `nothing was added: ${lines.join('; ')}`);
  }
  const { entry } = proposed;
  const before = await withOpened(context.openRecords(), async ({ deny }) => {
    const found = await deny.find([entry]);
    await deny.apply({ add: [entry], remove: [] }, { actor: context.actor, at: now });
    return found.find(({ id }) => id === entry.id);
  });
  const heading = before === undefined ? 'added' : 'replaced';
  context.stdout.write(flags.json ? jsonLine(entryJson(entry)) : `${heading} ${entryText(entry)}\n`);
}

async function remove(
  context: CliContext,
  named: Named,
  flags: { readonly scope?: string; readonly json?: boolean },
): Promise<void> {
  const scope = flags.scope === undefined ? null : scopeText(scopeFlag(flags.scope));
  const entry = await withOpened(context.openRecords(), async ({ deny }) => {
    const entries = await deny.list();
    const matching = entriesNamed(entries, named).filter((item) => scope === null || scopeText(item.scope) === scope);
    const [found, ...others] = matching;
    if (found === undefined) throw new CliError(exitCodes.notFound, 'no such entry; nothing was removed');
    if (others.length > 0) {
      const scopes = matching.map((item) => scopeText(item.scope)).join(', ');
      throw new CliError(exitCodes.usage, `there are several such entries; name one by --scope: ${scopes}`);
    }
    await deny.apply({ add: [], remove: [found] }, { actor: context.actor, at: context.now() });
    return found;
  });
  context.stdout.write(flags.json ? jsonLine(entryJson(entry)) : `removed ${entryText(entry)}\n`);
}

async function list(
  context: CliContext,
  flags: { readonly kind?: string; readonly active?: boolean; readonly json?: boolean },
): Promise<void> {
  const kind = flags.kind === undefined ? null : parseDenyKind(flags.kind);
  if (flags.kind !== undefined && kind === null)
    throw new CliError(exitCodes.usage, `--kind is not one of ${kindsText}`);
  const entries = await withOpened(context.openRecords(), ({ deny }) => deny.list());
  const shown = entries.filter(
    (entry) => (kind === null || entry.kind === kind) && !(flags.active === true && isExpired(entry, context.now())),
  );
  context.stdout.write(
    flags.json ? shown.map((entry) => jsonLine(entryJson(entry))).join('') : entryTable(shown, context.now()),
  );
}

async function test(
  context: CliContext,
  what: string,
  flags: { readonly mailbox?: string; readonly tenant?: string; readonly json?: boolean },
): Promise<void> {
  const target = targetOf(what);
  const mailbox = flags.mailbox === undefined ? null : canonicalAddress(flags.mailbox);
  if (flags.mailbox !== undefined && mailbox === null) {
    throw new CliError(exitCodes.usage, '--mailbox is not a mail address in canonical form');
  }
  const found = await withOpened(context.openRecords(), ({ deny }) => deny.find(keysOfTarget(target)));
  const hits = matchTarget(found, target, context.now()).filter((entry) =>
    inScope(entry.scope, {
      mailbox: mailbox ?? (entry.scope.kind === 'mailbox' ? entry.scope.mailbox : ''),
      tenantId: flags.tenant ?? (entry.scope.kind === 'tenant' ? entry.scope.tenantId : null),
    }),
  );
  const expired = found.filter((entry) => isExpired(entry, context.now()));
  if (flags.json) {
    const result = { target, denied: hits.length > 0, entries: hits.map(entryJson), expired: expired.map(entryJson) };
    context.stdout.write(jsonLine(result));
    return;
  }
  const heading = `${printable(what)} (${target.kind}) is ${hits.length > 0 ? 'denied' : 'not denied'}\n`;
  const byHits = hits.map((entry) => `  by ${entryText(entry)}\n`);
  const byExpired = expired.map((entry) => `  no longer by ${entryText(entry)}\n`);
  context.stdout.write([heading, ...byHits, ...byExpired].join(''));
}

async function importFile(context: CliContext, file: string, flags: ImportFlags): Promise<void> {
  const now = context.now();
  const parsed = parseDenyCsv(await readInputFile(context, file), now);
  if (!parsed.ok) {
    const lines = parsed.faults.map((fault) => `  ${denyCsvFaultLine(fault)}`);
    throw new CliError(exitCodes.dataError, [`${file}: nothing was imported`, ...lines].join('\n'));
  }
  const expired = parsed.entries.filter((entry) => isExpired(entry, now)).length;
  if (expired > 0) context.stderr.write(`warning: ${expired} of the entries have expired already\n`);
  const dryRun = flags.dryRun ?? false;
  const diff = await withOpened(context.openRecords(), async ({ deny }) => {
    const changes = denyDiff(await deny.list(), parsed.entries, flags.replace ? 'replace' : 'merge');
    if (!dryRun) await applyImport(context, deny, changeOf(changes), now);
    return changes;
  });
  context.stdout.write(flags.json ? jsonLine(diffJson(diff, dryRun)) : diffText(diff, dryRun));
}

/** A large one goes part by part, which takes seconds; nothing of it holds before all of it does. */
async function applyImport(context: CliContext, deny: DenyStore, change: DenyChange, now: number): Promise<void> {
  let tenth = 0;
  try {
    await deny.apply(change, { actor: context.actor, at: now }, ({ done, total }) => {
      if (Math.floor((10 * done) / total) === tenth) return;
      tenth = Math.floor((10 * done) / total);
      context.stderr.write(`${done} of ${total} entries are ready\n`);
    });
  } catch (error) {
    if (error instanceof DenyListConflict) {
      throw new CliError(exitCodes.temporary, `nothing was imported: ${error.message}`);
    }
    throw error;
  }
}

async function exportFile(context: CliContext, json: boolean): Promise<void> {
  const entries = await withOpened(context.openRecords(), ({ deny }) => deny.list());
  context.stdout.write(json ? entries.map((entry) => jsonLine(entryJson(entry))).join('') : formatDenyCsv(entries));
}

/** `KIND VALUE`, or a value alone that tells its kind. */
function kindAndValue({ kind, value }: Named): { readonly kind: string; readonly value: string } {
  return value === undefined ? { kind: kindOfValue(kind), value: kind } : { kind, value };
}

function entriesNamed(entries: readonly DenyEntry[], named: Named): readonly DenyEntry[] {
  const byId = named.value === undefined ? entries.filter(({ id }) => id === named.kind) : [];
  if (byId.length > 0) return byId;
  const { kind, value } = kindAndValue(named);
  const parsed = parseDenyKind(kind);
  const normal = parsed === null ? null : normalValue(parsed, value);
  // A value that could not be entered today may have been entered under older rules.
  return entries.filter((entry) => entry.kind === kind && entry.value === (normal?.ok ? normal.value : value));
}

function kindOfValue(value: string): DenyKind {
  const kinds = { address: 'email', domain: 'domain', ip: 'network', fingerprint: 'pgp', phone: 'phone' } as const;
  return value.includes('/') ? 'network' : kinds[targetOf(value).kind];
}

/** What a text names, by its form. Throws a usage error when it is none. */
function targetOf(text: string): DenyTarget {
  const target = denyTargetOf(text);
  if (target !== null) return target;
  throw new CliError(
    exitCodes.usage,
    `${printable(text)} is neither mail address, domain, IP address, PGP fingerprint nor phone number`,
  );
}

function scopeFlag(text: string): DenyScope {
  const scope = parseScope(text);
  if (scope === null) throw new CliError(exitCodes.usage, `--scope is not one of ${scopeHelp}`);
  return scope;
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function expiryFlag(text: string | undefined, options: DenyCommandOptions, now: number): number | null {
  if (text === undefined) {
    const ttlMs = options.defaultTtlMs();
    return ttlMs === null ? null : now + ttlMs;
  }
  if (text === 'never') return null;
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (unit === 'm' || unit === 'h' || unit === 'd') return now + Number(count) * unitMs[unit];
  const expiry = parseExpiry(text);
  if (!expiry.ok) {
    throw new CliError(
      exitCodes.usage,
      '--expires is no ISO 8601 date, nor date-time with zone, nor 30d, 12h or never',
    );
  }
  if (expiry.at <= now) throw new CliError(exitCodes.dataError, '--expires lies in the past');
  return expiry.at;
}

function entryText(entry: DenyEntry): string {
  const until = entry.expiresAt === null ? '' : `, until ${expiryText(entry.expiresAt)}`;
  const { id, kind, value, scope, createdBy, reason } = entry;
  return printable(`${kind} ${value} (${scopeText(scope)}${until}, by ${createdBy}: ${reason}; id ${id})`);
}

function entryTable(entries: readonly DenyEntry[], now: number): string {
  return columns(
    ['ID', 'KIND', 'VALUE', 'SCOPE', 'EXPIRES', 'BY', 'REASON'],
    entries.map((entry) => [
      entry.id,
      entry.kind,
      entry.value,
      scopeText(entry.scope),
      isExpired(entry, now) ? 'expired' : expiryText(entry.expiresAt) || 'never',
      entry.createdBy,
      entry.reason,
    ]),
  );
}

function diffText(diff: DenyDiff, dryRun: boolean): string {
  const lines = [
    ...diff.added.map((entry) => `+ ${entryText(entry)}\n`),
    ...diff.changed.map(({ after }) => `~ ${entryText(after)}\n`),
    ...diff.removed.map((entry) => `- ${entryText(entry)}\n`),
  ];
  const counts = `${diff.added.length} added, ${diff.changed.length} changed, ${diff.removed.length} removed, ${diff.unchanged} unchanged`;
  return `${lines.join('')}${dryRun ? 'dry run, nothing was changed' : 'imported'}: ${counts}\n`;
}

function diffJson(diff: DenyDiff, dryRun: boolean) {
  return {
    dryRun,
    added: diff.added.map(entryJson),
    changed: diff.changed.map(({ before, after }) => ({ before: entryJson(before), after: entryJson(after) })),
    removed: diff.removed.map(entryJson),
    unchanged: diff.unchanged,
  };
}

function entryJson(entry: DenyEntry) {
  return {
    ...entry,
    scope: scopeText(entry.scope),
    expiresAt: entry.expiresAt === null ? null : expiryText(entry.expiresAt),
    createdAt: new Date(entry.createdAt).toISOString(),
  };
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
