/** The very commands of docker-compose.yml, with container paths and addresses turned into those of this machine. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../helpers/free-port.ts';
import { root, serviceOf } from './compose-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As the engine does, `$$` becomes `$`; container paths become ones below the temporary folder. */
function here(text: string): string {
  return text.replaceAll('$$', '$').replace(/(?<![\w/])\/(secrets|data|tmp)\b/g, (_match, name) => join(folder, name));
}

function runSecrets(): void {
  const [program = '', ...args] = serviceOf('secrets').entrypoint ?? [];
  expect(program).toBe('node');
  execFileSync(process.execPath, args.map(here), { cwd: root });
}

describe('secrets', () => {
  it('are made once, each where it is needed, and fit together', () => {
    runSecrets();
    const read = (name: string): string => readFileSync(join(folder, 'secrets', name), 'utf8');
    expect(readdirSync(join(folder, 'secrets')).toSorted()).toEqual(['postern', 'postgres', 'redis', 's3']);
    expect(read('postern/redis-url')).toBe(`redis://:${read('redis/password')}@redis:6379/0`);
    expect(read('postern/database-url')).toContain(`postern:${read('postgres/password')}@postgres:5432/postern`);
    expect(Buffer.from(read('postern/spool-key'), 'base64')).toHaveLength(32);
    expect(JSON.parse(read('s3/identities.json')).identities[0].credentials).toEqual([
      { accessKey: read('postern/s3-access-key-id'), secretKey: read('postern/s3-secret-access-key') },
    ]);
    for (const name of ['postern/gateway-secret', 'postern/evidence-key']) {
      expect(Buffer.from(read(name), 'base64')).toHaveLength(32);
    }
    const before = read('postern/spool-key');
    runSecrets();
    expect(read('postern/spool-key')).toBe(before);
    expect(statSync(join(folder, 'secrets/redis/password')).mode & 0o222).toBe(0);
  });

  it('are everything that services look for', () => {
    runSecrets();
    for (const name of ['gateway', 'workers', 'console', 'bucket', 'postgres']) {
      for (const [variable, value] of Object.entries(serviceOf(name).environment ?? {})) {
        if (variable.endsWith('_FILE')) expect(readFileSync(here(value), 'utf8')).not.toBe('');
      }
    }
  });
});

describe('redis', () => {
  it('starts durable, without eviction, with its password, and its health check sees that', async () => {
    runSecrets();
    for (const name of ['data', 'tmp']) mkdirSync(join(folder, name), { recursive: true });
    const { entrypoint = [], command = [], healthcheck } = serviceOf('redis');
    const [program = '', ...flags] = entrypoint;
    const port = await freePort();
    const script = here(command.join(' ')).replace(/^exec redis-server .*$/m, (line) => `${line} --port ${port}`);
    const child = spawn(program, [...flags, script], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    const password = readFileSync(join(folder, 'secrets/redis/password'), 'utf8');
    const client = new Redis({
      port,
      host: '127.0.0.1',
      password,
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => undefined); // until it listens
    try {
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
      expect(await client.config('GET', 'save')).toEqual(['save', '']);
      const [, check = ''] = healthcheck?.test ?? [];
      const run = spawnSync('sh', ['-c', here(check).replace('redis-cli', `redis-cli -p ${port}`)]);
      expect(run.status).toBe(0);
      const stranger = spawnSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' });
      expect(stranger.stdout + stranger.stderr).toContain('NOAUTH');
    } finally {
      client.disconnect();
      child.kill('SIGTERM');
      await exited;
    }
  });
});
