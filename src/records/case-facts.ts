/** What is known at this moment about a tenant whose case it is. */
import type { Transaction } from 'kysely';
import type { CaseAdmin } from '../cases/action.ts';
import type { Case } from '../cases/case.ts';
import { lapsedAt } from '../cases/cessation-clock.ts';
import type { Naming } from '../cases/event.ts';
import type { Tenant } from '../directory/tenant.ts';
import { loadAll } from './case-rows.ts';
import type { Querying } from './open-records.ts';
import type { Schema } from './schema.ts';

export async function lastCheckIn(
  trx: Transaction<Schema>,
  tenantId: string,
  methodId: string,
  now: number,
): Promise<number | null> {
  const row = await trx
    .selectFrom('switch_check_ins')
    .select((select) => select.fn.max('at').as('at'))
    .where('tenant_id', '=', tenantId)
    .where('method_id', '=', methodId)
    .where('at', '<=', now)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** What the gateway found out about the author of a mail. */
export async function mailFacts(
  trx: Transaction<Schema>,
  reference: string,
): Promise<{ readonly reference: string; readonly address: string; readonly proven: boolean } | null> {
  const row = await trx
    .selectFrom('trace')
    .select(['sender_address', 'assurance'])
    .where('message_id', '=', reference)
    .executeTakeFirst();
  if (row === undefined || row.sender_address === null) return null;
  return { reference, address: row.sender_address, proven: row.assurance === 'proven' };
}

/**
 * The tenant's admins. One whose deletion was ordered in another case counts as gone, before the directory says so: two
 * cases that delete one of two admins each would else delete the tenant unseen.
 */
export async function adminsOf(db: Querying, of: Case): Promise<readonly CaseAdmin[]> {
  if (of.tenantId === null) return [];
  const tenant = await readTenant(db, of.tenantId);
  if (tenant === null) return [];
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('tenant_id', '=', tenant.id)
    .where('id', '!=', of.id)
    .execute();
  const others = await loadAll(
    db,
    rows.map(({ id }) => id),
  );
  const lastImport = await db
    .selectFrom('directory_imports')
    .select((select) => select.fn.max('at').as('at'))
    .executeTakeFirst();
  const ordered = others.flatMap((other) => orderedDeletions(other, lastImport?.at ?? 0));
  const gone = new Set(ordered.map(({ adminId }) => adminId));
  const leaving = new Set(ordered.flatMap(({ adminId, isAnswered }) => (isAnswered ? [] : [adminId])));
  return tenant.admins.map(({ active, id, name, primaryEmail, secondaryEmails }) => ({
    id,
    name,
    addresses: [primaryEmail, ...secondaryEmails],
    active: active && !gone.has(id),
    leaving: active && leaving.has(id),
  }));
}

type OrderedDeletion = { readonly adminId: string; readonly isAnswered: boolean };

function orderedDeletions({ workOrder }: Case, lastImportAt: number): readonly OrderedDeletion[] {
  if (workOrder === null) return [];
  const { action, answer } = workOrder;
  const isPending = answer === null || (answer.result === 'done' && answer.at >= lastImportAt);
  if (!isPending || action.kind === 'delete-tenant') return [];
  const ids =
    action.kind === 'delete-admin'
      ? [action.adminId]
      : action.items.filter(({ kind }) => kind === 'delete-admin').map(({ target }) => target);
  return ids.map((adminId) => ({ adminId, isAnswered: answer !== null }));
}

/** By which the vendor's product knows the tenant; null when the directory does not say. */
export async function objectIdOf(db: Querying, { tenantId }: Pick<Case, 'tenantId'>): Promise<string | null> {
  return tenantId === null ? null : ((await readTenant(db, tenantId))?.objectId ?? null);
}

export async function readTenant(db: Querying, tenantId: string): Promise<Tenant | null> {
  const row = await db.selectFrom('tenants').select('document').where('id', '=', tenantId).executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.document);
}

/** The tenant's cessation that lapsed; null when there is none. */
export async function lapsedCessation(
  trx: Transaction<Schema>,
  tenantId: string,
  now: number,
): Promise<Naming['lapsedCessation']> {
  const rows = await trx
    .selectFrom('cases')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('procedure_name', '=', 'cessation')
    .where('ceased', '=', 1)
    .execute();
  for (const of of await loadAll(
    trx,
    rows.map(({ id }) => id),
  )) {
    const at = lapsedAt(of, now);
    if (at !== null) return { caseId: of.id, at };
  }
  return null;
}
