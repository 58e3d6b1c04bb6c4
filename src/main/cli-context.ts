/** The real context of every command: this process's streams, the user's folder, the configured stores. */

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { AlertsContext } from '../cli/alerts.ts';
import type { AuditContext } from '../cli/audit.ts';
import type { BackupContext } from '../cli/backup.ts';
import type { CaseContext } from '../cli/case-tools.ts';
import type { CheckContext } from '../cli/check-stores.ts';
import { CliError, exitCodes } from '../cli/cli-error.ts';
import type { CliRecords } from '../cli/context.ts';
import type { DoctorContext } from '../cli/doctor.ts';
import type { PersonContext } from '../cli/erase.ts';
import type { KeysContext } from '../cli/keys.ts';
import type { NoticesContext } from '../cli/notices.ts';
import type { ParkedContext } from '../cli/parked.ts';
import type { QueuesContext } from '../cli/queues.ts';
import type { RestoreContext } from '../cli/restore.ts';
import type { ReviewContext } from '../cli/review.ts';
import type { SendContext } from '../cli/send.ts';
import type { SimulateContext } from '../cli/simulate.ts';
import type { StaffContext } from '../cli/staff.ts';
import type { TicketContext } from '../cli/ticket.ts';
import type { TokenContext } from '../cli/token.ts';
import type { TraceContext } from '../cli/trace.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { isLoopback } from '../config/loopback.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { createLogger } from '../observe/logger.ts';
import { alertDeliveryRecords } from '../records/alert-deliveries.ts';
import { alertRecords } from '../records/alerts.ts';
import { allowanceRecords } from '../records/allowances.ts';
import { apiTokenRecords } from '../records/api-tokens.ts';
import { auditRecords } from '../records/audit.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import { RecordsUnavailable, SchemaTooNew } from '../records/errors.ts';
import { followUpRecords } from '../records/follow-ups.ts';
import { migrate, schemaState } from '../records/migrate.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { parkedRecords } from '../records/parked.ts';
import { portalAuthorizations } from '../records/portal-authorizations.ts';
import { queuePauses } from '../records/queue-pauses.ts';
import { refusalRecords } from '../records/refusals.ts';
import { replayRows } from '../records/replay-rows.ts';
import { reviewRecords } from '../records/reviews.ts';
import { staffRecords } from '../records/staff.ts';
import { ticketRecords } from '../records/tickets.ts';
import { traceRecords } from '../records/trace.ts';
import { verificationRecords } from '../records/verifications.ts';
import { dataDirectoryHolder } from '../supervise/data-lock.ts';
import { alertTargetsOf } from './alerts.ts';
import { openBackup, restoreBackup } from './backup.ts';
import { openCaseTools } from './case-tools.ts';
import { doctorProbes } from './doctor-probes.ts';
import { handedOverFiles } from './handed-over-files.ts';
import { calendarOf, fileTargetsOf } from './handoff.ts';
import { mailResolver } from './mail-resolver.ts';
import { openPerson } from './open-person.ts';
import { decidingPorts } from './open-reviews.ts';
import { asking } from './prompt.ts';
import { queueInspection } from './queue-inspection.ts';
import { prepareSamples } from './sample-setup.ts';
import { openConfiguredRecords, openQueues, openSpool, redisTarget } from './stores.ts';

export type MainContext = AlertsContext &
  AuditContext &
  BackupContext &
  CaseContext &
  CheckContext &
  DoctorContext &
  KeysContext &
  NoticesContext &
  ParkedContext &
  TicketContext &
  PersonContext &
  QueuesContext &
  RestoreContext &
  ReviewContext &
  SendContext &
  SimulateContext &
  StaffContext &
  TokenContext &
  TraceContext;

const redisWaitMs = 2_000;

export function mainContext(env: NodeJS.ProcessEnv): MainContext {
  const cwd = userFolder(env);
  let loaded: Config | null = null;
  const config = (): Config => (loaded ??= loadConfig({ env, cwd: process.cwd() }));
  const logger = createLogger({ level: env['POSTERN_LOG_LEVEL'] === 'debug' ? 'debug' : 'warn', role: 'cli' });

  const openKeys = () =>
    openKeyring(config().pgp.keysDirectory, { passphrase: config().pgp.passphrase?.reveal() ?? null });
  const openMigrated = async (): Promise<Records> => {
    // A directory may be imported before the first start.
    if (config().database.url === null) await mkdir(config().dataDir, { recursive: true, mode: 0o700 });
    const records = await available(() => openConfiguredRecords(config(), logger));
    await available(() => migrate(records));
    return records;
  };
  const configFrom = (file: string): Config =>
    loadConfig({ env: { ...env, POSTERN_CONFIG: resolve(cwd, file) }, cwd: process.cwd() });
  const openCommandRecords = async () => commandRecords(await openMigrated());
  const actor = `cli:${userName()}`;

  return {
    stdout: process.stdout,
    stderr: process.stderr,
    isTty: process.stderr.isTTY ?? false,
    cwd,
    actor,
    now: Date.now,
    sessionToken: env['POSTERN_SESSION']?.trim() || null,
    account: `${actor}@${hostname()}`,
    ask: asking(process.stdin, process.stderr),
    needsSecondFactor: () => !isLoopback(config().console.host),
    config,
    logger,
    openRecords: openCommandRecords,
    hasRelay: () => config().relay.host !== null,
    async openParked() {
      const records = await openMigrated();
      return { parked: parkedRecords(records), close: () => records.close() };
    },
    async openNotices() {
      const records = await openMigrated();
      return { notices: noticeRecords(records), close: () => records.close() };
    },
    alertTargets: () => alertTargetsOf(config()),
    async openAlerts() {
      const records = await openMigrated();
      return {
        alerts: alertRecords(records),
        deliveries: alertDeliveryRecords(records),
        close: () => records.close(),
      };
    },
    async openStaff() {
      const records = await openMigrated();
      const audit = auditRecords(records);
      return {
        staff: staffRecords(records),
        noteRefused: async ({ account, at, name }) => {
          await audit.append({ at, actor: account, action: 'staff.proof-refused', subject: name, detail: null });
        },
        close: () => records.close(),
      };
    },
    async openTokens() {
      const records = await openMigrated();
      return { tokens: apiTokenRecords(records), close: () => records.close() };
    },
    async readRecords() {
      const records = await openExisting(config());
      return records === null ? null : commandRecords(records);
    },
    async openTrace() {
      const records = await openExisting(config());
      if (records === null) throw noRecords();
      return {
        trace: traceRecords(records),
        refusals: refusalRecords(records),
        tickets: ticketRecords(records),
        close: () => records.close(),
      };
    },
    async openTickets() {
      const records = await openMigrated();
      return { tickets: ticketRecords(records, calendarOf(config())), close: () => records.close() };
    },
    async openCases() {
      const records = await available(() => openConfiguredRecords(config(), logger));
      await available(() => migrate(records));
      return openCaseTools(config(), records, openKeys);
    },
    async openAudit() {
      const records = await openExisting(config());
      if (records === null) throw noRecords();
      return { audit: auditRecords(records), close: () => records.close() };
    },
    configFrom,
    async openReplay() {
      const records = await openExisting(config());
      if (records === null) throw noRecords();
      const spool = openSpool(config());
      return { rows: replayRows(records), raw: (key) => spool.read(key), close: () => records.close() };
    },
    output: process.stdout,
    async openBackup() {
      const present = await openExisting(config());
      if (present === null) throw noRecords();
      await present.close();
      const records = await available(() => openConfiguredRecords(config(), logger));
      return openBackup(config(), env, records, { actor, now: Date.now });
    },
    restore: (path, onRead) =>
      restoreBackup({ config: config(), configFrom, env, logger, actor, now: Date.now }, path, onRead),
    async openPerson() {
      const records = await available(() => openConfiguredRecords(config(), logger));
      await available(() => migrate(records));
      const silent = createLogger({ level: 'silent' });
      return openPerson({
        records,
        spool: openSpool(config()),
        files: handedOverFiles(fileTargetsOf(config())),
        openQueues: () => openQueues(config(), redisTarget(config()), silent),
      });
    },
    async openReviews() {
      const records = await available(() => openConfiguredRecords(config(), logger));
      await available(() => migrate(records));
      const queues = openQueues(config(), redisTarget(config()), createLogger({ level: 'silent' }));
      // A decision holds without Redis; only the mail then goes on later.
      await queues.ready(redisWaitMs).catch(() => undefined);
      return {
        reviews: reviewRecords(records),
        followUps: followUpRecords(records),
        verifications: verificationRecords(records),
        notices: noticeRecords(records),
        authorizations: portalAuthorizations(records),
        trace: traceRecords(records),
        allowances: allowanceRecords(records),
        deciding: decidingPorts(records, queues, Date.now),
        async close() {
          await Promise.allSettled([queues.close(), records.close()]);
        },
      };
    },
    resolverOf: (of) => {
      const resolverFor = mailResolver(of);
      return () => resolverFor('192.0.2.1'); // never the zone of the sample mails
    },
    env,
    nodeVersion: process.versions.node,
    probesOf: (of) => doctorProbes(of, createLogger({ level: 'silent' })),
    openKeyring: openKeys,
    isGatewayThere: () => dataDirectoryHolder(config().dataDir) !== null,
    async remakeSamples() {
      const records = await openCommandRecords();
      try {
        return await prepareSamples({
          config: config(),
          directory: records.directory,
          deny: records.deny,
          keyring: await openKeys(),
          actor,
          now: Date.now(),
        });
      } finally {
        await records.close();
      }
    },
    async openPauses() {
      const records = await openMigrated();
      return { pauses: queuePauses(records), close: () => records.close() };
    },
    async openQueues() {
      const queues = openQueues(config(), redisTarget(config()), createLogger({ level: 'silent' }));
      try {
        await queues.ready(redisWaitMs);
      } catch {
        await queues.close();
        throw new CliError(exitCodes.unavailable, 'no queues: Redis does not answer; is the gateway running?');
      }
      return {
        ...queueInspection(queues),
        close: () => queues.close(),
      };
    },
  };

  /** Read-only, and null where nothing was ever recorded: looking must not make a database. */
  async function openExisting(of: Config): Promise<Records | null> {
    if (of.database.url === null && !existsSync(join(of.dataDir, 'postern.db'))) return null;
    const records = await available(() => openConfiguredRecords(of, logger, true));
    if ((await schemaState(records)) === 'current') return records;
    await records.close();
    return null;
  }
}

/** npm changes the working directory to the project's; files are named from where the user stands. */
function userFolder(env: NodeJS.ProcessEnv): string {
  const isByNpm = process.cwd() === resolve(import.meta.dirname, '../..');
  return isByNpm ? (env['INIT_CWD'] ?? process.cwd()) : process.cwd();
}

function noRecords(): CliError {
  return new CliError(exitCodes.unavailable, 'there are no records yet: start the gateway first');
}

function commandRecords(records: Records): CliRecords {
  return {
    directory: directoryRecords(records),
    deny: denylistRecords(records),
    unreachable: (addresses) => noticeRecords(records).unreachable(addresses),
    close: () => records.close(),
  };
}

async function available<Value>(open: () => Promise<Value>): Promise<Value> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof RecordsUnavailable || error instanceof SchemaTooNew) {
      throw new CliError(exitCodes.unavailable, error.message);
    }
    throw error;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a user id without a name, as containers have
  }
}
