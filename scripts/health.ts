/**
 * Whether a service of this container works, for the container engine: `node scripts/health.ts smtp|console|workers`.
 * Exit 0 when it does, 1 with one line on stderr when it does not.
 */
import { connect } from 'node:net';
import type { Config } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load.ts';
import { silentLogger } from '../src/observe/logger.ts';
import { countAlive, workersAliveKey } from '../src/queue/alive.ts';
import { connectPromptly } from '../src/queue/prompt-client.ts';

const patienceMs = 5_000;

const checks: Readonly<Record<string, (config: Config) => Promise<void>>> = {
  smtp: ({ smtp }) => greeting(smtp.port),
  console: async ({ console: { port } }) => {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(patienceMs) });
    if (!answer.ok) throw new Error(`the console answers ${answer.status}`);
  },
  workers: async ({ redis }) => {
    if (redis.url === null) throw new Error('REDIS_URL is not set');
    const client = connectPromptly({
      target: { url: redis.url.reveal() },
      logger: silentLogger(),
      timeoutMs: patienceMs,
    });
    try {
      await new Promise((resolve) => client.once('ready', resolve));
      if ((await countAlive(client, workersAliveKey)) === 0) throw new Error('no worker gives signs of life');
    } finally {
      client.disconnect();
    }
  },
};

/** Resolves with the greeting of RFC 5321 §3.1. */
function greeting(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.once('error', reject);
  socket.once('data', (data) => {
    socket.end('QUIT\r\n');
    if (data.toString().startsWith('220')) resolve();
    else reject(new Error('the listener refuses sessions'));
  });
  return promise;
}

const check = checks[process.argv[2] ?? ''];
if (check === undefined) {
  console.error('usage: node scripts/health.ts smtp|console|workers');
  process.exit(64);
}
setTimeout(() => {
  console.error('no answer');
  process.exit(1);
}, patienceMs).unref();
try {
  await check(loadConfig({ env: process.env, cwd: process.cwd() }));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
