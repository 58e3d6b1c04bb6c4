/** One process under the supervisor; its last arguments are the settings in force and its role. */
import { loadConfig } from '../config/load.ts';
import { createLogger } from '../observe/logger.ts';
import { createMetrics } from '../observe/metrics.ts';
import { runAsChild, type Service } from '../supervise/child.ts';
import { type ProcessRole, processRoles } from '../supervise/messages.ts';
import { startConsoleRole } from './console-role.ts';
import { startListenerRole } from './listener-role.ts';
import { redisTarget } from './stores.ts';
import { startWorkersRole } from './workers-role.ts';

const copy = process.argv.at(-2);
const config = loadConfig({ env: process.env, cwd: process.cwd(), ...(copy === undefined ? {} : { copy }) });
const role = readRole(process.argv.at(-1));
const logger = createLogger({ level: config.logLevel, role });
const metrics = createMetrics();
const options = { config, target: redisTarget(config), logger, metrics };

process.on('unhandledRejection', (error) => {
  logger.fatal({ error }, 'a promise failed unseen; this process starts anew');
  process.exit(70);
});

await runAsChild({
  metrics,
  start: async (face): Promise<Service> => {
    switch (role) {
      case 'smtp': {
        const listeners = await startListenerRole(options);
        const address = listeners.listener.address();
        return {
          address: address === null ? null : `${address.address}:${address.port}`,
          stop: () => listeners.stop(),
          reload: () => listeners.reloadCertificate(),
        };
      }
      case 'workers': {
        const workers = await startWorkersRole(options);
        return { address: null, stop: () => workers.stop(), reload: () => undefined };
      }
      case 'console': {
        const console = await startConsoleRole({ ...options, collect: () => face.collect() });
        return { address: console.address, stop: () => console.stop(), reload: () => undefined };
      }
    }
  },
}).catch((error: unknown) => {
  logger.fatal({ error }, 'the process could not start');
  process.exit(69);
});

function readRole(text: string | undefined): ProcessRole {
  const found = processRoles.find((name) => name === text);
  if (found === undefined) throw new Error(`not a role: ${text}`);
  return found;
}
