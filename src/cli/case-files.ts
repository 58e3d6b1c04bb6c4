/** Files that case commands are given: evidence, readings of logins, acts typed from a court order. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { type OrderItem, orderedKinds } from '../cases/action.ts';
import { type LoginReading, loginSources } from '../cases/evidence.ts';
import { CliError, exitCodes } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { readInputFile } from './input-file.ts';

const mostEvidence = 64 * 1024 * 1024;

/** Octets as they are. Rejects with exit code 66 when they cannot be read, 65 when there are too many. */
export async function readEvidence(context: Pick<CliContext, 'cwd'>, path: string): Promise<Buffer> {
  try {
    await using file = await open(resolve(context.cwd, path), 'r');
    const { size } = await file.stat();
    if (size > mostEvidence) throw new CliError(exitCodes.dataError, `${path}: is larger than ${mostEvidence} bytes`);
    return await file.readFile();
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError(exitCodes.noInput, `${path}: cannot be read (${code})`);
  }
}

/** Writes a new file for the owner only, never over another. */
export async function writeNewFile(context: Pick<CliContext, 'cwd'>, path: string, content: Buffer): Promise<void> {
  try {
    await using file = await open(resolve(context.cwd, path), 'wx', 0o600);
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new CliError(exitCodes.cannotCreate, `${path}: cannot be written (${code})`);
  }
}

/** ISO 8601 with its zone: a time without one would mean another moment on another machine. */
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const readingRow = z.strictObject({
  source: z.enum(loginSources),
  last_login: z.union([time, z.literal('none')]),
  log_since: z.union([time, z.literal('')]).default(''),
  read_at: time,
  read_from: z.string().trim().min(1),
});

/** CSV with the header `source,last_login,log_since,read_at,read_from`; `none` needs `log_since`. */
export async function readLogins(context: Pick<CliContext, 'cwd'>, path: string): Promise<readonly LoginReading[]> {
  const rows = parseCsv(path, await readInputFile(context, path));
  return rows.map((row, index) => {
    const parsed = readingRow.safeParse(row);
    if (!parsed.success) throw faultIn(path, `line ${index + 2}`, parsed.error);
    const { last_login, log_since, read_at, read_from, source } = parsed.data;
    if (last_login !== 'none') {
      return { source, last: { kind: 'at', at: last_login }, asOf: read_at, from: read_from };
    }
    if (log_since === '') throw new CliError(exitCodes.dataError, `${path}: line ${index + 2}: log_since is missing`);
    return { source, last: { kind: 'none', since: log_since }, asOf: read_at, from: read_from };
  });
}

function parseCsv(path: string, text: string): readonly unknown[] {
  try {
    return parse(text, { columns: true, skip_empty_lines: true, bom: true, trim: true });
  } catch {
    throw new CliError(exitCodes.dataError, `${path}: is not a CSV file with a header`);
  }
}

const orderFile = z.array(
  z.strictObject({
    kind: z.enum(orderedKinds),
    target: z.string().trim().min(1).max(500),
    // Where the order's lines break is said by page and line.
    quote: z
      .string()
      .trim()
      .min(1)
      .max(2_000)
      .transform((quote) => quote.replace(/\s+/gu, ' ')),
    page: z.int().min(1),
    line: z.int().min(1),
  }),
);

/** JSON: an array of `{kind, target, quote, page, line}`. */
export async function readOrderItems(context: Pick<CliContext, 'cwd'>, path: string): Promise<readonly OrderItem[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readInputFile(context, path));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(exitCodes.dataError, `${path}: is not JSON`);
  }
  const parsed = orderFile.safeParse(json);
  if (!parsed.success) throw faultIn(path, 'act', parsed.error);
  return parsed.data;
}

function faultIn(path: string, where: string, error: z.ZodError): CliError {
  const [issue] = error.issues;
  const field = issue === undefined ? '' : issue.path.map(String).join('.');
  return new CliError(exitCodes.dataError, `${path}: ${where} ${field}: ${issue?.message ?? 'cannot be read'}`);
}
