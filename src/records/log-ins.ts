/** The last two log-ins of each member, and what failed between them: only the member can tell whose failures they were. */
import type { Transaction } from 'kysely';
import type { Querying } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

/** What failed before the last log-in, since the one before it. */
export type FailedBefore = {
  readonly failures: number;
  /** Epoch milliseconds and client address of the last of them. */
  readonly lastAt: number;
  readonly lastFrom: string;
  /** The log-in before the last one; null when there was none. */
  readonly since: { readonly at: number; readonly from: string } | null;
};

const longestClient = 60;

export async function countFailure(
  trx: Transaction<Schema>,
  { at, client, name }: { readonly name: string; readonly client: string; readonly at: number },
): Promise<void> {
  const failed = { failed_at: at, failed_from: storable(client, longestClient) };
  const none = { at: null, ip: null, before_at: null, before_ip: null, before_failures: 0 };
  await trx
    .insertInto('staff_log_ins')
    .values({ name, ...none, before_failed_at: null, before_failed_from: null, failures: 1, ...failed })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((set) => ({ failures: set('staff_log_ins.failures', '+', 1), ...failed })),
    )
    .execute();
}

export async function countLogIn(
  trx: Transaction<Schema>,
  { at, ip, name }: { readonly name: string; readonly ip: string; readonly at: number },
): Promise<void> {
  const last = await trx.selectFrom('staff_log_ins').selectAll().where('name', '=', name).executeTakeFirst();
  const row = {
    at,
    ip: storable(ip, longestClient),
    failures: 0,
    failed_at: null,
    failed_from: null,
    before_at: last?.at ?? null,
    before_ip: last?.ip ?? null,
    before_failures: last?.failures ?? 0,
    before_failed_at: last?.failed_at ?? null,
    before_failed_from: last?.failed_from ?? null,
  };
  await trx
    .insertInto('staff_log_ins')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

/** Null when nothing failed. */
export async function failedBefore(db: Querying, name: string): Promise<FailedBefore | null> {
  const row = await db.selectFrom('staff_log_ins').selectAll().where('name', '=', name).executeTakeFirst();
  if (row === undefined || row.before_failed_at === null) return null;
  const since = row.before_at === null ? null : { at: row.before_at, from: row.before_ip ?? '' };
  return {
    failures: row.before_failures,
    lastAt: row.before_failed_at,
    lastFrom: row.before_failed_from ?? '',
    since,
  };
}
