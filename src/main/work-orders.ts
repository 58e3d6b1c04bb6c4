/** Work orders, wired: those that could not be signed are signed, and engineering is told of them. */
import { resolve } from 'node:path';
import { startLanes } from '../../workers/lanes.ts';
import { workOrderWebhook } from '../../workers/targets/work-order-webhook.ts';
import { issueOrder, type Sign } from '../case-file/issue-order.ts';
import { ruleOf } from '../cases/procedure.ts';
import type { Config } from '../config/config.ts';
import { defaultRetrySchedule } from '../handoff/attempt.ts';
import { defaultBreakerSettings } from '../handoff/breaker.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { alertRaising, type RaiseAlerts } from '../records/alert-events.ts';
import type { Records } from '../records/open-records.ts';
import { engineeringTarget } from '../records/order-outbox.ts';
import { type WorkOrderRecords, workOrderRecords } from '../records/work-orders.ts';
import { every, type Recurring } from './every.ts';
import { webhookTarget } from './webhook-target.ts';

export type WorkOrders = {
  readonly recurring: readonly Recurring[];
  /** To be called when nothing recurs any more and before the records are closed. */
  stop(): Promise<void>;
};

export type WorkOrdersOptions = {
  readonly config: Config;
  readonly records: Records;
  readonly sign: Sign;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'workOrderDelivery' | 'workOrdersLeft'>;
};

const signEveryMs = 15_000;
const pollEveryMs = 2_000;
const countEveryMs = 15_000;
const leastLeaseMs = 60_000;
const hourMs = 3_600_000;

/** Throws `ConfigError` for files that cannot be read. */
export function startWorkOrders(options: WorkOrdersOptions): WorkOrders {
  const { config, logger, metrics, records, sign } = options;
  const { parkHours, webhook } = config.engineering;
  const orders = workOrderRecords(records);
  const raise = alertRaising(records);
  const signing = every(signEveryMs, 'work orders to sign', logger, () => signOverdue({ orders, raise, sign, logger }));
  const counting = every(countEveryMs, 'work order counts', logger, async () => {
    const counts = await orders.counts();
    const of = (states: readonly string[]): number =>
      counts.reduce((sum, { count, state }) => (states.includes(state) ? sum + count : sum), 0);
    metrics.workOrdersLeft('waiting', of(['queued', 'retrying']));
    metrics.workOrdersLeft('parked', of(['parked']));
  });
  if (webhook === null) {
    logger.info('engineering.webhook is not set: work orders wait, and staff hand them over by hand');
    return { recurring: [signing, counting], stop: () => Promise.resolve() };
  }
  const settings = { ...webhook, name: engineeringTarget };
  const target = webhookTarget(settings, 'engineering.webhook', resolve(config.dataDir));
  const lanes = startLanes({
    senders: new Map([[engineeringTarget, workOrderWebhook(target, config.console.url?.replace(/\/+$/, '') ?? null)]]),
    records: orders,
    // In order: of an order and its cancellation the order comes first.
    atOnce: 1,
    leaseMs: Math.max(leastLeaseMs, 2.5 * webhook.timeoutMs),
    schedule: { ...defaultRetrySchedule, parkAfterMs: parkHours * hourMs },
    breaker: defaultBreakerSettings,
    logger,
    observe: (_target, outcome) => metrics.workOrderDelivery(outcome),
    now: Date.now,
    chance: Math.random,
  });
  return {
    recurring: [signing, counting, every(pollEveryMs, 'work orders', logger, () => lanes.poll())],
    stop: () => lanes.stop(),
  };
}

type Signing = {
  readonly orders: Pick<WorkOrderRecords, 'unsigned' | 'order' | 'saveOrder'>;
  readonly raise: RaiseAlerts;
  readonly sign: Sign;
  readonly logger: Logger;
};

/** The approvals stand, and the key could not be used then. Staff are told once of an order that still cannot be signed. */
async function signOverdue({ logger, orders, raise, sign }: Signing): Promise<void> {
  for (const of of await orders.unsigned()) {
    const now = Date.now();
    try {
      await issueOrder(of, orders, sign, now);
      logger.info({ caseId: of.id }, 'a work order that could not be signed is signed');
    } catch (error) {
      logger.error({ error, caseId: of.id }, 'a work order cannot be signed');
      const about = { subject: of.id, reference: of.id, label: ruleOf(of.procedure) };
      await raise([{ kind: 'case-alarm', key: `unsigned ${of.id}`, ...about, at: now }]);
    }
  }
}
