/** The import table: one direction of flow, no cycle, pure folders without I/O. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Folder -> folders it may import values from. `types` lists the ones it may import types from besides. */
type Row = { readonly values: readonly string[]; readonly types?: readonly string[] };
const pure = [
  'alerts',
  'address',
  'message',
  'directory',
  'denylist',
  'classify',
  'evidence',
  'verdict',
  'sla',
  'jobs',
  'tickets',
  'handoff',
  'cases',
  'staff',
  'reviews',
  'notices',
];
const table: Record<string, Row> = {
  address: { values: [] },
  config: { values: ['address', 'alerts'] },
  message: { values: ['address'] },
  directory: { values: ['address'] },
  denylist: { values: ['address'] },
  classify: { values: [] },
  keyring: { values: [] },
  evidence: { values: ['address', 'message', 'classify', 'directory', 'denylist', 'keyring'] },
  verdict: { values: [], types: ['evidence', 'classify', 'directory', 'denylist', 'message'] },
  sla: { values: [] },
  alerts: { values: ['sla'] },
  staff: { values: ['address'] },
  cases: { values: [] },
  'case-file': { values: ['cases', 'message'], types: ['records'] },
  // The closed unions that payload schemas are made of are values.
  jobs: { values: ['classify', 'verdict'] },
  tickets: { values: ['address', 'message', 'directory', 'classify', 'verdict', 'sla', 'jobs'], types: ['intake'] },
  handoff: { values: ['address', 'tickets', 'jobs'], types: ['message'] },
  reviews: { values: ['address', 'denylist', 'directory', 'classify', 'evidence', 'verdict', 'jobs', 'notices'] },
  notices: {
    values: ['address', 'keyring'],
    types: ['classify', 'directory', 'evidence', 'jobs', 'verdict'],
  },
  relay: { values: [] },
  intake: { values: [...pure, 'keyring', 'config'] },
  smtp: { values: ['address', 'message', 'verdict', 'intake'] },
  portal: { values: ['address', 'message', 'directory', 'verdict', 'intake'] },
  records: { values: pure, types: ['intake', 'portal'] },
  spool: { values: ['jobs', 'message'], types: ['intake'] },
  queue: { values: ['jobs'], types: ['intake', 'evidence', 'smtp', 'message'] },
  dns: { values: [], types: ['evidence'] },
  backup: { values: [], types: ['records'] },
  samples: { values: ['address', 'message', 'directory', 'denylist', 'keyring'], types: ['verdict'] },
  observe: { values: [] },
  console: {
    values: [...pure, 'case-file'],
    types: ['records', 'queue', 'spool', 'intake', 'portal', 'cli', 'config', 'keyring'],
  },
  supervise: { values: ['config'] },
  cli: {
    values: [...pure, 'backup', 'case-file', 'dns', 'intake', 'samples', 'keyring', 'config'],
    types: ['records', 'queue', 'spool'],
  },
  main: { values: ['*'] },
  workers: { values: pure, types: ['records', 'spool', 'intake', 'relay'] },
};

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean };

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

const files = [...sources('src'), ...sources('workers')];

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^'";]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
  )) {
    const target = match[2] ?? match[3];
    if (target === undefined) continue;
    const to = relative(root, resolve(root, dirname(file), target));
    found.push({ from: file, to, typeOnly: match[1] !== undefined });
  }
  return found;
}

function folderOf(file: string): string {
  const [top, second] = file.split('/');
  return top === 'src' ? (second ?? '') : (top ?? '');
}

const imports = files.flatMap(importsOf);

describe('architecture', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(20);
  });

  it('knows every folder', () => {
    const unknown = [...new Set(files.map(folderOf))].filter((folder) => !(folder in table));
    expect(unknown).toEqual([]);
  });

  it('keeps one direction of imports', () => {
    const breaches = imports.filter(({ from, to, typeOnly }) => {
      const here = folderOf(from);
      const there = folderOf(to);
      const row = table[here];
      if (here === there || row === undefined) return false;
      if (there === 'observe' || row.values.includes('*') || row.values.includes(there)) return false;
      return !(typeOnly && row.types?.includes(there));
    });
    expect(breaches.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('has no cycle of value imports', () => {
    const graph = Map.groupBy(
      imports.filter(({ typeOnly }) => !typeOnly),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (done.has(file) || path.includes(file)) return;
      for (const { to } of graph.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('reads the environment in one place', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(root, file), 'utf8')));
    expect(readers.filter((file) => folderOf(file) !== 'main')).toEqual([]);
  });

  it('keeps decisions free of I/O', () => {
    const decisions = new Set([
      'address',
      'verdict',
      'sla',
      'classify',
      'directory',
      'denylist',
      'jobs',
      'cases',
      'alerts',
    ]);
    const effects = /from 'node:(?:fs|net|http|https|dns|tls|child_process|cluster|worker_threads)(?:\/promises)?'/;
    const impure = files.filter((file) => decisions.has(folderOf(file)));
    expect(impure.filter((file) => effects.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
