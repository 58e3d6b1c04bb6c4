/** `postern staff`: who may log in to the console. Passwords are chosen in the browser, by a link that works once. */
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { StaffChange, StaffRecords } from '../records/staff.ts';
import type { StaffMember } from '../staff/member.ts';
import { parseStaffName } from '../staff/name.ts';
import { parseRole, type Role, roles, roleTexts } from '../staff/role.ts';
import { invitationMs, newToken, tokenHash } from '../staff/session.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { newCommand } from './run-command.ts';
import { logIn, logOut, type SessionContext } from './staff-session.ts';
import { withOpened } from './with-opened.ts';

export type StaffContext = CliContext &
  SessionContext & {
    /** Throws `ConfigError`. */
    config(): Config;
  };

type LinkOptions = { readonly url?: string; readonly json?: true };

export function staffCommand(context: StaffContext): Command {
  const command = newCommand(context, 'staff').description('who may log in to the console');
  const rolesHelp = roles.map((role) => `${role} (${roleTexts[role]})`).join('; ');
  command
    .command('add')
    .description('add a member and print the link by which they choose a password')
    .argument('<name>', 'log-in name or mail address')
    .option('--role <role>', rolesHelp, 'viewer')
    .option('--url <url>', 'address of the console as the member sees it')
    .option('--json', 'one JSON object')
    .action((name: string, options: LinkOptions & { role: string }) => add(context, name, options));
  command
    .command('log-in')
    .description('log in for this shell, with password and code: eval "$(postern staff log-in <name>)"')
    .argument('<name>', 'log-in name')
    .option('--json', 'one JSON object')
    .action((name: string, options: { json?: true }) => logIn(context, name, options));
  command
    .command('log-out')
    .description('end the session of this shell: eval "$(postern staff log-out)"')
    .action(() => logOut(context));
  command
    .command('list')
    .description('list the members')
    .option('--json', 'one JSON object on each line')
    .action((options: { json?: true }) => list(context, options.json ?? false));
  command
    .command('disable')
    .description('shut a member out and end their sessions')
    .argument('<name>', 'log-in name')
    .action((name: string) => disable(context, name));
  command
    .command('reset')
    .description('take password and second factor away, end all sessions, and print a new link')
    .argument('<name>', 'log-in name')
    .option('--url <url>', 'address of the console as the member sees it')
    .option('--json', 'one JSON object')
    .action((name: string, options: LinkOptions) => reset(context, name, options));
  command
    .command('role')
    .description('give a member another role')
    .argument('<name>', 'log-in name')
    .argument('<role>', rolesHelp)
    .action((name: string, role: string) => setRole(context, name, role));
  return command;
}

async function add(context: StaffContext, text: string, options: LinkOptions & { role: string }): Promise<void> {
  const name = staffName(text);
  const role = staffRole(options.role);
  await invite(context, name, options, (staff, invitation, by) => staff.add({ name, role }, invitation, by));
}

async function reset(context: StaffContext, text: string, options: LinkOptions): Promise<void> {
  const name = staffName(text);
  await invite(context, name, options, (staff, invitation, by) => staff.reset(name, invitation, by));
}

type Inviting = (
  staff: StaffRecords,
  invitation: { readonly tokenHash: string; readonly expiresAt: number },
  by: { readonly actor: string; readonly at: number },
) => Promise<StaffChange>;

async function invite(context: StaffContext, name: string, options: LinkOptions, work: Inviting): Promise<void> {
  const token = newToken();
  const at = context.now();
  const expiresAt = at + invitationMs;
  const base = (options.url ?? consoleUrl(context.config())).replace(/\/+$/, '');
  await withStaff(context, name, (staff) =>
    work(staff, { tokenHash: tokenHash(token), expiresAt }, { actor: context.actor, at }),
  );
  const link = `${base}/join/${token}`;
  const until = new Date(expiresAt).toISOString();
  context.stdout.write(options.json ? `${JSON.stringify({ name, link, expiresAt: until })}\n` : `${link}\n`);
  context.stderr.write(`${name} opens this link once, before ${until}, and chooses a password there.\n`);
}

async function list(context: StaffContext, json: boolean): Promise<void> {
  const members = await withOpened(context.openStaff(), ({ staff }) => staff.list());
  context.stdout.write(json ? members.map((member) => `${JSON.stringify(member)}\n`).join('') : memberTable(members));
  if (members.length === 0) context.stderr.write('nobody yet: postern staff add <name> --role admin\n');
}

async function disable(context: StaffContext, text: string): Promise<void> {
  const name = staffName(text);
  await withStaff(context, name, (staff) => staff.disable(name, { actor: context.actor, at: context.now() }));
  context.stdout.write(`disabled ${name}\n`);
}

async function setRole(context: StaffContext, text: string, roleText: string): Promise<void> {
  const name = staffName(text);
  const role = staffRole(roleText);
  await withStaff(context, name, (staff) => staff.setRole(name, role, { actor: context.actor, at: context.now() }));
  context.stdout.write(`${name} is ${role}\n`);
}

async function withStaff(
  context: StaffContext,
  name: string,
  work: (staff: StaffRecords) => Promise<StaffChange>,
): Promise<void> {
  const change = await withOpened(context.openStaff(), ({ staff }) => work(staff));
  if (change.ok) return;
  switch (change.cause) {
    case 'unknown':
      throw new CliError(exitCodes.notFound, `nobody has the name ${name}`);
    case 'exists':
      throw new CliError(exitCodes.dataError, `${name} is there already; a new link: postern staff reset ${name}`);
    case 'last-admin':
      throw new CliError(exitCodes.dataError, `${name} is the last admin; nothing was changed`);
  }
}

function memberTable(members: readonly StaffMember[]): string {
  return columns(
    ['NAME', 'ROLE', 'STATE', 'SECOND FACTOR', 'LAST LOG-IN', 'ADDED BY'],
    members.map((member) => [
      member.name,
      member.role,
      member.state,
      member.hasSecondFactor ? 'yes' : 'no',
      member.lastLoginAt === null ? '-' : new Date(member.lastLoginAt).toISOString(),
      member.createdBy,
    ]),
  );
}

function staffName(text: string): string {
  const name = parseStaffName(text);
  if (name === null) {
    throw new CliError(exitCodes.usage, `${printable(text)} is no name: letters, digits, dot, dash, or a mail address`);
  }
  return name;
}

function staffRole(text: string): Role {
  const role = parseRole(text);
  if (role === null) throw new CliError(exitCodes.usage, `${printable(text)} is none of ${roles.join(', ')}`);
  return role;
}

/** As it is configured, else where the console listens, as a browser on this machine names it. */
function consoleUrl({ console: { host, port, url } }: Config): string {
  if (url !== null) return url;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return port === 0 ? 'http://<console>' : `http://${name}:${port}`;
}
