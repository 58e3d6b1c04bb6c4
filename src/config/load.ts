/** Environment + `postern.yaml` -> one frozen `Config`. The environment wins over the file. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Config, S3Settings } from './config.ts';
import { ConfigError } from './config-error.ts';
import { documentedSettings, type Environment, type EnvironmentValue, environmentValues } from './environment.ts';
import { configSchema, type Settings } from './schema.ts';
import { type Secret, secretOf } from './secret.ts';

export type LoadOptions = {
  readonly env: Environment;
  /** What relative paths of the environment start from. */
  readonly cwd: string;
  /** A file that is read in the place of `postern.yaml`; the configuration still names the latter. */
  readonly copy?: string;
};

/** A file larger than this is no configuration. */
const maxFileBytes = 1_048_576;

type RawSettings = { [name: string]: unknown };

/** Reads and validates everything. Throws `ConfigError`, whose message is one line that names the setting. */
export function loadConfig({ env, cwd, copy }: LoadOptions): Config {
  const values = environmentValues(env);
  const dataDir = resolve(cwd, textAt(values, 'dataDir') ?? 'data');
  const named = env['POSTERN_CONFIG']?.trim() ?? '';
  const filePath = named === '' ? resolve(dataDir, 'postern.yaml') : resolve(cwd, named);
  const isThere = existsSync(filePath);
  if (!isThere && named !== '' && copy === undefined) throw new ConfigError('POSTERN_CONFIG', 'there is no such file');
  const raw = isThere || copy !== undefined ? readSettings(copy ?? filePath) : {};
  refuseMisplaced(raw);
  refuseHidden(raw, values);
  for (const { path, value } of values) place(raw, path, value);
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) throw problemOf(parsed.error, values);
  return deepFreeze(configOf(parsed.data, { dataDir, filePath, file: copy ?? (isThere ? filePath : null) }));
}

function textAt(values: readonly EnvironmentValue[], name: string): string | null {
  const found = values.find(({ path }) => path.join('.') === name);
  return typeof found?.value === 'string' ? found.value : null;
}

function readSettings(filePath: string): RawSettings {
  let text: string;
  try {
    if (statSync(filePath).size > maxFileBytes) throw new ConfigError('postern.yaml', 'is larger than 1 MiB');
    text = readFileSync(filePath, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError('postern.yaml', `cannot be read (${code})`);
  }
  // The parser's own messages quote the file, values included: only the place and the code are told.
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const line = fault.linePos?.[0].line;
    throw new ConfigError('postern.yaml', `line ${line ?? '?'} is not valid YAML (${fault.code})`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new ConfigError('postern.yaml', 'has too many or unknown aliases');
  }
  if (value === null || value === undefined) return {};
  if (!isMapping(value)) throw new ConfigError('postern.yaml', 'must hold settings by name');
  return value;
}

/** Secrets do not belong into a file that is shown to others when something does not work. */
function refuseMisplaced(raw: RawSettings): void {
  for (const { path, text } of documentedSettings()) {
    if ((text.secret === true || text.envOnly === true) && isSet(raw, path)) {
      const instead = text.secret === true ? `${text.env} or ${text.env}_FILE` : text.env;
      throw new ConfigError(path.join('.'), `cannot be set in the file: use ${instead}`);
    }
  }
}

/** A wrong value under one of the environment would stop the gateway on the day that the variable goes. */
function refuseHidden(raw: RawSettings, values: readonly EnvironmentValue[]): void {
  for (const { path, schema } of documentedSettings()) {
    const above = values.find((value) => value.path.join('.') === path.join('.'));
    const given = above === undefined ? undefined : valueAt(raw, path);
    const issue = given === undefined ? undefined : schema.safeParse(given).error?.issues[0];
    if (issue !== undefined && above !== undefined) {
      const name = nameOf([...path, ...issue.path]);
      throw new ConfigError(name, `${problemText(issue)}, in the file as well, although ${above.variable} replaces it`);
    }
  }
}

function isSet(raw: RawSettings, path: readonly string[]): boolean {
  return valueAt(raw, path) !== undefined;
}

function valueAt(raw: RawSettings, path: readonly string[]): unknown {
  let at: unknown = raw;
  for (const name of path) {
    if (!isMapping(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

function place(raw: RawSettings, path: readonly string[], value: unknown): void {
  let at = raw;
  for (const name of path.slice(0, -1)) {
    const next = at[name] ?? {};
    if (!isMapping(next)) return; // the schema refuses the section by name
    at[name] = next;
    at = next;
  }
  const last = path.at(-1);
  if (last !== undefined) at[last] = value;
}

function isMapping(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first problem, by the name under which the operator set it. */
function problemOf(error: z.ZodError, values: readonly EnvironmentValue[]): ConfigError {
  const issue = error.issues[0];
  if (issue === undefined) return new ConfigError('configuration', 'is not valid');
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  if (issue.code === 'unrecognized_keys') {
    // A value that slipped into the place of a name must not be shown either.
    const unknown = issue.keys.find((key) => /^[A-Za-z][\w-]{0,39}$/.test(key)) ?? '?';
    return new ConfigError(nameOf([...issue.path, unknown]), `there is no such setting${more}`);
  }
  const fromEnvironment = values.find(({ path }) => path.every((name, index) => issue.path[index] === name));
  return new ConfigError(fromEnvironment?.variable ?? nameOf(issue.path), `${problemText(issue)}${more}`);
}

/** `mailboxes[2].address` */
function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

/** Our own words, made only of what the schema says, never of what was given. */
function problemText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${withArticle(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return issue.format === 'regex' ? issue.message : `must be a valid ${issue.format}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

function withArticle(expected: string): string {
  const words: Record<string, string> = {
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    object: 'settings by name',
  };
  return words[expected] ?? expected;
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '';
}

type Places = Pick<Config, 'dataDir' | 'file' | 'filePath'>;

function configOf(settings: Settings, places: Places): Config {
  const inData = (path: string) => resolve(places.dataDir, path);
  refuseContradictions(settings);
  return {
    ...settings,
    ...places,
    smtp: {
      ...settings.smtp,
      tls: {
        ...settings.smtp.tls,
        certificateFile: inData(settings.smtp.tls.certificateFile),
        keyFile: inData(settings.smtp.tls.keyFile),
      },
    },
    pgp: {
      ...settings.pgp,
      keysDirectory: inData(settings.pgp.keysDirectory),
      passphrase: wrapped(settings.pgp.passphrase),
    },
    redis: { ...settings.redis, url: wrapped(settings.redis.url) },
    database: { ...settings.database, url: wrapped(settings.database.url) },
    secrets: { gateway: wrapped(settings.secrets.gateway), evidence: wrapped(settings.secrets.evidence) },
    spool: {
      ...settings.spool,
      directory: inData(settings.spool.directory),
      key: wrapped(settings.spool.key),
      s3: s3Of(settings),
    },
    relay: relayOf(settings, inData),
  };
}

/** Settings that are each valid and make no sense together. */
function refuseContradictions({ policy, mailboxes }: Settings): void {
  if (policy.replayMemoryDays < policy.proofAgeDays) {
    throw new ConfigError('policy.replayMemoryDays', 'must not be less than policy.proofAgeDays');
  }
  const seen = new Set<string>();
  mailboxes.forEach((mailbox, index) => {
    for (const address of [mailbox.address, ...mailbox.aliases]) {
      if (seen.has(address)) throw new ConfigError(`mailboxes[${index}]`, 'names an address that is already taken');
      seen.add(address);
    }
  });
}

function s3Of({ spool }: Settings): S3Settings | null {
  if (spool.kind !== 's3') return null;
  const { bucket, accessKeyId, secretAccessKey, ...rest } = spool.s3;
  if (bucket === null) throw new ConfigError('spool.s3.bucket', 'is needed when spool.kind is s3');
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    const missing = accessKeyId === null ? 'POSTERN_S3_ACCESS_KEY_ID' : 'POSTERN_S3_SECRET_ACCESS_KEY';
    throw new ConfigError(missing, 'is needed beside the other half of the key');
  }
  const credentials =
    accessKeyId === null || secretAccessKey === null
      ? null
      : { accessKeyId: secretOf(accessKeyId), secretAccessKey: secretOf(secretAccessKey) };
  return { ...rest, bucket, credentials };
}

function relayOf({ relay }: Settings, inData: (path: string) => string): Config['relay'] {
  const { caFile, dkim, password, user, ...rest } = relay;
  if ((user === null) !== (password === null)) {
    throw new ConfigError(
      user === null ? 'POSTERN_RELAY_USER' : 'POSTERN_RELAY_PASSWORD',
      'is needed beside the other of the two',
    );
  }
  return {
    ...rest,
    login: user === null || password === null ? null : { user, password: secretOf(password) },
    caFile: caFile === null ? null : inData(caFile),
    dkim: dkim.domain === null ? null : { domain: dkim.domain, selector: dkim.selector, keyFile: inData(dkim.keyFile) },
  };
}

function wrapped(secret: string | null): Secret | null {
  return secret === null ? null : secretOf(secret);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
