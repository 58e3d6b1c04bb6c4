/** The world around the gateway as `postern doctor` asks it. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DoctorProbes, RecordsFacts, RedisFacts } from '../cli/doctor-probes.ts';
import type { Config } from '../config/config.ts';
import { openKeyring } from '../keyring/keyring.ts';
import type { Logger } from '../observe/logger.ts';
import { within } from '../queue/prompt-client.ts';
import { connectRedis, type RedisClient } from '../queue/redis-target.ts';
import { schemaState } from '../records/migrate.ts';
import { traceRecords } from '../records/trace.ts';
import { readCertificate } from '../supervise/certificate.ts';
import { dataDirectoryHolder } from '../supervise/data-lock.ts';
import { findExecutable, redisInstallCommand } from '../supervise/executable.ts';
import { neededOpenFiles, openFilesLimit } from '../supervise/open-files.ts';
import { mailResolver } from './mail-resolver.ts';
import { hasChanged } from './settings-in-force.ts';
import { openConfiguredRecords, openSpool, redisTarget } from './stores.ts';

const redisWaitMs = 3_000;
const greetingWaitMs = 5_000;

export function doctorProbes(config: Config, logger: Logger): DoctorProbes {
  const resolve = mailResolver(config)('192.0.2.1'); // never the zone of the sample mails
  return {
    holder: () => dataDirectoryHolder(config.dataDir),
    settingsChanged: () => hasChanged(config),
    redisProgram: () => redisProgram(config.redis.executable),
    redisInstallCommand: redisInstallCommand(),
    redis: () => redisFacts(config),
    records: () => recordsFacts(config, logger),
    bucket: () => readBucket(config),
    certificate: async () => readCertificate(config.smtp.tls),
    async keys() {
      const keyring = await openKeyring(config.pgp.keysDirectory, {
        passphrase: config.pgp.passphrase?.reveal() ?? null,
      });
      return { infos: await keyring.list(Date.now()), problems: keyring.problems };
    },
    resolve,
    async disk(path) {
      const { bavail, blocks, bsize, ffree, files } = await statfs(path);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: files === 0 ? null : ffree };
    },
    openFiles: () => ({ limit: openFilesLimit(), needed: neededOpenFiles(config.smtp) }),
    greeting,
  };
}

async function redisProgram(name: string): Promise<{ path: string; version: string } | null> {
  const path = findExecutable(name);
  if (path === null) return null;
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: redisWaitMs });
  return { path, version: /\bv=([\d.]+)/.exec(stdout)?.[1] ?? 'unknown' };
}

async function redisFacts(config: Config): Promise<RedisFacts> {
  const client = connectRedis(redisTarget(config), {
    lazyConnect: true,
    connectTimeout: redisWaitMs,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  let cause: Error | null = null;
  client.on('error', (error: Error) => {
    cause ??= error;
  });
  try {
    return await within(redisWaitMs, 'Redis', () => factsOf(client));
  } catch (error) {
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}

async function factsOf(client: RedisClient): Promise<RedisFacts> {
  await client.connect();
  const [seconds, microseconds] = await client.time();
  const version = /^(?:valkey|redis)_version:(\S+)/m.exec(await client.info('server'))?.[1] ?? 'unknown';
  const [evictionPolicy, appendOnly] = await Promise.all([
    settingOf(client, 'maxmemory-policy'),
    settingOf(client, 'appendonly'),
  ]);
  return {
    version,
    evictionPolicy,
    appendOnly,
    clock: Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000),
  };
}

/** Null where an access list forbids CONFIG, as hosted Redis does. */
async function settingOf(client: RedisClient, name: string): Promise<string | null> {
  try {
    const reply = await client.config('GET', name);
    return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : null;
  } catch {
    return null;
  }
}

async function recordsFacts(config: Config, logger: Logger): Promise<RecordsFacts> {
  if (config.database.url === null && !existsSync(join(config.dataDir, 'postern.db'))) {
    return { schema: 'absent', newestMailAt: null };
  }
  const records = await openConfiguredRecords(config, logger, true);
  try {
    const schema = await schemaState(records);
    if (schema !== 'current') return { schema, newestMailAt: null };
    const { rows } = await traceRecords(records).search({ limit: 1 });
    return { schema, newestMailAt: rows[0]?.received_at ?? null };
  } finally {
    await records.close();
  }
}

async function readBucket(config: Config): Promise<void> {
  const spool = openSpool(config);
  try {
    for await (const _ of spool.entries(Date.now(), () => undefined)) break;
  } finally {
    if ('close' in spool) spool.close();
  }
}

function greeting(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: greetingWaitMs });
    const end = (line: string | null) => {
      socket.destroy();
      resolve(line);
    };
    socket.once('data', (octets) => end(octets.toString('latin1').split('\r\n', 1).join().slice(0, 100)));
    socket.once('timeout', () => end(null));
    socket.once('error', () => end(null));
    socket.once('close', () => end(null));
  });
}
