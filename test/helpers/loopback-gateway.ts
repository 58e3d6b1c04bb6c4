/**
 * A listener on the loopback that judges and records in this process: real sockets, spool and records on a data
 * directory; the queue hands each job to the records at once.
 */
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { classifyHere } from '../../src/intake/classifier.ts';
import { domainLimitsOf, ownNamesOf, pgpLimitsOf, policyOf, readLimitsOf } from '../../src/intake/configured.ts';
import { createGatherer } from '../../src/intake/gather.ts';
import { createPlaces } from '../../src/intake/places.ts';
import { createReaderPool } from '../../src/intake/reader-pool.ts';
import { createIntake } from '../../src/intake/receive.ts';
import { openKeyring } from '../../src/keyring/keyring.ts';
import { mailResolver } from '../../src/main/mail-resolver.ts';
import { openConfiguredRecords, openSpool } from '../../src/main/stores.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { denylistRecords } from '../../src/records/denylist.ts';
import { directoryRecords } from '../../src/records/directory.ts';
import { migrate } from '../../src/records/migrate.ts';
import { replayRecords } from '../../src/records/replays.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { createMemoryLimits } from '../../src/smtp/limits.ts';
import { createListener } from '../../src/smtp/listener.ts';

export type LoopbackGateway = { readonly port: number; close(): Promise<void> };

/** The configuration of a data directory whose listener is on this port; DNS leads nowhere but to the samples' zone. */
export function loopbackConfig(dataDir: string, port: number): Config {
  const env = { POSTERN_DATA_DIR: dataDir, POSTERN_SMTP_PORT: String(port), POSTERN_DNS: '127.0.0.1:1' };
  return loadConfig({ env, cwd: dataDir });
}

export async function startLoopbackGateway(dataDir: string): Promise<LoopbackGateway> {
  const config = loopbackConfig(dataDir, 0);
  const logger = silentLogger();
  const records = await openConfiguredRecords(config, logger);
  await migrate(records);
  const trace = traceRecords(records);
  const spool = openSpool(config);
  const keyring = await openKeyring(config.pgp.keysDirectory);
  const reader = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    logger,
  });
  const policy = policyOf(config);
  const intake = createIntake({
    spool,
    queue: {
      async enqueue(mail) {
        const sidecar = mail.spoolKey === null ? null : await spool.sidecar(mail.spoolKey);
        await trace.record([{ mail, sidecar }], Date.now());
      },
    },
    memory: {
      firstDeferred: async (_, now) => now,
      deferredSince: async () => null,
      rememberReplays: async () => new Map(),
    },
    gather: createGatherer({
      ports: {
        directory: directoryRecords(records),
        denylist: denylistRecords(records),
        replays: replayRecords(records),
        cases: { supportCeased: async () => false },
      },
      resolverFor: mailResolver(config),
      read: (raw) => reader.read(raw),
      classify: classifyHere,
      pgpPool: null,
      decryptionKeys: () => keyring.decryptionKeys(),
      own: ownNamesOf(config),
      trustedSealers: [],
      domainLimits: domainLimitsOf(config),
      pgpLimits: pgpLimitsOf(config),
      deadlineMs: config.evidence.deadlineMs,
      deferredSince: async () => null,
      deferLimitMs: policy.deferLimitMs,
    }),
    policy: () => policy,
    logger,
    observe: { judged: () => undefined, deferred: () => undefined, refused: () => undefined },
    places: createPlaces({ all: 20, perClient: 20 }),
    clientOf: () => null,
    now: Date.now,
  });
  const listener = createListener(
    {
      listen: { host: '127.0.0.1', port: 0 },
      hostName: 'mx.postern.test',
      mailboxes: config.mailboxes,
      bounds: { greetingDelayMs: 0 },
    },
    intake,
    createMemoryLimits(),
    logger,
  );
  await listener.listen();
  return {
    port: listener.address()?.port ?? 0,
    async close() {
      await listener.close(1_000);
      await reader.close();
      await records.close();
    },
  };
}
