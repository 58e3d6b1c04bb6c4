/** The HTTP process. */
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { healthRoutes } from '../console/health.ts';
import { type MetricsSnapshot, mergedText } from '../observe/metrics.ts';
import { countAlive, workersAliveKey } from '../queue/alive.ts';
import { openConfiguredRecords, openQueues } from './stores.ts';
import type { WorkersRoleOptions } from './workers-role.ts';

export type ConsoleRole = { readonly address: string; stop(): Promise<void> };

export type ConsoleRoleOptions = WorkersRoleOptions & {
  /** Metrics of all processes. */
  readonly collect: () => Promise<readonly MetricsSnapshot[]>;
};

const patienceMs = 2_000;

export async function startConsoleRole({ config, target, logger, collect }: ConsoleRoleOptions): Promise<ConsoleRole> {
  const records = await openConfiguredRecords(config, logger, true);
  const queues = openQueues(config, target, logger);
  const app = healthRoutes({
    services: {
      records: () => records.ping(),
      queues: () => queues.ready(patienceMs),
      workers: async () => {
        if ((await countAlive(queues.client, workersAliveKey)) === 0) throw new Error('no worker is alive');
      },
    },
    metrics: async () => mergedText(await collect()),
  });
  const { host, port } = config.console;
  const server = createAdaptorServer({ fetch: app.fetch });
  // Exclusive: the cluster would give this port 0 and the listeners' port 0 one and the same socket.
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const bound = server.address();
  const address = typeof bound === 'object' && bound !== null ? `${bound.address}:${bound.port}` : `${host}:${port}`;
  return {
    address,
    async stop() {
      const closed = new Promise<void>((done) => {
        server.close(() => done());
      });
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      await Promise.race([closed, new Promise((done) => setTimeout(done, patienceMs).unref())]);
      await Promise.allSettled([queues.close(), records.close()]);
    },
  };
}
