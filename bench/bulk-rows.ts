/**
 * Rows by the hundred thousand into a database of the records: what a workload of weeks would have left, in minutes.
 * Indexes are made anew behind the rows, and PostgreSQL's statistics and visibility maps as autovacuum would have.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Client } from 'pg';
import type { Schema } from '../src/records/schema.ts';

export type BulkRows = {
  /** All rows of a table have the same columns in the same order. */
  insert<Table extends keyof Schema>(table: Table, rows: readonly Schema[Table][]): Promise<void>;
  /** Makes the indexes and closes. */
  finish(): Promise<void>;
};

export function openBulkRows(url: string): Promise<BulkRows> {
  return url.startsWith('sqlite:') ? bulkSqlite(url.slice('sqlite:'.length)) : bulkPostgres(url);
}

async function bulkSqlite(path: string): Promise<BulkRows> {
  const database = new DatabaseSync(path);
  for (const pragma of ['synchronous = off', 'cache_size = -3000000', 'temp_store = memory', 'threads = 2']) {
    database.exec(`pragma ${pragma}`);
  }
  const indexes = database
    .prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null`)
    .all();
  for (const { name } of indexes) database.exec(`drop index ${String(name)}`);
  const inserts = new Map<string, StatementSync>();
  return {
    insert: async (table, rows) => {
      const [first] = rows;
      if (first === undefined) return;
      const columns = Object.keys(first);
      const marks = columns.map(() => '?').join();
      const insert =
        inserts.get(table) ?? database.prepare(`insert into ${table} (${columns.join()}) values (${marks})`);
      inserts.set(table, insert);
      database.exec('begin');
      for (const row of rows) insert.run(...Object.values(row));
      database.exec('commit');
    },
    finish: async () => {
      for (const { sql } of indexes) database.exec(String(sql));
      database.exec('pragma wal_checkpoint(truncate)');
      database.close();
    },
  };
}

async function bulkPostgres(url: string): Promise<BulkRows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set maintenance_work_mem = '512MB'`);
  const { rows: indexes } = await client.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes where schemaname = 'public' and indexname not like '%\\_key' and indexname not like '%\\_pkey'`,
  );
  for (const { indexname } of indexes) await client.query(`drop index ${indexname}`);
  return {
    insert: async (table, rows) => {
      if (rows.length === 0) return;
      await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`, [
        JSON.stringify(rows),
      ]);
    },
    finish: async () => {
      for (const { indexdef } of indexes) await client.query(indexdef);
      await client.query('vacuum analyze');
      await client.end();
    },
  };
}
