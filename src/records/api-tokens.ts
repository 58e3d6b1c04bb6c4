/** API tokens in SQL: only their hashes are kept. Making and revoking one is audited in the same transaction. */
import { timingSafeEqual } from 'node:crypto';
import type { ApiScope, ApiToken, TokenMaker } from '../staff/api-token.ts';
import { appendAudit, lockAudit } from './audit.ts';
import type { Records } from './open-records.ts';
import { rowId } from './row-id.ts';
import { type By, memberOf, selectStaff } from './staff.ts';
import { storable } from './storable.ts';
import type { ApiTokensTable } from './tables-api.ts';

export type NewApiToken = Pick<ApiToken, 'kind' | 'name' | 'role' | 'scopes' | 'expiresAt'> & {
  readonly tokenHash: string;
};

/** A token, and who made it as they are now. */
export type KnownToken = { readonly token: ApiToken; readonly maker: TokenMaker };

export type ApiTokenRecords = {
  add(token: NewApiToken, by: By): Promise<ApiToken>;
  /** Newest first, ended ones too. */
  list(): Promise<readonly KnownToken[]>;
  /** By the hash of the secret. */
  find(tokenHash: string): Promise<KnownToken | null>;
  /** Resolves with false when there is no such token, or it was revoked before. */
  revoke(id: string, by: By): Promise<boolean>;
  used(id: string, from: string, at: number): Promise<void>;
};

export function apiTokenRecords(records: Records): ApiTokenRecords {
  const { db, dialect } = records;
  const makerOf = async (name: string): Promise<TokenMaker> => {
    const row = await selectStaff(db).where('staff.name', '=', name).executeTakeFirst();
    return row === undefined ? null : memberOf(row);
  };
  return {
    add: ({ expiresAt, kind, name, role, scopes, tokenHash }, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const row: ApiTokensTable = {
          id: rowId(by.at),
          token_hash: tokenHash,
          kind,
          name: storable(name, 80),
          role,
          scopes: JSON.stringify(scopes),
          created_at: by.at,
          created_by: storable(by.actor, 200),
          expires_at: expiresAt,
          last_used_at: null,
          last_used_from: null,
          revoked_at: null,
          revoked_by: null,
        };
        await trx.insertInto('api_tokens').values(row).execute();
        const detail = { kind, name: row.name, role, scopes, expiresAt };
        await appendAudit(trx, dialect, [{ ...by, action: 'token.add', subject: row.id, detail }]);
        return tokenOf(row);
      }),
    list: async () => {
      const rows = await db.selectFrom('api_tokens').selectAll().orderBy('id', 'desc').execute();
      const staff = await selectStaff(db).execute();
      const makers = new Map(staff.map((row) => [row.name, memberOf(row)]));
      return rows.map((row) => ({ token: tokenOf(row), maker: makers.get(row.created_by) ?? null }));
    },
    find: async (tokenHash) => {
      const row = await db.selectFrom('api_tokens').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
      // The index compares a digest of the secret, which nobody can steer; this takes the database's way of comparing out.
      if (row === undefined || !isSame(row.token_hash, tokenHash)) return null;
      return { token: tokenOf(row), maker: await makerOf(row.created_by) };
    },
    revoke: (id, by) =>
      records.writing(async (trx) => {
        await lockAudit(trx, dialect);
        const revoked = await trx
          .updateTable('api_tokens')
          .set({ revoked_at: by.at, revoked_by: storable(by.actor, 200) })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('name')
          .executeTakeFirst();
        if (revoked === undefined) return false;
        await appendAudit(trx, dialect, [
          { ...by, action: 'token.revoke', subject: id, detail: { name: revoked.name } },
        ]);
        return true;
      }),
    used: (id, from, at) =>
      records.writing(async (trx) => {
        const set = { last_used_at: at, last_used_from: storable(from, 60) };
        await trx.updateTable('api_tokens').set(set).where('id', '=', id).execute();
      }),
  };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function tokenOf(row: ApiTokensTable): ApiToken {
  const scopes: readonly ApiScope[] = JSON.parse(row.scopes);
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    role: row.role,
    scopes,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    lastUsedFrom: row.last_used_from,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}
