/** Where `postern check` gets directory, deny-list, DNS and keys from: files where given, else what is there, read-only. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { denyCsvFaultLine, parseDenyCsv } from '../denylist/csv.ts';
import { indexDenylist } from '../denylist/index-denylist.ts';
import { parseDirectoryText } from '../directory/directory-file.ts';
import { faultLine } from '../directory/fault.ts';
import { indexDirectory } from '../directory/lookup.ts';
import { parseZone, ZoneError, zoneResolver } from '../dns/zone.ts';
import type { DecryptionKey } from '../evidence/pgp.ts';
import type { DenylistPort, DirectoryPort, Resolver } from '../evidence/ports.ts';
import { openKeyring } from '../keyring/keyring.ts';
import type { Logger } from '../observe/logger.ts';
import { CliError, exitCodes } from './cli-error.ts';
import { printable } from './columns.ts';
import type { CliContext, CliRecords } from './context.ts';
import { directoryFileOptions } from './directory-options.ts';
import { errorCode } from './error-code.ts';
import { readInputFile } from './input-file.ts';

export type CheckContext = CliContext & {
  /** Throws `ConfigError`. */
  config(): Config;
  readonly logger: Logger;
  /** The records as they are, read-only; null where there are none yet. */
  readRecords(): Promise<Pick<CliRecords, 'directory' | 'deny' | 'close'> | null>;
  /** Real DNS for one mail, as configured. */
  resolverOf(config: Config): () => Resolver;
};

export type CheckStores = {
  readonly directory: DirectoryPort;
  readonly denylist: DenylistPort;
  /** DNS for one mail. */
  readonly resolver: () => Resolver;
  readonly decryptionKeys: readonly DecryptionKey[];
  close(): Promise<void>;
};

export type StoreFiles = {
  readonly directory?: string;
  readonly deny?: string;
  readonly zone?: string;
  readonly keys?: string;
};

export async function checkStores(context: CheckContext, config: Config, files: StoreFiles): Promise<CheckStores> {
  const needsRecords = files.directory === undefined || files.deny === undefined;
  const [fromDirectory, fromDeny, zone, decryptionKeys] = await Promise.all([
    files.directory === undefined ? null : readDirectory(context, files.directory),
    files.deny === undefined ? null : readDeny(context, files.deny),
    files.zone === undefined ? null : readZone(context, files.zone),
    readKeys(context, config, files.keys),
  ]);
  const records = needsRecords ? await context.readRecords() : null;
  return {
    directory: fromDirectory ?? records?.directory ?? indexDirectory({ tenants: [], keys: new Map() }),
    denylist: fromDeny ?? records?.deny ?? indexDenylist([]),
    resolver: zone === null ? context.resolverOf(config) : () => zone,
    decryptionKeys,
    close: async () => {
      await records?.close();
    },
  };
}

async function readDirectory(context: CheckContext, file: string): Promise<DirectoryPort> {
  const parsed = await parseDirectoryText(await readInputFile(context, file), directoryFileOptions(context.now()));
  if (!parsed.ok) throw faulty(file, parsed.faults.map(faultLine));
  return indexDirectory(parsed.directory);
}

async function readDeny(context: CheckContext, file: string): Promise<DenylistPort> {
  const parsed = parseDenyCsv(await readInputFile(context, file), context.now());
  if (!parsed.ok) throw faulty(file, parsed.faults.map(denyCsvFaultLine));
  return indexDenylist(parsed.entries);
}

async function readZone(context: CheckContext, file: string): Promise<Resolver> {
  const text = await readInputFile(context, file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw faulty(file, ['is not JSON']);
  }
  try {
    return zoneResolver(parseZone(json));
  } catch (error) {
    if (error instanceof ZoneError) throw faulty(file, [error.message]);
    throw error;
  }
}

async function readKeys(
  context: CheckContext,
  config: Config,
  folder: string | undefined,
): Promise<readonly DecryptionKey[]> {
  const path = folder === undefined ? config.pgp.keysDirectory : resolve(context.cwd, folder);
  if (folder !== undefined) await expectFolder(path, folder);
  const keyring = await openKeyring(path, { passphrase: config.pgp.passphrase?.reveal() ?? null });
  for (const { file, cause } of keyring.problems) context.stderr.write(`warning: ${printable(`${file}: ${cause}`)}\n`);
  return keyring.decryptionKeys();
}

/** A keyring without its folder is empty; one that was named must be there, or other verdicts come out than were asked for. */
async function expectFolder(path: string, shown: string): Promise<void> {
  await readdir(path).catch((error: unknown) => {
    throw new CliError(exitCodes.noInput, `${shown}: cannot be read (${errorCode(error)})`);
  });
}

function faulty(file: string, faults: readonly string[]): CliError {
  return new CliError(exitCodes.dataError, faults.map((fault) => `${file}: ${printable(fault)}`).join('\n'));
}
