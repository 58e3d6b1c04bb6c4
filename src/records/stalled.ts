/**
 * Since when each target has taken nothing although something waits for it. A target that takes one of many counts as
 * there, however much waits; one that nothing waits for is not asked after.
 */
import type { Records } from './open-records.ts';

/** By where it goes: targets of tickets, those of alerts, by name each; the relay of notices; the webhook of engineering. */
export type StalledTargets = {
  readonly handoff: ReadonlyMap<string, number>;
  readonly alerts: ReadonlyMap<string, number>;
  /** Epoch milliseconds; null when nothing waits. */
  readonly notices: number | null;
  readonly engineering: number | null;
};

type WithTargets = 'handoff_deliveries' | 'alert_deliveries' | 'order_deliveries';

export async function stalledTargets(records: Records): Promise<StalledTargets> {
  const orders = await stalledIn(records, 'order_deliveries');
  return {
    handoff: await stalledIn(records, 'handoff_deliveries'),
    alerts: await stalledIn(records, 'alert_deliveries'),
    notices: await noticesStalled(records),
    engineering: orders.size === 0 ? null : Math.min(...orders.values()),
  };
}

async function stalledIn({ db }: Records, table: WithTargets): Promise<ReadonlyMap<string, number>> {
  const waiting = await db
    .selectFrom(table)
    .select((select) => ['target', select.fn.min('created_at').as('oldest_at')])
    .where('state', 'in', ['queued', 'retrying'])
    .groupBy('target')
    .orderBy('target')
    .execute();
  const since = new Map<string, number>();
  for (const { oldest_at, target } of waiting) {
    const taken = db.selectFrom(table).select('updated_at').where('state', '=', 'delivered');
    const last = await taken.where('target', '=', target).orderBy('updated_at', 'desc').limit(1).executeTakeFirst();
    since.set(target, Math.max(oldest_at, last?.updated_at ?? 0));
  }
  return since;
}

async function noticesStalled({ db }: Records): Promise<number | null> {
  const waiting = db.selectFrom('notices').select('created_at').where('state', 'in', ['waiting', 'retrying']);
  const oldest = await waiting.orderBy('created_at').limit(1).executeTakeFirst();
  if (oldest === undefined) return null;
  const sent = db.selectFrom('notices').select('sent_at').where('state', 'in', ['sent', 'bounced']);
  const last = await sent.where('sent_at', 'is not', null).orderBy('sent_at', 'desc').limit(1).executeTakeFirst();
  return Math.max(oldest.created_at, last?.sent_at ?? 0);
}
