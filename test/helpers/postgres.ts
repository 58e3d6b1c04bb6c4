/** A real PostgreSQL for tests: its own cluster in a temporary folder, reached by a unix socket. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export type TestPostgres = {
  /** Makes an empty database and resolves with its `postgres://` address. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
};

const installCommand = 'apt-get install -y postgresql';
const versionsFolder = '/usr/lib/postgresql';
// Throw-away data: no fsync.
const settings = {
  listen_addresses: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '60',
  shared_buffers: '32MB',
};

/** Starts a server. Throws with the install command when there is no PostgreSQL: a missing server is no reason to skip. */
export async function startPostgres(): Promise<TestPostgres> {
  const binaries = findBinaries();
  const user = runningUser();
  // A socket path stays below 108 octets only in a short folder.
  const folder = mkdtempSync(join(tmpdir(), 'pg-'));
  chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const as = { uid: user.uid, gid: user.gid, cwd: folder };
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8'],
    { ...as, stdio: 'pipe' },
  );
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(binaries, 'postgres'), ['-D', data, '-k', folder, ...flags], { ...as, stdio: 'pipe' });
  const log: string[] = [];
  server.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  server.stdout.resume();
  const stop = async (): Promise<void> => {
    await stopServer(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(folder, server);
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
  }
  let databases = 0;
  return {
    createDatabase: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await withClient(folder, (client) => client.query(`create database ${name}`));
      return addressOf(folder, name);
    },
    stop,
  };
}

function findBinaries(): string {
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder) : [];
  const newest = versions
    .map(Number)
    .filter((version) => existsSync(join(versionsFolder, String(version), 'bin', 'postgres')))
    .sort((one, other) => other - one)[0];
  if (newest !== undefined) return join(versionsFolder, String(newest), 'bin');
  throw new Error(`These tests need a PostgreSQL server. Install one: ${installCommand}`);
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
function runningUser(): { readonly uid: number; readonly gid: number } {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? 0 };
  return { uid: idOf('-u'), gid: idOf('-g') };
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

function addressOf(folder: string, database: string): string {
  return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

async function withClient(folder: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: addressOf(folder, 'postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function answering(folder: string, server: ChildProcess): Promise<void> {
  const attempts = 300;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(folder, (client) => client.query('select 1'));
    } catch (error) {
      if (server.exitCode !== null || attempt === attempts) throw error;
    }
    await sleep(100);
  }
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions that a failed test left open. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}
