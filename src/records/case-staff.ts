/**
 * Who acts on a case, as the records of staff say at this moment. What a way in believes about somebody counts for
 * nothing here: one person is one name on the command line and in the console, and who was shut out is out.
 */
import type { Transaction } from 'kysely';
import type { Actor } from '../cases/actor.ts';
import { rolesWithin } from '../staff/role.ts';
import { isAuditPruned } from './audit.ts';
import type { Querying } from './open-records.ts';
import type { Schema } from './schema.ts';
import { memberOf, selectStaff } from './staff.ts';

/** The same actor with the roles of today: none for whoever is unknown, shut out or has not come in yet. */
export async function presentActor(db: Querying, by: Actor): Promise<Actor> {
  if (by.kind !== 'staff') return by;
  const row = await selectStaff(db).where('staff.name', '=', by.id).executeTakeFirst();
  const member = row === undefined ? null : memberOf(row);
  return { ...by, roles: member?.state === 'active' ? rolesWithin(member.role) : [] };
}

/** What gives access, or takes it over. */
const lettingIn = ['staff.add', 'staff.reset', 'staff.role', 'staff.join'];

/** When somebody was last let in: added, given a new link or a role, or came in. Null when the log does not say. */
export async function letInAt(trx: Transaction<Schema>, by: Actor): Promise<number | null> {
  if (by.kind !== 'staff') return null;
  const row = await trx
    .selectFrom('audit_log')
    .select((select) => select.fn.max('at').as('at'))
    .where('subject', '=', by.id)
    .where('action', 'in', lettingIn)
    .executeTakeFirst();
  return row?.at ?? null;
}

/**
 * When the first member of staff ever was added. Null when the log does not say: where its beginning was removed, the
 * first one that it still names may have come yesterday, among people who have been here for years.
 */
export async function staffSince(trx: Transaction<Schema>): Promise<number | null> {
  if (await isAuditPruned(trx)) return null;
  const first = trx.selectFrom('audit_log').select((select) => select.fn.min('at').as('at'));
  const row = await first.where('action', '=', 'staff.add').executeTakeFirst();
  return row?.at ?? null;
}
