/** Staff in SQL: members, invitations, sessions. Every change of a member is audited in the same transaction. */
import type { Transaction } from 'kysely';
import type { LogInProof, StaffCredentials, StaffMember, StaffSession } from '../staff/member.ts';
import type { Role } from '../staff/role.ts';
import { absoluteMs, idleMs, isOver } from '../staff/session.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { countLogIn } from './log-ins.ts';
import type { Querying, Records } from './open-records.ts';
import { rowId } from './row-id.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';
import type { StaffSessionsTable, StaffTable } from './tables-staff.ts';

export type By = { readonly actor: string; readonly at: number };
export type Invitation = { readonly tokenHash: string; readonly expiresAt: number };

/** `last-admin`: nobody could manage staff any more. */
export type StaffChange =
  | { readonly ok: true }
  | { readonly ok: false; readonly cause: 'unknown' | 'exists' | 'last-admin' };

export type StaffRecords = {
  /** Anybody at all, disabled or not. */
  isEmpty(): Promise<boolean>;
  list(): Promise<readonly StaffMember[]>;
  credentials(name: string): Promise<StaffCredentials | null>;
  /** A new member without a password, and the invitation to choose one. */
  add(member: { readonly name: string; readonly role: Role }, invitation: Invitation, by: By): Promise<StaffChange>;
  /** Takes password, second factors and sessions away and invites anew; enables a disabled member. */
  reset(name: string, invitation: Invitation, by: By): Promise<StaffChange>;
  /** Ends all sessions too. */
  disable(name: string, by: By): Promise<StaffChange>;
  setRole(name: string, role: Role, by: By): Promise<StaffChange>;
  /** Whose invitation this is; null when there is none or it is over. */
  invited(tokenHash: string, now: number): Promise<StaffMember | null>;
  /** Takes an invitation up, once. Resolves with the name, or null when it is gone. */
  join(
    tokenHash: string,
    secrets: { readonly passwordHash: string; readonly totpSecret: string | null; readonly totpLastStep: number },
    now: number,
  ): Promise<string | null>;
  setPassword(name: string, passwordHash: string, by: By): Promise<void>;
  setSecondFactor(name: string, secret: string | null, lastStep: number, by: By): Promise<void>;
  /** Uses a code up. False when another log-in used it, or a later one, meanwhile. */
  useCode(name: string, step: number): Promise<boolean>;
  /** Opens a session, audited. Sessions that are over are removed. */
  openSession(session: {
    readonly tokenHash: string;
    readonly name: string;
    readonly ip: string;
    readonly agent: string;
    readonly now: number;
    /** What proved who it is, for the audit log. */
    readonly by?: LogInProof;
  }): Promise<void>;
  /** The session and its owner, when both may still act. */
  session(
    tokenHash: string,
    now: number,
  ): Promise<{ readonly session: StaffSession; readonly member: StaffMember } | null>;
  touch(tokenHash: string, now: number): Promise<void>;
  sessionsOf(name: string, now: number): Promise<readonly StaffSession[]>;
  /** Ends one session of a member, audited. */
  endSession(name: string, id: string, by: By): Promise<boolean>;
  /** Ends all sessions of a member but one. */
  endOtherSessions(name: string, keptTokenHash: string, by: By): Promise<void>;
};

export function staffRecords(records: Records): StaffRecords {
  const { db, dialect } = records;
  /** A change of one member: locked, checked, audited. */
  const change = (
    name: string,
    action: string,
    by: By,
    detail: unknown,
    work: (trx: Transaction<Schema>, before: StaffTable) => Promise<void>,
  ): Promise<StaffChange> =>
    records.writing(async (trx) => {
      await lockAudit(trx, dialect);
      const before = await trx.selectFrom('staff').selectAll().where('name', '=', name).executeTakeFirst();
      if (before === undefined) return { ok: false, cause: 'unknown' };
      const losesAdmin = action === 'staff.disable' || (action === 'staff.role' && detail !== 'admin');
      if (losesAdmin && isActiveAdmin(before) && (await activeAdmins(trx)) === 1)
        return { ok: false, cause: 'last-admin' };
      await work(trx, before);
      await appendAudit(trx, dialect, [{ ...by, action, subject: name, detail }]);
      return { ok: true };
    });

  return {
    isEmpty: async () => (await db.selectFrom('staff').select('name').limit(1).executeTakeFirst()) === undefined,
    list: async () => (await selectStaff(db).orderBy('name').execute()).map(memberOf),
    credentials: async (name) => {
      const row = await selectStaff(db).where('staff.name', '=', name).executeTakeFirst();
      return row === undefined ? null : credentialsOf(row);
    },
    add: ({ name, role }, invitation, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const row = {
          name,
          role,
          disabled: 0,
          password_hash: null,
          totp_secret: null,
          totp_last_step: 0,
          created_at: by.at,
          created_by: storable(by.actor, 200),
          last_login_at: null,
        };
        const added = await trx
          .insertInto('staff')
          .values(row)
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returning('name')
          .executeTakeFirst();
        if (added === undefined) return { ok: false, cause: 'exists' };
        await putInvitation(trx, name, invitation);
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.add', subject: name, detail: { role } }]);
        return { ok: true };
      }),
    reset: (name, invitation, by) =>
      change(name, 'staff.reset', by, null, async (trx) => {
        await trx
          .updateTable('staff')
          .set({ disabled: 0, password_hash: null, totp_secret: null, totp_last_step: 0 })
          .where('name', '=', name)
          .execute();
        await trx.deleteFrom('staff_passkeys').where('name', '=', name).execute();
        await trx.deleteFrom('staff_sessions').where('name', '=', name).execute();
        await putInvitation(trx, name, invitation);
      }),
    disable: (name, by) =>
      change(name, 'staff.disable', by, null, async (trx) => {
        await trx.updateTable('staff').set({ disabled: 1 }).where('name', '=', name).execute();
        await trx.deleteFrom('staff_sessions').where('name', '=', name).execute();
        await trx.deleteFrom('staff_invitations').where('name', '=', name).execute();
      }),
    setRole: (name, role, by) =>
      change(name, 'staff.role', by, role, async (trx) => {
        await trx.updateTable('staff').set({ role }).where('name', '=', name).execute();
      }),
    invited: async (tokenHash, now) => {
      const row = await selectStaff(db)
        .innerJoin('staff_invitations', 'staff_invitations.name', 'staff.name')
        .where('token_hash', '=', tokenHash)
        .where('expires_at', '>', now)
        .where('disabled', '=', 0)
        .executeTakeFirst();
      return row === undefined ? null : memberOf(row);
    },
    join: (tokenHash, secrets, now) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const taken = await trx
          .deleteFrom('staff_invitations')
          .where('token_hash', '=', tokenHash)
          .where('expires_at', '>', now)
          .returning('name')
          .executeTakeFirst();
        if (taken === undefined) return null;
        const { name } = taken;
        await trx
          .updateTable('staff')
          .set({
            password_hash: secrets.passwordHash,
            totp_secret: secrets.totpSecret,
            totp_last_step: secrets.totpLastStep,
          })
          .where('name', '=', name)
          .execute();
        const detail = { secondFactor: secrets.totpSecret !== null };
        await appendAudit(trx, dialect, [{ at: now, actor: name, action: 'staff.join', subject: name, detail }]);
        return name;
      }),
    setPassword: async (name, passwordHash, by) => {
      await change(name, 'staff.password', by, null, async (trx) => {
        await trx.updateTable('staff').set({ password_hash: passwordHash }).where('name', '=', name).execute();
      });
    },
    setSecondFactor: async (name, secret, lastStep, by) => {
      await change(name, 'staff.second-factor', by, { set: secret !== null }, async (trx) => {
        const set = { totp_secret: secret, totp_last_step: lastStep };
        await trx.updateTable('staff').set(set).where('name', '=', name).execute();
      });
    },
    useCode: (name, step) =>
      records.writing(async (trx) => {
        const result = await trx
          .updateTable('staff')
          .set({ totp_last_step: step })
          .where('name', '=', name)
          .where('totp_last_step', '<', step)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      }),
    openSession: ({ tokenHash, name, ip, agent, now, by }) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        await trx
          .deleteFrom('staff_sessions')
          .where((where) =>
            where.or([where('last_seen_at', '<=', now - idleMs), where('created_at', '<=', now - absoluteMs)]),
          )
          .execute();
        const row = { token_hash: tokenHash, id: rowId(now), name, created_at: now, last_seen_at: now };
        await trx
          .insertInto('staff_sessions')
          .values({ ...row, ip: storable(ip, 60), agent: storable(agent, 200) })
          .execute();
        await countLogIn(trx, { name, ip, at: now });
        await trx.updateTable('staff').set({ last_login_at: now }).where('name', '=', name).execute();
        await appendAudit(trx, dialect, [
          {
            at: now,
            actor: name,
            action: 'staff.log-in',
            subject: name,
            detail: by === undefined ? { ip } : { ip, by },
          },
        ]);
      }),
    session: async (tokenHash, now) => {
      const row = await db
        .selectFrom('staff_sessions')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (row === undefined || isOver(sessionOf(row), now)) return null;
      const owner = await selectStaff(db).where('staff.name', '=', row.name).executeTakeFirst();
      if (owner === undefined || memberOf(owner).state !== 'active') return null;
      return { session: sessionOf(row), member: memberOf(owner) };
    },
    touch: (tokenHash, now) =>
      records.writing(async (trx) => {
        await trx
          .updateTable('staff_sessions')
          .set({ last_seen_at: now })
          .where('token_hash', '=', tokenHash)
          .execute();
      }),
    sessionsOf: async (name, now) => {
      const rows = await db
        .selectFrom('staff_sessions')
        .selectAll()
        .where('name', '=', name)
        .orderBy('last_seen_at', 'desc')
        .execute();
      return rows.map(sessionOf).filter((session) => !isOver(session, now));
    },
    endSession: (name, id, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const result = await trx
          .deleteFrom('staff_sessions')
          .where('name', '=', name)
          .where('id', '=', id)
          .executeTakeFirst();
        if (result.numDeletedRows === 0n) return false;
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.end-session', subject: name, detail: { id } }]);
        return true;
      }),
    endOtherSessions: (name, keptTokenHash, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        await trx
          .deleteFrom('staff_sessions')
          .where('name', '=', name)
          .where('token_hash', '!=', keptTokenHash)
          .execute();
        await appendAudit(trx, dialect, [{ ...by, action: 'staff.end-session', subject: name, detail: 'all others' }]);
      }),
  };
}

async function putInvitation(trx: Transaction<Schema>, name: string, invitation: Invitation): Promise<void> {
  await trx.deleteFrom('staff_invitations').where('name', '=', name).execute();
  const row = { name, token_hash: invitation.tokenHash, expires_at: invitation.expiresAt };
  await trx.insertInto('staff_invitations').values(row).execute();
}

async function activeAdmins(trx: Transaction<Schema>): Promise<number> {
  const rows = await trx.selectFrom('staff').selectAll().where('role', '=', 'admin').execute();
  return rows.filter(isActiveAdmin).length;
}

function isActiveAdmin(row: StaffTable): boolean {
  return row.role === 'admin' && row.disabled === 0 && row.password_hash !== null;
}

type StaffRow = StaffTable & { readonly passkeys: number };

/** Members with the number of their passkeys. */
export function selectStaff(db: Querying) {
  return db
    .selectFrom('staff')
    .selectAll('staff')
    .select((select) =>
      select
        .selectFrom('staff_passkeys')
        .whereRef('staff_passkeys.name', '=', 'staff.name')
        .select((count) => count.fn.countAll<number>().as('passkeys'))
        .as('passkeys'),
    )
    .$castTo<StaffRow>();
}

export function memberOf(row: StaffRow): StaffMember {
  return {
    name: row.name,
    role: row.role,
    state: row.disabled === 1 ? 'disabled' : row.password_hash === null ? 'invited' : 'active',
    hasCode: row.totp_secret !== null,
    passkeys: row.passkeys,
    hasSecondFactor: row.totp_secret !== null || row.passkeys > 0,
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastLoginAt: row.last_login_at,
  };
}

function credentialsOf(row: StaffRow): StaffCredentials {
  return {
    member: memberOf(row),
    passwordHash: row.password_hash,
    totpSecret: row.totp_secret,
    totpLastStep: row.totp_last_step,
  };
}

function sessionOf(row: StaffSessionsTable): StaffSession {
  const { agent, id, ip, name } = row;
  return { id, name, createdAt: row.created_at, lastSeenAt: row.last_seen_at, ip, agent };
}
