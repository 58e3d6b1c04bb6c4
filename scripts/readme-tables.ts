/**
 * The tables of README.md that are made from the code: rules, settings. Writes them between their markers;
 * with `--check` it only says, by its exit code, whether they are current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsTable } from '../src/config/document.ts';
import { rules } from '../src/verdict/decide.ts';

const file = fileURLToPath(new URL('../README.md', import.meta.url));

function rulesTable(): string {
  const rows = rules.map((rule, index) => `| ${index + 1} | ${rule.id} | ${rule.title.replaceAll('|', '\\|')} |`);
  return ['| | rule | what it looks for, and what follows |', '|---|---|---|', ...rows].join('\n');
}

const tables: Readonly<Record<string, () => string>> = { rules: rulesTable, settings: settingsTable };

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
