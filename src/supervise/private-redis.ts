/**
 * The private redis-server of the embedded default: a child on a unix socket under the data directory, with an
 * append-only file and no eviction.
 *
 * Life: orphans of a killed run are ended -> the child starts and loads its file -> while it dies unasked it is started
 * again, with growing pauses -> `stop` ends it and waits. It stands in a process group of its own, so that Ctrl-C does not
 * end it before the listeners have finished; should the supervisor be killed, the kernel ends it (where `setpriv` is).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { findExecutable, redisInstallCommand } from './executable.ts';
import { endOrphan, isGoneWithin, pidFileOf } from './redis-orphan.ts';
import { leaveSocket, type RedisPlace, redisPlace } from './redis-place.ts';

export type PrivateRedis = {
  readonly socketPath: string;
  /** Null while it is being started again. */
  pid(): number | null;
  /** Ends it and waits; safe to call twice. */
  stop(): Promise<void>;
};

export type PrivateRedisOptions = {
  /** Absolute. */
  readonly dataDir: string;
  readonly logger: Logger;
  /** `redis-server` or `valkey-server`, by name or path. */
  readonly executable?: string;
  /** Milliseconds for an orderly end, then it is killed. */
  readonly patienceMs?: number;
};

/** There is no redis-server; the message says how to get one. */
export class RedisNotInstalled extends Error {
  override readonly name = 'RedisNotInstalled';
}

/** The server ended while it started; the message holds its last words. */
export class RedisDidNotStart extends Error {
  override readonly name = 'RedisDidNotStart';
}

const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** A child that lived this long starts over with the shortest pause. */
const settledMs = 60_000;

/** Resolves when Redis answers. Rejects with `RedisNotInstalled`, `RedisDidNotStart` or `ForeignRedis`. */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const { logger, patienceMs = 10_000 } = options;
  const name = options.executable ?? 'redis-server';
  const executable = findExecutable(name);
  if (executable === null) {
    throw new RedisNotInstalled(`${name} is not installed: ${redisInstallCommand()} (or set REDIS_URL)`);
  }
  const place = redisPlace(options.dataDir);
  await endOrphan({ place, logger, patienceMs });

  let child: ChildProcess | null = null;
  let isStopping = false;
  let pauseMs = firstPauseMs;
  let restart: NodeJS.Timeout | undefined;

  const launch = async (): Promise<void> => {
    const startedAt = performance.now();
    const { started, lastWords } = spawnRedis(executable, place, logger);
    child = started;
    started.once('exit', (code, signal) => {
      child = null;
      if (isStopping) return;
      if (performance.now() - startedAt > settledMs) pauseMs = firstPauseMs;
      logger.error({ code, signal, lastWords: lastWords(), pauseMs }, 'redis-server ended unasked; starting it again');
      restart = setTimeout(() => void relaunch(), pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
    await untilAnswering(started, place, lastWords);
  };
  /** A start that fails again ends in `exit`, which plans the next one. */
  const relaunch = async (): Promise<void> => {
    try {
      await launch();
      logger.info({ pid: child?.pid }, 'redis-server is back');
    } catch (error) {
      logger.warn({ error }, 'redis-server did not start');
    }
  };
  const stop = async (): Promise<void> => {
    isStopping = true;
    clearTimeout(restart);
    if (child !== null) await endChild(child, patienceMs, logger);
    rmSync(pidFileOf(place), { force: true });
    leaveSocket(place);
  };

  try {
    await launch();
  } catch (error) {
    await stop();
    throw error;
  }
  let stopped: Promise<void> | null = null;
  return { socketPath: place.socketPath, pid: () => child?.pid ?? null, stop: () => (stopped ??= stop()) };
}

async function endChild(child: ChildProcess, patienceMs: number, logger: Logger): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  child.kill('SIGTERM');
  if (await isGoneWithin(pid, patienceMs)) return;
  logger.warn({ pid }, 'redis-server does not end; killing it');
  child.kill('SIGKILL');
  await isGoneWithin(pid, patienceMs);
}

type Spawned = { readonly started: ChildProcess; readonly lastWords: () => string };

function spawnRedis(executable: string, place: RedisPlace, logger: Logger): Spawned {
  const settings = ['--port', '0', '--unixsocket', place.socketPath, '--unixsocketperm', '700', '--dir', place.folder];
  // What was answered 250 is in the spool before it is here: at most a second of jobs must be swept in again.
  const durability = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const command = [executable, ...settings, ...durability, '--maxmemory-policy', 'noeviction', '--daemonize', 'no'];
  const setpriv = process.platform === 'linux' ? findExecutable('setpriv') : null;
  const [program = executable, ...args] = setpriv === null ? command : [setpriv, '--pdeathsig', 'TERM', ...command];
  const started = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  started.on('error', (error) => logger.error({ error }, 'redis-server cannot be run'));
  if (started.pid !== undefined) writeFileSync(pidFileOf(place), `${started.pid}\n`);
  const words: string[] = [];
  for (const stream of [started.stdout, started.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      words.push(line);
      if (words.length > 20) words.shift();
      logger.debug({ line }, 'redis-server');
    });
  }
  return { started, lastWords: () => words.slice(-5).join(' | ') };
}

/** Waits while it loads, however long that takes: only its end, or an answer, decides. */
async function untilAnswering(child: ChildProcess, place: RedisPlace, lastWords: () => string): Promise<void> {
  const client = new Redis({
    path: place.socketPath,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
    maxLoadingRetryTime: 1_000,
  });
  client.on('error', () => undefined); // no socket yet, or still loading
  const ended = new AbortController();
  try {
    await Promise.race([
      client.ping(),
      childEnd(child, ended.signal).then((how) => {
        throw new RedisDidNotStart(`redis-server ended while it started (${how}): ${lastWords()}`);
      }),
    ]);
  } finally {
    ended.abort();
    client.disconnect();
  }
}

/** How the child ended; stays open when the signal comes first. */
async function childEnd(child: ChildProcess, signal: AbortSignal): Promise<string> {
  if (child.pid === undefined) return 'cannot be run';
  if (child.exitCode !== null) return `code ${child.exitCode}`;
  if (child.signalCode !== null) return `signal ${child.signalCode}`;
  try {
    const [code, killedBy] = await once(child, 'close', { signal });
    return killedBy === null ? `code ${code}` : `signal ${killedBy}`;
  } catch {
    return new Promise<never>(() => undefined);
  }
}
