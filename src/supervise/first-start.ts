/** What a first start writes, so that the second command of the README already shows something. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import type { Config } from '../config/config.ts';
import { commentedYaml } from '../config/document.ts';
import { ensureCertificate } from './certificate.ts';

export type FirstStartOptions = {
  readonly config: Config;
  /** For the certificate. */
  readonly hostName: string;
  /** Absolute; null when there shall be none. */
  readonly samplesDirectory: string | null;
  /** Makes the gateway's PGP key in this folder. */
  readonly makePgpKey: (keysDirectory: string) => Promise<void>;
  /** Fills this folder with sample mails. */
  readonly makeSamples: (samplesDirectory: string) => Promise<void>;
};

/** What was written now; null or false when it was there already. */
export type FirstStart = {
  readonly settingsFile: string | null;
  readonly certificate: boolean;
  readonly pgpKey: boolean;
  readonly samples: string | null;
};

/** Writes what is missing, and nothing over what is there. Runs on each start. */
export async function prepareFirstStart(options: FirstStartOptions): Promise<FirstStart> {
  const { config, samplesDirectory } = options;
  const settingsFile = config.file === null && writeSettings(config.filePath) ? config.filePath : null;
  // A certificate that the operator keeps elsewhere is theirs to make: a missing one is then an error, not ours to fill in.
  const isOurs = [config.smtp.tls.certificateFile, config.smtp.tls.keyFile].every((file) => isIn(config.dataDir, file));
  const certificate = isOurs && (await ensureCertificate(config.smtp.tls, options.hostName));
  const pgpKey = isIn(config.dataDir, config.pgp.keysDirectory) && isEmpty(config.pgp.keysDirectory);
  if (pgpKey) {
    mkdirSync(config.pgp.keysDirectory, { recursive: true, mode: 0o700 });
    await options.makePgpKey(config.pgp.keysDirectory);
  }
  const samples = samplesDirectory !== null && !existsSync(samplesDirectory) ? samplesDirectory : null;
  if (samples !== null) {
    mkdirSync(samples, { recursive: true });
    await options.makeSamples(samples);
  }
  return { settingsFile, certificate, pgpKey, samples };
}

export type Listening = {
  /** `127.0.0.1:2525`, one per listener; equal ones are named once. */
  readonly smtp: readonly string[];
  readonly console: readonly string[];
  /** For people: `private redis-server on …` or `REDIS_URL`. */
  readonly queues: string;
  readonly records: string;
  readonly spool: string;
};

/** What listens where, what was written, and three things to try. For stderr. */
export function welcomeText(options: {
  readonly config: Config;
  readonly listening: Listening;
  readonly first: FirstStart;
  /** What paths are shown relative to. */
  readonly cwd: string;
}): string {
  const { config, listening, first, cwd } = options;
  const shown = (path: string): string => shortPath(cwd, path);
  const where = [
    ['SMTP', [...new Set(listening.smtp)].join(', ') || 'not in this process'],
    ['console', [...new Set(listening.console)].map((address) => `http://${address}/`).join(', ') || 'not started'],
    ['queues', listening.queues],
    ['records', listening.records],
    ['raw mail', listening.spool],
    ['settings', first.settingsFile === null && config.file === null ? 'defaults' : shown(config.filePath)],
  ].map(([name = '', value = '']) => `  ${name.padEnd(10)}${value}`);
  const written = [
    first.settingsFile === null ? [] : [shown(first.settingsFile)],
    first.certificate ? [`${shown(config.smtp.tls.certificateFile)} (self-signed)`] : [],
    first.pgpKey ? [`a PGP key in ${shown(config.pgp.keysDirectory)}`] : [],
    first.samples === null ? [] : [`sample mails in ${shown(first.samples)}/`],
  ].flat();
  const next = [
    '  npm run -s postern -- send samples/   send sample mails and see how each is judged',
    '  npm run -s postern -- trace           see what became of them, and why',
    '  npm run -s postern -- doctor          check settings, DNS, keys and disk before real mail comes',
  ];
  return [
    'Postern is running.',
    ...where,
    ...(written.length === 0 ? [] : ['Written on this first start:', ...written.map((line) => `  ${line}`)]),
    'Next:',
    ...next,
    '',
  ].join('\n');
}

/** False when it exists by now, or when its folder may not be written: defaults do without a file. */
function writeSettings(file: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, commentedYaml(), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST' || code === 'EROFS' || code === 'EACCES') return false;
    throw error;
  }
}

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

function isIn(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && !way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way);
}

function shortPath(cwd: string, path: string): string {
  return isIn(cwd, path) ? relative(cwd, path) : path;
}
