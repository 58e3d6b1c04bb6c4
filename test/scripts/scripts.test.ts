import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const withVersion = (version: string): string =>
  `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('${scripts}/check-node.cjs')`;

/** A search path with these programs and nothing else: no apt-get, so that nothing is installed. */
function pathWith(...names: readonly string[]): string {
  mkdirSync(join(folder, 'bin'));
  for (const name of names) symlinkSync('/bin/true', join(folder, 'bin', name));
  return join(folder, 'bin');
}

const report = (changes: object): string => {
  const file = join(folder, 'report.json');
  const none = { numPassedTests: 3, numFailedTests: 0, numFailedTestSuites: 0, numPendingTests: 0, numTodoTests: 0 };
  writeFileSync(file, JSON.stringify({ ...none, testResults: [], ...changes }));
  return file;
};

describe('check-node', () => {
  it('says in one line which version is needed', () => {
    const { status, stderr } = run(['-e', withVersion('20.19.0')]);
    expect(status).toBe(69);
    expect(stderr).toMatch(/^Postern needs Node 24 or newer; .*\n$/);
  });

  it.each(['24.0.0', '24.21.0', '25.1.0', '100.0.0'])('takes %s without a word', (version) => {
    expect(run(['-e', withVersion(version)])).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('setup', () => {
  it('is silent when everything is there', () => {
    expect(run([`${scripts}/setup.mjs`], { PATH: pathWith('redis-server') })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('takes Valkey for Redis', () => {
    expect(run([`${scripts}/setup.mjs`], { PATH: pathWith('valkey-server') }).status).toBe(0);
  });

  it('says in one line what to run when it may not install', () => {
    const { status, stderr } = run([`${scripts}/setup.mjs`], { PATH: pathWith() });
    expect(status).toBe(69);
    expect(stderr).toMatch(/^redis-server not found\. Run: .*redis.*\n$/);
  });

  it('needs no redis-server where REDIS_URL names one', () => {
    expect(run([`${scripts}/setup.mjs`], { PATH: pathWith(), REDIS_URL: 'redis://elsewhere' }).status).toBe(0);
  });

  it('needs everything for the tests', () => {
    const { status, stderr } = run([`${scripts}/setup.mjs`, '--tests'], {
      PATH: pathWith('postgres', 'redis-server', 'gpg'),
    });
    expect(status).toBe(69);
    expect(stderr).toMatch(/^Chromium not found\. Run: /);
  });
});

describe('test-summary', () => {
  it.each([
    [{}, 0, '3 passed, 0 failed, 0 skipped\n'],
    [{ numPendingTests: 1 }, 1, '3 passed, 0 failed, 1 skipped\n'],
    [{ numTodoTests: 1 }, 1, '3 passed, 0 failed, 1 skipped\n'],
    [{ numFailedTests: 1 }, 1, '3 passed, 1 failed, 0 skipped\n'],
    [{ numFailedTestSuites: 1 }, 1, '3 passed, 0 failed, 0 skipped\n'],
    [{ numPassedTests: 0 }, 1, '0 passed, 0 failed, 0 skipped\n'],
  ])('%o', (changes, status, line) => {
    expect(run([`${scripts}/test-summary.mjs`, report(changes)])).toMatchObject({ status, stdout: line });
  });

  it('names what was skipped', () => {
    const skipped = { status: 'skipped', fullName: 'a test' };
    const file = report({ numPendingTests: 1, testResults: [{ assertionResults: [skipped] }] });
    expect(run([`${scripts}/test-summary.mjs`, file]).stderr).toBe('skipped: a test\n');
  });

  it('fails without a report', () => {
    expect(run([`${scripts}/test-summary.mjs`, join(folder, 'none.json')]).status).toBe(1);
  });
});
