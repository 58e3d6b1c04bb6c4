/** A real redis-server of a test's own, on a unix socket in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TestRedis = {
  readonly target: { readonly socketPath: string };
  readonly url: string;
  readonly folder: string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** Stops answering while connections stay open (SIGSTOP). */
  freeze(): void;
  thaw(): void;
  /** Kills it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again on the same socket and the same append-only file. */
  start(): Promise<void>;
};

export async function startRedis(extra: readonly string[] = []): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-redis-'));
  const socketPath = join(folder, 's');
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const settings = ['--port', '0', '--unixsocket', socketPath, '--dir', folder, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];
    const started = spawn('redis-server', [...settings, ...durable, '--loglevel', 'warning', ...extra], {
      stdio: 'ignore',
    });
    child = started;
    await answering(socketPath, started);
  };
  const kill = async (): Promise<void> => {
    const dying = child;
    child = null;
    if (dying === null || dying.exitCode !== null || dying.signalCode !== null) return;
    const gone = once(dying, 'exit');
    dying.kill('SIGKILL');
    await gone;
  };

  await start();
  return {
    target: { socketPath },
    url: `unix://${socketPath}`,
    folder,
    start,
    kill,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for `+PONG` (or the call for a password), not only for the socket: while its file loads, Redis answers with an error. */
async function answering(socketPath: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    if (await pong(socketPath)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`redis-server ended with ${child.exitCode}`);
}

function pong(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('error', () => resolve(false));
    socket.once('data', (data) => {
      resolve(/^(?:\+PONG|-NOAUTH)/.test(data.toString()));
      socket.destroy();
    });
    socket.once('close', () => resolve(false));
    socket.write('PING\r\n');
  });
}
