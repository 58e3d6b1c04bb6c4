/**
 * All records as lines of JSON, and back: for backups, and for moving from SQLite to PostgreSQL. Both databases hold the
 * same columns of text and whole numbers, so what one gave the other takes.
 */
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { migrateTo, schemaVersion } from './migrate.ts';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';

/** Every column is text or a whole number. */
const rowSchema = z.record(z.string(), z.union([z.string(), z.int(), z.null()]));
export type DumpedRow = z.infer<typeof rowSchema>;

export type DumpVisitor = {
  /** Called once, before any row. */
  begin(schema: number): Promise<void>;
  /** Rows of one table, in lines of JSON, about `chunkOctets` at a time. A table without rows does not come. */
  chunk(table: string, lines: Buffer): Promise<void>;
};

const chunkOctets = 4 * 1024 * 1024;
/** Bookkeeping of the migrations, which the target does for itself. */
const notDumped = 'schema_migrations';

/** What is in the archive cannot be records of this schema; the message is one line. */
export class DumpUnreadable extends Error {
  override readonly name = 'DumpUnreadable';
}

/** The database already holds a schema; the message is one line. */
export class RecordsNotEmpty extends Error {
  override readonly name = 'RecordsNotEmpty';
}

/** One snapshot of every table: what is written meanwhile is not in it. Resolves with the number of rows. */
export async function dumpRecords(records: Records, visitor: DumpVisitor): Promise<number> {
  return records.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const version = await trx
        .selectFrom('schema_migrations')
        .select(({ fn }) => fn.max('id').as('id'))
        .execute();
      await visitor.begin(version[0]?.id ?? 0);
      let count = 0;
      for (const table of await tableNames(trx)) count += await dumpTable(trx, records.dialect, table, visitor);
      return count;
    });
}

async function dumpTable(
  trx: Transaction<Schema>,
  dialect: Records['dialect'],
  table: string,
  visitor: DumpVisitor,
): Promise<number> {
  let lines: string[] = [];
  let octets = 0;
  let count = 0;
  const flush = async () => {
    if (lines.length > 0) await visitor.chunk(table, Buffer.from(lines.join('')));
    lines = [];
    octets = 0;
  };
  for await (const row of dialect === 'sqlite' ? sqliteRows(trx, table) : postgresRows(trx, table)) {
    const line = `${JSON.stringify(row)}\n`;
    lines.push(line);
    octets += line.length;
    count += 1;
    if (octets >= chunkOctets) await flush();
  }
  await flush();
  return count;
}

function sqliteRows(trx: Transaction<Schema>, table: string): AsyncIterable<unknown> {
  return trx
    .selectFrom(sql<DumpedRow>`${sql.table(table)}`.as('each'))
    .selectAll()
    .stream();
}

/** A cursor of the server: the driver would else hold the whole table in memory. */
async function* postgresRows(trx: Transaction<Schema>, table: string): AsyncGenerator {
  await sql`declare dumped no scroll cursor for select * from ${sql.table(table)}`.execute(trx);
  for (;;) {
    const { rows } = await sql`fetch 2000 from dumped`.execute(trx);
    if (rows.length === 0) break;
    yield* rows;
  }
  await sql`close dumped`.execute(trx);
}

export type DumpChunk = { readonly table: string; readonly lines: string };

/**
 * Makes the schema as it was, puts the rows in and brings the schema up to date, all in one transaction. Rejects with
 * `RecordsNotEmpty` when there is a schema already, with `DumpUnreadable` for what is no dump of that schema.
 */
export async function loadRecords(
  records: Records,
  schema: number,
  chunks: () => AsyncIterable<DumpChunk>,
): Promise<number> {
  if (schema < 1 || schema > schemaVersion) {
    throw new DumpUnreadable(`the archive has records of schema ${schema}, this Postern knows 1 to ${schemaVersion}`);
  }
  return records.writing(async (trx) => {
    const tables = await trx.introspection.getTables();
    if (tables.length > 0) throw new RecordsNotEmpty('the database already holds tables: restore into an empty one');
    await migrateTo(trx, records.dialect, schema);
    const columns = await columnsByTable(trx);
    // Some steps put a first row in, which the dump has too.
    for (const table of columns.keys()) await sql`delete from ${sql.table(table)}`.execute(trx);
    let count = 0;
    for await (const chunk of chunks()) {
      const known = columns.get(chunk.table);
      if (known === undefined) throw new DumpUnreadable(`schema ${schema} has no table ${chunk.table}`);
      count += await insertRows(trx, chunk.table, known, rowsOf(chunk));
    }
    await migrateTo(trx, records.dialect, schemaVersion);
    return count;
  });
}

async function tableNames(trx: Transaction<Schema>): Promise<readonly string[]> {
  const tables = await trx.introspection.getTables();
  return tables
    .filter((table) => !table.isView && table.name !== notDumped)
    .map(({ name }) => name)
    .sort();
}

async function columnsByTable(trx: Transaction<Schema>): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = await trx.introspection.getTables();
  return new Map(
    tables
      .filter(({ name }) => name !== notDumped)
      .map(({ columns, name }) => [name, columns.map((column) => column.name)]),
  );
}

function rowsOf({ lines, table }: DumpChunk): readonly DumpedRow[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = rowSchema.safeParse(jsonOf(line));
      if (!parsed.success) throw new DumpUnreadable(`a row of ${table} is no row of records`);
      return parsed.data;
    });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** SQLite takes 32,766 parameters a statement. */
const parametersPerStatement = 30_000;

async function insertRows(
  trx: Transaction<Schema>,
  table: string,
  columns: readonly string[],
  rows: readonly DumpedRow[],
): Promise<number> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const perStatement = Math.floor(parametersPerStatement / columns.length);
  for (let start = 0; start < rows.length; start += perStatement) {
    const values = rows.slice(start, start + perStatement).map((row) => valuesOf(table, columns, row));
    await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(values)}`.execute(trx);
  }
  return rows.length;
}

function valuesOf(table: string, columns: readonly string[], row: DumpedRow): RawBuilder<unknown> {
  const fits = Object.keys(row).length === columns.length && columns.every((column) => Object.hasOwn(row, column));
  if (!fits) throw new DumpUnreadable(`a row of ${table} has other columns than its table`);
  return sql`(${sql.join(columns.map((column) => row[column] ?? null))})`;
}
