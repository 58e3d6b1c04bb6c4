/** docker-compose.yml as an engine reads it: YAML merge keys applied, `$$` still as it stands. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const mount = z.union([
  z.string(),
  z.object({ type: z.enum(['bind', 'volume']), source: z.string(), target: z.string(), read_only: z.boolean() }),
]);
const service = z.object({
  image: z.string(),
  user: z.string(),
  read_only: z.boolean(),
  restart: z.string().optional(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(mount).optional(),
  networks: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const composeFile = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
});

export type ComposeFile = z.infer<typeof composeFile>;
export type ComposeService = z.infer<typeof service>;

export function rawCompose(): unknown {
  return parse(readFileSync(`${root}/docker-compose.yml`, 'utf8'), { merge: true });
}

export function readCompose(): ComposeFile {
  return composeFile.parse(rawCompose());
}

export type Mount = z.infer<typeof mount>;

export function sourceOf(mounted: Mount): string {
  return typeof mounted === 'string' ? (mounted.split(':')[0] ?? '') : mounted.source;
}

export function targetOf(mounted: Mount): string {
  return typeof mounted === 'string' ? (mounted.split(':')[1] ?? '') : mounted.target;
}

/** A service of the file. */
export function serviceOf(name: string): ComposeService {
  const found = readCompose().services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}
