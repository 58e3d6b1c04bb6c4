/** One listener process: SMTP sessions -> intake -> spool and queue. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { warmUp } from '../classify/warm-up.ts';
import type { Config } from '../config/config.ts';
import { inlineLimitsOf, readLimitsOf } from '../intake/configured.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { withBounceMailboxes } from '../notices/bounce.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { redisLimits } from '../queue/limits.ts';
import type { RedisTarget } from '../queue/redis-target.ts';
import { refusalOutbox } from '../queue/refusals.ts';
import { createMemoryLimits, withLocalLimits } from '../smtp/limits.ts';
import { createListener, type Listener } from '../smtp/listener.ts';
import { type Certificate, readCertificate } from '../supervise/certificate.ts';
import { neededOpenFiles, openFilesLimit } from '../supervise/open-files.ts';
import { openMailIntake } from './mail-intake.ts';
import { openConfiguredRecords, openQueues, openSpool } from './stores.ts';

export type ListenerRole = {
  readonly listener: Listener;
  reloadCertificate(): void;
  /** Finishes mails in hand, then lets go of every store. */
  stop(): Promise<void>;
};

export type ListenerRoleOptions = {
  readonly config: Config;
  readonly target: RedisTarget;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

const redisReadyMs = 10_000;

export async function startListenerRole({
  config,
  target,
  logger,
  metrics,
}: ListenerRoleOptions): Promise<ListenerRole> {
  const records = await openConfiguredRecords(config, logger, true);
  const queues = openQueues(config, target, logger);
  const limits = redisLimits({ client: queues.client });
  const outbox = refusalOutbox(queues.client, logger);
  const reader = createReaderPool({
    threads: config.evidence.parseThreads,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    inline: inlineLimitsOf(config),
    logger,
  });
  const spool = openSpool(config);
  const { intake } = await openMailIntake({ config, records, queues, spool, reader, outbox, logger, metrics });
  const certificate = certificateOf(config);
  const listener = createListener(
    {
      listen: { host: config.smtp.host, port: config.smtp.port },
      hostName: config.smtp.name ?? hostname(),
      mailboxes: withBounceMailboxes(config.mailboxes),
      certificate,
      minTlsVersion: config.smtp.tls.minVersion,
      bounds: boundsOf(config),
      unlimitedNetworks: config.smtp.unlimitedNetworks,
      proxyNetworks: config.smtp.proxyNetworks,
      xclientNetworks: config.smtp.xclientNetworks,
      onSessions: (change) => metrics.sessions(change),
    },
    intake,
    withLocalLimits(limits, createMemoryLimits(), logger),
    logger,
  );
  warnOfFewFiles(config, logger);
  warmUp();
  await queues.ready(redisReadyMs);
  await listener.listen();
  return {
    listener,
    reloadCertificate() {
      const renewed = certificateOf(config);
      if (renewed !== null) listener.reloadCertificate(renewed);
    },
    async stop() {
      await listener.close(config.smtp.stopTimeoutMs);
      await Promise.allSettled([reader.close(), outbox.close(), limits.close()]);
      await Promise.allSettled([queues.close(), records.close()]);
    },
  };
}

/** Without descriptors a listener neither accepts nor stores; each limit would say so only in the worst hour. */
function warnOfFewFiles({ smtp }: Config, logger: Logger): void {
  const limit = openFilesLimit();
  const needed = neededOpenFiles(smtp);
  if (limit !== null && limit < needed) {
    logger.warn(
      { limit, needed },
      'this process may open too few files for smtp.maxConnections and smtp.maxMailsInHand',
    );
  }
}

function boundsOf({ smtp }: Config) {
  return {
    connections: smtp.maxConnections,
    connectionsPerAddress: smtp.maxConnectionsPerAddress,
    mailsPerMinutePerAddress: smtp.mailsPerMinutePerAddress,
    commands: smtp.maxCommands,
    badCommands: smtp.maxBadCommands,
    recipients: smtp.maxRecipients,
    mailBytes: smtp.maxMessageBytes,
    idleMs: smtp.idleTimeoutMs,
    dataMs: smtp.dataTimeoutMs,
    sessionMs: smtp.sessionTimeoutMs,
    greetingDelayMs: smtp.greetingDelayMs,
  };
}

/** Null where there is none yet: then STARTTLS is not offered. Throws `BadCertificate`. */
function certificateOf({ smtp: { tls } }: Config): Certificate | null {
  return existsSync(tls.certificateFile) ? readCertificate(tls) : null;
}
