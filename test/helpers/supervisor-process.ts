/** A supervisor in a process of its own, to be killed: locks the data directory and starts its private Redis. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type SupervisorProcess = {
  readonly child: ChildProcess;
  readonly redisPid: number;
  readonly socketPath: string;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
};

const program = `
import { lockDataDirectory } from './src/supervise/data-lock.ts';
import { startPrivateRedis } from './src/supervise/private-redis.ts';
import { silentLogger } from './src/observe/logger.ts';
const [dataDir] = process.argv.slice(1);
globalThis.lock = lockDataDirectory(dataDir);
const redis = await startPrivateRedis({ dataDir, logger: silentLogger() });
console.log(JSON.stringify({ redisPid: redis.pid(), socketPath: redis.socketPath }));
setInterval(() => {}, 1000);
`;

/** `searchPath` stands for PATH; without `setpriv` in it the Redis outlives its supervisor. */
export async function startSupervisorProcess(dataDir: string, searchPath: string): Promise<SupervisorProcess> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, dataDir], {
    cwd: root,
    env: { PATH: searchPath },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  const { redisPid, socketPath } = JSON.parse(String(line));
  return {
    child,
    redisPid,
    socketPath,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
