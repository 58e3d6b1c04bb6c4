/**
 * A redis-server that outlived its supervisor. It still writes our append-only file, so no other may start beside it: it
 * is shut down, and waited for, first.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import type { RedisPlace } from './redis-place.ts';

/** Something else answers on our socket. */
export class ForeignRedis extends Error {
  override readonly name = 'ForeignRedis';
}

export type OrphanOptions = {
  readonly place: RedisPlace;
  readonly logger: Logger;
  /** Milliseconds for an orderly end, then it is killed. */
  readonly patienceMs: number;
};

export function pidFileOf(place: RedisPlace): string {
  return join(place.folder, 'redis.pid');
}

/** Ends orphans of this data directory. The caller holds the directory's lock: there is no other supervisor. */
export async function endOrphan(options: OrphanOptions): Promise<void> {
  const { place, logger, patienceMs } = options;
  const pid = (await askForPid(place)) ?? pidFromFile(place);
  if (pid === null || !isAlive(pid)) return;
  logger.warn({ pid }, 'a redis-server was left by a killed run; shutting it down');
  process.kill(pid, 'SIGTERM'); // Redis writes and syncs its append-only file, then ends
  if (await isGoneWithin(pid, patienceMs)) return;
  logger.warn({ pid }, 'it does not end; killing it');
  process.kill(pid, 'SIGKILL');
  if (!(await isGoneWithin(pid, patienceMs))) throw new Error(`redis-server ${pid} cannot be ended`);
}

/** Resolves to whether the process ended within the time. */
export async function isGoneWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const endAt = performance.now() + timeoutMs;
  while (isAlive(pid)) {
    if (performance.now() > endAt) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** The process id of what answers on our socket, when it works in our folder. Null when nothing answers. */
async function askForPid(place: RedisPlace): Promise<number | null> {
  const client = new Redis({
    path: place.socketPath,
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false, // it may still be loading its file
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const folder: unknown = await client.call('CONFIG', 'GET', 'dir');
    if (!Array.isArray(folder) || folder[1] !== place.folder) {
      throw new ForeignRedis(`${place.socketPath} is used by a Redis that does not belong to this data directory`);
    }
    const info = await client.info('server');
    return Number(/^process_id:(\d+)/m.exec(info)?.[1] ?? Number.NaN) || null;
  } catch (error) {
    if (error instanceof ForeignRedis) throw error;
    return null; // nobody there, or one that does not answer: then its pid file tells
  } finally {
    client.disconnect();
  }
}

/** The id from the pid file, when that process is a redis-server of ours and not one that got the number later. */
function pidFromFile(place: RedisPlace): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFileOf(place), 'utf8'), 10);
    if (!(pid > 1)) return null;
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    // Redis rewrites its title to end in `unixsocket:<path>`.
    return commandLine.includes(place.socketPath) ? pid : null;
  } catch {
    return null;
  }
}

/** Runs, or is somebody else's; a zombie does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return !isZombie(pid);
}

/** A process that ended and that its parent has not asked for yet holds no file any more. */
function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return false;
  }
}
