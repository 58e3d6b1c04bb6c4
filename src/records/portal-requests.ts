/** Which idempotency key belongs to which mail, so that a request that is sent again is the same one. */
import type { Begun, PortalRequestStore } from '../portal/desk.ts';
import type { Records } from './open-records.ts';

/** How long a key is remembered. */
export const keyLifeMs = 7 * 86_400_000;
/** Longer than one request may take; a process that died with it holds it up no longer than this. */
const leaseMs = 30_000;

export function portalRequests(records: Records): PortalRequestStore {
  const settle = (key: string, set: { readonly state?: 'taken'; readonly lease_until: number }) =>
    records.writing(async (trx) => {
      await trx.updateTable('portal_requests').set(set).where('idempotency_key', '=', key).execute();
    });
  return {
    begin: ({ digest, key, mailId }, now) =>
      records.writing(async (trx): Promise<Begun> => {
        await trx
          .deleteFrom('portal_requests')
          .where('created_at', '<', now - keyLifeMs)
          .execute();
        const row = { digest, mail_id: mailId, created_at: now, lease_until: now + leaseMs, state: 'begun' } as const;
        const added = await trx
          .insertInto('portal_requests')
          .values({ idempotency_key: key, ...row })
          .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
          .returning('mail_id')
          .executeTakeFirst();
        if (added !== undefined) return { kind: 'begun', mailId, isFirst: true };
        const known = await trx
          .selectFrom('portal_requests')
          .selectAll()
          .where('idempotency_key', '=', key)
          .executeTakeFirstOrThrow();
        if (known.digest !== digest) return { kind: 'other' };
        if (known.state === 'taken') return { kind: 'taken', mailId: known.mail_id };
        // Of several that come at once, one takes the lease over.
        const leased = await trx
          .updateTable('portal_requests')
          .set({ lease_until: now + leaseMs })
          .where('idempotency_key', '=', key)
          .where('state', '=', 'begun')
          .where('lease_until', '<=', now)
          .returning('mail_id')
          .executeTakeFirst();
        return leased === undefined ? { kind: 'busy' } : { kind: 'begun', mailId: leased.mail_id, isFirst: false };
      }),
    taken: (key) => settle(key, { state: 'taken', lease_until: 0 }),
    release: (key) => settle(key, { lease_until: 0 }),
  };
}
