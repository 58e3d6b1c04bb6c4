/** The console on real stores: SQLite, a Redis of its own, a spool on disk, a real HTTP server. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { BrowserContext } from 'playwright-core';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { consoleApp } from '../../src/console/app.ts';
import type { ConsolePorts } from '../../src/console/ports.ts';
import { createReaderPool, type ReaderPool } from '../../src/intake/reader-pool.ts';
import { consolePorts } from '../../src/main/console-ports.ts';
import { openMailIntake } from '../../src/main/mail-intake.ts';
import { openPortal } from '../../src/main/portal.ts';
import { openQueues } from '../../src/main/stores.ts';
import { defaultReadLimits } from '../../src/message/read.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import type { Queues } from '../../src/queue/queues.ts';
import { auditRecords } from '../../src/records/audit.ts';
import { migrate } from '../../src/records/migrate.ts';
import { openRecords, type Records } from '../../src/records/open-records.ts';
import { type LocalSpool, localSpool } from '../../src/spool/local-spool.ts';
import type { Role } from '../../src/staff/role.ts';
import { formToken, newToken, tokenHash } from '../../src/staff/session.ts';
import { ensureCertificate } from '../../src/supervise/certificate.ts';
import { memberPasswordHash } from '../helpers/members.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { isAct } from './audit-proof.ts';

export type Session = { readonly name: string; readonly cookie: string; readonly formToken: string };

export type ConsoleWorld = {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly config: Config;
  readonly ports: ConsolePorts;
  readonly records: Records;
  readonly queues: Queues;
  readonly spool: LocalSpool;
  readonly redis: TestRedis;
  /** Moves the console's clock; sessions and codes go by it. */
  elapse(ms: number): void;
  now(): number;
  /** A member with this role and `memberPassword` who is logged in, without the work of logging in. */
  session(role: Role, name?: string): Promise<Session>;
  /** Puts the session into a browser. */
  logIn(browser: BrowserContext, role: Role): Promise<Session>;
  get(path: string, session?: Session, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Posts a form as our own pages do. */
  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    session?: Session,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Closes every connection and takes no new one, as a stopped server. */
  vanish(): Promise<void>;
  reappear(): Promise<void>;
  close(): Promise<void>;
};

/** @param recordsUrl A database of its own, by default. */
export async function startConsole(
  changes: Partial<ConsolePorts> = {},
  recordsUrl?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ConsoleWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-console-'));
  const logger = silentLogger();
  const redis = await startRedis();
  const config = loadConfig({ env: { ...env, POSTERN_DATA_DIR: dataDir }, cwd: dataDir });
  await ensureCertificate(config.smtp.tls, 'mx.example.com');
  const records = await openRecords({ url: recordsUrl ?? `sqlite:${join(dataDir, 'postern.db')}`, logger });
  await migrate(records);
  const queues = openQueues(config, redis.target, logger);
  await queues.ready(10_000);
  const spool = localSpool({ dir: join(dataDir, 'spool'), memoryThreshold: 65_536 });
  const reader: ReaderPool = createReaderPool({ threads: 1, deadlineMs: 10_000, limits: defaultReadLimits, logger });
  const metrics = createMetrics();
  let elapsedMs = 0;
  const now = (): number => Date.now() + elapsedMs;
  const stores = { config, records, queues, spool, reader, outbox: null, logger, metrics };
  const line = await openMailIntake(stores);
  const portal = openPortal(stores, line);
  const ports: ConsolePorts = {
    ...consolePorts({
      config,
      env: {},
      records,
      queues,
      spool,
      reader,
      portal,
      gather: line.gather,
      collect: async () => [await metrics.snapshot()],
      metrics,
      logger,
    }),
    now,
    ...changes,
  };
  const app = consoleApp(ports);
  const unaudited: string[] = [];
  const head = async (): Promise<number> =>
    (
      await auditRecords(records)
        .head()
        .catch(() => ({ seq: -1 }))
    ).seq;
  const watched: typeof app.fetch = async (request, env) => {
    const before = await head();
    const answer = await app.fetch(request, env);
    const { pathname } = new URL(request.url);
    const acted = {
      method: request.method,
      path: pathname,
      status: answer.status,
      location: answer.headers.get('location'),
      isFile: answer.headers.has('content-disposition'),
    };
    if (isAct(acted)) {
      if ((await head()) === before)
        unaudited.push(`${acted.method} ${pathname} -> ${acted.status} ${acted.location ?? ''}`);
    }
    return answer;
  };
  let server = createAdaptorServer({ fetch: watched });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  let members = 0;

  const session = async (role: Role, wanted?: string): Promise<Session> => {
    members += 1;
    const name = wanted ?? `${role}-${members}`;
    const invitation = newToken();
    const by = { actor: 'test', at: now() };
    await ports.staff.add({ name, role }, { tokenHash: tokenHash(invitation), expiresAt: now() + 60_000 }, by);
    const secrets = { passwordHash: memberPasswordHash, totpSecret: null, totpLastStep: 0 };
    await ports.staff.join(tokenHash(invitation), secrets, now());
    const token = newToken();
    const opened = { tokenHash: tokenHash(token), name, ip: '127.0.0.1', agent: 'test', now: now() };
    await ports.staff.openSession(opened);
    return { name, cookie: `postern_session=${token}`, formToken: formToken(token) };
  };
  const shut = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  };

  return {
    origin,
    config,
    ports,
    records,
    queues,
    spool,
    redis,
    now,
    elapse: (ms) => {
      elapsedMs += ms;
    },
    session,
    async logIn(browser, role) {
      const made = await session(role);
      await browser.addCookies([
        {
          name: 'postern_session',
          value: made.cookie.split('=')[1] ?? '',
          url: origin,
          httpOnly: true,
          sameSite: 'Lax',
        },
      ]);
      return made;
    },
    get: (path, who, headers = {}) =>
      fetch(`${origin}${path}`, {
        redirect: 'manual',
        headers: { ...(who === undefined ? {} : { cookie: who.cookie }), ...headers },
      }),
    post: (path, fields, who, headers = {}) =>
      fetch(`${origin}${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin,
          ...(who === undefined ? {} : { cookie: who.cookie }),
          ...headers,
        },
        body: new URLSearchParams({
          ...(who === undefined ? {} : { form_token: who.formToken }),
          ...fields,
        }).toString(),
      }),
    vanish: shut,
    async reappear() {
      server = createAdaptorServer({ fetch: watched });
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async close() {
      await shut();
      metrics.close();
      await Promise.allSettled([queues.close(), records.close(), reader.close()]);
      await redis.stop();
      rmSync(dataDir, { recursive: true, force: true });
      if (unaudited.length > 0) throw new Error(`acts without a row in the audit log:\n${unaudited.join('\n')}`);
    },
  };
}
