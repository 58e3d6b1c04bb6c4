/** The README says what the code does: its tables are made from it, and the commands it names exist. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../scripts/readme-tables.ts';
import { choosableAlertKinds } from '../../src/alerts/kind.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'README.md'), 'utf8');

describe('README', () => {
  it('has current tables of rules and settings', () => {
    expect(withTables(text)).toBe(text);
  });

  it('names only commands that there are', () => {
    const named = new Set([...text.matchAll(/postern -- ([a-z]+)/g)].map(([, command]) => command));
    const help = execFileSync(process.execPath, [join(root, 'src/main/postern.ts'), '--help'], { encoding: 'utf8' });
    const known = new Set([...help.matchAll(/^ {2}([a-z]+)[ [|]/gm)].map(([, command]) => command));
    expect([...named].filter((command) => !known.has(command))).toEqual([]);
    expect(named.size).toBeGreaterThan(4);
  });

  it('names only npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, script]) => script);
    expect(named.filter((script) => script === undefined || !(script in scripts))).toEqual([]);
  });

  it('names every kind of alert', () => {
    expect(choosableAlertKinds.filter((kind) => !text.includes(`\`${kind}\``))).toEqual([]);
  });

  it('names no metric that there is not', () => {
    const source = readFileSync(join(root, 'src/observe/metrics.ts'), 'utf8');
    const named = [...text.matchAll(/postern_[a-z_]+/g)].map(([metric]) => metric);
    expect(named.filter((metric) => !source.includes(`'${metric}'`))).toEqual([]);
  });
});
