/** One listener process: SMTP sessions -> intake -> spool and queue. */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Config } from '../config/config.ts';
import {
  domainLimitsOf,
  inlineLimitsOf,
  ownNamesOf,
  pgpLimitsOf,
  policyOf,
  readLimitsOf,
} from '../intake/configured.ts';
import { createGatherer } from '../intake/gather.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { createIntake, type IntakeObserver } from '../intake/receive.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { withBounceMailboxes } from '../notices/bounce.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { redisLimits } from '../queue/limits.ts';
import { redisMemory } from '../queue/memory.ts';
import type { RedisTarget } from '../queue/redis-target.ts';
import { refusalOutbox } from '../queue/refusals.ts';
import { ceasedSupport } from '../records/ceased-support.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import { replayRecords } from '../records/replays.ts';
import { createMemoryLimits, withLocalLimits } from '../smtp/limits.ts';
import { createListener, type Listener } from '../smtp/listener.ts';
import { type Certificate, readCertificate } from '../supervise/certificate.ts';
import { bothReplays } from './both-replays.ts';
import { mailResolver } from './mail-resolver.ts';
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
const maxInFlight = 200;

export async function startListenerRole({
  config,
  target,
  logger,
  metrics,
}: ListenerRoleOptions): Promise<ListenerRole> {
  const records = await openConfiguredRecords(config, logger, true);
  const queues = openQueues(config, target, logger);
  const dayMs = 86_400_000;
  const memory = redisMemory({
    client: queues.client,
    timeoutMs: config.redis.timeoutMs,
    replayMs: config.policy.replayMemoryDays * dayMs,
  });
  const limits = redisLimits({ client: queues.client });
  const outbox = refusalOutbox(queues.client, logger);
  const reader = createReaderPool({
    threads: config.evidence.parseThreads,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    inline: inlineLimitsOf(config),
    logger,
  });
  const keyring = await openKeyring(config.pgp.keysDirectory, { passphrase: config.pgp.passphrase?.reveal() ?? null });
  for (const problem of keyring.problems) logger.warn(problem, 'a file in the keys directory is no usable key');
  const policy = policyOf(config);
  const gather = createGatherer({
    ports: {
      directory: directoryRecords(records),
      denylist: denylistRecords(records),
      replays: bothReplays(memory, replayRecords(records)),
      cases: ceasedSupport(records),
    },
    resolverFor: mailResolver(config),
    read: (raw) => reader.read(raw),
    decryptionKeys: () => keyring.decryptionKeys(),
    own: ownNamesOf(config),
    trustedSealers: config.evidence.trustedSealers,
    domainLimits: domainLimitsOf(config),
    pgpLimits: pgpLimitsOf(config),
    deadlineMs: config.evidence.deadlineMs,
    deferredSince: (mailKey) => memory.deferredSince(mailKey),
    deferLimitMs: policy.deferLimitMs,
  });
  const observe: IntakeObserver = {
    judged(verdict, timings) {
      metrics.judged(verdict.outcome, verdict.reason, verdict.rule);
      for (const [stage, ms] of Object.entries(timings)) metrics.stage(stage, ms);
    },
    deferred: (reason) => metrics.deferred(reason),
    refused(refusal) {
      metrics.sessionRefused(refusal.stage, refusal.reply.code);
      outbox.add(refusal);
    },
  };
  const certificate = certificateOf(config);
  const intake = createIntake({
    spool: openSpool(config),
    queue: queues,
    memory,
    gather,
    policy: () => policy,
    logger,
    observe,
    maxInFlight,
    now: Date.now,
  });
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
