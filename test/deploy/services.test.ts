/** Gateway, workers and console as docker-compose.yml runs them: their commands, their kind of environment, real stores. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { startPostgres, type TestPostgres } from '../helpers/postgres.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { startS3, type TestS3 } from '../helpers/s3.ts';
import { root, serviceOf } from './compose-file.ts';

let folder: string;
let redis: TestRedis;
let postgres: TestPostgres;
let s3: TestS3;
let environment: Record<string, string>;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-services-'));
  [redis, postgres, s3] = await Promise.all([startRedis(), startPostgres(), startS3()]);
  mkdirSync(join(folder, 'secrets'));
  const secrets: Record<string, string> = {
    'redis-url': redis.url,
    'database-url': await postgres.createDatabase(),
    'spool-key': Buffer.alloc(32, 7).toString('base64'),
    'gateway-secret': Buffer.alloc(32, 8).toString('base64'),
    'evidence-key': Buffer.alloc(32, 9).toString('base64'),
    's3-access-key-id': s3.credentials.accessKeyId,
    's3-secret-access-key': s3.credentials.secretAccessKey,
  };
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, 'secrets', name), value);
  const settings = readFileSync(`${root}/deploy/postern.yaml`, 'utf8').replace('http://s3:8333', s3.endpoint);
  writeFileSync(join(folder, 'postern.yaml'), settings);
  environment = {
    PATH: process.env['PATH'] ?? '',
    POSTERN_SMTP_PORT: String(await freePort()),
    POSTERN_CONSOLE_PORT: String(await freePort()),
  };
});

afterAll(async () => {
  await Promise.all(running.map(end));
  await Promise.all([redis.stop(), postgres.stop(), s3.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The service's environment, with paths of this machine. */
function environmentOf(name: string): Record<string, string> {
  const own = Object.entries(serviceOf(name).environment ?? {}).map(([variable, value]) => [
    variable,
    value
      .replace('/secrets/postern', join(folder, 'secrets'))
      .replace('/etc/postern', folder)
      .replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  ]);
  return { ...environment, ...Object.fromEntries(own), POSTERN_DATA_DIR: join(folder, name) };
}

/** The image's entry point with the service's command. */
function start(name: string): ChildProcess {
  const entrypoint: string[] = JSON.parse(
    /^ENTRYPOINT (.*)$/m.exec(readFileSync(`${root}/Dockerfile`, 'utf8'))?.[1] ?? '',
  );
  const [program, ...args] = [...entrypoint, ...(serviceOf(name).command ?? [])];
  expect(program).toBe('node');
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: environmentOf(name),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  return child;
}

/** Runs to the end. Not `spawnSync`: the S3 server of the test is in this process and must answer meanwhile. */
async function run(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const words: string[] = [];
  child.stderr.on('data', (data: Buffer) => words.push(data.toString()));
  const [status] = await once(child, 'close');
  return { status, stderr: words.join('') };
}

/** What its health check says: 0 when it is well. */
async function health(name: string): Promise<number> {
  const [kind, program, ...args] = serviceOf(name).healthcheck?.test ?? [];
  expect([kind, program]).toEqual(['CMD', 'node']);
  return (await run(args, environmentOf(name))).status;
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  return child.exitCode;
}

it('the bucket is made, and a second time is no harm', async () => {
  const [program, ...args] = serviceOf('bucket').entrypoint ?? [];
  expect(program).toBe('node');
  for (const _time of [1, 2]) {
    const ended = await run(args, environmentOf('bucket'));
    expect(ended).toEqual({ status: 0, stderr: 'bucket postern-spool is ready\n' });
  }
});

/** Waits until it is well; fails with its last words when it ends instead. */
async function untilHealthy(name: string, child: ChildProcess): Promise<void> {
  const words: string[] = [];
  child.stderr?.on('data', (data: Buffer) => words.push(data.toString()));
  while ((await health(name)) !== 0) {
    if (child.exitCode !== null)
      throw new Error(`${name} ended with ${child.exitCode}: ${words.join('').slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

it('all three start at once on empty stores, are healthy, and end in order', async () => {
  const names = ['workers', 'gateway', 'console'];
  const children = new Map(names.map((name) => [name, start(name)]));
  for (const [name, child] of children) await untilHealthy(name, child);
  for (const child of children.values()) expect(await end(child)).toBe(0);
  for (const name of ['gateway', 'console']) expect(await health(name)).toBe(1);
}, 120_000);
