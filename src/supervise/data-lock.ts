/**
 * One supervisor per data directory. The lock is SQLite's own on a small file, which the kernel lets go when its holder
 * dies, however it dies; a plain lock file would stay behind after kill -9.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type DataLock = {
  /** Gives the directory up; safe to call twice. */
  release(): void;
};

/** Another process works on this data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
  /** Null when the holder has not yet said who it is. */
  readonly pid: number | null;

  constructor(dataDir: string, pid: number | null) {
    const holder = pid === null ? 'another process' : `process ${pid}`;
    super(`${dataDir} is in use by ${holder}; stop it, or set POSTERN_DATA_DIR to another directory`);
    this.pid = pid;
  }
}

/** The directory cannot be made or written. */
export class DataDirectoryUnusable extends Error {
  override readonly name = 'DataDirectoryUnusable';

  constructor(dataDir: string, cause: unknown) {
    const words = cause instanceof Error ? cause.message : String(cause);
    super(`${dataDir} cannot be used as data directory: ${words}`, { cause });
  }
}

/** The SQLite result code of a lock that somebody else holds (SQLITE_BUSY). */
const busy = 5;

/** Creates the directory if need be and locks it. Throws `DataDirectoryInUse` or `DataDirectoryUnusable`. */
export function lockDataDirectory(dataDir: string): DataLock {
  const pidFile = join(dataDir, 'supervisor.pid');
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(dataDir, 'supervisor.lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw new DataDirectoryInUse(dataDir, readPid(pidFile));
    throw new DataDirectoryUnusable(dataDir, error);
  }
  const held = database;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}

/** Whether somebody holds the lock, and who; for `doctor`. Null when nobody does. */
export function dataDirectoryHolder(dataDir: string): { readonly pid: number | null } | null {
  try {
    lockProbe(join(dataDir, 'supervisor.lock'));
    return null;
  } catch (error) {
    if (isBusy(error)) return { pid: readPid(join(dataDir, 'supervisor.pid')) };
    return null; // there is no lock file: nobody ever started here
  }
}

function lockProbe(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    database.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
