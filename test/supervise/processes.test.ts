import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Group = {
  readonly role: string;
  readonly count: number;
  readonly stopTimeoutMs: number;
  readonly isExclusive?: boolean;
};

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

  it('are renewed one after the other, each before the one in its place is told to stop', async () => {
    const { child, lines, addresses } = await started(both);
    child.kill('SIGWINCH');
    await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toBe('renewed');
    const turn = (role: string) => [`${role} started`, `${role} told to stop`];
    expect(notes().slice(3)).toEqual([...turn('workers'), ...turn('smtp'), ...turn('smtp')]);
    const [listener = ''] = Object(addresses).smtp as string[];
    expect(await (await fetch(`http://${listener}/`)).text()).toMatch(/^\d+ 3$/);
  });

  it('leave before their place is renewed where only one can listen', async () => {
    const { child, lines } = await started([{ role: 'console', count: 1, stopTimeoutMs: 5_000, isExclusive: true }]);
    child.kill('SIGWINCH');
    await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toBe('renewed');
    expect(notes()).toEqual(['console started', 'console told to stop', 'console started']);
  });

  it('keep their place when the new one does not start', async () => {
    const { child, lines, addresses, exited } = await started([{ role: 'smtp', count: 1, stopTimeoutMs: 5_000 }]);
    writeFileSync(join(folder, 'smtp-fails'), '');
    child.kill('SIGWINCH');
    await expect
      .poll(() => lines.at(-1), { timeout: 20_000 })
      .toBe('the smtp process ended before it was ready (code 78)');
    const [listener = ''] = Object(addresses).smtp as string[];
    expect(await (await fetch(`http://${listener}/`)).text()).toMatch(/ 1$/);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(notes()).toEqual(['smtp started', 'smtp told to stop']);
  });

  it('come back where the one that had to leave first is not followed, once the cause is gone', async () => {
    const { child, lines } = await started([{ role: 'console', count: 1, stopTimeoutMs: 5_000, isExclusive: true }]);
    writeFileSync(join(folder, 'console-fails'), '');
    child.kill('SIGWINCH');
    await expect.poll(() => lines.at(-1), { timeout: 20_000 }).toContain('the console process ended');
    rmSync(join(folder, 'console-fails'));
    await expect
      .poll(notes, { timeout: 20_000 })
      .toEqual(['console started', 'console told to stop', 'console started']);
  });

  it('are told to reload', async () => {
    const { child } = await started([{ role: 'smtp', count: 2, stopTimeoutMs: 5_000 }]);
    child.kill('SIGUSR2');
    await expect.poll(() => notes().filter((note) => note === 'smtp reloaded')).toHaveLength(2);
  });
});
