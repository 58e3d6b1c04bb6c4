/**
 * The program's log: one JSON object a line on stderr (stdout belongs to the results of commands).
 *
 * Reply texts, mail bodies and decrypted text are never logged; secrets that could ride along in an object are redacted
 * by field name as a second line of defence.
 */
import pino from 'pino';

export type Logger = pino.Logger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type LoggerOptions = {
  readonly level: LogLevel;
  /** Says which process wrote a line: `supervisor`, `smtp`, `workers`, `console`, `cli`. */
  readonly role?: string;
  /** Where lines go; stderr when absent. */
  readonly destination?: pino.DestinationStream;
};

const secretFields = [
  'password',
  'passphrase',
  'secret',
  'token',
  'authorization',
  'cookie',
  'privateKey',
  'secretAccessKey',
  'redisUrl',
  'databaseUrl',
];

/** A field by its name at the top and down to two levels below it. */
const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

export function createLogger(options: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: options.role === undefined ? { pid: process.pid } : { pid: process.pid, role: options.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError, err: describeError },
  };
  return pino(settings, options.destination ?? pino.destination({ dest: 2, sync: false }));
}

/** For tests and for callers that were given no logger. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

type ErrorLine = { name: string; message: string; code?: string; stack?: string; cause?: unknown };

/** Only these fields of an error: ioredis hangs the failed command on it, with all of its arguments. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const line: ErrorLine = { name: error.name, message: error.message };
  if ('code' in error && typeof error.code === 'string') line.code = error.code;
  if (error.stack !== undefined) line.stack = error.stack;
  if (error.cause !== undefined) line.cause = describeError(error.cause);
  return line;
}
