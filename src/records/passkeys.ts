/** Passkeys of staff in SQL, and the questions that are put to them. Every change is audited in the same transaction. */
import type { Passkey } from '../staff/passkey.ts';
import { appendAudit, lockAudit } from './audit.ts';
import type { Records } from './open-records.ts';
import type { By } from './staff.ts';
import { storable } from './storable.ts';
import type { StaffChallengesTable, StaffPasskeysTable } from './tables-console.ts';

/** Of one member. */
export const mostPasskeys = 20;

/** What a question is asked for. */
export type ChallengePurpose = StaffChallengesTable['purpose'];

export type PasskeyRecords = {
  /** Keeps a question until it is answered or over; the holder's last one is forgotten. */
  ask(
    question: {
      /** Hash of the cookie of whoever is asked. */
      readonly holder: string;
      readonly purpose: ChallengePurpose;
      readonly challenge: string;
      readonly expiresAt: number;
    },
    now: number,
  ): Promise<void>;
  /** The question put to this holder, once: it is gone afterwards, whatever the answer. */
  take(holder: string, purpose: ChallengePurpose, now: number): Promise<string | null>;
  /** Oldest first. */
  of(name: string): Promise<readonly Passkey[]>;
  get(id: string): Promise<Passkey | null>;
  /** False when it is there already, or the member has too many. */
  add(passkey: Passkey, by: By): Promise<boolean>;
  /** False when the member has no such passkey; so too below. */
  rename(name: string, id: string, label: string, by: By): Promise<boolean>;
  remove(name: string, id: string, by: By): Promise<boolean>;
  /** Writes the new counter down. False when another log-in was faster: one signature opens one session. */
  use(passkey: Pick<Passkey, 'id' | 'counter'>, counter: number, at: number): Promise<boolean>;
  /** A signature that was right came with a counter that had gone back: perhaps there is a copy of the passkey. */
  noteCopy(passkey: Passkey, by: By): Promise<void>;
};

export function passkeyRecords(records: Records): PasskeyRecords {
  const { db, dialect } = records;
  return {
    ask: ({ holder, purpose, challenge, expiresAt }, now) =>
      records.writing(async (trx) => {
        await trx
          .deleteFrom('staff_challenges')
          .where((where) => where.or([where('expires_at', '<=', now), where('holder', '=', holder)]))
          .execute();
        await trx
          .insertInto('staff_challenges')
          .values({ holder, purpose, challenge, expires_at: expiresAt })
          .execute();
      }),
    take: (holder, purpose, now) =>
      records.writing(async (trx) => {
        const taken = await trx
          .deleteFrom('staff_challenges')
          .where('holder', '=', holder)
          .returningAll()
          .executeTakeFirst();
        return taken?.purpose === purpose && taken.expires_at > now ? taken.challenge : null;
      }),
    of: async (name) => {
      const rows = await db
        .selectFrom('staff_passkeys')
        .selectAll()
        .where('name', '=', name)
        .orderBy('created_at')
        .orderBy('credential_id')
        .execute();
      return rows.map(passkeyOf);
    },
    get: async (id) => {
      const row = await db.selectFrom('staff_passkeys').selectAll().where('credential_id', '=', id).executeTakeFirst();
      return row === undefined ? null : passkeyOf(row);
    },
    add: (passkey, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const { name, label } = passkey;
        const held = await trx.selectFrom('staff_passkeys').select('credential_id').where('name', '=', name).execute();
        if (held.length >= mostPasskeys) return false;
        const added = await trx
          .insertInto('staff_passkeys')
          .values(rowOf(passkey))
          .onConflict((conflict) => conflict.column('credential_id').doNothing())
          .returning('credential_id')
          .executeTakeFirst();
        if (added === undefined) return false;
        const detail = { passkey: passkey.id, label };
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.passkey-add', subject: name, detail }]);
        return true;
      }),
    rename: (name, id, label, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const renamed = await trx
          .updateTable('staff_passkeys')
          .set({ label: storable(label, 60) })
          .where('name', '=', name)
          .where('credential_id', '=', id)
          .executeTakeFirst();
        if (renamed.numUpdatedRows === 0n) return false;
        const detail = { passkey: id, label };
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.passkey-rename', subject: name, detail }]);
        return true;
      }),
    remove: (name, id, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const removed = await trx
          .deleteFrom('staff_passkeys')
          .where('name', '=', name)
          .where('credential_id', '=', id)
          .returning('label')
          .executeTakeFirst();
        if (removed === undefined) return false;
        const detail = { passkey: id, label: removed.label };
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.passkey-remove', subject: name, detail }]);
        return true;
      }),
    use: ({ id, counter: before }, counter, at) =>
      records.writing(async (trx) => {
        const used = await trx
          .updateTable('staff_passkeys')
          .set({ counter, last_used_at: at })
          .where('credential_id', '=', id)
          .where('counter', '=', before)
          .executeTakeFirst();
        return used.numUpdatedRows > 0n;
      }),
    noteCopy: ({ id, label, name }, by) =>
      records.writing(async (trx) => {
        const detail = { passkey: id, label };
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.passkey-copy', subject: name, detail }]);
      }),
  };
}

function rowOf(passkey: Passkey): StaffPasskeysTable {
  return {
    credential_id: passkey.id,
    name: passkey.name,
    label: storable(passkey.label, 60),
    public_key: passkey.publicKey,
    counter: passkey.counter,
    transports: JSON.stringify(passkey.transports),
    synced: passkey.isSynced ? 1 : 0,
    created_at: passkey.createdAt,
    last_used_at: passkey.lastUsedAt,
  };
}

function passkeyOf(row: StaffPasskeysTable): Passkey {
  return {
    id: row.credential_id,
    name: row.name,
    label: row.label,
    publicKey: row.public_key,
    counter: row.counter,
    transports: JSON.parse(row.transports),
    isSynced: row.synced === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  };
}
