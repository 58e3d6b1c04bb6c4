/**
 * Makes the secrets of `docker-compose.yml` once, each in a file of its own for those services that need it:
 * `node scripts/compose-secrets.mjs FOLDER`. What is there stays: the stores have taken it as their password already.
 *
 * The folder's subfolders are volumes, each mounted into one kind of service.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: node scripts/compose-secrets.mjs FOLDER');
  process.exit(64);
}

const token = () => randomBytes(24).toString('hex');
const redisPassword = once('redis/password', token);
const postgresPassword = once('postgres/password', token);
const accessKey = once('postern/s3-access-key-id', token);
const secretKey = once('postern/s3-secret-access-key', token);
once('postern/redis-url', () => `redis://:${redisPassword}@redis:6379/0`);
once('postern/database-url', () => `postgres://postern:${postgresPassword}@postgres:5432/postern`);
once('postern/spool-key', () => randomBytes(32).toString('base64'));
once('postern/gateway-secret', () => randomBytes(32).toString('base64'));
once('postern/evidence-key', () => randomBytes(32).toString('base64'));
once('s3/identities.json', () =>
  JSON.stringify({
    identities: [
      { name: 'postern', credentials: [{ accessKey, secretKey }], actions: ['Admin', 'Read', 'Write', 'List'] },
    ],
  }),
);

/** The file's content, made first if it is not there. Readable by all: its volume is only where it is needed. */
function once(name, make) {
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  mkdirSync(dirname(file), { recursive: true });
  const value = make();
  writeFileSync(file, value, { mode: 0o444, flag: 'wx' });
  return value;
}
