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
    const value =
      text.secret === true ? (source === 'default' ? 'not set' : 'set, not shown') : valueText(at(config, path));
    return { name, value, source, text: text.text, unit: text.unit ?? null, env: text.env ?? null };
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
