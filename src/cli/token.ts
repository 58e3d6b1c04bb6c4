/** `postern token`: what programs show to the HTTP API. A secret is printed once; only its hash is kept. */
import { type Command, InvalidArgumentError } from 'commander';
import type { ApiTokenRecords, KnownToken, NewApiToken } from '../records/api-tokens.ts';
import {
  type ApiScope,
  apiScopes,
  apiTokenState,
  newApiToken,
  parseScopes,
  programKinds,
  scopeTexts,
  staffScopes,
  tokenFault,
} from '../staff/api-token.ts';
import { parseRole, type Role, roles, roleTexts } from '../staff/role.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { columns, printable } from './columns.ts';
import type { CliContext } from './context.ts';
import { newCommand } from './run-command.ts';
import { withOpened } from './with-opened.ts';

export type OpenTokens = { readonly tokens: ApiTokenRecords; close(): Promise<void> };

export type TokenContext = CliContext & { openTokens(): Promise<OpenTokens> };

type AddOptions = {
  readonly portal?: true;
  readonly engineering?: true;
  readonly role?: Role;
  readonly scope: readonly ApiScope[];
  readonly days?: number;
  readonly json?: true;
};

const dayMs = 86_400_000;

export function tokenCommand(context: TokenContext): Command {
  const command = newCommand(context, 'token').description('what programs show to the HTTP API');
  const rolesHelp = roles.map((role) => `${role} (${roleTexts[role]})`).join('; ');
  command
    .command('add')
    .description('make a token and print its secret, this once')
    .argument('<name>', 'what it is for')
    .option('--role <role>', rolesHelp, readRole)
    .option('--scope <list>', 'what it may do, separated by commas', readScopes, ['read'])
    .option('--portal', 'for the admin portal of the vendor: no role, scope portal')
    .option('--engineering', 'for engineering: no role, reads and answers work orders')
    .option('--days <number>', 'ends by itself after so many days; without it never', readDays)
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `\nScopes:\n${staffScopes.map((scope) => `  ${scope.padEnd(10)} ${scopeTexts[scope]}\n`).join('')}`,
    )
    .action((name: string, options: AddOptions) => add(context, name, options));
  command
    .command('list')
    .description('list the tokens, without their secrets')
    .option('--json', 'one JSON object on each line')
    .action((options: { json?: true }) => list(context, options.json ?? false));
  command
    .command('revoke')
    .description('end a token; its next call is refused')
    .argument('<id>', 'its id, as the list shows it')
    .action((id: string) => revoke(context, id));
  return command;
}

async function add(context: TokenContext, name: string, options: AddOptions): Promise<void> {
  const at = context.now();
  const programs = programKinds.filter((kind) => options[kind] === true);
  const [program] = programs;
  if (programs.length > 1) throw new CliError(exitCodes.usage, `name one of --${programs.join(' and --')}`);
  if (program !== undefined && options.role !== undefined) {
    throw new CliError(exitCodes.usage, `a token for ${program} has no role`);
  }
  const wanted: Omit<NewApiToken, 'tokenHash'> = {
    kind: program ?? 'staff',
    name: name.trim(),
    role: program === undefined ? (options.role ?? 'viewer') : null,
    scopes: program === undefined ? options.scope : [program],
    expiresAt: options.days === undefined ? null : at + options.days * dayMs,
  };
  const fault = tokenFault(wanted);
  if (fault !== null) throw new CliError(exitCodes.usage, fault);
  const { hash, secret } = newApiToken(wanted.kind);
  const token = await withOpened(context.openTokens(), ({ tokens }) =>
    tokens.add({ ...wanted, tokenHash: hash }, { actor: context.actor, at }),
  );
  const expiresAt = token.expiresAt === null ? null : new Date(token.expiresAt).toISOString();
  context.stdout.write(
    options.json ? `${JSON.stringify({ id: token.id, token: secret, expiresAt })}\n` : `${secret}\n`,
  );
  context.stderr.write(`token ${token.id}; this is the only time that its secret is shown\n`);
}

async function list(context: TokenContext, json: boolean): Promise<void> {
  const known = await withOpened(context.openTokens(), ({ tokens }) => tokens.list());
  const now = context.now();
  const text = json
    ? known.map(({ maker, token }) => `${JSON.stringify({ ...token, state: apiTokenState(token, maker, now) })}\n`)
    : [tokenTable(known, now)];
  context.stdout.write(text.join(''));
  if (known.length === 0) context.stderr.write('none yet: postern token add <name> --role viewer\n');
}

async function revoke(context: TokenContext, id: string): Promise<void> {
  const by = { actor: context.actor, at: context.now() };
  const isRevoked = await withOpened(context.openTokens(), ({ tokens }) => tokens.revoke(id, by));
  if (!isRevoked) throw new CliError(exitCodes.notFound, `no token that still works has the id ${printable(id)}`);
  context.stdout.write(`revoked ${id}\n`);
}

function tokenTable(known: readonly KnownToken[], now: number): string {
  return columns(
    ['ID', 'FOR', 'KIND', 'ROLE', 'SCOPES', 'STATE', 'ENDS', 'LAST USE', 'MADE BY'],
    known.map(({ maker, token }) => [
      token.id,
      token.name,
      token.kind,
      token.role ?? '-',
      token.scopes.join(','),
      apiTokenState(token, maker, now),
      dateText(token.expiresAt),
      dateText(token.lastUsedAt),
      token.createdBy,
    ]),
  );
}

function dateText(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString();
}

function readRole(text: string): Role {
  const role = parseRole(text);
  if (role === null) throw new InvalidArgumentError(`There are ${roles.join(', ')}.`);
  return role;
}

function readScopes(text: string): readonly ApiScope[] {
  const scopes = parseScopes(text.split(',').map((scope) => scope.trim()));
  if (scopes === null) throw new InvalidArgumentError(`There are ${apiScopes.join(', ')}.`);
  return scopes;
}

function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3_650) throw new InvalidArgumentError('From 1 to 3650.');
  return days;
}
