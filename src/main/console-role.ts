/** The HTTP process: the console for staff, health and metrics for machines. */
import { Hono } from 'hono';
import type { Environment } from '../config/environment.ts';
import { consoleApp } from '../console/app.ts';
import { healthRoutes } from '../console/health.ts';
import { verificationPages } from '../console/verification-pages.ts';
import { readLimitsOf } from '../intake/configured.ts';
import { createReaderPool } from '../intake/reader-pool.ts';
import { createNetworks } from '../network/networks.ts';
import { type MetricsSnapshot, mergedText } from '../observe/metrics.ts';
import { countAlive, workersAliveKey } from '../queue/alive.ts';
import { startAlerting } from './alerts.ts';
import { answering } from './asking.ts';
import { consolePorts } from './console-ports.ts';
import { listenConsole } from './console-server.ts';
import { openMailIntake } from './mail-intake.ts';
import { openPortal } from './portal.ts';
import { openConfiguredRecords, openQueues, openSpool } from './stores.ts';
import type { WorkersRoleOptions } from './workers-role.ts';

export type ConsoleRole = { readonly address: string; stop(): Promise<void> };

export type ConsoleRoleOptions = WorkersRoleOptions & {
  /** Metrics of all processes. */
  readonly collect: () => Promise<readonly MetricsSnapshot[]>;
  /** For the page that says where each setting came from. */
  readonly env?: Environment;
};

const patienceMs = 2_000;

export async function startConsoleRole(options: ConsoleRoleOptions): Promise<ConsoleRole> {
  const { config, target, logger, metrics, collect, env = process.env } = options;
  const records = await openConfiguredRecords(config, logger);
  const queues = openQueues(config, target, logger);
  const reader = createReaderPool({
    threads: 1,
    deadlineMs: config.evidence.parseTimeoutMs,
    limits: readLimitsOf(config),
    logger,
  });
  const app = new Hono();
  app.route(
    '/',
    healthRoutes({
      services: {
        records: () => records.ping(),
        queues: () => queues.ready(patienceMs),
        workers: async () => {
          if ((await countAlive(queues.client, workersAliveKey)) === 0) throw new Error('no worker is alive');
        },
      },
      metrics: async () => mergedText(await collect()),
      isProxy: createNetworks(config.console.proxyNetworks).contains,
      isMonitor: createNetworks(config.console.monitorNetworks).contains,
    }),
  );
  const spool = openSpool(config);
  app.route('/', verificationPages(answering({ config, records, spool, queue: queues, reader, logger })));
  const stores = { config, records, queues, spool, reader, outbox: null, logger, metrics };
  const line = await openMailIntake(stores);
  const portal = openPortal(stores, line);
  const { gather } = line;
  const ports = consolePorts({ config, env, records, queues, spool, reader, portal, gather, collect, metrics, logger });
  app.route('/', consoleApp(ports));
  const alerting = startAlerting({
    config,
    records,
    queues,
    backlogMs: () => null,
    retentionStuck: () => null,
    retentionHeld: () => null,
    // That no worker lives, none of them can tell: then it is done here.
    othersDo: async () => (await countAlive(queues.client, workersAliveKey).catch(() => 0)) > 0,
    logger,
    metrics,
  });
  for (const work of alerting.recurring) work.now();
  const { host, port } = config.console;
  const server = await listenConsole({ fetch: app.fetch, host, port, isProxy: ports.isProxy });
  const bound = server.address();
  const address = typeof bound === 'object' && bound !== null ? `${bound.address}:${bound.port}` : `${host}:${port}`;
  return {
    address,
    async stop() {
      const closed = new Promise<void>((done) => {
        server.close(() => done());
      });
      server.closeIdleConnections();
      // Open pages keep a stream each, which ends only when it is cut.
      const cut = setTimeout(() => server.closeAllConnections(), patienceMs / 2);
      await Promise.race([closed, new Promise((done) => setTimeout(done, patienceMs).unref())]);
      clearTimeout(cut);
      await Promise.all(alerting.recurring.map((work) => work.stop()));
      await alerting.stop();
      await Promise.allSettled([queues.close(), records.close(), reader.close()]);
    },
  };
}
