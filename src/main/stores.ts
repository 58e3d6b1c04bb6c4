/** Opens the stores that a process needs, as the configuration names them. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Logger } from '../observe/logger.ts';
import { connectQueues, type Queues } from '../queue/queues.ts';
import type { RedisTarget } from '../queue/redis-target.ts';
import { openRecords, type Records } from '../records/open-records.ts';
import { type LocalSpool, localSpool } from '../spool/local-spool.ts';
import { type S3Spool, s3Spool } from '../spool/s3-spool.ts';
import { redisPlace } from '../supervise/redis-place.ts';

/** `sqlite:/path` or the operator's `postgres://…`. */
export function recordsUrl(config: Config): string {
  return config.database.url?.reveal() ?? `sqlite:${join(config.dataDir, 'postern.db')}`;
}

export function openConfiguredRecords(config: Config, logger: Logger, readOnly = false): Promise<Records> {
  return openRecords({ url: recordsUrl(config), logger, readOnly });
}

export function openSpool(config: Config, logger: Logger): LocalSpool | S3Spool {
  const key = config.spool.key;
  const encryptionKey = key === null ? {} : { encryptionKey: Buffer.from(key.reveal(), 'base64') };
  if (config.spool.s3 === null) return localSpool({ dir: config.spool.directory, ...encryptionKey });
  return s3Spool({ ...config.spool.s3, logger, ...encryptionKey });
}

/** The operator's Redis, or the private one that the supervisor started. */
export function redisTarget(config: Config, socketPath: string | null): RedisTarget {
  if (config.redis.url !== null) return { url: config.redis.url.reveal() };
  return { socketPath: socketPath ?? redisPlace(config.dataDir).socketPath };
}

export function openQueues(config: Config, target: RedisTarget, logger: Logger): Queues {
  return connectQueues({
    target,
    logger,
    timeoutMs: config.redis.timeoutMs,
    completedJobMs: config.retention.completedJobHours * 3_600_000,
  });
}
