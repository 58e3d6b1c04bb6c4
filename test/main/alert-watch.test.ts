/** What alerts measure, on real stores: records, Redis, disk, certificate, keys. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reading } from '../../src/alerts/reading.ts';
import { type Watch, watching } from '../../src/main/alert-watch.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../src/observe/metrics.ts';
import { noticeRecords } from '../../src/records/notices.ts';
import { traceRecords } from '../../src/records/trace.ts';
import { makePgpKey } from '../../src/samples/pgp-samples.ts';
import { type ConsoleWorld, startConsole } from '../console/console-world.ts';
import { adminJson, tenantJson } from '../helpers/directory-json.ts';
import { outgoingNotice } from '../helpers/outgoing-notice.ts';
import { traceInput } from '../records/mails.ts';

const hourMs = 3_600_000;
let world: ConsoleWorld;
let metrics: Metrics;
let watch: Watch;
beforeAll(async () => {
  world = await startConsole();
  metrics = createMetrics();
  const { config, queues, records } = world;
  watch = watching({
    config,
    records,
    queues,
    backlogMs: () => 1_234,
    retentionStuck: () => 2,
    retentionHeld: () => 1,
    logger: silentLogger(),
    metrics,
  });
});
afterAll(async () => {
  metrics.close();
  await world.close();
});

const valuesOf = (readings: readonly Reading[], kind: string) => readings.find((one) => one.kind === kind)?.values;

it('measures all of it, and says nothing of what there is none of', async () => {
  const readings = await watch(world.now());
  expect(valuesOf(readings, 'redis-away')).toMatchObject([{ value: 0 }]);
  expect(valuesOf(readings, 'workers-silent')).toEqual([{ subject: '', value: 0 }]);
  expect(valuesOf(readings, 'queue-age')?.map(({ value }) => value)).toContain(0);
  expect(valuesOf(readings, 'spool-backlog')).toMatchObject([{ value: 1_234 }]);
  expect(valuesOf(readings, 'retention-stuck')).toMatchObject([{ value: 2 }]);
  expect(valuesOf(readings, 'retention-held')).toMatchObject([{ value: 1 }]);
  expect(valuesOf(readings, 'escalation-waiting')).toEqual([]);
  expect(valuesOf(readings, 'parked')).toEqual([]);
  expect(valuesOf(readings, 'admin-key')).toEqual([{ subject: '', value: 0 }]);
  expect(valuesOf(readings, 'disk')?.[0]?.value).toBeGreaterThan(0);
  expect(valuesOf(readings, 'certificate')?.[0]?.value).toBeGreaterThan(24 * hourMs);
  expect(readings.map(({ kind }) => kind)).not.toContain('no-mail');
  expect(readings.map(({ kind }) => kind)).not.toContain('pgp-key');
  const text = await metrics.text();
  expect(text).toMatch(/postern_expiry_seconds\{what="certificate"\} \d{5}/);
  expect(text).toContain('postern_admin_keys_ending 0');
});

it('counts an escalation, a notice that was given up, and an admin whose last key ends; names none of them', async () => {
  const now = world.now();
  const escalated = traceInput({
    messageId: 'm1-0',
    receivedAt: now - hourMs,
    outcome: 'escalated',
    assurance: 'claimed',
  });
  await traceRecords(world.records).record([escalated], now - hourMs);
  const notices = noticeRecords(world.records);
  await notices.open([{ outgoing: outgoingNotice('m0-0', 'ada@example.com'), limits: [] }], now);
  await notices.claim('relay', now, 60_000, 1);
  await notices.settle([{ id: 'm0-0', claims: 1, settlement: { kind: 'parked', cause: 'no such user' } }], now);
  const key = await makePgpKey({ name: 'Ada', email: 'ada@example.com', keyExpirationTime: 10 * 86_400 });
  const admins = [adminJson({ pgpKeys: [key.armoredPublic] })];
  const read = await world.ports.readDirectory(JSON.stringify({ tenants: [tenantJson({ admins })] }));
  if (!read.ok) throw new Error('the directory is not valid');
  await world.ports.directory.replaceAll(read.directory, { actor: 'test', at: now });
  // Keys are looked at once an hour.
  expect(valuesOf(await watch(now), 'admin-key')).toEqual([{ subject: '', value: 0 }]);
  const readings = await watch(now + hourMs);
  expect(valuesOf(readings, 'admin-key')).toEqual([{ subject: '', value: 1 }]);
  expect(valuesOf(readings, 'parked')).toEqual([{ subject: 'notices', value: 1 }]);
  expect(valuesOf(readings, 'escalation-waiting')).toMatchObject([{ references: ['m1-0'] }]);
  const everything = `${JSON.stringify(readings)}${await metrics.text()}`;
  expect(everything).toContain('postern_admin_keys_ending 1');
  expect(everything).not.toMatch(/ada|example\.com|no such user/i);
});

it('measures how long the relay has taken nothing, and nothing where there is none', async () => {
  const now = world.now();
  await noticeRecords(world.records).open([{ outgoing: outgoingNotice('m9-0', 'ada@example.com'), limits: [] }], now);
  expect(valuesOf(await watch(now + hourMs), 'target-stalled')).toEqual([]);
  const { config, queues, records } = world;
  const withRelay = watching({
    config: { ...config, relay: { ...config.relay, host: 'relay.postern.test' } },
    records,
    queues,
    backlogMs: () => null,
    retentionStuck: () => null,
    retentionHeld: () => null,
    logger: silentLogger(),
    metrics,
  });
  expect(valuesOf(await withRelay(now + hourMs), 'target-stalled')).toEqual([{ subject: 'notices', value: hourMs }]);
  expect(await metrics.text()).toContain('postern_target_stalled_seconds{target="notices"} 3600');
});

it('tells of a Redis that is away, and goes on with what the records know', async () => {
  await world.redis.kill();
  const readings = await watch(world.now());
  expect(valuesOf(readings, 'redis-away')).toMatchObject([{ value: 1 }]);
  expect(valuesOf(readings, 'queue-age')).toBeUndefined();
  expect(valuesOf(readings, 'workers-silent')).toBeUndefined();
  expect(valuesOf(readings, 'parked')).toEqual([{ subject: 'notices', value: 1 }]);
  await world.redis.start();
});
