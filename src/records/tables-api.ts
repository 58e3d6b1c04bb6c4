/** The tables of programs: their tokens, and what came through the portal. */
import type { ApiTokenKind } from '../staff/api-token.ts';
import type { Role } from '../staff/role.ts';
import type { IndexMaker, TableMaker } from './migrations.ts';

export type ApiSchema = {
  api_tokens: ApiTokensTable;
  portal_requests: PortalRequestsTable;
  portal_authorizations: PortalAuthorizationsTable;
};

export type ApiTokensTable = {
  id: string;
  token_hash: string;
  kind: ApiTokenKind;
  name: string;
  role: Role | null;
  /** JSON array of `ApiScope`. */
  scopes: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  last_used_at: number | null;
  last_used_from: string | null;
  revoked_at: number | null;
  revoked_by: string | null;
};

/** What makes a repeated request the same request. */
export type PortalRequestsTable = {
  idempotency_key: string;
  /** SHA-256 of the request: the same key with another request is refused. */
  digest: string;
  mail_id: string;
  created_at: number;
  /** Until then somebody is at work on it; 0 when nobody is. */
  lease_until: number;
  state: 'begun' | 'taken';
};

/** An admin's answer in the portal to a request that needs authorisation; evidence, staff decide. */
export type PortalAuthorizationsTable = {
  message_id: string;
  admin_id: string;
  tenant_id: string;
  admin_role: string;
  answer: 'authorized' | 'denied';
  statement: string;
  token_id: string;
  at: number;
};

export async function createApiTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'api_tokens',
    {
      id: 'text',
      token_hash: 'text',
      kind: 'text',
      name: 'text',
      role: 'text?',
      scopes: 'text',
      created_at: 'bigint',
      created_by: 'text',
      expires_at: 'bigint?',
      last_used_at: 'bigint?',
      last_used_from: 'text?',
      revoked_at: 'bigint?',
      revoked_by: 'text?',
    },
    ['id'],
  );
  await index('api_tokens', ['token_hash'], 'unique');
  await table(
    'portal_requests',
    {
      idempotency_key: 'text',
      digest: 'text',
      mail_id: 'text',
      created_at: 'bigint',
      lease_until: 'bigint',
      state: 'text',
    },
    ['idempotency_key'],
  );
  await index('portal_requests', ['created_at']);
  await table(
    'portal_authorizations',
    {
      message_id: 'text',
      admin_id: 'text',
      tenant_id: 'text',
      admin_role: 'text',
      answer: 'text',
      statement: 'text',
      token_id: 'text',
      at: 'bigint',
    },
    ['message_id', 'admin_id'],
  );
}
