/**
 * The parts of README.md that are made from the code: rules, settings, procedures of recovery. Writes them between their markers;
 * with `--check` it only says, by its exit code, whether they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as clocks from '../src/cases/clocks.ts';
import { mermaidOf } from '../src/cases/diagram.ts';
import { procedures, ruleOf } from '../src/cases/procedure.ts';
import { specs } from '../src/cases/specs.ts';
import { settingsTable } from '../src/config/document.ts';
import { rules } from '../src/verdict/decide.ts';

const file = fileURLToPath(new URL('../README.md', import.meta.url));

function rulesTable(): string {
  const rows = rules.map((rule, index) => `| ${index + 1} | ${rule.id} | ${rule.title.replaceAll('|', '\\|')} |`);
  return ['| | rule | what it looks for, and what follows |', '|---|---|---|', ...rows].join('\n');
}

const hourMs = 3_600_000;

/** What one procedure needs, may lead to, and how it runs; from the data that it runs on. */
function proceduresText(): string {
  return procedures
    .map((name) => {
      const spec = specs[name];
      const asked = spec.onRequest.map((one) => `${one} when staff ask for it`);
      return [
        `### ${spec.title} (${ruleOf(name)})`,
        '',
        `- evidence: ${[...spec.needs, ...asked].join(', ')}`,
        `- the only acts: ${spec.actions.join(', ') || 'none; ordinary support is ignored for a time'}`,
        '',
        '<details><summary>states</summary>',
        '',
        '```mermaid',
        mermaidOf(spec).trim(),
        '```',
        '</details>',
      ].join('\n');
    })
    .join('\n\n');
}

function clocksTable(): string {
  const span = (ms: number): string => (ms > 48 * hourMs ? `${ms / (24 * hourMs)} days` : `${ms / hourMs} hours`);
  const rows = [
    ['a contact on file counts when it stood unchanged before the case for', clocks.contactAgeMs],
    ['no successful login for', clocks.inactivityMs],
    ['a reading of the logins counts for', clocks.readingAgeMs],
    ['support is ceased without a police report or court order for', clocks.cessationMs],
    ['the second approval counts after the first for', clocks.secondApprovalMs],
    ['whoever was let in approves nothing for', clocks.freshAccessMs],
    ['a work order may be carried out for', clocks.workOrderMs],
  ] as const;
  return ['| clock | |', '|---|---|', ...rows.map(([text, ms]) => `| ${text} | ${span(ms)} |`)].join('\n');
}

const tables: Readonly<Record<string, () => string>> = {
  rules: rulesTable,
  settings: settingsTable,
  procedures: proceduresText,
  clocks: clocksTable,
};

/** The text with each marked table made anew. Throws when a marker is missing. */
export function withTables(text: string): string {
  return Object.entries(tables).reduce((whole, [name, make]) => {
    const start = `<!-- made by scripts/readme-tables.ts: ${name} -->`;
    const end = `<!-- end of ${name} -->`;
    const from = whole.indexOf(start);
    const to = whole.indexOf(end);
    if (from < 0 || to < from) throw new Error(`README.md has no place for the table ${name}`);
    return `${whole.slice(0, from + start.length)}\n${make().trim()}\n${whole.slice(to)}`;
  }, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(file, 'utf8');
  const current = withTables(text);
  if (current === text) process.exit(0);
  if (process.argv.includes('--check')) {
    console.error('README.md is not current: npm run -s readme');
    process.exit(1);
  }
  writeFileSync(file, current);
}
