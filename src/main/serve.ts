/**
 * `postern serve`: the whole system, or some of its roles, under one supervisor.
 *
 * Start: lock -> records migrated -> first-start files -> private Redis (unless there is REDIS_URL) -> workers -> console
 * -> listeners. Stop, on SIGTERM or SIGINT: listeners finish the mails in hand, then console, workers, Redis, lock.
 */

import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { CliError, exitCodes } from '../cli/cli-error.ts';
import type { CliContext } from '../cli/context.ts';
import { newCommand } from '../cli/run-command.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { isLoopback } from '../config/loopback.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { createLogger, type Logger } from '../observe/logger.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import { RecordsUnavailable, SchemaTooNew } from '../records/errors.ts';
import { migrate } from '../records/migrate.ts';
import type { Records } from '../records/open-records.ts';
import { SamplesRefused } from '../samples/samples-refused.ts';
import { BadCertificate, type Certificate, readCertificate, watchCertificate } from '../supervise/certificate.ts';
import { DataDirectoryInUse, DataDirectoryUnusable, lockDataDirectory } from '../supervise/data-lock.ts';
import { type Listening, prepareFirstStart, welcomeText } from '../supervise/first-start.ts';
import { type ProcessRole, processRoles } from '../supervise/messages.ts';
import { RedisDidNotStart, RedisNotInstalled, startPrivateRedis } from '../supervise/private-redis.ts';
import { ProcessDidNotStart, type Processes, type ProcessGroup, startProcesses } from '../supervise/processes.ts';
import { ForeignRedis } from '../supervise/redis-orphan.ts';
import { stopSignals } from '../supervise/stop-signals.ts';
import { sampleFolder } from './mail-resolver.ts';
import { listenForReload } from './reload.ts';
import { prepareSamples } from './sample-setup.ts';
import { auditSettings, settingsInForce } from './settings-in-force.ts';
import { openConfiguredRecords } from './stores.ts';

export type ServeContext = CliContext & { config(): Config };

export function serveCommand(context: ServeContext): Command {
  return newCommand(context, 'serve')
    .description('run the gateway: SMTP listeners, workers and console, with a private Redis unless REDIS_URL is set')
    .option('--roles <list>', `which of ${processRoles.join(', ')} to run here, separated by commas`, readRoles, [
      ...processRoles,
    ])
    .addHelpText(
      'after',
      `
SIGTERM or SIGINT stops it in order; a second signal hurries. SIGUSR2, or postern reload, takes postern.yaml anew. Logs go to stderr, one JSON object a line.
Exit codes: 69 a service is missing, 73 the data directory is in use or cannot be written, 78 wrong configuration.`,
    )
    .action(({ roles }: { roles: readonly ProcessRole[] }) => serve(context, roles));
}

function readRoles(text: string): readonly ProcessRole[] {
  const names = text.split(',').map((name) => name.trim());
  return names.map((name) => {
    const role = processRoles.find((known) => known === name);
    if (role === undefined) throw new InvalidArgumentError(`There are ${processRoles.join(', ')}.`);
    return role;
  });
}

async function serve(context: ServeContext, roles: readonly ProcessRole[]): Promise<void> {
  const config = context.config();
  refuseLonelySecret(config, roles);
  const logger = createLogger({ level: config.logLevel, role: 'supervisor' });
  const reloading = listenForReload(config.dataDir, logger);
  let processes: Processes | null = null;
  const signals = stopSignals({ logger, onHurry: () => processes?.hurry() });
  const stack = new AsyncDisposableStack();
  try {
    stack.defer(() => signals.dispose());
    stack.defer(() => reloading.end());
    const lock = lockDataDirectory(config.dataDir);
    stack.defer(() => lock.release());
    await withRecords(config, logger, async (records) => {
      await migrateRecords(records, logger);
      await auditSettings(records, config, process.env);
    });
    const first = await prepareFirstStart({
      config,
      hostName: config.smtp.name ?? hostname(),
      samplesDirectory: isLoopback(config.smtp.host) ? sampleFolder(config) : null,
      makePgpKey: (folder) => makeGatewayKey(config, folder),
      makeSamples: () => makeSamples(config, logger),
    });
    // Before anything runs: what listeners would stumble over is a setting.
    const certificate = roles.includes('smtp') ? readCertificate(config.smtp.tls) : null;
    if (config.redis.url === null) {
      const redis = await startPrivateRedis({ dataDir: config.dataDir, logger, executable: config.redis.executable });
      stack.defer(() => redis.stop());
    }
    const settings = settingsInForce(config, { env: process.env, cwd: process.cwd() });
    processes = await startProcesses({
      entry: join(import.meta.dirname, 'process.ts'),
      args: [settings.copy],
      groups: groupsOf(config, roles),
      logger,
    });
    stack.defer(() => processes?.stop());
    if (certificate !== null) stack.defer(watchForRenewal(config, certificate, processes, logger));
    reloading.begin({
      settings,
      processes,
      check(next) {
        refuseLonelySecret(next, roles);
        warnOfRestart(config, next, logger);
        if (roles.includes('smtp')) readCertificate(next.smtp.tls);
      },
      taken: (next) => withRecords(next, logger, (records) => auditSettings(records, next, process.env)),
    });
    const listening = listeningOf(config, processes);
    context.stderr.write(welcomeText({ config, listening, first, cwd: context.cwd }));
    await signals.asked;
  } catch (error) {
    throw asCliError(error);
  } finally {
    await stack.disposeAsync();
  }
}

/**
 * Workers sign what the console must recognise. In one data directory they share its file; apart they would each make
 * their own, and every link that a customer is sent would be refused without anybody seeing why.
 */
function refuseLonelySecret({ redis, secrets }: Config, roles: readonly ProcessRole[]): void {
  const isApart = roles.includes('workers') !== roles.includes('console');
  if (secrets.gateway === null && redis.url !== null && isApart) {
    throw new ConfigError(
      'POSTERN_GATEWAY_SECRET',
      'is needed where workers and console run apart: the same 32 octets for both, as made by `openssl rand -base64 32`',
    );
  }
}

const orderOfStop: readonly ProcessRole[] = ['smtp', 'console', 'workers'];
/** Beyond its own deadline a process gets this long to leave. */
const leaveMs = 5_000;

function groupsOf({ smtp, workers }: Config, roles: readonly ProcessRole[]): readonly ProcessGroup[] {
  const groups: Readonly<Record<ProcessRole, Omit<ProcessGroup, 'role'>>> = {
    smtp: { count: smtp.processes, stopTimeoutMs: smtp.stopTimeoutMs + leaveMs },
    console: { count: 1, stopTimeoutMs: leaveMs, isExclusive: true },
    workers: { count: 1, stopTimeoutMs: workers.stopTimeoutMs + leaveMs },
  };
  return orderOfStop.filter((role) => roles.includes(role)).map((role) => ({ role, ...groups[role] }));
}

async function withRecords<Result>(
  config: Config,
  logger: Logger,
  work: (records: Records) => Promise<Result>,
): Promise<Result> {
  const records = await openConfiguredRecords(config, logger);
  try {
    return await work(records);
  } finally {
    await records.close();
  }
}

/** Before any process is forked: several that migrate at once would fail. */
async function migrateRecords(records: Records, logger: Logger): Promise<void> {
  const { from, to } = await migrate(records);
  if (from !== to) logger.info({ from, to }, 'records migrated');
}

/** What only the supervisor reads is as it was until it starts anew. */
function warnOfRestart(running: Config, next: Config, logger: Logger): void {
  const changed = [
    ...(next.smtp.processes === running.smtp.processes ? [] : ['smtp.processes']),
    ...(next.redis.executable === running.redis.executable ? [] : ['redis.executable']),
    ...(next.smtp.tls.certificateFile === running.smtp.tls.certificateFile ? [] : ['smtp.tls.certificateFile']),
  ];
  if (changed.length > 0) logger.warn({ settings: changed }, 'these need a restart of the gateway to take full effect');
}

function watchForRenewal(
  { smtp: { tls } }: Config,
  current: Certificate,
  processes: Processes,
  logger: Logger,
): () => void {
  const watch = watchCertificate(tls, {
    current,
    onChange: () => processes.reload(),
    logger,
  });
  return () => watch.close();
}

/** The key that customers encrypt to, in the name of the support mailbox. */
async function makeGatewayKey({ mailboxes, pgp }: Config, folder: string): Promise<void> {
  const keyring = await openKeyring(folder, { passphrase: pgp.passphrase?.reveal() ?? null });
  const support = mailboxes.find(({ department }) => department === 'support') ?? mailboxes[0];
  if (support === undefined) return;
  await keyring.generate({ name: 'Support', email: support.address, now: Date.now(), lifetimeMs: null });
}

/** A directory that is in use already may leave no room for them; the gateway starts all the same. */
async function makeSamples(config: Config, logger: Logger): Promise<void> {
  await withRecords(config, logger, async (records) => {
    await prepareSamples({
      config,
      directory: directoryRecords(records),
      deny: denylistRecords(records),
      keyring: await openKeyring(config.pgp.keysDirectory, { passphrase: config.pgp.passphrase?.reveal() ?? null }),
      actor: 'first start',
      now: Date.now(),
    });
  }).catch((error: unknown) => {
    if (!(error instanceof SamplesRefused)) throw error;
    logger.warn({ cause: error.message }, 'no sample mails were made');
  });
}

function listeningOf({ redis, database, spool, dataDir }: Config, processes: Processes): Listening {
  return {
    smtp: processes.addresses('smtp'),
    console: processes.addresses('console'),
    queues: redis.url === null ? `private redis-server under ${dataDir}` : 'REDIS_URL',
    records: database.url === null ? join(dataDir, 'postern.db') : 'DATABASE_URL',
    spool: spool.s3 === null ? spool.directory : `bucket ${spool.s3.bucket}`,
  };
}

/** What an operator can mend becomes one line and its exit code; anything else is our own fault and is thrown on. */
function asCliError(error: unknown): unknown {
  if (error instanceof DataDirectoryInUse || error instanceof DataDirectoryUnusable) {
    return new CliError(exitCodes.cannotCreate, error.message);
  }
  if (error instanceof BadCertificate) return new ConfigError('smtp.tls', error.message);
  if (error instanceof RecordsUnavailable || error instanceof SchemaTooNew) {
    return new CliError(exitCodes.unavailable, error.message);
  }
  if (error instanceof RedisNotInstalled || error instanceof RedisDidNotStart || error instanceof ForeignRedis) {
    return new CliError(exitCodes.unavailable, error.message);
  }
  if (error instanceof ProcessDidNotStart) {
    return new CliError(exitCodes.unavailable, `${error.message}; the log lines above say why`);
  }
  return error;
}
