/** Looks at what alerts are about: queues, records, disk, certificate and keys, as this machine sees them. */
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Reading } from '../alerts/reading.ts';
import { type Findings, readingsOf } from '../alerts/readings.ts';
import { subjectOfTarget } from '../alerts/target.ts';
import { soonestDue } from '../cases/due.ts';
import type { Config } from '../config/config.ts';
import { endingKeys } from '../directory/ending-keys.ts';
import { openKeyring } from '../keyring/keyring.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import { countAlive, workersAliveKey } from '../queue/alive.ts';
import { endedSince, queueStates } from '../queue/inspection.ts';
import type { Queues } from '../queue/queues.ts';
import { alertDeliveryRecords } from '../records/alert-deliveries.ts';
import { directoryRecords } from '../records/directory.ts';
import { handoffRecords } from '../records/handoff.ts';
import { noticeRecords } from '../records/notices.ts';
import type { Records } from '../records/open-records.ts';
import { stalledTargets } from '../records/stalled.ts';
import { watchRecords } from '../records/watch.ts';
import { workOrderRecords } from '../records/work-orders.ts';
import { localDate, openSpan } from '../sla/calendar.ts';
import { businessTimeBetween } from '../sla/response-time.ts';
import { readCertificate } from '../supervise/certificate.ts';
import { openCases } from './case-tools.ts';
import { endsOfKeys } from './ends-of-keys.ts';
import { calendarOf } from './handoff.ts';

export type WatchOptions = {
  readonly config: Config;
  readonly records: Records;
  readonly queues: Pick<Queues, 'built' | 'client'>;
  /** Age of the oldest mail that the sweep found without a trace; null where nothing sweeps. */
  readonly backlogMs: () => number | null;
  /** What the last daily removal could not remove; null where none was run. */
  readonly retentionStuck: () => number | null;
  /** 1 while the daily removal is held back, else 0; null where none is run. */
  readonly retentionHeld: () => number | null;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'timeLeft' | 'adminKeysEnding' | 'targetsStalled'>;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const latelyMs = 15 * minuteMs;
/** What was overdue longer is the help desk's backlog, and no news. */
const newsMs = 3 * dayMs;
/** Reading the keys unlocks them, which takes its time. */
const keysEveryMs = 60 * minuteMs;

export type Watch = (now: number) => Promise<readonly Reading[]>;

export function watching(options: WatchOptions): Watch {
  const { backlogMs, config, logger, metrics, queues, records, retentionHeld, retentionStuck } = options;
  const watch = watchRecords(records);
  const cases = openCases(config, records);
  const calendar = calendarOf(config);
  const machine =
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 100) || 'this-machine';
  const orUnknown = async <Value>(what: string, look: () => Promise<Value>): Promise<Value | null> => {
    try {
      return await look();
    } catch (error) {
      logger.debug({ error, what }, 'alerts could not look at this');
      return null;
    }
  };
  const silentMs = async (now: number): Promise<number | null> => {
    const span = openSpan(localDate(now, calendar), calendar);
    if (span === null || now < span.from || now >= span.to) return null;
    const newest = await watch.newestMailAt();
    // More than a month of silence is no worse than a month, and costs a look at each of its days.
    return newest === null ? null : businessTimeBetween(Math.max(newest, now - 31 * dayMs), now, calendar);
  };
  const casesDue = async (now: number) => soonestDue(await cases.withClocks(), now);
  let keys: { readonly at: number; readonly endsAt: number | null } | null = null;
  const keyLeftMs = async (now: number): Promise<number | null> => {
    if (keys === null || now - keys.at >= keysEveryMs) keys = { at: now, endsAt: await lastKeyEndsAt(config, now) };
    return keys.endsAt === null ? null : keys.endsAt - now;
  };
  const directory = directoryRecords(records);
  let adminKeys: { readonly at: number; readonly count: number } | null = null;
  const endOf = endsOfKeys(Date.now);
  const endingAdminKeys = async (now: number): Promise<number | null> => {
    const days = config.alerts.adminKeyDays;
    if (days === null) return null;
    if (adminKeys === null || now - adminKeys.at >= keysEveryMs) {
      const ending = await endingKeys(await directory.all(), { endOf, now, withinMs: days * dayMs });
      adminKeys = { at: now, count: ending.length };
    }
    return adminKeys.count;
  };
  return async (now) => {
    const states = await orUnknown('queues', async () => queueStates(await queues.built(), now));
    const found: Findings = {
      machine,
      queues: states,
      isRedisAway: states === null,
      ended: await orUnknown('ended jobs', async () => endedSince(await queues.built(), queues.client, now - latelyMs)),
      workersAlive: await orUnknown('workers', () => countAlive(queues.client, workersAliveKey)),
      silentMs: await orUnknown('newest mail', () => silentMs(now)),
      escalation: await orUnknown('escalations', async () => {
        const oldest = await watch.oldestEscalation();
        return oldest === null ? 'none' : { waitedMs: now - oldest.openedAt, messageId: oldest.messageId };
      }),
      clocks: await orUnknown('response clocks', () => watch.clocks(now - newsMs)),
      casesDue: await orUnknown('cases', () => casesDue(now)),
      deferred: await orUnknown('deferred mail', () => watch.deferredSince(now - latelyMs)),
      diskFreePercent: await orUnknown('disk', async () => {
        const { bavail, blocks } = await statfs(config.dataDir);
        return blocks === 0 ? 100 : (100 * bavail) / blocks;
      }),
      certificateLeftMs: await orUnknown('certificate', async () => readCertificate(config.smtp.tls).expiresAt - now),
      keyLeftMs: await orUnknown('keys', () => keyLeftMs(now)),
      endingAdminKeys: await orUnknown('keys of the directory', () => endingAdminKeys(now)),
      parked: await orUnknown('parked deliveries', () => parkedOf(records)),
      stalledMs: await orUnknown('stalled targets', () => stalledOf(config, records, now)),
      backlogMs: backlogMs(),
      retentionStuck: retentionStuck(),
      retentionHeld: retentionHeld(),
    };
    metrics.timeLeft('certificate', found.certificateLeftMs);
    metrics.timeLeft('pgp-key', found.keyLeftMs);
    metrics.adminKeysEnding(found.endingAdminKeys);
    metrics.targetsStalled(found.stalledMs);
    return readingsOf(found);
  };
}

async function parkedOf(records: Records): Promise<ReadonlyMap<string, number>> {
  const parked = new Map<string, number>();
  const note = (target: string, count: number): void => {
    parked.set(target, (parked.get(target) ?? 0) + count);
  };
  for (const { count, state, target } of await handoffRecords(records).unsettled()) {
    if (state === 'parked') note(target, count);
  }
  for (const { count, state } of await noticeRecords(records).unsettled())
    if (state === 'parked') note('notices', count);
  for (const { count, state, target } of await alertDeliveryRecords(records).counts()) {
    if (state === 'parked') note(subjectOfTarget(target), count);
  }
  for (const { count, state } of await workOrderRecords(records).counts())
    if (state === 'parked') note('engineering', count);
  return parked;
}

/** Where there is no relay or no webhook, what waits waits by intent, and `doctor` says so. */
async function stalledOf(config: Config, records: Records, now: number): Promise<ReadonlyMap<string, number>> {
  const { alerts, engineering, handoff, notices } = await stalledTargets(records);
  const hasRelay = config.relay.host !== null;
  const waitsForRelay = new Set(
    hasRelay ? [] : config.alerts.targets.filter(({ kind }) => kind === 'mail').map(({ name }) => name),
  );
  const since = new Map(handoff);
  for (const [target, at] of alerts) if (!waitsForRelay.has(target)) since.set(subjectOfTarget(target), at);
  if (notices !== null && hasRelay) since.set('notices', notices);
  if (engineering !== null && config.engineering.webhook !== null) since.set('engineering', engineering);
  return new Map([...since].map(([target, from]) => [target, Math.max(0, now - from)]));
}

/** When the last key that customers can encrypt to ends; null when there is none, or one that does not end. */
async function lastKeyEndsAt({ pgp }: Config, now: number): Promise<number | null> {
  const keyring = await openKeyring(pgp.keysDirectory, { passphrase: pgp.passphrase?.reveal() ?? null });
  const infos = (await keyring.list(now)).filter(({ standing }) => standing === 'good' || standing === 'expired');
  if (infos.length === 0 || infos.some(({ expiresAt }) => expiresAt === null)) return null;
  return Math.max(...infos.map(({ expiresAt }) => expiresAt ?? 0));
}
