/** Which Redis: our private one by its socket, or the operator's by URL. */
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

export type RedisTarget =
  | { readonly socketPath: string }
  /**
   * `redis://`, `rediss://`, `unix:///path`, `redis-sentinel://[user:password@]host[:26379],…/name[/db]` or
   * `redis-cluster://[user:password@]host[:6379],…`; with a second `s` before the colon (`rediss-cluster:`) over TLS.
   */
  | { readonly url: string };

export type RedisClient = Redis | Cluster;

/** Thrown for a URL that cannot be understood; the message never holds it, as it may hold a password. */
export class BadRedisUrl extends Error {
  override readonly name = 'BadRedisUrl';
}

/** BullMQ relies on the shapes of replies that older clients gave. */
type LegacyOptions = Omit<RedisOptions, 'replyMapping'> & { readonly replyMapping: 'legacy' };
type LegacyClusterOptions = Omit<ClusterOptions, 'replyMapping' | 'redisOptions'> & {
  readonly replyMapping: 'legacy';
  readonly redisOptions: Omit<LegacyOptions, 'retryStrategy' | 'enableOfflineQueue'>;
};

type Endpoint = { readonly host: string; readonly port: number };

/** A client of the target. It connects by itself, reconnects for ever, and reports trouble by its `error` event. */
export function connectRedis(target: RedisTarget, settings: RedisOptions): RedisClient {
  const options: LegacyOptions = { ...settings, replyMapping: 'legacy' };
  if ('socketPath' in target) return new Redis({ ...options, path: target.socketPath });
  const url = target.url;
  if (url.startsWith('unix://'))
    return new Redis({ ...options, path: decodeURIComponent(url.slice('unix://'.length)) });
  if (/^rediss?:\/\//.test(url)) return new Redis(checkedUrl(url), options);
  const match = /^redis(s?)-(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/]+)((?:\/[^/]*)*)$/.exec(url);
  if (match === null)
    throw new BadRedisUrl('REDIS_URL is not a redis://, rediss://, unix:// , sentinel or cluster URL');
  const [, secure, kind, login = '', hosts = '', path = ''] = match;
  const common: LegacyOptions = { ...options, ...loginOf(login), ...(secure === 's' ? { tls: {} } : {}) };
  if (kind === 'cluster') return new Cluster(endpoints(hosts, 6_379), clusterOptions(common));
  const [, name = 'mymaster', db = '0'] = path.split('/');
  return new Redis({ ...common, sentinels: endpoints(hosts, 26_379), name, db: Number(db) || 0 });
}

/** BullMQ's scripts touch several keys at once: in a cluster a hash tag keeps them on one node. */
export function prefixFor(target: RedisTarget, prefix: string): string {
  return 'url' in target && /^rediss?-cluster:/.test(target.url) ? `{${prefix}}` : prefix;
}

function checkedUrl(url: string): string {
  if (!URL.canParse(url)) throw new BadRedisUrl('REDIS_URL is not a valid URL');
  return url;
}

function loginOf(login: string): Pick<RedisOptions, 'username' | 'password'> {
  if (login === '') return {};
  const colon = login.indexOf(':');
  if (colon < 0) return { password: decodeURIComponent(login) };
  const username = decodeURIComponent(login.slice(0, colon));
  return { password: decodeURIComponent(login.slice(colon + 1)), ...(username === '' ? {} : { username }) };
}

function endpoints(hosts: string, defaultPort: number): Endpoint[] {
  return hosts.split(',').map((text) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined) throw new BadRedisUrl('REDIS_URL names a host that cannot be understood');
    return { host, port: port === undefined ? defaultPort : Number(port) };
  });
}

function clusterOptions({ retryStrategy, enableOfflineQueue, ...redisOptions }: LegacyOptions): LegacyClusterOptions {
  return {
    replyMapping: 'legacy',
    redisOptions,
    enableOfflineQueue: enableOfflineQueue ?? true,
    ...(typeof retryStrategy === 'function' ? { clusterRetryStrategy: (attempt) => retryStrategy(attempt) } : {}),
  };
}
