/** The walk of a mail on the configured stores: for the listeners, and for what the portal hands in. */

import type { Config } from '../config/config.ts';
import { createClassifier } from '../intake/classifier.ts';
import { domainLimitsOf, ownNamesOf, pgpLimitsOf, policyOf } from '../intake/configured.ts';
import { createGatherer, type Gatherer } from '../intake/gather.ts';
import type { Intake } from '../intake/intake.ts';
import { createPgpPool } from '../intake/pgp-pool.ts';
import { createPlaces } from '../intake/places.ts';
import type { MemoryPort } from '../intake/ports.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { createIntake, type IntakeObserver } from '../intake/receive.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { limitKey } from '../network/limit-key.ts';
import { createNetworks } from '../network/networks.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Queues } from '../queue/queues.ts';
import type { RefusalOutbox } from '../queue/refusals.ts';
import { ceasedSupport } from '../records/ceased-support.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import type { Records } from '../records/open-records.ts';
import { mailResolver } from './mail-resolver.ts';
import { openMemory, type openSpool } from './stores.ts';

export type MailIntakeStores = {
  readonly config: Config;
  readonly records: Records;
  readonly queues: Queues;
  readonly spool: ReturnType<typeof openSpool>;
  readonly reader: Pick<ReaderPool, 'read'>;
  /** Where refusals go; null only counts them. */
  readonly outbox: Pick<RefusalOutbox, 'add'> | null;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type MailIntake = { readonly intake: Intake; readonly memory: MemoryPort; readonly gather: Gatherer };

export async function openMailIntake(stores: MailIntakeStores): Promise<MailIntake> {
  const { config, logger, metrics, outbox, queues, reader, records, spool } = stores;
  const memory = openMemory(config, queues, records);
  const keyring = await openKeyring(config.pgp.keysDirectory, { passphrase: config.pgp.passphrase?.reveal() ?? null });
  for (const problem of keyring.problems) logger.warn(problem, 'a file in the keys directory is no usable key');
  const pgpPool = createPgpPool({ deadlineMs: config.evidence.parseTimeoutMs });
  const policy = policyOf(config);
  const gather = createGatherer({
    ports: {
      directory: directoryRecords(records),
      denylist: denylistRecords(records),
      replays: memory,
      cases: ceasedSupport(records),
    },
    resolverFor: mailResolver(config),
    read: (raw) => reader.read(raw),
    classify: createClassifier({ deadlineMs: config.evidence.parseTimeoutMs }).classify,
    pgpPool: (job) => pgpPool.check(job),
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
      outbox?.add(refusal);
    },
  };
  const unlimited = createNetworks(config.smtp.unlimitedNetworks);
  const intake = createIntake({
    spool,
    queue: queues,
    memory,
    gather,
    policy: () => policy,
    logger,
    observe,
    places: createPlaces({ all: config.smtp.maxMailsInHand, perClient: config.smtp.maxMailsInHandPerAddress }),
    clientOf: ({ client, portal }) =>
      portal !== undefined || unlimited.contains(client.ip) ? null : limitKey(client.ip),
    now: Date.now,
  });
  return { intake, memory, gather };
}
