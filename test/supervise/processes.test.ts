import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Group = { readonly role: string; readonly count: number; readonly stopTimeoutMs: number };

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-processes-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

const both: readonly Group[] = [
  { role: 'smtp', count: 2, stopTimeoutMs: 5_000 },
  { role: 'workers', count: 1, stopTimeoutMs: 5_000 },
];

/** A running supervisor, and the two lines that it writes. */
async function supervise(groups: readonly Group[]) {
  const entry = fileURLToPath(new URL('../helpers/supervisor-entry.ts', import.meta.url));
  const child = spawn(process.execPath, [entry, folder, JSON.stringify(groups)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: unknown[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const exited = once(child, 'exit').then(([code]) => code);
  return { child, lines, exited };
}

function notes(): readonly string[] {
  const file = join(folder, 'notes');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

async function started(groups: readonly Group[]) {
  const supervisor = await supervise(groups);
  await expect.poll(() => supervisor.lines.length, { timeout: 20_000 }).toBe(2);
  const [addresses, metrics] = supervisor.lines;
  return { ...supervisor, addresses, metrics };
}

describe('processes', () => {
  it('start workers before listeners, tell their addresses, add up their metrics', async () => {
    const { addresses, metrics } = await started(both);
    expect(notes()).toEqual(['workers started', 'smtp started', 'smtp started']);
    expect(addresses).toEqual({
      smtp: [expect.stringMatching(/^127\.0\.0\.1:\d+$/), expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
      workers: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
    });
    expect(metrics).toContain('postern_deferred_total{cause="smtp"} 2');
    expect(metrics).toContain('postern_deferred_total{cause="workers"} 1');
  });

  it('stop listeners before workers on a signal, even when all get it', async () => {
    const { child, exited } = await started(both);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(notes().slice(3)).toEqual(['smtp told to stop', 'smtp told to stop', 'workers told to stop']);
  });

  it('are killed when they outlast their deadline', async () => {
    writeFileSync(join(folder, 'smtp-hangs'), '');
    const { child, exited } = await started([{ role: 'smtp', count: 1, stopTimeoutMs: 100 }]);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  it('are killed by a second signal', async () => {
    writeFileSync(join(folder, 'smtp-hangs'), '');
    const { child, exited } = await started([{ role: 'smtp', count: 1, stopTimeoutMs: 600_000 }]);
    child.kill('SIGINT');
    await expect.poll(notes, { timeout: 10_000 }).toContain('smtp told to stop');
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  it('are started again when they die, and can ask for the metrics of all', async () => {
    const { addresses } = await started([{ role: 'workers', count: 2, stopTimeoutMs: 5_000 }]);
    const [one = '', two = ''] = Object(addresses).workers as string[];
    await fetch(`http://${one}/die`).catch(() => null);
    await expect.poll(notes, { timeout: 10_000 }).toHaveLength(3);
    await expect.poll(async () => (await (await fetch(`http://${two}/`)).text()).split(' ')[1]).toBe('2');
  });

  it('stop the start when one ends before it is ready', async () => {
    writeFileSync(join(folder, 'smtp-fails'), '');
    const { exited, lines } = await supervise(both);
    expect(await exited).toBe(1);
    expect(lines).toEqual(['the smtp process ended before it was ready (code 78)']);
    expect(notes()).toEqual(['workers started', 'workers told to stop']);
  });

  it('are told to reload', async () => {
    const { child } = await started([{ role: 'smtp', count: 2, stopTimeoutMs: 5_000 }]);
    child.kill('SIGUSR2');
    await expect.poll(() => notes().filter((note) => note === 'smtp reloaded')).toHaveLength(2);
  });
});
