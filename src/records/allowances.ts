/** Secondary addresses that staff allow (W-SECONDARY): one row for each address; `directory.ts` looks them up with every mail. */
import type { Transaction } from 'kysely';
import type { Allowance } from '../reviews/allowance.ts';
import { addressHash } from './address-hash.ts';
import { appendAudit, lockAudit } from './audit.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { AllowedAddressesTable } from './tables-reviews.ts';

export type AllowanceRecords = {
  /** By address; those that have ended too. */
  list(): Promise<readonly Allowance[]>;
  /** Resolves with false when the address was not allowed. */
  withdraw(
    address: string,
    by: { readonly actor: string; readonly at: number; readonly note: string },
  ): Promise<boolean>;
};

export function allowanceRecords(records: Records): AllowanceRecords {
  return {
    list: async () => {
      const rows = await records.db.selectFrom('allowed_addresses').selectAll().orderBy('address').execute();
      return rows.map(allowanceOfRow);
    },
    withdraw: (address, { actor, at, note }) =>
      records.writing(async (trx) => {
        await lockAudit(trx, records.dialect);
        const removed = await trx
          .deleteFrom('allowed_addresses')
          .where('address', '=', address)
          .returning(['tenant_id', 'admin_id'])
          .executeTakeFirst();
        if (removed === undefined) return false;
        const detail = { address: addressHash(address), tenant: removed.tenant_id, admin: removed.admin_id, note };
        await appendAudit(trx, records.dialect, [
          { at, actor, action: 'address.disallow', subject: removed.tenant_id, detail },
        ]);
        return true;
      }),
  };
}

/** In the transaction of the decision that it stands or falls with. A newer one takes the place of an older one. */
export async function keepAllowance(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  allowance: Allowance,
): Promise<void> {
  const { address, adminId, createdAt, createdBy, messageId, tenantId, until, verifiedBy } = allowance;
  await trx.deleteFrom('allowed_addresses').where('address', '=', address).execute();
  await trx
    .insertInto('allowed_addresses')
    .values({
      address,
      tenant_id: tenantId,
      admin_id: adminId,
      message_id: messageId,
      verified_by: storable(verifiedBy, 500),
      created_at: createdAt,
      created_by: storable(createdBy),
      until,
    })
    .execute();
  const detail = { address: addressHash(address), tenant: tenantId, admin: adminId, message: messageId, until };
  await appendAudit(trx, dialect, [
    { at: createdAt, actor: createdBy, action: 'address.allow', subject: tenantId, detail },
  ]);
}

function allowanceOfRow(row: AllowedAddressesTable): Allowance {
  return {
    address: row.address,
    tenantId: row.tenant_id,
    adminId: row.admin_id,
    messageId: row.message_id,
    verifiedBy: row.verified_by,
    createdAt: row.created_at,
    createdBy: row.created_by,
    until: row.until,
  };
}
