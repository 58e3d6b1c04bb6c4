/** `postern keys`: the gateway's own PGP keys. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { parseMailbox } from '../address/mailbox.ts';
import type { KeyInfo, Keyring } from '../keyring/keyring.ts';
import { KeyringError, type KeyringFault } from '../keyring/keyring-error.ts';
import { CliError, type ExitCode, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { newCommand } from './run-command.ts';

export type KeysContext = Pick<CliContext, 'stdout' | 'stderr' | 'cwd' | 'now'> & {
  /** The keyring of the configured keys directory, opened anew. */
  openKeyring(): Promise<Keyring>;
};

type UserId = { readonly name: string; readonly email: string };
type Json = { readonly json?: true };

const dayMs = 86_400_000;

export function keysCommand(context: KeysContext): Command {
  const keys = newCommand(context, 'keys').description("the gateway's own PGP keys: what customers encrypt to");
  keys
    .command('generate')
    .description('make a new key (Ed25519 and X25519) and print its public half')
    .requiredOption('--user-id <id>', 'whom the key is for, as "Name <address>"', parseUserId)
    .option('--expires-in <days>', 'lifetime in days; without it the key does not expire', parseDays)
    .option('--json', 'one JSON object instead of text')
    .action((options: Json & { userId: UserId; expiresIn?: number }) => generate(context, options));
  keys
    .command('import')
    .description('take over armored private keys; locked ones are opened with the configured passphrase')
    .argument('<file...>', 'files with armored private keys')
    .option('--json', 'one JSON object per key')
    .action((files: string[], options: Json) => importKeys(context, files, options));
  keys
    .command('list')
    .description('fingerprint, user ids, creation, expiry and algorithm of each key')
    .option('--json', 'one JSON object per key')
    .action((options: Json) => list(context, options));
  keys
    .command('export')
    .description('print a public key, armored, to hand to customers')
    .argument('[fingerprint]', 'needed when there are several keys')
    .option('--secret', 'print the PRIVATE key instead')
    .option('--json', 'one JSON object with fingerprint and armored key')
    .action((fingerprint: string | undefined, options: Json & { secret?: true }) =>
      exportKey(context, fingerprint, options),
    );
  return keys;
}

async function generate(
  context: KeysContext,
  { userId, expiresIn, json }: Json & { userId: UserId; expiresIn?: number },
): Promise<void> {
  await withKeyring(context, async (keyring) => {
    const lifetimeMs = expiresIn === undefined ? null : expiresIn * dayMs;
    const info = await keyring.generate({ ...userId, now: context.now(), lifetimeMs });
    const armored = keyring.exportPublic(info.fingerprint);
    if (json) return write(context, JSON.stringify({ ...info, armored }));
    context.stderr.write(`${describe(info)}\n`);
    write(context, armored.trimEnd());
  });
}

async function importKeys(context: KeysContext, files: readonly string[], { json }: Json): Promise<void> {
  const texts: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) {
    const text = await readFile(resolve(context.cwd, file), 'utf8').catch(() => {
      throw new CliError(exitCodes.noInput, `${file}: cannot be read`);
    });
    texts.push({ file, text });
  }
  await withKeyring(context, async (keyring) => {
    for (const { file, text } of texts) {
      const added = await keyring.import(text, context.now()).catch((error: unknown) => {
        throw error instanceof KeyringError ? new KeyringError(error.fault, `${file}: ${error.message}`) : error;
      });
      for (const info of added) write(context, json ? JSON.stringify(info) : describe(info));
    }
  });
}

async function list(context: KeysContext, { json }: Json): Promise<void> {
  await withKeyring(context, async (keyring) => {
    const infos = await keyring.list(context.now());
    for (const info of infos) write(context, json ? JSON.stringify(info) : describe(info));
    if (infos.length === 0 && !json) context.stderr.write('no keys: make one with `postern keys generate`\n');
  });
}

async function exportKey(
  context: KeysContext,
  fingerprint: string | undefined,
  { secret, json }: Json & { secret?: true },
): Promise<void> {
  await withKeyring(context, async (keyring) => {
    const chosen = fingerprint ?? onlyKey(await keyring.list(context.now()));
    const armored = secret ? await keyring.exportSecret(chosen) : keyring.exportPublic(chosen);
    write(context, json ? JSON.stringify({ fingerprint: chosen.toUpperCase(), armored }) : armored.trimEnd());
  });
}

function onlyKey(infos: readonly KeyInfo[]): string {
  const [only] = infos;
  if (only === undefined) throw new CliError(exitCodes.noInput, 'no keys: make one with `postern keys generate`');
  if (infos.length > 1) {
    const names = infos.map(({ fingerprint }) => fingerprint).join('\n');
    throw new CliError(exitCodes.usage, `which of the ${infos.length} keys? Name its fingerprint:\n${names}`);
  }
  return only.fingerprint;
}

/** Opens, tells what is wrong in the folder, and turns faults into exit codes. */
async function withKeyring(context: KeysContext, act: (keyring: Keyring) => Promise<void>): Promise<void> {
  try {
    const keyring = await context.openKeyring();
    for (const { file, cause } of keyring.problems) context.stderr.write(`${file}: ${cause}\n`);
    await act(keyring);
  } catch (error) {
    throw error instanceof KeyringError ? new CliError(exitOf[error.fault], error.message) : error;
  }
}

const exitOf: Readonly<Record<KeyringFault, ExitCode>> = {
  missing: exitCodes.noInput,
  exists: exitCodes.dataError,
  unreadable: exitCodes.dataError,
  locked: exitCodes.dataError,
  io: exitCodes.cannotCreate,
};

function describe({ fingerprint, userIds, createdAt, expiresAt, algorithm, standing }: KeyInfo): string {
  const until = expiresAt === null ? 'does not expire' : `expires ${dateOf(expiresAt)}`;
  const fields = [fingerprint, algorithm, `created ${dateOf(createdAt)}`, until, userIds.join(', ')];
  return [...fields, ...(standing === 'good' ? [] : [standing.toUpperCase()])].join('  ');
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function write({ stdout }: KeysContext, line: string): void {
  stdout.write(`${line}\n`);
}

function parseUserId(text: string): UserId {
  const match = /^([^<>"\p{C}]*)<([^<>\s]+)>$/u.exec(text.trim());
  const email = match?.[2] ?? text.trim();
  if (!parseMailbox(email).ok) throw new InvalidArgumentError('Write it as "Name <address>".');
  return { name: match?.[1]?.trim() ?? '', email };
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new InvalidArgumentError('A number of days from 1 to 36500.');
  return days;
}
