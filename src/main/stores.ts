/** Opens the stores that a process needs, as the configuration names them. */
import { join } from 'node:path';
import type { Config, S3Settings } from '../config/config.ts';
import type { ReplayPort } from '../evidence/ports.ts';
import type { MemoryPort } from '../intake/ports.ts';
import type { Logger } from '../observe/logger.ts';
import { redisMemory } from '../queue/memory.ts';
import { connectQueues, type Queues } from '../queue/queues.ts';
import type { RedisTarget } from '../queue/redis-target.ts';
import { openRecords, type Records } from '../records/open-records.ts';
import { replayRecords } from '../records/replays.ts';
import { type LocalSpool, localSpool } from '../spool/local-spool.ts';
import { type S3Spool, s3Spool } from '../spool/s3-spool.ts';
import { redisPlace } from '../supervise/redis-place.ts';
import { bothReplays } from './both-replays.ts';

/** `sqlite:/path` or the operator's `postgres://…`. */
function recordsUrl(config: Config): string {
  return config.database.url?.reveal() ?? `sqlite:${join(config.dataDir, 'postern.db')}`;
}

export function openConfiguredRecords(config: Config, logger: Logger, readOnly = false): Promise<Records> {
  return openRecords({ url: recordsUrl(config), logger, readOnly, maxConnections: config.database.poolSize });
}

/** Octets of a mail that stay in memory until its commit; the memory of all sessions is this times their number. */
const memoryThreshold = 256 * 1024;
/** For one request to the bucket, its retries included. */
const s3TimeoutMs = 20_000;

export function openSpool(config: Config): LocalSpool | S3Spool {
  const { key, s3, directory } = config.spool;
  const common = {
    memoryThreshold,
    ...(key === null ? {} : { encryptionKey: Buffer.from(key.reveal(), 'base64') }),
  };
  return s3 === null ? localSpool({ ...common, dir: directory }) : s3Spool({ ...common, ...s3StoreOf(s3) });
}

function s3StoreOf({ credentials, ...store }: S3Settings) {
  if (credentials === null) return { ...store, timeoutMs: s3TimeoutMs, credentials };
  const { accessKeyId, secretAccessKey } = credentials;
  const revealed = { accessKeyId: accessKeyId.reveal(), secretAccessKey: secretAccessKey.reveal() };
  return { ...store, timeoutMs: s3TimeoutMs, credentials: revealed };
}

/** The operator's Redis, or the private one that the supervisor keeps. */
export function redisTarget(config: Config): RedisTarget {
  if (config.redis.url !== null) return { url: config.redis.url.reveal() };
  return { socketPath: redisPlace(config.dataDir).socketPath };
}

export function openQueues(config: Config, target: RedisTarget, logger: Logger): Queues {
  return connectQueues({
    target,
    logger,
    timeoutMs: config.redis.timeoutMs,
    completedJobMs: config.retention.completedJobHours * 3_600_000,
  });
}

const dayMs = 86_400_000;

/** What listeners and sweep remember of mails. */
export function openMemory(config: Config, queues: Queues, records: Records): MemoryPort & ReplayPort {
  const fresh = redisMemory({
    client: queues.client,
    timeoutMs: config.redis.timeoutMs,
    replayMs: config.policy.replayMemoryDays * dayMs,
  });
  return { ...fresh, ...bothReplays(fresh, replayRecords(records)) };
}
