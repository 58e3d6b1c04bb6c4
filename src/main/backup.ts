/** Backup and restore on the configured stores. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { moveIntoPlace, type Staging, unpackArchive } from '../backup/put-back.ts';
import { countMail, takeBackup } from '../backup/take.ts';
import type { OpenBackup } from '../cli/backup.ts';
import { CliError, exitCodes } from '../cli/cli-error.ts';
import type { Restored } from '../cli/restore.ts';
import type { Config } from '../config/config.ts';
import { documentedSettings, type Environment } from '../config/environment.ts';
import type { Logger } from '../observe/logger.ts';
import { auditRecords } from '../records/audit.ts';
import { DumpUnreadable, dumpRecords, loadRecords, RecordsNotEmpty } from '../records/dump.ts';
import { RecordsUnavailable } from '../records/errors.ts';
import { openRecords, type Records } from '../records/open-records.ts';
import { DataDirectoryInUse, DataDirectoryUnusable, lockDataDirectory } from '../supervise/data-lock.ts';

export type Acting = { readonly actor: string; readonly now: () => number };

/** `records` are closed with the backup. */
export function openBackup(config: Config, env: Environment, records: Records, acting: Acting): OpenBackup {
  const spoolDir = config.spool.s3 === null ? config.spool.directory : null;
  const secrets = setSecrets(env);
  return {
    mails: () => countMail(spoolDir),
    async take(output, leaveOut, onMail) {
      const createdAt = acting.now();
      const facts = {
        createdAt,
        records: records.dialect,
        spool: spoolDir === null ? ('elsewhere' as const) : ('included' as const),
        secrets: [...secrets],
      };
      // Noted first, so that the note is in the archive too: who has it has everything.
      await auditRecords(records).append({
        at: createdAt,
        actor: acting.actor,
        action: 'backup.take',
        subject: 'gateway',
        detail: { spool: facts.spool },
      });
      const dump = (visitor: Parameters<typeof dumpRecords>[1]) => dumpRecords(records, visitor);
      return takeBackup({ dataDir: config.dataDir, spoolDir, leaveOut, dump, facts }, output, onMail);
    },
    missing: [
      ...secrets.map((name) => `${name}: keep it where it is kept now`),
      ...(spoolDir === null ? ['mail: it lies in the bucket; copy that by its own means'] : []),
      ...filesElsewhere(config).map((path) => `${path}: it lies outside the data directory`),
    ],
    close: () => records.close(),
  };
}

/** Secrets that come from the environment, by the names of their variables. */
function setSecrets(env: Environment): readonly string[] {
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== '';
  return documentedSettings().flatMap(({ text }) =>
    text.secret === true && text.env !== undefined && (isSet(text.env) || isSet(`${text.env}_FILE`)) ? [text.env] : [],
  );
}

function filesElsewhere({ dataDir, file, pgp, relay, smtp }: Config): readonly string[] {
  const paths = [
    file,
    smtp.tls.certificateFile,
    smtp.tls.keyFile,
    pgp.keysDirectory,
    relay.caFile,
    relay.dkim?.keyFile ?? null,
  ];
  return paths.filter((path) => path !== null).filter((path) => !path.startsWith(`${dataDir}/`) && existsSync(path));
}

export type RestoreOptions = {
  readonly config: Config;
  /** The settings as another file would make them. Throws `ConfigError`. */
  readonly configFrom: (file: string) => Config;
  readonly env: Environment;
  readonly logger: Logger;
} & Acting;

/** See `RestoreContext`. */
export async function restoreBackup(
  options: RestoreOptions,
  path: string,
  onRead: (octets: number) => void,
): Promise<Restored> {
  const { dataDir } = options.config;
  const lock = lockedForUs(dataDir);
  const staged = join(dataDir, 'restoring');
  try {
    await refuseUnlessEmpty(dataDir, path);
    const staging = await unpackArchive(path, staged, onRead);
    const config = restoredConfig(options, staging);
    const spoolDir = await placeForMail(config, staging);
    const rows = await load(config, options, staging);
    await moveIntoPlace(staging, dataDir, spoolDir);
    const present = new Set(setSecrets(options.env));
    return {
      ...staging.unpacked,
      rows,
      secretsToSet: staging.unpacked.manifest.secrets.filter((name) => !present.has(name)),
    };
  } finally {
    await rm(staged, { recursive: true, force: true });
    lock.release();
  }
}

function lockedForUs(dataDir: string): { release(): void } {
  try {
    return lockDataDirectory(dataDir);
  } catch (error) {
    if (error instanceof DataDirectoryInUse || error instanceof DataDirectoryUnusable) {
      throw new CliError(exitCodes.cannotCreate, `restore: ${error.message}`);
    }
    throw error;
  }
}

/** Beside these nothing may lie in the data directory: what is there would be mixed with what comes. */
const mayBeThere = /^(?:supervisor\..+|lost\+found)$/;

async function refuseUnlessEmpty(dataDir: string, archive: string): Promise<void> {
  const there = (await readdir(dataDir)).filter((name) => !mayBeThere.test(name) && join(dataDir, name) !== archive);
  if (there[0] === undefined) return;
  throw new CliError(
    exitCodes.cannotCreate,
    `restore: ${dataDir} is not empty (${there[0]}): move it away, or set POSTERN_DATA_DIR to another directory`,
  );
}

/** The settings that the restored system will have: where its mail lies is said in its own file. */
function restoredConfig({ config, configFrom }: RestoreOptions, { folder }: Staging): Config {
  const file = join(folder, 'data', 'postern.yaml');
  return config.file === null && existsSync(file) ? configFrom(file) : config;
}

async function placeForMail({ spool }: Config, { unpacked }: Staging): Promise<string | null> {
  if (unpacked.manifest.spool === 'elsewhere') return null;
  if (spool.s3 !== null) {
    throw new CliError(
      exitCodes.config,
      'restore: the archive holds mail of a local spool, but spool.kind is s3: restore it with a local spool',
    );
  }
  const there = existsSync(spool.directory) ? await readdir(spool.directory) : [];
  if (there.length === 0) return spool.directory;
  throw new CliError(exitCodes.cannotCreate, `restore: the spool ${spool.directory} is not empty: move it away`);
}

/** On SQLite the database is made among the unpacked files, and moved with them. */
async function load(config: Config, { actor, logger, now }: RestoreOptions, staging: Staging): Promise<number> {
  const { url } = config.database;
  const files = join(staging.folder, 'data');
  await mkdir(files, { recursive: true, mode: 0o700 });
  const records = await openRecords({ url: url?.reveal() ?? `sqlite:${join(files, 'postern.db')}`, logger }).catch(
    asCliError,
  );
  try {
    const { manifest } = staging.unpacked;
    const rows = await loadRecords(records, manifest.schema, () => staging.chunks()).catch(asCliError);
    await auditRecords(records).append({
      at: now(),
      actor,
      action: 'backup.restore',
      subject: 'gateway',
      detail: { takenAt: manifest.createdAt, rows },
    });
    return rows;
  } finally {
    await records.close();
  }
}

function asCliError(error: unknown): never {
  if (error instanceof RecordsUnavailable) throw new CliError(exitCodes.unavailable, `restore: ${error.message}`);
  if (error instanceof RecordsNotEmpty) throw new CliError(exitCodes.cannotCreate, `restore: ${error.message}`);
  if (error instanceof DumpUnreadable) throw new CliError(exitCodes.dataError, `restore: ${error.message}`);
  throw error;
}
