/** The environment variables that settings may come from, secrets among them also by file. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { configSchema } from './schema.ts';
import { type SettingText, sectionTexts, settingTexts } from './setting.ts';

/** A documented setting and where it stands: `['smtp', 'port']`. */
export type DocumentedSetting = {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
  readonly text: SettingText;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value from the environment on its way into the settings. */
export type EnvironmentValue = { readonly path: readonly string[]; readonly variable: string; readonly value: unknown };

/** All settings in the order of the schema. */
export function documentedSettings(
  shape: Readonly<Record<string, z.ZodType>> = configSchema.shape,
  above: readonly string[] = [],
): readonly DocumentedSetting[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const path = [...above, name];
    const group = sectionTexts.get(schema);
    if (group !== undefined) return documentedSettings(group.shape, path);
    const text = settingTexts.get(schema);
    return text === undefined ? [] : [{ path, schema, text }];
  });
}

/** Reads the variables that settings name. Throws `ConfigError` for an unknown `POSTERN_…` variable or an unreadable secret file. */
export function environmentValues(env: Environment): readonly EnvironmentValue[] {
  const settings = documentedSettings().filter(({ text }) => text.env !== undefined);
  refuseUnknown(env, settings);
  return settings.flatMap(({ path, text, schema }) => {
    const variable = text.env ?? '';
    const given = text.secret === true ? secretText(env, variable) : plainText(env, variable);
    return given === null ? [] : [{ path, variable, value: textToValue(given, schema) }];
  });
}

/** An empty variable is an absent one: compose files and service managers pass empty ones. */
function plainText(env: Environment, variable: string): string | null {
  const text = env[variable]?.trim() ?? '';
  return text === '' ? null : text;
}

/** The secret from the variable or from the file that `<variable>_FILE` names; final line ends are not part of it. */
function secretText(env: Environment, variable: string): string | null {
  const direct = plainText(env, variable);
  const file = plainText(env, `${variable}_FILE`);
  if (direct !== null && file !== null) {
    throw new ConfigError(variable, `is set twice: give either ${variable} or ${variable}_FILE`);
  }
  if (file === null) return direct;
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    throw new ConfigError(`${variable}_FILE`, `the file cannot be read (${codeOf(error)})`);
  }
  if (text === '') throw new ConfigError(`${variable}_FILE`, 'the file is empty');
  return text;
}

/** Numbers and lists come as text from the environment; the schema judges what comes out. */
function textToValue(text: string, schema: z.ZodType): unknown {
  const byDefault = schema.safeParse(undefined).data;
  if (typeof byDefault === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (typeof byDefault === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (Array.isArray(byDefault)) return text.split(',').map((item) => item.trim());
  return text;
}

/** Kubernetes sets `POSTERN_PORT`, `POSTERN_SERVICE_HOST` and the like for a service of that name. */
const setByKubernetes = /^POSTERN_(?:PORT|(?:[A-Z0-9_]+_)?(?:SERVICE_(?:HOST|PORT).*|PORT_\d+_(?:TCP|UDP).*))$/;

function refuseUnknown(env: Environment, settings: readonly DocumentedSetting[]): void {
  // `POSTERN_SESSION` is of a shell in which a member of staff is logged in, and sets nothing.
  const known = new Set(['POSTERN_CONFIG', 'POSTERN_SESSION']);
  for (const { text } of settings) {
    known.add(text.env ?? '');
    if (text.secret === true) known.add(`${text.env}_FILE`);
  }
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith('POSTERN_') && !known.has(name) && !setByKubernetes.test(name))
    .toSorted();
  if (unknown[0] !== undefined) throw new ConfigError(unknown[0], 'there is no such setting');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
