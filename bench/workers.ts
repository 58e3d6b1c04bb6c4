/**
 * The worker side, from the queue to the target: accepted jobs that are read from the spool, recorded with their tickets
 * and handed over to the target `file`; then the same beside a webhook that takes two seconds for each answer.
 *
 * Usage: bench/workers.ts [mails]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config/load.ts';
import { defaultRetrySchedule } from '../src/handoff/attempt.ts';
import { defaultBreakerSettings } from '../src/handoff/breaker.ts';
import { newMailId } from '../src/intake/mail-id.ts';
import { createReaderPool } from '../src/intake/reader-pool.ts';
import { threadedContentReader } from '../src/main/threaded-content.ts';
import { threadedFileSender } from '../src/main/threaded-file.ts';
import { defaultReadLimits } from '../src/message/read.ts';
import { silentLogger } from '../src/observe/logger.ts';
import { createMetrics } from '../src/observe/metrics.ts';
import { connectPatiently } from '../src/queue/patient-client.ts';
import { connectQueues, type Queues } from '../src/queue/queues.ts';
import { handoffRecords } from '../src/records/handoff.ts';
import { migrate } from '../src/records/migrate.ts';
import { openRecords } from '../src/records/open-records.ts';
import { traceRecords } from '../src/records/trace.ts';
import { defaultCalendar } from '../src/sla/calendar.ts';
import { type LocalSpool, localSpool } from '../src/spool/local-spool.ts';
import { links } from '../test/helpers/handoff-document.ts';
import { buildMail } from '../test/helpers/mail-builder.ts';
import { startRedis } from '../test/helpers/redis.ts';
import { startWebhookServer } from '../test/helpers/webhook-server.ts';
import { judgedMail, sidecar } from '../test/records/mails.ts';
import { createAccepted } from '../workers/accepted.ts';
import { escalated } from '../workers/escalated.ts';
import { startLanes } from '../workers/lanes.ts';
import { startWorkers } from '../workers/main.ts';
import { rejected } from '../workers/rejected.ts';
import { webhookSender } from '../workers/targets/webhook.ts';

const mails = Number(process.argv[2] ?? 5_000);
/** Delivered before the clock starts: threads are started and code is compiled with these. */
const early = 2_000;
const body = 'It fails since Monday, and nobody here knows why that could be.\r\n'.repeat(30);

async function fill(spool: LocalSpool, queues: Queues, count: number): Promise<void> {
  const raw = buildMail({ subject: 'Backup fails', body });
  const jobs = Array.from({ length: count }, async (_, index) => {
    const mailId = newMailId(Date.now() - index, 1);
    const messageId = `${mailId}-0`;
    const from = `ada${index}@example.com`;
    const arrival = await spool.begin(mailId);
    await arrival.write(raw);
    const { sha256, size } = await arrival.complete();
    const job = { ...judgedMail({ messageId, from, receivedAt: Date.now() }), spoolKey: mailId };
    const beside = sidecar({ messageId, from, receivedAt: Date.now(), subject: 'Backup fails' });
    await arrival.commit({
      ...beside,
      sha256,
      size,
      judgements: beside.judgements.map((each) => ({ ...each, job })),
    });
    return job;
  });
  for (let start = 0; start < jobs.length; start += 100) {
    const some = await Promise.all(jobs.slice(start, start + 100));
    await Promise.all(some.map((job) => queues.enqueue(job)));
  }
}

/** Removed at the end: for a minute ext4 passes over the inodes of removed files one by one, and every new file pays. */
const folders: string[] = [];

async function measure(what: string, targets: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  folders.push(folder);
  const { evidence, handoff, workers: settings } = loadConfig({ env: { POSTERN_DATA_DIR: folder }, cwd: folder });
  const redis = await startRedis();
  const logger = silentLogger();
  const metrics = createMetrics();
  const queues = connectQueues({ target: redis.target, logger });
  await queues.ready(5_000);
  const records = await openRecords({ url: `sqlite:${join(folder, 'p.db')}`, logger });
  await migrate(records);
  const spool = localSpool({ dir: join(folder, 'spool'), memoryThreshold: 262_144 });
  const slow = await startWebhookServer();
  slow.answer = (response) => void setTimeout(() => response.writeHead(204).end(), 2_000);
  await fill(spool, queues, early + mails);

  const addresses = { from: 'postern@postern.test', to: 'desk@help.test' };
  const file = { kind: 'file', name: 'file', path: join(folder, 'handoff'), ...addresses } as const;
  const hook = {
    kind: 'webhook',
    name: 'hook',
    url: slow.url,
    secrets: [randomBytes(32)],
    allowedNetworks: ['127.0.0.1'],
    timeoutMs: 15_000,
    maxBodyOctets: 262_144,
  } as const;
  const deliveries = handoffRecords(records);
  const warm = Promise.withResolvers<void>();
  const allDelivered = Promise.withResolvers<void>();
  let delivered = 0;
  const lanes = startLanes({
    senders: new Map([
      ['file', threadedFileSender(file, links)],
      ['hook', webhookSender({ target: hook, links })],
    ]),
    records: deliveries,
    atOnce: handoff.atOnce,
    leaseMs: 120_000,
    schedule: defaultRetrySchedule,
    breaker: defaultBreakerSettings,
    logger,
    observe: (target) => {
      if (target !== 'file') return;
      delivered += 1;
      if (delivered === early) warm.resolve();
      if (delivered === early + mails) allDelivered.resolve();
    },
    now: Date.now,
    chance: Math.random,
  });
  const limits = defaultReadLimits;
  const pool = createReaderPool({ threads: 1, deadlineMs: evidence.parseTimeoutMs, limits, logger });
  const reader = threadedContentReader({ pool, limits, deadlineMs: evidence.parseTimeoutMs });
  const accepted = createAccepted({
    spool,
    read: (raw) => reader.read(raw),
    settings: {
      tokenKeys: [randomBytes(32)],
      mailboxes: ['support@postern.test'],
      calendar: defaultCalendar,
      targetsOf: () => targets,
    },
    handOver: async (_event, names) => {
      for (const name of names) lanes.wake(name);
    },
    reserve: (names) => lanes.reserve(names),
  });

  const workers = startWorkers(
    {
      connect: () => connectPatiently(redis.target, logger),
      prefix: 'postern',
      spool,
      trace: traceRecords(records),
      beat: () => Promise.resolve(),
      settings,
      logger,
      metrics,
      now: Date.now,
    },
    [accepted, rejected, escalated],
  );
  await warm.promise;
  const start = performance.now();
  const cpu = process.cpuUsage();
  const loop = process.threadCpuUsage();
  await allDelivered.promise;
  const seconds = (performance.now() - start) / 1_000;
  const { system, user } = process.cpuUsage(cpu);
  const own = process.threadCpuUsage(loop);
  await lanes.poll();
  const perMail = (user + system) / 1_000 / mails;
  const inLoop = (own.user + own.system) / 1_000 / mails;
  process.stdout.write(
    `${what.padEnd(44)}${(mails / seconds).toFixed(0).padStart(6)} jobs/s  ${perMail.toFixed(2)} ms CPU a job, ${inLoop.toFixed(2)} of it in the event loop\n`,
  );

  await workers.stop();
  await lanes.stop();
  await Promise.all([reader.close(), pool.close(), queues.close(), records.close(), slow.stop()]);
  await redis.stop();
  metrics.close();
}

process.stdout.write(`${mails} accepted mails of ${body.length} octets, SQLite, one process\n`);
try {
  await measure('target file', ['file']);
  await measure('target file, beside a webhook of 2 s', ['file', 'hook']);
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
