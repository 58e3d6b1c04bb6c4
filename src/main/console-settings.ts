/** What is configured and where each value came from, for the console; secrets only as set or not. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Config } from '../config/config.ts';
import { documentedSettings, type Environment, environmentValues } from '../config/environment.ts';
import type { SettingRow } from '../console/ports.ts';

export function settingRows(config: Config, env: Environment): readonly SettingRow[] {
  const fromEnvironment = new Set(environmentValues(env).map(({ path }) => path.join('.')));
  const file: unknown = config.file === null ? {} : parse(readFileSync(config.file, 'utf8'));
  return documentedSettings().map(({ path, text }) => {
    const name = path.join('.');
    const source = fromEnvironment.has(name) ? 'environment' : at(file, path) === undefined ? 'default' : 'file';
    const secret = text.secret === true ? (source === 'default' ? 'not set' : 'set, not shown') : null;
    const value = secret ?? valueText(at(config, path));
    const lines = secret === null ? linesOf(at(config, path)) : [secret];
    return { name, value, lines, source, text: text.text, unit: text.unit ?? null, env: text.env ?? null };
  });
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(itemText).join(', ');
  return itemText(value);
}

function itemText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** For people: of a list whose items have fields of their own, each item is a line. */
function linesOf(value: unknown): readonly string[] {
  return Array.isArray(value) && value.some(isGroup)
    ? value.map(wordsOf)
    : [isGroup(value) ? wordsOf(value) : valueText(value)];
}

function wordsOf(item: unknown): string {
  if (!isGroup(item)) return valueText(item);
  return Object.entries(item)
    .filter(([, field]) => field !== null && field !== undefined)
    .map(
      ([name, field]) =>
        `${name}: ${Array.isArray(field) && field.length > 0 ? field.map(wordsOf).join(' ') : wordsOf(field)}`,
    )
    .join(', ');
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
