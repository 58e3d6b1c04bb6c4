import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  DataDirectoryInUse,
  DataDirectoryUnusable,
  dataDirectoryHolder,
  lockDataDirectory,
} from '../../src/supervise/data-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = `
import { lockDataDirectory } from './src/supervise/data-lock.ts';
globalThis.lock = lockDataDirectory(process.argv[1]);
console.log('locked');
setInterval(() => {}, 1000);
`;

it('is held once, named by its holder, and free after release', () => {
  expect(dataDirectoryHolder(folder)).toBeNull();
  const lock = lockDataDirectory(folder);
  expect(() => lockDataDirectory(folder)).toThrow(DataDirectoryInUse);
  expect(() => lockDataDirectory(folder)).toThrow(`is in use by process ${process.pid};`);
  expect(dataDirectoryHolder(folder)).toEqual({ pid: process.pid });
  lock.release();
  lock.release();
  expect(dataDirectoryHolder(folder)).toBeNull();
  lockDataDirectory(folder).release();
});

it('creates the directory for its user alone', () => {
  const nested = join(folder, 'a', 'b');
  lockDataDirectory(nested).release();
  expect(dataDirectoryHolder(nested)).toBeNull();
});

it('says which directory cannot be used', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => lockDataDirectory(join(file, 'data'))).toThrow(DataDirectoryUnusable);
  expect(() => lockDataDirectory(join(file, 'data'))).toThrow(`${join(file, 'data')} cannot be used as data directory`);
});

it('dies with its holder, however it dies', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, folder], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  expect(() => lockDataDirectory(folder)).toThrow(`is in use by process ${child.pid};`);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const lock = lockDataDirectory(folder);
  expect(dataDirectoryHolder(folder)).toEqual({ pid: process.pid });
  lock.release();
});
