/** Checks of what the gateway works with: disk, Redis, records, spool, DNS, clock, listener. They end the command with 69. */
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { type Check, fail, ok, warn } from './doctor-check.ts';
import type { DoctorProbes, RedisFacts } from './doctor-probes.ts';
import { codeOf, isOpenToOthers, messageOf } from './doctor-settings-checks.ts';

const megabyte = 1_024 * 1_024;
const leastFreeBytes = 256 * megabyte;
const lowFreeBytes = 2_048 * megabyte;
const lowFreeFiles = 10_000;
const oldestRedis = [6, 2] as const;

export async function folderCheck(name: string, folder: string): Promise<Check> {
  const there = nearestExisting(folder);
  try {
    await access(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    return fail(
      name,
      `${there} cannot be written (${codeOf(error)})`,
      `give this user the right to write it: chown ${there}`,
    );
  }
  if (there !== folder) return ok(name, `${folder}, not made yet; ${there} can be written`);
  if (isOpenToOthers(folder)) return warn(name, `${folder} is open to others`, `chmod 700 ${folder}`);
  return ok(name, folder);
}

export async function spoolCheck({ spool }: Config, probes: DoctorProbes): Promise<Check> {
  if (spool.s3 === null) return folderCheck('spool', spool.directory);
  const where = `bucket ${spool.s3.bucket}`;
  try {
    await probes.bucket();
    return ok('spool', where);
  } catch (error) {
    return fail('spool', `${where}: ${messageOf(error)}`, 'check spool.s3, its credentials and their rights');
  }
}

export async function diskCheck({ dataDir, spool }: Config, probes: DoctorProbes): Promise<readonly Check[]> {
  const folders = new Set([dataDir, ...(spool.s3 === null ? [spool.directory] : [])]);
  const checks = await Promise.all([...folders].map((folder) => spaceCheck(folder, probes)));
  // The spool mostly lies on the disk of the data directory.
  return checks.filter((check, index) => checks.findIndex((other) => other.found === check.found) === index);
}

/** Of the shell that runs the command: a service manager may give the gateway another, which warns about it at its start. */
export function openFilesCheck(probes: DoctorProbes): Check {
  const { limit, needed } = probes.openFiles();
  if (limit === null) return ok('open files', 'no limit');
  if (limit >= needed) return ok('open files', `${limit} a process`);
  return warn(
    'open files',
    `${limit} a process; a listener may come to need ${needed}`,
    'raise it (LimitNOFILE= of systemd, ulimit -n), or lower smtp.maxConnections and smtp.maxMailsInHand',
  );
}

async function spaceCheck(folder: string, probes: DoctorProbes): Promise<Check> {
  const { freeBytes, totalBytes, freeFiles } = await probes.disk(nearestExisting(folder));
  const percent = Math.round((freeBytes / totalBytes) * 100);
  const files = freeFiles === null ? '' : `, ${freeFiles} files`;
  const found = `${sizeText(freeBytes)} free (${percent} %)${files}`;
  const advice = 'make room, or move POSTERN_DATA_DIR; retention.rawDays says how long mail is kept';
  if (freeBytes < leastFreeBytes || freeFiles === 0) return fail('disk', found, advice);
  const isLow = freeBytes < lowFreeBytes || (freeFiles !== null && freeFiles < lowFreeFiles);
  return isLow ? warn('disk', found, advice) : ok('disk', found);
}

/** The private Redis runs only while the gateway does; until then its program is what counts. */
export async function redisChecks({ redis }: Config, probes: DoctorProbes): Promise<readonly Check[]> {
  const isPrivate = redis.url === null;
  if (isPrivate) {
    const program = await probes.redisProgram();
    if (program === null) {
      return [
        fail('redis', `${redis.executable} is not installed`, `${probes.redisInstallCommand} (or set REDIS_URL)`),
      ];
    }
    const found = `${program.path} ${program.version}`;
    if (isTooOld(program.version)) return [fail('redis', `${found}, too old`, 'install Redis 6.2 or newer')];
    if (probes.holder() === null) return [ok('redis', `${found}; it runs while the gateway does`)];
  }
  const name = isPrivate ? 'private redis-server' : 'REDIS_URL';
  try {
    return redisFindings(name, await probes.redis());
  } catch (error) {
    const advice = isPrivate
      ? 'see the log of the gateway'
      : 'start it, or correct REDIS_URL; mail is answered 451 meanwhile';
    return [fail('redis', `${name} does not answer: ${messageOf(error)}`, advice)];
  }
}

function redisFindings(name: string, { version, evictionPolicy, appendOnly }: RedisFacts): readonly Check[] {
  const found = `${name} answers, version ${version}`;
  if (isTooOld(version)) return [fail('redis', `${found}, too old`, 'use Redis 6.2 or newer, or Valkey')];
  if (evictionPolicy === null || appendOnly === null) {
    const advice = 'make sure of maxmemory-policy noeviction and appendonly yes, or allow this user CONFIG GET';
    return [warn('redis', `${found}; its settings cannot be read`, advice)];
  }
  const faults = [
    ...(evictionPolicy === 'noeviction'
      ? []
      : [
          fail(
            'redis',
            `maxmemory-policy is ${evictionPolicy}: jobs can vanish`,
            'CONFIG SET maxmemory-policy noeviction',
          ),
        ]),
    ...(appendOnly === 'yes'
      ? []
      : [
          warn(
            'redis',
            'appendonly is off: a restart forgets jobs, which the sweep brings back',
            'CONFIG SET appendonly yes',
          ),
        ]),
  ];
  return faults.length > 0 ? faults : [ok('redis', `${found}, noeviction, append-only file`)];
}

export async function recordsCheck({ database, dataDir }: Config, probes: DoctorProbes): Promise<Check> {
  const where = database.url === null ? `SQLite in ${dataDir}` : 'PostgreSQL of DATABASE_URL';
  try {
    const { schema } = await probes.records();
    switch (schema) {
      case 'current':
        return ok('records', where);
      case 'absent':
      case 'missing':
        return ok('records', `${where}, empty`, 'the first start makes the tables');
      case 'older':
        return warn(
          'records',
          `${where}: made by an older Postern`,
          'the next start brings them up to date; back up before it',
        );
      case 'newer':
        return fail('records', `${where}: made by a newer Postern`, 'start that version');
    }
  } catch (error) {
    const advice = database.url === null ? 'look at the file and its rights' : 'start it, or correct DATABASE_URL';
    return fail('records', messageOf(error), advice);
  }
}

/** Reserved by IANA (RFC 2606 §3), and there for as long as the Internet's DNS is. */
const wellKnownName = 'example.com';

export async function dnsCheck({ dns }: Config, probes: DoctorProbes): Promise<Check> {
  const servers = dns.servers.length === 0 ? "the system's servers" : dns.servers.join(', ');
  try {
    const records = await probes.resolve(wellKnownName, 'NS');
    if (Array.isArray(records) && records.length > 0) return ok('dns', `${servers} answer`);
    return warn(
      'dns',
      `${servers} know no name servers of ${wellKnownName}`,
      'without the DNS of the Internet nobody is proven',
    );
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTFOUND' || code === 'ENODATA') {
      return warn('dns', `${servers} do not know ${wellKnownName}`, 'without the DNS of the Internet nobody is proven');
    }
    const advice =
      'set dns.servers (POSTERN_DNS) to a resolver that answers; until then signed mail is deferred with 451';
    return fail('dns', `${servers} give no answer (${code})`, advice);
  }
}

const earliestNow = Date.parse('2026-01-01T00:00:00Z');
const smallSkewMs = 5_000;
/** What a signer's clock may be ahead by default: beyond it honest mail is not proven. */
const largeSkewMs = 300_000;

/** Signatures, deferral and retention rest on the clock. There is no asking the network: neighbours have clocks too. */
export async function clockCheck(config: Config, probes: DoctorProbes, now: () => number): Promise<Check> {
  const advice = 'set the clock and keep it set: chrony or systemd-timesyncd';
  if (now() < earliestNow) return fail('clock', `it says ${new Date(now()).toISOString()}, which is past`, advice);
  const facts = config.redis.url === null ? null : await probes.redis().catch(() => null);
  const skewMs = facts === null ? 0 : Math.abs(facts.clock - now());
  if (skewMs > largeSkewMs) return fail('clock', `${Math.round(skewMs / 1_000)} s apart from that of Redis`, advice);
  if (skewMs > smallSkewMs) return warn('clock', `${Math.round(skewMs / 1_000)} s apart from that of Redis`, advice);
  const newest = (await probes.records().catch(() => null))?.newestMailAt ?? 0;
  if (newest > now() + smallSkewMs) {
    return warn('clock', `the newest mail is from ${new Date(newest).toISOString()}, which is to come`, advice);
  }
  return ok('clock', new Date(now()).toISOString());
}

export async function gatewayCheck({ dataDir, smtp }: Config, probes: DoctorProbes): Promise<Check> {
  const holder = probes.holder();
  const host = smtp.host === '0.0.0.0' ? '127.0.0.1' : smtp.host === '::' ? '::1' : smtp.host;
  const place = `${host}:${smtp.port}`;
  const greeting = smtp.port === 0 ? null : await probes.greeting(host, smtp.port);
  if (holder === null) {
    return greeting === null
      ? ok('gateway', `none works on ${dataDir}`, 'npm start')
      : warn('gateway', `something else listens on ${place}`, 'stop it, or set POSTERN_SMTP_PORT');
  }
  const running = `process ${holder.pid ?? '?'}`;
  if (probes.settingsChanged()) {
    return warn('gateway', `${running}, has not read what postern.yaml says now`, 'postern reload');
  }
  if (smtp.port === 0) return ok('gateway', `${running}, on a free port`);
  if (greeting?.startsWith('220') === true) return ok('gateway', `${running}, listens on ${place}`);
  if (greeting !== null) return warn('gateway', `${running}, ${place} says: ${greeting}`, 'see the log of the gateway');
  return warn('gateway', `${running}, does not answer on ${place}`, 'does it run the role smtp here? see its log');
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < oldestRedis[0] || (major === oldestRedis[0] && minor < oldestRedis[1]);
}

function sizeText(bytes: number): string {
  const gigabytes = bytes / (1_024 * megabyte);
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.floor(bytes / megabyte)} MB`;
}

function nearestExisting(path: string): string {
  let at = path;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
