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
  'network',
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
  network: { values: [] },
  config: { values: ['address', 'network', 'alerts', 'sla'] },
  message: { values: ['address'] },
  directory: { values: ['address', 'sla'] },
  denylist: { values: ['address', 'network'] },
  classify: { values: [] },
  keyring: { values: [] },
  evidence: { values: ['address', 'message', 'classify', 'directory', 'denylist', 'keyring'] },
  verdict: { values: [], types: ['evidence', 'classify', 'directory', 'denylist', 'message'] },
  sla: { values: [] },
  alerts: { values: ['sla'] },
  staff: { values: ['address', 'network'] },
  cases: { values: [] },
  'case-file': { values: ['cases', 'message'], types: ['records'] },
  // The closed unions that payload schemas are made of are values.
  jobs: { values: ['classify', 'verdict'] },
  tickets: { values: ['address', 'message', 'directory', 'classify', 'verdict', 'sla', 'jobs'], types: ['intake'] },
  handoff: { values: ['address', 'network', 'tickets', 'jobs'], types: ['message'] },
  reviews: { values: ['address', 'denylist', 'directory', 'classify', 'evidence', 'verdict', 'jobs', 'notices'] },
  notices: {
    values: ['address', 'keyring'],
    types: ['classify', 'directory', 'evidence', 'jobs', 'verdict'],
  },
  relay: { values: [] },
  intake: { values: [...pure, 'keyring', 'config'] },
  smtp: { values: ['address', 'network', 'message', 'verdict', 'intake'] },
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

type Name = { readonly file: string; readonly name: string };

const keyOf = ({ file, name }: Name): string => `${file}#${name}`;

/** Exported values that only tests use, and why they stay. */
const onlyForTests: Record<string, string> = {
  'src/queue/handoff-queue.ts#enqueueHandoff':
    'the other side of the queue that the workers listen on; those that run the lanes themselves wake them directly',
};

const exported: readonly Name[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^export (?:async )?(?:abstract )?(?:const|let|class|function\*?) (\w+)/gm);
  return [...found].map(([, name = '']) => ({ file, name }));
});

/** Whether its own file uses it besides declaring it. */
function isUsedInside({ file, name }: Name): boolean {
  const uses = readFileSync(join(root, file), 'utf8').match(new RegExp(`\\b${name}\\b`, 'g')) ?? [];
  return uses.length > 1;
}

/** The names that a file imports, or passes on, from files of ours; all of them where it takes a whole file. */
function namesOf(file: string): readonly Name[] {
  const text = readFileSync(join(root, file), 'utf8');
  const target = (path: string): string => relative(root, resolve(root, dirname(file), path));
  const named = [...text.matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)];
  const whole = [
    ...text.matchAll(/^(?:import|export) \* (?:as \w+ )?from '(\.[^']+)'/gm),
    ...text.matchAll(/import\('(\.[^']+)'\)/g),
  ];
  return [
    ...named.flatMap(([, names = '', path = '']) =>
      names.split(',').map((each) => ({
        file: target(path),
        name:
          each
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0] ?? '',
      })),
    ),
    ...whole.flatMap(([, path = '']) => exported.filter((each) => each.file === target(path))),
  ];
}

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

  it('exports no value that only tests use', () => {
    const callers = [...files, ...sources('scripts')].flatMap(namesOf);
    const inProduction = new Set(callers.map(keyOf));
    const unused = exported.filter((each) => !inProduction.has(keyOf(each)) && !isUsedInside(each));
    expect(unused.map(keyOf).toSorted()).toEqual(Object.keys(onlyForTests).toSorted());
  });

  it('exports no value that nobody imports', () => {
    const importers = [...files, ...sources('scripts'), ...sources('test'), ...sources('bench')].flatMap(namesOf);
    const imported = new Set(importers.map(keyOf));
    expect(exported.map(keyOf).filter((key) => !imported.has(key))).toEqual([]);
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
