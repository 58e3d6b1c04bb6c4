/** Checks of what the operator wrote: settings, secrets, certificate, keys, mailboxes. They end the command with 78. */
import { existsSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { isPublicSuffix } from '../address/public-domain.ts';
import type { Config } from '../config/config.ts';
import { documentedSettings, type Environment } from '../config/environment.ts';
import { isLoopback } from '../config/loopback.ts';
import { verifyUrlOf } from '../config/verify-url.ts';
import { ageText } from '../sla/age-text.ts';
import { type Check, fail, ok, warn } from './doctor-check.ts';
import type { DoctorProbes } from './doctor-probes.ts';

const neededNode = 24;
const dayMs = 86_400_000;
const certificateWarningMs = 21 * dayMs;
const keyWarningMs = 30 * dayMs;

export function nodeCheck(version: string): Check {
  const major = Number(version.split('.')[0]);
  if (major >= neededNode) return ok('node', version);
  return fail(
    'node',
    `${version}, too old`,
    `install Node ${neededNode} or newer, or start by npm, which brings its own`,
  );
}

export function configurationCheck({ file, filePath }: Config): Check {
  return file === null
    ? ok('configuration', `defaults and environment; there is no ${filePath}`, 'the first start writes one to edit')
    : ok('configuration', file);
}

/** Where each secret comes from, never what it is. */
export function secretChecks(env: Environment): readonly Check[] {
  const names = documentedSettings().flatMap(({ text }) =>
    text.secret === true && text.env !== undefined ? [text.env] : [],
  );
  const isSet = (name: string) => (env[name]?.trim() ?? '') !== '';
  const unset = names.filter((name) => !isSet(name) && !isSet(`${name}_FILE`));
  return [
    ...names.filter(isSet).map((name) => ok('secret', `${name} from the environment`)),
    ...names
      .filter((name) => isSet(`${name}_FILE`))
      .map((name) => secretFileCheck(name, env[`${name}_FILE`]?.trim() ?? '')),
    ...(unset.length === 0 ? [] : [ok('secret', `not set: ${unset.join(', ')}`)]),
  ];
}

function secretFileCheck(name: string, file: string): Check {
  const found = `${name} from the file ${file}`;
  // Container engines mount secrets readable for everybody inside, and nobody else is inside.
  if (file.startsWith('/run/secrets/') || !isOpenToOthers(file)) return ok('secret', found);
  return warn('secret', `${found}, which others may read`, `chmod 600 ${file}`);
}

/** What is signed or sealed on one machine must be known on the others; whether there are others only the operator knows. */
export function sharedSecretChecks({ database, redis, secrets, spool }: Config): readonly Check[] {
  if (redis.url === null && database.url === null) return [];
  const missing = [
    ...(secrets.gateway === null ? ['POSTERN_GATEWAY_SECRET'] : []),
    ...(secrets.evidence === null && spool.key === null ? ['POSTERN_EVIDENCE_KEY'] : []),
  ];
  if (missing.length === 0) return [ok('shared secrets', 'set for all machines')];
  const found = `${missing.join(' and ')} not set: each data directory has its own`;
  return [warn('shared secrets', found, 'with several machines give all of them the same: openssl rand -base64 32')];
}

/** Without a place to answer at, no address on file can be asked. */
export function verifyUrlCheck(config: Config): Check {
  const { isDerived, url } = verifyUrlOf(config);
  const advice = 'set console.verifyUrl to where customers reach /verify/';
  if (url === null) {
    return warn('verification', 'no address on file is asked: there is no console.verifyUrl', advice);
  }
  return isDerived ? ok('verification', `${url}, for trials on this machine only`, advice) : ok('verification', url);
}

/** Behind a proxy that is not named all staff are one client of the log-in, and slow one another down. */
export function proxyCheck({ console: { host, proxyNetworks, url } }: Config): Check {
  const isElsewhere = proxyNetworks.some((network) => !isLoopback(network.split('/', 1).join()));
  if (!isLoopback(host) && !isElsewhere) {
    const found = `the console listens on ${host}, and no TLS proxy on another machine is named`;
    return warn('console', found, 'name it in console.proxyNetworks, or staff behind it count as one client');
  }
  const place = isLoopback(host) ? 'on this machine' : `on ${host}`;
  const proxies = isElsewhere ? proxyNetworks.join(', ') : 'on this machine';
  return ok('console', `${place}${url === null ? '' : `, reached as ${url}`}; proxies believed: ${proxies}`);
}

export async function certificateCheck({ dataDir, smtp }: Config, probes: DoctorProbes, now: number): Promise<Check> {
  const { certificateFile, keyFile } = smtp.tls;
  const isOurs = [certificateFile, keyFile].every((file) => isIn(dataDir, file));
  if (isOurs && !existsSync(certificateFile) && !existsSync(keyFile)) {
    return ok('certificate', 'none yet', 'the first start makes a self-signed one');
  }
  try {
    const { expiresAt, isSelfSigned } = await probes.certificate();
    if (expiresAt <= now) {
      return fail(
        'certificate',
        `${certificateFile} expired on ${dateText(expiresAt)}`,
        'renew it; it is read anew when it changes',
      );
    }
    const found = `${certificateFile}, until ${dateText(expiresAt)}${isSelfSigned ? ', self-signed' : ''}`;
    if (expiresAt - now < certificateWarningMs) {
      return warn(
        'certificate',
        `${found}: ${ageText(expiresAt - now)} left`,
        'renew it; it is read anew when it changes',
      );
    }
    if (isOpenToOthers(keyFile)) return warn('certificate', `others may read ${keyFile}`, `chmod 600 ${keyFile}`);
    const isPublic = !/^(?:localhost|::1|127\..*)$/.test(smtp.host);
    return isSelfSigned && isPublic
      ? warn('certificate', found, 'senders that check (MTA-STS, DANE) need one of an authority')
      : ok('certificate', found);
  } catch (error) {
    return fail('certificate', messageOf(error), 'put certificate and key in place, both PEM, or correct smtp.tls');
  }
}

export async function keyChecks({ pgp }: Config, probes: DoctorProbes, now: number): Promise<readonly Check[]> {
  try {
    const { infos, problems } = await probes.keys();
    if (infos.length === 0 && problems.length === 0) {
      return [warn('pgp keys', `none in ${pgp.keysDirectory}`, 'the first start makes one; or: postern keys generate')];
    }
    return [
      ...infos.map(({ fingerprint, standing, expiresAt }) => {
        const found = `${fingerprint}${expiresAt === null ? '' : `, until ${dateText(expiresAt)}`}`;
        const advice = 'make another by `postern keys generate`, hand it to customers, keep the old one to decrypt';
        if (standing !== 'good') return warn('pgp keys', `${found}: ${standing}`, advice);
        const isEnding = expiresAt !== null && expiresAt - now < keyWarningMs;
        return isEnding
          ? warn('pgp keys', `${found}: ${ageText(expiresAt - now)} left`, advice)
          : ok('pgp keys', found);
      }),
      ...problems.map(({ file, cause }) => warn('pgp keys', `${file}: ${cause}`, 'mend or remove the file')),
    ];
  } catch (error) {
    return [fail('pgp keys', messageOf(error), `make ${pgp.keysDirectory} readable for this user`)];
  }
}

/** Whether anybody would be told that something is wrong. */
export function alertChecks({ alerts, dataDir, relay }: Config): readonly Check[] {
  const test = 'try it: postern alerts test';
  if (alerts.targets.length === 0) {
    return [warn('alerts', 'nobody is told: alerts stand in the console only', 'name staff in alerts.targets')];
  }
  return alerts.targets.map((target) => {
    const name = `${target.name} (${target.kind})`;
    if (target.kind === 'mail') {
      return relay.host === null
        ? warn('alerts', `${name}: waits, there is no relay`, 'set relay.host')
        : ok('alerts', `${name}: ${target.to}`, test);
    }
    const missing = target.secretFiles.find((file) => !existsSync(resolve(dataDir, file)));
    if (missing !== undefined) return fail('alerts', `${name}: there is no ${missing}`, 'put the secret in place');
    return ok('alerts', `${name}: ${new URL(target.url).host}`, test);
  });
}

/** Mail finds its way here by the MX records of these domains. */
export async function mailboxChecks({ mailboxes, filePath }: Config, probes: DoctorProbes): Promise<readonly Check[]> {
  const domains = new Set(mailboxes.flatMap(({ address, aliases }) => [address, ...aliases].map(domainOf)));
  return Promise.all([...domains].map((domain) => domainCheck(domain, filePath, probes)));
}

async function domainCheck(domain: string, filePath: string, probes: DoctorProbes): Promise<Check> {
  if (/(?:^|\.)(?:test|example|invalid|localhost)$/.test(domain) || isPublicSuffix(domain)) {
    return warn(
      'mailboxes',
      `${domain} is reserved: no mail can come there`,
      `set mailboxes in ${filePath} to your own domain`,
    );
  }
  try {
    const records = await probes.resolve(domain, 'MX');
    if (Array.isArray(records) && records.length > 0) return ok('mailboxes', `${domain} has ${records.length} MX`);
    return warn('mailboxes', `${domain} has no MX`, 'point its MX at this gateway, or at what forwards to it');
  } catch (error) {
    const isAbsent = codeOf(error) === 'ENODATA' || codeOf(error) === 'ENOTFOUND';
    return isAbsent
      ? warn('mailboxes', `${domain} has no MX`, 'point its MX at this gateway, or at what forwards to it')
      : warn('mailboxes', `the MX of ${domain} cannot be looked up`, 'see the finding on DNS');
  }
}

export function isOpenToOthers(file: string): boolean {
  if (process.platform === 'win32') return false;
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && (stat.mode & 0o077) !== 0;
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1).join();
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function isIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}
