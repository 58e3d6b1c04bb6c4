/** Brings the schema of the records up to this code's version. Run once, before any process is forked. */
import { sql, type Transaction } from 'kysely';
import { SchemaTooNew } from './errors.ts';
import { migrations } from './migrations.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';

// Any number, the same in every Postern: `postern` on a telephone's keys.
const advisoryLock = 7_678_376;

/** The version that this code makes and needs. */
export const schemaVersion = migrations.length;

/**
 * Runs the steps that are missing, all in one transaction; safe when several processes start at once. Resolves with the
 * version before and after. Rejects with `SchemaTooNew` when a newer Postern was here.
 */
export async function migrate(records: Records): Promise<{ readonly from: number; readonly to: number }> {
  return records.writing((trx) => migrateTo(trx, records.dialect, schemaVersion));
}

/** The same inside a transaction, and only up to the version `to`. */
export async function migrateTo(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  to: number,
): Promise<{ readonly from: number; readonly to: number }> {
  // SQLite's immediate transaction is the lock already.
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${advisoryLock})`.execute(trx);
  await trx.schema
    .createTable('schema_migrations')
    .ifNotExists()
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute();
  const from = await appliedVersion(trx);
  refuseNewer(from);
  for (const migration of migrations.filter(({ id }) => id > from && id <= to)) {
    await migration.up(trx, dialect);
    await trx
      .insertInto('schema_migrations')
      .values({ id: migration.id, name: migration.name, applied_at: Date.now() })
      .execute();
  }
  return { from, to };
}

/** Whether the schema is the one this code needs; for processes that do not migrate, and for `doctor`. */
export async function schemaState(records: Records): Promise<'current' | 'missing' | 'older' | 'newer'> {
  const tables = await records.db.introspection.getTables();
  if (!tables.some((table) => table.name === 'schema_migrations')) return 'missing';
  const version = await appliedVersion(records.db);
  if (version === schemaVersion) return 'current';
  return version > schemaVersion ? 'newer' : 'older';
}

async function appliedVersion(db: Transaction<Schema> | Records['db']): Promise<number> {
  const row = await db
    .selectFrom('schema_migrations')
    .select((select) => select.fn.max('id').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}

function refuseNewer(version: number): void {
  if (version <= schemaVersion) return;
  throw new SchemaTooNew(
    `the records have schema ${version}, this Postern knows ${schemaVersion}: start the newer Postern that made them`,
  );
}
