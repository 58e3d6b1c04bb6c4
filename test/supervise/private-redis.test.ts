import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.ts';
import { findExecutable, redisInstallCommand } from '../../src/supervise/executable.ts';
import {
  type PrivateRedis,
  RedisDidNotStart,
  RedisNotInstalled,
  startPrivateRedis,
} from '../../src/supervise/private-redis.ts';
import { ForeignRedis, isAlive } from '../../src/supervise/redis-orphan.ts';
import { redisPlace } from '../../src/supervise/redis-place.ts';
import { startRedis } from '../helpers/redis.ts';
import { startSupervisorProcess } from '../helpers/supervisor-process.ts';

let dataDir: string;
const running: PrivateRedis[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'postern-data-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(executable?: string): Promise<PrivateRedis> {
  const chosen = executable === undefined ? {} : { executable };
  const redis = await startPrivateRedis({ dataDir, logger: silentLogger(), patienceMs: 2_000, ...chosen });
  running.push(redis);
  return redis;
}

/** Asks and leaves. */
async function ask<Answer>(socketPath: string, question: (client: Redis) => Promise<Answer>): Promise<Answer> {
  const client = new Redis(socketPath);
  client.on('error', () => undefined); // may come between two lives
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

/** A folder with redis-server and without setpriv. */
function pathWithoutSetpriv(): string {
  const folder = join(dataDir, 'bin');
  mkdirSync(folder);
  symlinkSync(findExecutable('redis-server') ?? '', join(folder, 'redis-server'));
  return folder;
}

describe('startPrivateRedis', () => {
  it('runs on a unix socket, durable, without eviction, for this user alone', async () => {
    const redis = await start();
    const settings = await ask(redis.socketPath, async (client) => ({
      port: await client.config('GET', 'port'),
      durable: await client.config('GET', 'appendonly'),
      sync: await client.config('GET', 'appendfsync'),
      eviction: await client.config('GET', 'maxmemory-policy'),
    }));
    expect(settings).toEqual({
      port: ['port', '0'],
      durable: ['appendonly', 'yes'],
      sync: ['appendfsync', 'everysec'],
      eviction: ['maxmemory-policy', 'noeviction'],
    });
    expect(statSync(redis.socketPath).mode & 0o077).toBe(0);
    expect(statSync(join(dataDir, 'redis')).mode & 0o077).toBe(0);
  });

  it('keeps its data over a stop and a start', async () => {
    const first = await start();
    await ask(first.socketPath, (client) => client.set('kept', 'yes'));
    const pid = first.pid() ?? 0;
    await first.stop();
    expect(isAlive(pid)).toBe(false);
    const second = await start();
    expect(await ask(second.socketPath, (client) => client.get('kept'))).toBe('yes');
  });

  it('starts again when it dies', async () => {
    const redis = await start();
    await ask(redis.socketPath, (client) => client.set('kept', 'yes'));
    const before = redis.pid();
    process.kill(before ?? 0, 'SIGKILL');
    await expect.poll(() => redis.pid(), { timeout: 10_000 }).not.toBe(before);
    await expect.poll(() => redis.pid(), { timeout: 10_000 }).not.toBeNull();
    expect(await ask(redis.socketPath, (client) => client.get('kept'))).toBe('yes');
  });

  it('ends even when frozen', async () => {
    const redis = await start();
    const pid = redis.pid() ?? 0;
    process.kill(pid, 'SIGSTOP');
    await redis.stop();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('stops while it is between two lives', async () => {
    const redis = await start();
    const pid = redis.pid() ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => redis.pid() !== pid).toBe(true);
    await redis.stop();
    expect(redis.pid()).toBeNull();
  });

  it('takes a data directory whose path is too long for a socket', async () => {
    dataDir = join(dataDir, 'x'.repeat(120));
    const redis = await start();
    expect(Buffer.byteLength(redis.socketPath)).toBeLessThan(104);
    expect(await ask(redis.socketPath, (client) => client.ping())).toBe('PONG');
    const { socketPath } = redis;
    await redis.stop();
    expect(existsSync(join(socketPath, '..'))).toBe(false);
  });

  it('says how to install what is missing', async () => {
    await expect(start('redis-server-that-is-not-there')).rejects.toThrow(RedisNotInstalled);
    await expect(start('redis-server-that-is-not-there')).rejects.toThrow(redisInstallCommand());
  });

  it('tells the last words of a server that cannot start', async () => {
    const broken = join(dataDir, 'broken-server');
    writeFileSync(broken, '#!/bin/sh\necho "Bad file format reading the append only file"\nexit 1\n');
    chmodSync(broken, 0o755);
    await expect(start(broken)).rejects.toThrow(RedisDidNotStart);
    await expect(start(broken)).rejects.toThrow('Bad file format reading the append only file');
  });

  it('refuses a short socket folder that somebody else prepared', async () => {
    dataDir = join(dataDir, 'y'.repeat(120));
    const { socketPath } = redisPlace(dataDir);
    const short = join(socketPath, '..');
    chmodSync(short, 0o777);
    await expect(start()).rejects.toThrow('belongs to somebody else');
    rmSync(short, { recursive: true });
  });
});

describe('an orphan of a killed run', () => {
  it('is ended by the kernel where setpriv is', async () => {
    expect(findExecutable('setpriv')).not.toBeNull();
    const supervisor = await startSupervisorProcess(dataDir, process.env['PATH'] ?? '');
    await supervisor.kill();
    await expect.poll(() => isAlive(supervisor.redisPid)).toBe(false);
  });

  it('is found by its socket and shut down before another starts', async () => {
    const supervisor = await startSupervisorProcess(dataDir, pathWithoutSetpriv());
    await ask(supervisor.socketPath, (client) => client.set('kept', 'yes'));
    await supervisor.kill();
    expect(isAlive(supervisor.redisPid)).toBe(true);
    const redis = await start();
    expect(isAlive(supervisor.redisPid)).toBe(false);
    expect(await ask(redis.socketPath, (client) => client.get('kept'))).toBe('yes');
  });

  it('is found by its pid file when its socket is gone, and when it is frozen', async () => {
    const supervisor = await startSupervisorProcess(dataDir, pathWithoutSetpriv());
    await ask(supervisor.socketPath, (client) => client.set('kept', 'yes'));
    await supervisor.kill();
    rmSync(supervisor.socketPath);
    process.kill(supervisor.redisPid, 'SIGSTOP');
    const redis = await start();
    expect(isAlive(supervisor.redisPid)).toBe(false);
    expect(await ask(redis.socketPath, (client) => client.get('kept'))).toBe('yes');
  });

  it('is not seen in a process that got its number later', async () => {
    const place = redisPlace(dataDir);
    writeFileSync(join(place.folder, 'redis.pid'), `${process.pid}\n`);
    const redis = await start();
    expect(redis.pid()).not.toBe(process.pid);
  });

  it('is left alone when it belongs to another folder', async () => {
    const foreign = await startRedis();
    try {
      const { socketPath } = redisPlace(dataDir);
      symlinkSync(foreign.target.socketPath, socketPath);
      await expect(start()).rejects.toBeInstanceOf(ForeignRedis);
      expect(existsSync(foreign.target.socketPath)).toBe(true);
      expect(await ask(foreign.target.socketPath, (client) => client.ping())).toBe('PONG');
    } finally {
      await foreign.stop();
    }
  });
});

it('the install command is one line', () => {
  expect(redisInstallCommand()).not.toContain('\n');
  expect(execFileSync('sh', ['-n', '-c', redisInstallCommand()]).toString()).toBe('');
});
