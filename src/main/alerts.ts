/** Alerts, wired: a look every few seconds, and lanes that bring to each target what it is told. */
import { resolve } from 'node:path';
import { startLanes } from '../../workers/lanes.ts';
import { alertMailSender } from '../../workers/targets/alert-mail.ts';
import { alertWebhookSender } from '../../workers/targets/alert-webhook.ts';
import type { Sender } from '../../workers/targets/sender.ts';
import type { AlertLinks } from '../alerts/payload.ts';
import { type AlertTiming, type Rules, rulesOf } from '../alerts/rule.ts';
import type { AlertTarget } from '../alerts/target.ts';
import type { Config } from '../config/config.ts';
import { defaultRetrySchedule } from '../handoff/attempt.ts';
import { defaultBreakerSettings } from '../handoff/breaker.ts';
import { ownNamesOf } from '../intake/configured.ts';
import type { BounceKeys } from '../notices/bounce-address.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Queues } from '../queue/queues.ts';
import type { AlertDocument } from '../records/alert-deliveries.ts';
import { alertDeliveryRecords } from '../records/alert-deliveries.ts';
import { alertRecords } from '../records/alerts.ts';
import type { Records } from '../records/open-records.ts';
import type { Relay } from '../relay/relay.ts';
import { watching } from './alert-watch.ts';
import { every, type Recurring } from './every.ts';
import { gatewayKeys } from './gateway-secret.ts';
import { relayOf } from './notices.ts';
import { webhookTarget } from './webhook-target.ts';

export type AlertingOptions = {
  readonly config: Config;
  readonly records: Records;
  readonly queues: Pick<Queues, 'built' | 'client'>;
  readonly backlogMs: () => number | null;
  readonly retentionStuck: () => number | null;
  readonly retentionHeld: () => number | null;
  /** Whether others see to it: then this process does nothing. */
  readonly othersDo: () => Promise<boolean>;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type Alerting = {
  readonly recurring: readonly Recurring[];
  /** To be called when nothing recurs any more and before the records are closed. */
  stop(): Promise<void>;
};

const lookEveryMs = 5_000;
const pollEveryMs = 2_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const leastLeaseMs = minuteMs;
const atOnce = 2;

/** Throws `ConfigError` for secrets that cannot be read. */
export function startAlerting(options: AlertingOptions): Alerting {
  const { backlogMs, config, logger, metrics, othersDo, queues, records, retentionHeld, retentionStuck } = options;
  const relay = config.alerts.targets.some(({ kind }) => kind === 'mail') ? relayOf(config) : null;
  const senders = alertSenders(config, relay);
  const targets = alertTargetsOf(config);
  if (targets.length === 0) logger.info('alerts.targets names nobody: alerts stand in the console only');
  const alerts = alertRecords(records);
  const deliveries = alertDeliveryRecords(records);
  // Mail waits for a relay as long as there is none; it is no stray.
  const waiting = new Set(targets.map(({ name }) => name).filter((name) => !senders.has(name)));
  const lanes = startLanes<AlertDocument>({
    senders,
    records: {
      ...deliveries,
      dueTargets: async (now) => (await deliveries.dueTargets(now)).filter((target) => !waiting.has(target)),
    },
    atOnce,
    leaseMs: leaseOf(config),
    schedule: { ...defaultRetrySchedule, parkAfterMs: config.alerts.parkHours * hourMs },
    breaker: defaultBreakerSettings,
    logger,
    observe: (target, outcome) => metrics.alertDelivery(target, outcome),
    now: Date.now,
    chance: Math.random,
  });
  const input = { rules: alertRulesOf(config), timing: alertTimingOf(config), targets };
  const look = watching({ config, records, queues, backlogMs, retentionStuck, retentionHeld, logger, metrics });
  return {
    recurring: [
      every(lookEveryMs, 'alerts', logger, async () => {
        if (await othersDo()) return;
        const now = Date.now();
        const transitions = await alerts.pass({ ...input, readings: await look(now) }, now);
        for (const { alert, change, isTold } of transitions) {
          const { id, kind, severity, subject } = alert;
          const line = { alert: id, kind, subject, severity, change };
          if (isTold) logger.warn(line, 'staff are told');
          else logger.info(line, 'an alert changed');
        }
        metrics.alertsOpen(countByKind((await alerts.open()).map(({ kind }) => kind)));
        if (transitions.some(({ isTold }) => isTold)) await lanes.poll();
      }),
      every(pollEveryMs, 'alert deliveries', logger, async () => {
        if (!(await othersDo())) await lanes.poll();
      }),
    ],
    async stop() {
      await lanes.stop();
      relay?.close();
    },
  };
}

/** What a worker that died had in hand is tried again after this: half of it is more than the slowest target may take. */
function leaseOf({ alerts, relay }: Config): number {
  const mailMs = 4 * relay.timeoutMs; // `relay.ts`: a whole exchange
  const slowest = Math.max(...alerts.targets.map((target) => (target.kind === 'mail' ? mailMs : target.timeoutMs)), 0);
  return Math.max(leastLeaseMs, 2.5 * slowest);
}

export function alertTargetsOf({ alerts }: Config): readonly AlertTarget[] {
  return alerts.targets.map(({ kinds, leastSeverity, name }) => ({ name, kinds, leastSeverity }));
}

/** Those that can be sent to: without a relay none of mail. Throws `ConfigError`. */
function alertSenders(config: Config, relay: Relay | null): ReadonlyMap<string, Sender<AlertDocument>> {
  const { alerts, dataDir, mailboxes } = config;
  const links: AlertLinks = { console: config.console.url?.replace(/\/+$/, '') ?? null };
  const firstMailbox = mailboxes[0]?.address ?? 'support@postern.test';
  const from = alerts.from ?? `postern@${firstMailbox.slice(firstMailbox.lastIndexOf('@') + 1)}`;
  const ownDomains = ownNamesOf(config).domains;
  const senders = new Map<string, Sender<AlertDocument>>();
  alerts.targets.forEach((target, index) => {
    if (target.kind === 'webhook') {
      const read = webhookTarget(target, `alerts.targets[${index}]`, resolve(dataDir));
      senders.set(target.name, alertWebhookSender(read, links));
    } else if (relay !== null) {
      const { name, to } = target;
      senders.set(name, alertMailSender({ relay, from, to, links, bounceKeys: bounceKeysOf(config), ownDomains }));
    }
  });
  return senders;
}

function bounceKeysOf(config: Config): BounceKeys {
  return gatewayKeys(config, 'bounce address');
}

function alertRulesOf({ alerts }: Config): Rules {
  const timesOf = (value: number | null, unit: number) => (value === null ? null : value * unit);
  return rulesOf({
    queueAgeMs: timesOf(alerts.queueAgeMinutes, minuteMs),
    noMailMs: timesOf(alerts.noMailHours, hourMs),
    failedPercent: alerts.failedPercent,
    escalationMs: timesOf(alerts.escalationMinutes, minuteMs),
    deferredMails: alerts.deferredMails,
    diskFreePercent: alerts.diskFreePercent,
    certificateMs: timesOf(alerts.certificateDays, dayMs),
    keyMs: timesOf(alerts.keyDays, dayMs),
    adminKeyMs: timesOf(alerts.adminKeyDays, dayMs),
    targetStalledMs: timesOf(alerts.targetStalledMinutes, minuteMs),
    spoolBacklogMs: timesOf(alerts.spoolBacklogMinutes, minuteMs),
  });
}

function alertTimingOf({ alerts: { holdMinutes, remindMinutes, windowMinutes } }: Config): AlertTiming {
  return {
    remindMs: remindMinutes === null ? null : remindMinutes * minuteMs,
    windowMs: windowMinutes * minuteMs,
    holdMs: holdMinutes * minuteMs,
  };
}

function countByKind<Kind extends string>(kinds: readonly Kind[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
