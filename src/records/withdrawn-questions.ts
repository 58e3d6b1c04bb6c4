/**
 * Questions whose asked admin has left, is suspended, or has another address by now: nobody may answer them, so they end
 * when the directory says so and not at their deadline, and staff are told that a person goes on.
 */
import type { Transaction } from 'kysely';
import type { AdminFacts } from '../directory/tenant.ts';
import { isStillOnFile } from '../reviews/verification.ts';
import { raiseAlerts } from './alert-events.ts';
import type { Schema } from './schema.ts';
import { unhurried } from './unhurried.ts';

/** Whoever writes in the names of many asks each of them: thousands may wait, and the console answers meanwhile. */
const rowsAtOnce = 250;

/** In the transaction that changes the directory, or whenever. Resolves with how many ended. */
export async function withdrawQuestions(trx: Transaction<Schema>, now: number): Promise<number> {
  const waiting = await trx.selectFrom('verifications').selectAll().where('state', '=', 'waiting').execute();
  const tenants = [...new Set(waiting.map(({ tenant_id }) => tenant_id))];
  const admins = new Map<string, readonly AdminFacts[]>();
  for await (const some of unhurried(tenants, rowsAtOnce)) {
    const rows = await trx.selectFrom('admins').select(['tenant_id', 'facts']).where('tenant_id', 'in', some).execute();
    for (const [tenant, mine] of Map.groupBy(rows, ({ tenant_id }) => tenant_id))
      admins.set(
        tenant,
        mine.map(({ facts }): AdminFacts => JSON.parse(facts)),
      );
  }
  const gone = waiting.filter(
    ({ admin_id: adminId, asked_address: address, asked_as: as, tenant_id: tenantId }) =>
      !isStillOnFile({ address, adminId, as, tenantId }, admins.get(tenantId) ?? []),
  );
  const ended = new Set<string>();
  for await (const some of unhurried(
    gone.map(({ id }) => id),
    rowsAtOnce,
  )) {
    const update = trx.updateTable('verifications').set({ state: 'withdrawn' }).where('id', 'in', some);
    // One that is answered at this moment is answered.
    for (const { id } of await update.where('state', '=', 'waiting').returning('id').execute()) ended.add(id);
  }
  await raiseAlerts(
    trx,
    gone
      .filter(({ id }) => ended.has(id))
      .map(({ id, message_id: reference }) => {
        return {
          kind: 'verification-answered',
          key: `${id} withdrawn`,
          subject: '',
          label: 'withdrawn',
          reference,
          at: now,
        };
      }),
  );
  return ended.size;
}
