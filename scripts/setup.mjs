/**
 * Looks for the programs that Postern needs beside Node, and installs missing ones where that is our place to do: as root
 * on Debian or Ubuntu. Elsewhere it says in one line what to run, and exits 69.
 *
 * node scripts/setup.mjs           for `npm start`: redis-server, unless REDIS_URL names another
 * node scripts/setup.mjs --tests   for `npm test`: PostgreSQL, a browser and GnuPG as well
 *
 * Plain JavaScript without dependencies: it also runs on an older Node.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const isMissing = 69; // EX_UNAVAILABLE

/** What is needed, how to see that it is there, and what Debian calls it. */
const redis = {
  name: 'redis-server',
  packages: ['redis-server'],
  isThere: () => isOnPath('redis-server', 'valkey-server'),
};
const postgres = {
  name: 'PostgreSQL',
  packages: ['postgresql'],
  isThere: () => isOnPath('postgres') || hasDebianPostgres(),
};
const browser = {
  name: 'Chromium',
  packages: ['chromium'],
  isThere: () => isOnPath('chromium', 'chromium-browser', 'google-chrome'),
};

/** The tests check what Postern signs with a program that it does not share a line with. */
const gnupg = {
  name: 'GnuPG',
  packages: ['gnupg'],
  isThere: () => isOnPath('gpg'),
};

const forTests = process.argv.includes('--tests');
const hasOwnRedis = Boolean(process.env['REDIS_URL'] || process.env['REDIS_URL_FILE']);
const needed = forTests ? [redis, postgres, browser, gnupg] : hasOwnRedis ? [] : [redis];
const missing = needed.filter((program) => !program.isThere());

if (missing.length > 0) {
  const packages = missing.flatMap((program) => program.packages);
  const names = missing.map((program) => program.name).join(', ');
  if (!mayInstall()) fail(`${names} not found. Run: ${installCommand(packages)}`);
  console.error(`Installing ${packages.join(', ')} …`);
  install(packages);
  const still = missing.filter((program) => !program.isThere());
  if (still.length > 0)
    fail(`${still.map((program) => program.name).join(', ')} could not be installed. Run: ${installCommand(packages)}`);
}

function mayInstall() {
  return process.getuid?.() === 0 && isOnPath('apt-get') && /\b(?:debian|ubuntu)\b/.test(linuxFamily());
}

function install(packages) {
  // Services are not to be started: the gateway and the tests run their own. RUNLEVEL=1 tells invoke-rc.d so.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const run = spawnSync('apt-get', [...patience, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    if (run.status !== 0)
      console.error((run.stderr || run.error?.message || '').trim().split('\n').slice(-5).join('\n'));
  }
}

function installCommand(packages) {
  if (process.platform === 'darwin') return `brew install ${toBrew(packages)}`;
  if (process.platform === 'win32') return 'use WSL with Debian or Ubuntu';
  const family = linuxFamily();
  const list = packages.join(' ');
  if (/\b(?:debian|ubuntu)\b/.test(family)) return `sudo apt-get update && sudo apt-get install -y ${list}`;
  if (/\b(?:fedora|rhel|centos)\b/.test(family))
    return `sudo dnf install -y ${list.replace('redis-server', 'redis').replace('postgresql', 'postgresql-server')}`;
  if (/\balpine\b/.test(family)) return `sudo apk add ${list.replace('redis-server', 'redis')}`;
  if (/\barch\b/.test(family)) return `sudo pacman -S ${list.replace('redis-server', 'redis')}`;
  return `install ${list} with this system's package manager`;
}

function toBrew(packages) {
  return packages.join(' ').replace('redis-server', 'redis').replace('chromium', '--cask chromium');
}

function isOnPath(...names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.some((name) => folders.some((folder) => isExecutable(join(folder, name))));
}

/** Debian keeps the server beside the path, by version. */
function hasDebianPostgres() {
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root).some((version) => isExecutable(join(root, version, 'bin', 'postgres')));
  } catch {
    return false;
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `ID` and `ID_LIKE` of os-release(5). */
function linuxFamily() {
  try {
    return readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .filter((line) => /^ID(?:_LIKE)?=/.test(line))
      .join(' ');
  } catch {
    return '';
  }
}

function fail(message) {
  console.error(message);
  process.exit(isMissing);
}
