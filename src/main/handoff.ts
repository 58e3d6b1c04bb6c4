/** Tickets and their hand-over, wired: what the process of the workers adds to recording mail. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createAccepted } from '../../workers/accepted.ts';
import { runClocks } from '../../workers/clock.ts';
import type { Handler } from '../../workers/handler.ts';
import { createHandoff } from '../../workers/handoff.ts';
import { type Lanes, startLanes } from '../../workers/lanes.ts';
import { createSenders } from '../../workers/targets/senders.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { defaultRetrySchedule } from '../handoff/attempt.ts';
import { handoffBounceId } from '../handoff/bounce-id.ts';
import { defaultBreakerSettings } from '../handoff/breaker.ts';
import type { HandoffDocument, HandoffLinks } from '../handoff/document.ts';
import type { FileTarget, HandoffTarget } from '../handoff/target.ts';
import { ownNamesOf, readLimitsOf } from '../intake/configured.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { deliveryIdOf } from '../jobs/handoff-job.ts';
import { bounceSender } from '../notices/bounce-address.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { clockRecords } from '../records/clocks.ts';
import { handoffRecords } from '../records/handoff.ts';
import type { Records } from '../records/open-records.ts';
import type { OutboxCount } from '../records/outbox.ts';
import { openRelay } from '../relay/relay.ts';
import { type BusinessCalendar, calendarFault, defaultCalendar } from '../sla/calendar.ts';
import { minutesOf } from '../sla/written-hours.ts';
import { createFolderSync } from '../spool/folder-sync.ts';
import type { LocalSpool } from '../spool/local-spool.ts';
import { replyAddress, type TokenKeys } from '../tickets/reply-token.ts';
import type { Department } from '../verdict/verdict.ts';
import { every, type Recurring } from './every.ts';
import { gatewayKeys } from './gateway-secret.ts';
import { handedOverFiles } from './handed-over-files.ts';
import { readSettingFile } from './setting-file.ts';
import { threadedContentReader } from './threaded-content.ts';
import { threadedFileSender } from './threaded-file.ts';
import { webhookTarget } from './webhook-target.ts';

export type HandoffOptions = {
  readonly config: Config;
  readonly records: Records;
  readonly spool: Pick<LocalSpool, 'entry'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type Handoff = {
  /** Handlers of the queues `accepted` and `handoff`. */
  readonly handlers: readonly [Handler<'accepted'>, Handler<'handoff'>];
  readonly recurring: readonly Recurring[];
  readonly lanes: Lanes<HandoffDocument>;
  /** To be called when the workers have stopped and before the records are closed. */
  stop(): Promise<void>;
};

const pollEveryMs = 1_000;
const clockEveryMs = 15_000;
const countEveryMs = 15_000;
/** What a dead worker had in hand is free again after this; one that lives renews it. Longer than anything holds up a poll. */
const leaseMs = 90_000;
const hourMs = 3_600_000;

export async function startHandoff({ config, logger, metrics, records, spool }: HandoffOptions): Promise<Handoff> {
  const tokenKeys: TokenKeys = gatewayKeys(config, 'reply token');
  const bounceKeys = gatewayKeys(config, 'bounce address');
  const own = ownNamesOf(config);
  const links = linksOf(config, tokenKeys);
  const targets = targetsOf(config);
  for (const target of targets) if ('path' in target) await mkdir(target.path, { recursive: true, mode: 0o700 });
  const limits = readLimitsOf(config);
  const deadlineMs = config.evidence.parseTimeoutMs;
  const pool = createReaderPool({ threads: config.evidence.parseThreads, deadlineMs, limits, logger });
  const reader = threadedContentReader({ pool, limits, deadlineMs });
  const deliveries = handoffRecords(records);
  const lanes = startLanes({
    senders: createSenders(targets, links, {
      syncFolder: createFolderSync(),
      openRelay,
      envelopeFrom: ({ from, name }, { event, message }) =>
        bounceSender(handoffBounceId({ id: deliveryIdOf({ event, target: name }), messageId: message.id }), {
          from,
          keys: bounceKeys,
          ownDomains: own.domains,
        }),
      openFile: (target, own) => ({
        ...threadedFileSender(target, own),
        takeBack: async ({ at, event }) => {
          await handedOverFiles([target]).remove([{ target: target.name, event, at }]);
        },
      }),
    }),
    records: deliveries,
    atOnce: config.handoff.atOnce,
    leaseMs,
    schedule: { ...defaultRetrySchedule, parkAfterMs: config.handoff.parkHours * hourMs },
    breaker: defaultBreakerSettings,
    logger,
    observe: (target, outcome, durationMs) => {
      metrics.delivery(target, outcome);
      logger.debug({ target, outcome, durationMs }, 'handed over');
    },
    now: Date.now,
    chance: Math.random,
  });
  const accepted = createAccepted({
    spool,
    read: (raw) => reader.read(raw),
    settings: {
      tokenKeys,
      mailboxes: own.addresses,
      calendar: calendarOf(config),
      targetsOf: (department) => namesFor(config, department),
    },
    // The lanes run in this process: a job for each target would only take the way through Redis and back.
    handOver: async (_event, names) => {
      for (const name of names) lanes.wake(name);
    },
    reserve: (names) => lanes.reserve(names),
  });
  const clocks = clockRecords(records);
  return {
    handlers: [accepted, createHandoff(lanes)],
    lanes,
    recurring: [
      every(pollEveryMs, 'hand-over', logger, () => lanes.poll()),
      every(countEveryMs, 'hand-over counts', logger, async () => {
        for (const [target, state] of lanes.breakers()) metrics.breaker(target, state !== 'closed');
        countDeliveries(lanes, await deliveries.unsettled(), metrics, Date.now());
      }),
      every(clockEveryMs, 'response clocks', logger, async () => {
        const marked = await runClocks({ clocks, wake: () => lanes.poll(), now: Date.now });
        if (marked.breached > 0) logger.warn(marked, 'answers are overdue');
      }),
    ],
    async stop() {
      await lanes.stop();
      await reader.close();
      await pool.close();
    },
  };
}

/** A target that nothing waits for any more is counted too, or its gauge would stand still at what it was. */
function countDeliveries(
  lanes: Pick<Lanes, 'breakers'>,
  counts: readonly OutboxCount[],
  metrics: Pick<Metrics, 'deliveriesLeft'>,
  now: number,
): void {
  for (const target of new Set([...lanes.breakers().keys(), ...counts.map((each) => each.target)])) {
    const mine = counts.filter((each) => each.target === target);
    const waiting = mine.filter(({ state }) => state !== 'parked');
    metrics.deliveriesLeft(target, {
      waiting: waiting.reduce((sum, { count }) => sum + count, 0),
      parked: mine.find(({ state }) => state === 'parked')?.count ?? 0,
      oldestMs: Math.max(0, ...waiting.map(({ oldestAt }) => now - oldestAt)),
    });
  }
}

/** What a start refuses: secrets that cannot be read, networks and hours that make no sense. Throws `ConfigError`. */
export function targetsOf(config: Config): readonly HandoffTarget[] {
  const from = fromOf(config);
  const settings = config.handoff.targets;
  if (settings.length === 0) return fileTargetsOf(config);
  return settings.map((target, index) => {
    const setting = `handoff.targets[${index}]`;
    const inData = (path: string): string => resolve(config.dataDir, path);
    const textOf = (path: string, name: string): string => readSettingFile(inData(path), `${setting}.${name}`);
    const { name } = target;
    switch (target.kind) {
      case 'webhook':
        return {
          kind: target.kind,
          maxBodyOctets: target.maxBodyBytes,
          ...webhookTarget(target, setting, config.dataDir),
        };
      case 'smtp': {
        const { caFile, host, passwordFile, port, timeoutMs, tls, to, user } = target;
        if ((user === null) !== (passwordFile === null))
          throw new ConfigError(setting, 'needs both user and passwordFile');
        const password = passwordFile === null ? null : textOf(passwordFile, 'passwordFile').trim();
        const login = user === null || password === null ? null : { user, password };
        const trust = caFile === null ? {} : { ca: textOf(caFile, 'caFile') };
        return { kind: target.kind, name, host, port, tls, login, from, to, timeoutMs, ...trust };
      }
      case 'maildir':
        return { kind: target.kind, name, path: inData(target.path), from, to: target.to ?? from };
      case 'file':
        return fileTarget(config, target);
    }
  });
}

/** Those whose files lie with us. Reads no secret: it is asked by commands that hand nothing over. */
export function fileTargetsOf(config: Config): readonly FileTarget[] {
  const { targets: settings } = config.handoff;
  if (settings.length === 0) return [fileTarget(config, { name: defaultTarget, path: null, to: null })];
  return settings.flatMap((target) => (target.kind === 'file' ? [fileTarget(config, target)] : []));
}

function fileTarget(config: Config, { name, path, to }: FileSettings): FileTarget {
  const from = fromOf(config);
  return { kind: 'file', name, path: resolve(config.dataDir, path ?? `handoff/${name}`), from, to: to ?? from };
}

type FileSettings = { readonly name: string; readonly path: string | null; readonly to: string | null };

function fromOf({ handoff, mailboxes }: Config): string {
  return handoff.from ?? `postern@${domainOf(mailboxes[0]?.address ?? 'postern.test')}`;
}

const defaultTarget = 'file';

function namesFor({ handoff }: Config, department: Department): readonly string[] {
  if (handoff.targets.length === 0) return [defaultTarget];
  return handoff.targets.filter(({ departments }) => departments.includes(department)).map(({ name }) => name);
}

/** The vendor's hours (T-SLA). Throws `ConfigError`. */
export function calendarOf({ businessHours }: Pick<Config, 'businessHours'>): BusinessCalendar {
  const { closedOn, closesAt, holidayCountry, holidayState, opensAt, timeZone, weekdays } = businessHours;
  const calendar: BusinessCalendar = {
    timeZone,
    opensAt: minutesOf(opensAt),
    closesAt: minutesOf(closesAt),
    weekdays: weekdays ?? defaultCalendar.weekdays,
    holidays: holidayCountry === null ? null : { country: holidayCountry, state: holidayState },
    closedOn,
  };
  const fault = calendarFault(calendar);
  if (fault !== null) throw new ConfigError('businessHours', fault);
  return calendar;
}

function linksOf(config: Config, keys: TokenKeys): HandoffLinks {
  const base = config.console.url?.replace(/\/+$/, '') ?? null;
  return {
    replyAddress: (number, mailbox) => replyAddress(number, mailbox, keys),
    original: (messageId) => (base === null ? null : `${base}/mail/${encodeURIComponent(messageId)}`),
  };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
