/** `postern directory`: import, export and show the directory of tenants. */
import type { Command } from 'commander';
import { canonicalAddress } from '../address/mailbox.ts';
import { type DirectoryDiff, directoryDiff } from '../directory/diff.ts';
import { formatDirectory, parseDirectoryText } from '../directory/directory-file.ts';
import { type DirectoryFault, faultLine } from '../directory/fault.ts';
import { responseTexts } from '../directory/response-texts.ts';
import type { Standing, Tenant } from '../directory/tenant.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { directoryFileOptions } from './directory-options.ts';
import { readInputFile } from './input-file.ts';
import { newCommand } from './run-command.ts';
import { unreachableText } from './unreachable-text.ts';
import { withOpened } from './with-opened.ts';

export function directoryCommand(context: CliContext): Command {
  const command = newCommand(context, 'directory').description('tenants, their admins, addresses and keys');
  command
    .command('import')
    .description('replace the directory by a JSON file, validated as a whole before anything changes')
    .argument('<file>', 'JSON file, as written by "directory export"')
    .option('--dry-run', 'say what would change and change nothing')
    .option('--json', 'one JSON object on stdout')
    .action((file: string, options: { dryRun?: boolean; json?: boolean }) => importFile(context, file, options));
  command
    .command('export')
    .description('write the directory to stdout, as a file that "directory import" takes')
    .option('--json', 'the same: the file is JSON')
    .action(() => exportFile(context));
  command
    .command('show')
    .description('all tenants; or one tenant; or what an address is to the directory')
    .argument('[address-or-tenant]', 'a mail address or a tenant id')
    .option('--json', 'one JSON value on stdout')
    .action((what: string | undefined, options: { json?: boolean }) => show(context, what, options.json ?? false));
  return command;
}

async function importFile(
  context: CliContext,
  file: string,
  options: { readonly dryRun?: boolean; readonly json?: boolean },
): Promise<void> {
  const result = await parseDirectoryText(await readInputFile(context, file), directoryFileOptions(context.now()));
  if (!result.ok) throw new CliError(exitCodes.dataError, faultReport(file, result.faults));
  for (const warning of result.warnings) context.stderr.write(`warning: ${printable(faultLine(warning))}\n`);
  const dryRun = options.dryRun ?? false;
  const { directory, warnings } = result;
  const diff = await withOpened(context.openRecords(), async (records) => {
    const changes = directoryDiff(await records.directory.all(), directory.tenants);
    if (!dryRun) await records.directory.replaceAll(directory, { actor: context.actor, at: context.now() });
    return changes;
  });
  context.stdout.write(options.json ? `${JSON.stringify({ dryRun, ...diff, warnings })}\n` : diffText(diff, dryRun));
}

async function exportFile(context: CliContext): Promise<void> {
  const tenants = await withOpened(context.openRecords(), (records) => records.directory.all());
  context.stdout.write(formatDirectory(tenants));
}

async function show(context: CliContext, what: string | undefined, json: boolean): Promise<void> {
  if (what?.includes('@')) return showAddress(context, what, json);
  const { tenants, unreachable } = await withOpened(context.openRecords(), async (records) => {
    const all = await records.directory.all();
    return {
      tenants: all,
      unreachable: await records.unreachable(all.filter(({ id }) => id === what).flatMap(addressesOf)),
    };
  });
  if (what === undefined) {
    context.stdout.write(json ? `${JSON.stringify(tenants)}\n` : tenantTable(tenants));
    return;
  }
  const tenant = tenants.find(({ id }) => id === what);
  if (tenant === undefined) throw new CliError(exitCodes.notFound, `no tenant has the id ${printable(what)}`);
  context.stdout.write(
    json
      ? `${JSON.stringify({ ...tenant, unreachable: Object.fromEntries(unreachable) })}\n`
      : `${tenantText(tenant)}${unreachableText(unreachable)}`,
  );
}

async function showAddress(context: CliContext, text: string, json: boolean): Promise<void> {
  const address = canonicalAddress(text);
  if (address === null) {
    throw new CliError(exitCodes.dataError, `${printable(text)} is not a mail address in canonical form`);
  }
  const { standing, unreachable } = await withOpened(context.openRecords(), async (records) => ({
    standing: await records.directory.standingOf(address),
    unreachable: await records.unreachable([address]),
  }));
  context.stdout.write(
    json
      ? `${JSON.stringify({ address, standing, unreachable: unreachable.get(address) ?? null })}\n`
      : `${standingText(address, standing)}${unreachableText(unreachable)}`,
  );
}

function faultReport(file: string, faults: readonly DirectoryFault[]): string {
  const lines = faults.map((fault) => `  ${printable(faultLine(fault))}`);
  return [`${file}: nothing was imported`, ...lines].join('\n');
}

function diffText({ added, changed, removed, unchanged }: DirectoryDiff, dryRun: boolean): string {
  const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`;
  const heading = dryRun ? 'dry run, nothing was changed' : 'imported';
  return `${tenantLines('+', added)}${tenantLines('~', changed)}${tenantLines('-', removed)}${heading}: ${counts}\n`;
}

function tenantLines(sign: string, ids: readonly string[]): string {
  return ids.map((id) => `${sign} tenant ${printable(id)}\n`).join('');
}

function tenantTable(tenants: readonly Tenant[]): string {
  return columns(
    ['TENANT', 'NAME', 'TIER', 'USERS', 'ADMINS', 'DOMAINS'],
    tenants.map((tenant) => [
      tenant.id,
      tenant.name,
      tenant.tier,
      String(tenant.users),
      String(tenant.admins.length),
      tenant.domains.join(' '),
    ]),
  );
}

function tenantText(tenant: Tenant): string {
  const facts = [
    ['tenant', `${tenant.id} (${tenant.name})`],
    ['objectId', tenant.objectId ?? ''],
    ['domains', tenant.domains.join(' ')],
    ['signing domains', tenant.signingDomains.join(' ')],
    ['tier', `${tenant.tier}, ${tenant.users} users${tenant.partner ? ', partner' : ''}`],
    ['time zone', tenant.timezone],
    ['contract', contractText(tenant)],
    ['helpdesk', tenant.helpdeskAddresses.join(' ')],
  ] as const;
  const head = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${printable(value)}\n`);
  const admins = tenant.admins.map((admin) => [
    admin.id,
    admin.name,
    admin.role,
    admin.active ? 'active' : 'inactive',
    admin.mailbox,
    String(admin.pgpKeys.length),
    [admin.primaryEmail, ...admin.secondaryEmails].join(' '),
  ]);
  const contacts = tenant.contactsOnFile.map((contact) => [
    contact.name,
    contact.role,
    contact.phone ?? '',
    contact.email ?? '',
  ]);
  return [
    ...head,
    '\n',
    columns(['ADMIN', 'NAME', 'ROLE', 'STATE', 'MAILBOX', 'KEYS', 'ADDRESSES'], admins),
    ...(contacts.length === 0 ? [] : ['\n', columns(['CONTACT', 'ROLE', 'PHONE', 'EMAIL'], contacts)]),
  ].join('');
}

/** Everybody whom our own mail may go to. */
function addressesOf({ admins, contactsOnFile }: Tenant): readonly string[] {
  const contacts = contactsOnFile.flatMap(({ email }) => (email === null ? [] : [email]));
  return [...admins.map(({ primaryEmail }) => primaryEmail), ...contacts];
}

function contractText({ contract }: Tenant): string {
  return [
    `PGP ${contract.requirePgp}`,
    ...(contract.requireTls ? ['TLS required'] : []),
    ...(contract.spfProves ? ['SPF proves'] : []),
    ...responseTexts(contract),
    ...contract.alternateSenders.map(
      ({ address, requests }) => `${address} may write (${['ordinary', ...requests].join(', ')})`,
    ),
  ].join('; ');
}

function standingText(address: string, standing: Standing): string {
  if (standing.kind === 'unregistered') return `${address}: unregistered\n`;
  const tenant = `tenant ${standing.tenant.id} (${standing.tenant.name})`;
  const admin =
    standing.kind === 'primary' || standing.kind === 'secondary'
      ? `, admin ${standing.admin.id} (${standing.admin.name}), ${standing.admin.role}, ${standing.admin.active ? 'active' : 'inactive'}`
      : '';
  return `${printable(`${address}: ${standing.kind}, ${tenant}${admin}`)}\n`;
}
