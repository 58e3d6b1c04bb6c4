/** The console's ports on the stores of this process. */

import { createHmac } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { readWords } from '../cli/trace-query.ts';
import { judgeAgain } from '../cli/trace-story.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { isLoopback, isLoopbackUrl } from '../config/loopback.ts';
import type { ConsolePorts } from '../console/ports.ts';
import { endingKeys } from '../directory/ending-keys.ts';
import { decryptForStaff } from '../evidence/pgp-plaintext.ts';
import { pgpLimitsOf, policyOf, readLimitsOf } from '../intake/configured.ts';
import type { Gatherer } from '../intake/gather.ts';
import type { SpoolPort } from '../intake/ports.ts';
import type { ReaderPool } from '../intake/reader-pool.ts';
import { createRejudge } from '../intake/rejudge.ts';
import { standingOf } from '../keyring/key-standing.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { factsOf, readOneKey } from '../keyring/public-key.ts';
import { readOnePart } from '../message/one-part.ts';
import { createNetworks } from '../network/networks.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics, MetricsSnapshot } from '../observe/metrics.ts';
import type { PortalDesk } from '../portal/desk.ts';
import { QueueUnavailable } from '../queue/prompt-client.ts';
import type { Queues } from '../queue/queues.ts';
import { alertDeliveryRecords } from '../records/alert-deliveries.ts';
import { alertRecords } from '../records/alerts.ts';
import { apiTokenRecords } from '../records/api-tokens.ts';
import { auditRecords } from '../records/audit.ts';
import { clockRecords } from '../records/clocks.ts';
import { denyHits } from '../records/deny-hits.ts';
import { denyProposals } from '../records/deny-proposals.ts';
import { denySearch } from '../records/deny-search.ts';
import { denylistRecords } from '../records/denylist.ts';
import { directoryRecords } from '../records/directory.ts';
import { logInFailures } from '../records/log-in-failures.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { parkedRecords } from '../records/parked.ts';
import { passkeyRecords } from '../records/passkeys.ts';
import { portalAuthorizations } from '../records/portal-authorizations.ts';
import { queuePauses } from '../records/queue-pauses.ts';
import { refusalRecords } from '../records/refusals.ts';
import { rejudging } from '../records/rejudging.ts';
import { reviewClaims } from '../records/review-claims.ts';
import { reviewRecords } from '../records/reviews.ts';
import { staffRecords } from '../records/staff.ts';
import { ticketRecords } from '../records/tickets.ts';
import { traceRecords } from '../records/trace.ts';
import { traceFlow } from '../records/trace-flow.ts';
import { verificationRecords } from '../records/verifications.ts';
import { knownBrowsers } from '../staff/known-browser.ts';
import { readCertificate } from '../supervise/certificate.ts';
import { alertTargetsOf } from './alerts.ts';
import { startAsking } from './asking.ts';
import { caseTools } from './case-tools.ts';
import { settingRows } from './console-settings.ts';
import { endsOfKeys } from './ends-of-keys.ts';
import { gatewayKeys } from './gateway-secret.ts';
import { calendarOf } from './handoff.ts';
import { decidingPorts } from './open-reviews.ts';
import { queueInspection } from './queue-inspection.ts';
import { simulation } from './simulation.ts';
import { readDenyFile, readDirectoryFile } from './threaded-import.ts';

export type ConsoleStores = {
  readonly config: Config;
  readonly env: Environment;
  readonly records: Records;
  readonly queues: Queues;
  readonly spool: Pick<SpoolPort, 'read' | 'sidecar'>;
  readonly gather: Gatherer;
  readonly reader: Pick<ReaderPool, 'read'>;
  readonly portal: PortalDesk;
  /** Metrics of all processes. */
  readonly collect: () => Promise<readonly MetricsSnapshot[]>;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

const dayMs = 86_400_000;

export function consolePorts(stores: ConsoleStores): ConsolePorts {
  const { config, env, records, queues, spool, reader, collect, logger } = stores;
  const [decoyKey] = gatewayKeys(config, 'passkey decoy');
  const keyring = () => openKeyring(config.pgp.keysDirectory, { passphrase: config.pgp.passphrase?.reveal() ?? null });
  const tools = caseTools({ config, records, spool, keyring });
  const directory = directoryRecords(records);
  const endOf = endsOfKeys(Date.now);
  const asking = startAsking({ config, records, spool, logger });
  return {
    staff: staffRecords(records),
    tokens: apiTokenRecords(records),
    logInFailures: logInFailures(records),
    knownBrowsers: knownBrowsers(gatewayKeys(config, 'known browser')),
    passkeys: passkeyRecords(records),
    passkeyDecoy: (name) => createHmac('sha256', decoyKey).update(name).digest('base64url'),
    audit: auditRecords(records),
    trace: traceRecords(records),
    flow: (query) => traceFlow(records, query),
    refusals: refusalRecords(records),
    tickets: ticketRecords(records, calendarOf(config)),
    clocks: clockRecords(records),
    cases: tools.cases,
    caseTools: tools,
    portal: stores.portal,
    authorizations: portalAuthorizations(records),
    verifications: verificationRecords(records),
    unreachable: (addresses) => noticeRecords(records).unreachable(addresses),
    deny: denylistRecords(records),
    denySearch: denySearch(records),
    denyProposals: denyProposals(records),
    denyHits: (query) => denyHits(records, query),
    directory,
    reviews: reviewRecords(records),
    deciding: decidingPorts(records, queues, Date.now),
    queues: queueInspection(queues, orUnavailable),
    queuePauses: queuePauses(records),
    reviewClaims: reviewClaims(records),
    askOnFile: (mail) => asking.ask(mail),
    alerts: alertRecords(records),
    alertDeliveries: alertDeliveryRecords(records),
    parked: parkedRecords(records),
    alertTargets: alertTargetsOf(config),
    metrics: collect,
    counting: stores.metrics,
    async disk() {
      const { bavail, blocks, bsize } = await statfs(config.dataDir);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    },
    async certificate() {
      const { expiresAt, isSelfSigned } = readCertificate(config.smtp.tls);
      return { expiresAt, isSelfSigned };
    },
    rawMail: (spoolKey) => spool.read(spoolKey),
    readMail: (raw) => reader.read(raw),
    readPart: (raw, index) => readOnePart(raw, index, readLimitsOf(config), config.smtp.maxMessageBytes),
    decrypt: async (mail) => {
      const decryptionKeys = (await keyring()).decryptionKeys();
      return decryptForStaff(mail, { decryptionKeys, limits: pgpLimitsOf(config), at: Date.now() });
    },
    rejudge: createRejudge({
      spool,
      gather: stores.gather,
      policy: () => policyOf(config),
      mailboxes: config.mailboxes,
    }),
    rejudging: rejudging(records),
    simulate: (wish) => simulation({ config, records, spool, reader }, wish),
    judgeAgain: (record) => judgeAgain(record, config),
    readWords,
    readDirectory: (text) => readDirectoryFile(text, Date.now()),
    readDenyCsv: readDenyFile,
    readKey: async (armored) => {
      const key = await readOneKey(armored);
      if ('fault' in key) return key;
      const standing = await standingOf(key, new Date());
      const problem = standing.kind === 'good' ? null : standing.cause;
      return { ...(await factsOf(key, standing)), problem };
    },
    endingKeys: async (withinMs) => endingKeys(await directory.all(), { endOf, now: Date.now(), withinMs }),
    apiRates: {
      calls: { burst: config.api.callsAtOnce, refillMs: 1_000 / config.api.callsPerSecond },
      failures: { burst: config.api.badTokensAtOnce, refillMs: 60_000 / config.api.badTokensPerMinute },
    },
    settings: () => settingRows(config, env),
    denyTtlMs: () => (config.policy.denyDefaultDays === null ? null : config.policy.denyDefaultDays * dayMs),
    mailboxes: config.mailboxes.map(({ address }) => address),
    consoleUrl: config.console.url,
    isProxy: createNetworks(config.console.proxyNetworks).contains,
    // Who reaches it from this machine only may wait with it; the world never gets that far. A name of its own says that
    // a proxy brings others, also where that proxy adds no field of its own.
    secondFactor: staysHere(config.console) ? 'optional' : 'required',
    logger,
    now: Date.now,
  };
}

function staysHere({ host, url }: Config['console']): boolean {
  return isLoopback(host) && (url === null || isLoopbackUrl(url));
}

/** The client has many names for a Redis that is away; the console has one page for it. */
async function orUnavailable<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    throw new QueueUnavailable('redis does not answer', { cause: error });
  }
}
