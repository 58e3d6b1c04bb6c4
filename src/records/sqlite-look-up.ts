/**
 * Look-ups for mails in SQLite, without the queue that Kysely's one connection needs: a connection of their own, which
 * only reads. What is asked in one turn of the event loop shares a read transaction, whose locks cost more than the
 * look-ups do. It ends before the loop takes up anything new, so that no mail is judged by what was true before it came.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import { bindable, openSqlite, patiently } from './sqlite-dialect.ts';

export type SqliteLookUp = {
  /** Waits for a lock as `db` does. */
  rows<Row>(query: CompiledQuery<Row>): Promise<readonly Row[]>;
  close(): void;
};

const mostStatements = 500;

/** Opens the file at the first look-up. */
export function sqliteLookUp(path: string): SqliteLookUp {
  let opened: DatabaseSync | null = null;
  const statements = new Map<string, StatementSync>();

  const end = (): void => {
    if (opened?.isTransaction) opened.exec('rollback'); // nothing was written; a rollback cannot be busy
  };
  const prepared = (database: DatabaseSync, text: string): StatementSync => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    // One for each number of keys that a mail may ask for; few are ever used.
    if (statements.size >= mostStatements) statements.clear();
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  const read = (database: DatabaseSync, { sql, parameters }: CompiledQuery): unknown[] => {
    if (!database.isTransaction) {
      database.exec('begin');
      process.nextTick(end);
    }
    try {
      return prepared(database, sql).all(...parameters.map(bindable));
    } catch (error) {
      end(); // the next try begins anew
      throw error;
    }
  };

  return {
    rows: async <Row>(query: CompiledQuery<Row>) => {
      const database = (opened ??= openSqlite({ path, readOnly: true }));
      const found = await patiently(database, () => read(database, query));
      return found as Row[]; // the query says what it gives
    },
    close: () => {
      end();
      statements.clear();
      opened?.close();
      opened = null;
    },
  };
}
