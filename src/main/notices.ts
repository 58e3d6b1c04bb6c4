/** Notices, wired: what the process of the workers adds so that senders are told what became of their mail. */
import { noticingBounces } from '../../workers/bounces.ts';
import type { Handler } from '../../workers/handler.ts';
import { openNoticeDesk } from '../../workers/notice-desk.ts';
import { announcing, createNotices } from '../../workers/notices.ts';
import { noticeSender } from '../../workers/targets/notice.ts';
import type { Config } from '../config/config.ts';
import { defaultBreakerSettings } from '../handoff/breaker.ts';
import { ownNamesOf, readLimitsOf } from '../intake/configured.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { openKeyring } from '../keyring/keyring.ts';
import { signingKeyOf } from '../notices/mail-keys.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { enqueueNotice } from '../queue/notice-queue.ts';
import type { Queues } from '../queue/queues.ts';
import { alertDeliveryRecords } from '../records/alert-deliveries.ts';
import { directoryRecords } from '../records/directory.ts';
import { handoffRecords } from '../records/handoff.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { ticketRecords } from '../records/tickets.ts';
import { traceRecords } from '../records/trace.ts';
import { openRelay, type Relay } from '../relay/relay.ts';
import type { LocalSpool } from '../spool/local-spool.ts';
import { replyAddress } from '../tickets/reply-token.ts';
import { every, type Recurring } from './every.ts';
import { gatewayKeys } from './gateway-secret.ts';
import { readSettingFile } from './setting-file.ts';

export type NoticesOptions = {
  readonly config: Config;
  readonly records: Records;
  readonly spool: Pick<LocalSpool, 'read' | 'sidecar'>;
  readonly queues: Pick<Queues, 'built'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type Notices = {
  /** The handler of the queue `notices`. */
  readonly handler: Handler<'notices'>;
  /** The handler of rejected mail, which marks notices whose delivery failed besides. */
  bounces(handler: Handler<'rejected'>): Handler<'rejected'>;
  /** A handler that records mail, so that its mails are told of. */
  announced<Name extends JudgedMail['verdict']['outcome']>(handler: Handler<Name>): Handler<Name>;
  readonly recurring: readonly Recurring[];
  /** To be called when the workers have stopped and before the records are closed. */
  stop(): Promise<void>;
};

const pollEveryMs = 5_000;
const countEveryMs = 15_000;
const tidyEveryMs = 3_600_000;
const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Keys are read once; whether one may still sign is asked anew after this. */
const signingKeyLifeMs = 600_000;

/** Throws `ConfigError` for files of the relay that cannot be read. */
export async function startNotices({
  config,
  logger,
  metrics,
  queues,
  records,
  spool,
}: NoticesOptions): Promise<Notices> {
  const { notices, pgp, policy } = config;
  const own = ownNamesOf(config);
  const tokenKeys = gatewayKeys(config, 'reply token');
  const bounceKeys = gatewayKeys(config, 'bounce address');
  const relay = relayOf(config);
  const maxAgeMs = notices.maxAgeHours * 60 * minuteMs;
  if (relay === null) logger.info('no relay is configured: notices wait in the outbox');
  const keyring = await openKeyring(pgp.keysDirectory, { passphrase: pgp.passphrase?.reveal() ?? null });
  const reader = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    logger,
  });
  const outbox = noticeRecords(records);
  const alertDeliveries = alertDeliveryRecords(records);
  const deliveries = handoffRecords(records);
  const directory = directoryRecords(records);
  const desk = openNoticeDesk({
    records: outbox,
    trace: traceRecords(records),
    tickets: ticketRecords(records),
    read: async (spoolKey) => reader.read(await spool.read(spoolKey)),
    sender:
      relay === null
        ? null
        : noticeSender({
            relay,
            keysOf: (address) => directory.keysOf(address),
            requiresPgp: async (address) => {
              const standing = await directory.standingOf(address);
              return standing.kind !== 'unregistered' && standing.tenant.contract.requirePgp !== 'none';
            },
            signingKey: remembered(signingKeyLifeMs, (now) => signingKeyOf(keyring.decryptionKeys(), now)),
            maxAgeMs,
            observe: ({ id, kind }, outcome) => {
              metrics.notice(kind, outcome);
              logger.info({ notice: id, kind, outcome }, 'a notice was tried');
            },
          }),
    isOwn: (address) => own.isOurs(address),
    ownDomains: own.domains,
    replyAddress: (number, mailbox) => replyAddress(number, mailbox, tokenKeys),
    letters: {
      signature: notices.signature,
      adminPortal: notices.adminPortal,
      knowledgeBase: policy.knowledgeBase,
    },
    limits: {
      windowMs: notices.windowMinutes * minuteMs,
      perAddressPerDay: notices.perAddressPerDay,
      perHour: notices.perHour,
    },
    schedule: {
      firstMs: 30_000,
      longestMs: 30 * minuteMs,
      parkAfterMs: maxAgeMs,
      maxRefusals: 3,
      refusalsOfAll: null,
    },
    breaker: defaultBreakerSettings,
    atOnce: config.relay.maxConnections,
    leaseMs: Math.max(5 * minuteMs, 8 * config.relay.timeoutMs),
    logger,
    suppressed: (kind) => metrics.notice(kind, 'suppressed'),
    now: Date.now,
    chance: Math.random,
  });
  const tell = async (notice: string) => enqueueNotice(await queues.built(), notice);
  return {
    handler: createNotices(desk),
    bounces: (handler) =>
      noticingBounces(handler, {
        spool,
        domains: own.domains,
        keys: bounceKeys,
        bounced: async (notice, status) => {
          const cause = `its delivery failed (${status})`;
          const kind = await outbox.bounced(notice, cause, Date.now());
          if (kind !== null) {
            metrics.notice(kind, 'bounced');
            logger.error({ notice, status }, 'a notice came back: its recipient cannot be reached');
            return;
          }
          const target = await alertDeliveries.bounced(notice, cause, Date.now());
          if (target !== null) {
            metrics.alertDelivery(target, 'bounced');
            logger.error({ target, status }, 'an alert came back: staff were not told');
            return;
          }
          const desk = await deliveries.bounced(notice, cause, Date.now());
          if (desk === null) return;
          metrics.delivery(desk, 'bounced');
          logger.error({ target: desk, bounce: notice, status }, 'a hand-over by mail came back: it is parked');
        },
      }),
    announced: (handler) => announcing(handler, tell),
    recurring: [
      every(pollEveryMs, 'notices', logger, () => desk.poll()),
      every(countEveryMs, 'notice counts', logger, async () => {
        const counts = await outbox.unsettled();
        const of = (states: readonly string[]) =>
          counts.reduce((sum, { count, state }) => (states.includes(state) ? sum + count : sum), 0);
        metrics.noticesLeft('waiting', of(['waiting', 'retrying']));
        metrics.noticesLeft('parked', of(['parked']));
      }),
      // No limit looks back further than a week.
      every(tidyEveryMs, 'old counts of notices', logger, () => outbox.forgetCounts(Date.now() - 8 * dayMs)),
    ],
    async stop() {
      await desk.stop();
      await reader.close();
    },
  };
}

/** Null when none is configured. Throws `ConfigError`. */
export function relayOf({ relay, smtp }: Pick<Config, 'relay' | 'smtp'>): Relay | null {
  const { caFile, dkim, host, login, maxConnections, port, timeoutMs, tls } = relay;
  if (host === null) return null;
  return openRelay({
    host,
    port,
    tls,
    login: login === null ? null : { user: login.user, password: login.password.reveal() },
    dkim:
      dkim === null
        ? null
        : {
            domain: dkim.domain,
            selector: dkim.selector,
            privateKey: readSettingFile(dkim.keyFile, 'relay.dkim.keyFile'),
          },
    name: smtp.name,
    maxConnections,
    timeoutMs,
    ...(caFile === null ? {} : { ca: readSettingFile(caFile, 'relay.caFile') }),
  });
}

/** Asks anew when the last answer is older than this. */
function remembered<T>(lifeMs: number, ask: (now: number) => Promise<T>): (now: number) => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return (now) => {
    if (last === null || now - last.at >= lifeMs) last = { at: now, answer: ask(now) };
    return last.answer;
  };
}
