/** The whole system as its users run it: `postern serve` as a child process on a data directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { TraceTable } from '../../src/records/schema.ts';
import type { ProcessRole } from '../../src/supervise/messages.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

export type PosternOptions = {
  /** `127.0.0.1:port` of a zone server. */
  readonly dns: string;
  /** Sections of `postern.yaml` beside those that every test needs. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Puts files beside the settings before the start. */
  readonly prepare?: (dataDir: string) => void;
  /** A directory file, imported before the start. */
  readonly directory?: unknown;
  /** Default all. */
  readonly roles?: readonly ProcessRole[];
};

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Postern = {
  readonly dataDir: string;
  /** Of the run that is under way. */
  smtpPort(): number;
  consoleUrl(): string;
  /** Runs a command against the data directory. */
  run(...args: readonly string[]): Promise<Ran>;
  /** Rows of the message trace, oldest first. */
  trace(): readonly TraceTable[];
  /** Waits until there are at least this many rows. */
  traced(count: number): Promise<readonly TraceTable[]>;
  /** Everything that went to stderr in this run. */
  log(): string;
  supervisorPid(): number;
  redisPid(): number;
  pidsOf(role: ProcessRole): readonly number[];
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the supervisor alone. */
  kill(): Promise<void>;
  /** Starts again on the same data directory. */
  start(): Promise<void>;
  /** Kills what still runs and removes the data directory. */
  remove(): Promise<void>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'src/main/postern.ts');

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Ends the command by SIGTERM. */
  readonly signal?: AbortSignal;
};

/** A command of the command line as a child process. */
export async function runPostern(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd ?? root,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, stdout: stdout(), stderr: stderr() };
}

export async function startPostern(options: PosternOptions): Promise<Postern> {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-e2e-'));
  const settings = options.settings ?? {};
  const file = {
    ...settings,
    smtp: { name: 'mx.postern.example', greetingDelayMs: 0, unlimitedNetworks: ['127.0.0.0/8'], ...settings['smtp'] },
    spool: { graceMs: 1_000, sweepIntervalMs: 1_000, ...settings['spool'] },
    // What a killed worker had in hand is taken up within seconds.
    workers: { lockMs: 5_000, ...settings['workers'] },
  };
  writeFileSync(join(dataDir, 'postern.yaml'), JSON.stringify(file));
  options.prepare?.(dataDir);
  mkdirSync(join(dataDir, 'samples')); // a folder that is there is left alone: no sample mails
  const env = {
    POSTERN_DATA_DIR: dataDir,
    // Not 0: a listener that is started again would take another one.
    POSTERN_SMTP_PORT: String(await freePort()),
    POSTERN_CONSOLE_PORT: '0',
    POSTERN_DNS: options.dns,
    ...options.env,
  };
  let run: Run | null = null;
  const running = (): Run => {
    if (run === null) throw new Error('postern does not run');
    return run;
  };
  const start = async (): Promise<void> => {
    run = await serve(env, options.roles);
  };

  const postern: Postern = {
    dataDir,
    smtpPort: () => running().smtpPort,
    consoleUrl: () => running().consoleUrl,
    run: (...args) => runPostern(args, { env }),
    trace: () => traceRows(dataDir),
    traced: (count) =>
      eventually(`${count} trace rows`, () => {
        const rows = traceRows(dataDir);
        return rows.length >= count && rows;
      }),
    log: () => running().log(),
    supervisorPid: () => running().pid,
    redisPid: () => redisPid(dataDir),
    pidsOf: (role) => childrenOf(running().pid).filter((pid) => commandLine(pid).at(-1) === role),
    async stop() {
      const { child } = running();
      run = null;
      return ended(child, 'SIGTERM');
    },
    async kill() {
      const { child } = running();
      run = null;
      await ended(child, 'SIGKILL');
    },
    start,
    async remove() {
      if (run !== null) await ended(run.child, 'SIGKILL');
      await eventually('the end of all processes', () => processesOf(dataDir).length === 0 || endAll(dataDir));
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    if (options.directory !== undefined) await importDirectory(postern, options.directory);
    await start();
  } catch (error) {
    await postern.remove();
    throw error;
  }
  return postern;
}

/** Ids of all processes that work on this data directory, whoever started them. */
export function processesOf(dataDir: string): readonly number[] {
  return allPids().filter((pid) => {
    const inEnvironment = readProc(pid, 'environ').includes(`POSTERN_DATA_DIR=${dataDir}\0`);
    return !isZombie(pid) && (inEnvironment || readProc(pid, 'cmdline').includes(`${dataDir}/`));
  });
}

/** Runs, and is no zombie. */
export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !isZombie(pid);
}

type Run = {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly smtpPort: number;
  readonly consoleUrl: string;
  log(): string;
};

async function serve(env: Readonly<Record<string, string>>, roles?: readonly ProcessRole[]): Promise<Run> {
  const which = roles === undefined ? [] : ['--roles', roles.join(',')];
  const child = spawn(process.execPath, [entry, 'serve', ...which], {
    cwd: root,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = collected(child.stderr);
  const welcome = await eventually(
    'the welcome text',
    () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`serve ended:\n${log()}`);
      return /^Postern is running\.$[^]*^Next:$/m.exec(log())?.[0];
    },
    120_000,
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`serve did not start:\n${log()}`, { cause: error });
  });
  const smtpPort = Number(/^ {2}SMTP +\S+:(\d+)/m.exec(welcome)?.[1]);
  const consoleUrl = /^ {2}console +(http:\S+)/m.exec(welcome)?.[1] ?? '';
  return { child, pid: child.pid ?? 0, smtpPort, consoleUrl, log };
}

async function importDirectory(postern: Postern, directory: unknown): Promise<void> {
  const file = join(postern.dataDir, 'directory.json');
  writeFileSync(file, JSON.stringify(directory));
  const { code, stderr } = await postern.run('directory', 'import', file);
  if (code !== 0) throw new Error(`the directory was not imported: ${stderr}`);
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}

/** SIGKILL for what a test left behind; false, so that the caller looks again. */
function endAll(dataDir: string): false {
  for (const pid of processesOf(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone by itself
    }
  }
  return false;
}

/** `npm` and other tests must not steer the child. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:POSTERN_|REDIS_URL|DATABASE_URL|INIT_CWD|NODE_OPTIONS|VITEST)/.test(name),
  );
  const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'postern-test-compile-cache') }; // many starts of the same code
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), ...compiled };
}

function collected(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function traceRows(dataDir: string): readonly TraceTable[] {
  const file = join(dataDir, 'postern.db');
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare('SELECT * FROM trace ORDER BY received_at, message_id').all() as unknown as TraceTable[];
  } finally {
    database.close();
  }
}

function redisPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'redis', 'redis.pid'), 'utf8'), 10);
}

/** Paths of the committed entries of the spool. */
export function spoolEntries(dataDir: string): readonly string[] {
  const spool = join(dataDir, 'spool');
  mkdirSync(spool, { recursive: true });
  return readdirSync(spool, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !file.parentPath.endsWith('/arriving'))
    .map((file) => join(file.parentPath, file.name));
}

/** Mails that are still arriving and larger than what stays in memory. */
export function arrivingFiles(dataDir: string): readonly string[] {
  const folder = join(dataDir, 'spool', 'arriving');
  return existsSync(folder) ? readdirSync(folder) : [];
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function childrenOf(parent: number): readonly number[] {
  return allPids().filter((pid) => statFields(pid)[1] === String(parent) && !isZombie(pid));
}

function isZombie(pid: number): boolean {
  return statFields(pid)[0] === 'Z';
}

/** State, parent and what follows, behind the name in brackets. */
function statFields(pid: number): readonly string[] {
  return readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
}

function commandLine(pid: number): readonly string[] {
  return readProc(pid, 'cmdline').split('\0').slice(0, -1);
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return ''; // gone
  }
}
