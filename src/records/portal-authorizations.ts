/** Requests that wait for authorisation, and what admins answered in the portal. Each admin answers a request once. */
import type { Transaction } from 'kysely';
import type { AdminFacts } from '../directory/tenant.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { type AuthorizationAnswer, answerFault } from '../reviews/portal-authorization.ts';
import { raiseAlerts } from './alert-events.ts';
import { appendAudit, lockAudit } from './audit.ts';
import type { Querying, Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';
import { storable } from './storable.ts';

export type AwaitingAuthorization = {
  readonly messageId: string;
  readonly receivedAt: number;
  readonly rule: string;
  readonly requestKind: string | null;
  readonly askedBy: string | null;
  readonly isFromPortal: boolean;
  readonly subject: string;
};

export type PortalAuthorization = {
  readonly messageId: string;
  readonly tenantId: string;
  readonly adminId: string;
  readonly adminRole: string;
  readonly answer: AuthorizationAnswer;
  readonly statement: string;
  readonly tokenId: string;
  readonly at: number;
};

export type Authorizing =
  | { readonly kind: 'noted' | 'same' }
  /** `none`: this tenant has no such request that waits. */
  | { readonly kind: 'refused'; readonly cause: 'none' | 'not-active' | 'billing' | 'asked-here' | 'answered' };

export type PortalAuthorizationRecords = {
  /** Proven requests of the tenant that wait, oldest first; at most 100. */
  awaiting(tenantId: string): Promise<readonly AwaitingAuthorization[]>;
  note(answer: PortalAuthorization): Promise<Authorizing>;
  /** Those about one mail, oldest first. */
  of(messageId: string): Promise<readonly PortalAuthorization[]>;
};

export function portalAuthorizations(records: Records): PortalAuthorizationRecords {
  return {
    awaiting: (tenantId) => awaiting(records.db, tenantId),
    note: (answer) => records.writing((trx) => note(trx, records.dialect, answer)),
    of: (messageId) => answersOf(records.db, messageId),
  };
}

const mostAwaiting = 100;

/** Only what was proven: an unproven request of this kind is shown to nobody but staff. */
async function awaiting(db: Querying, tenantId: string, messageId?: string): Promise<readonly AwaitingAuthorization[]> {
  let select = db
    .selectFrom('reviews')
    .innerJoin('trace', 'trace.message_id', 'reviews.message_id')
    .innerJoin('trace_documents', 'trace_documents.message_id', 'reviews.message_id')
    .select(['reviews.message_id', 'received_at', 'reviews.rule', 'subject', 'judged'])
    .where('reviews.tenant_id', '=', tenantId)
    .where('state', '=', 'open')
    .where('reviews.reason', '=', 'needs-authorization')
    .where('reviews.assurance', '=', 'proven');
  if (messageId !== undefined) select = select.where('reviews.message_id', '=', messageId);
  const rows = await select.orderBy('received_at').orderBy('reviews.message_id').limit(mostAwaiting).execute();
  return rows.map((row) => {
    const { classification, sender }: JudgedMail = JSON.parse(row.judged);
    return {
      messageId: row.message_id,
      receivedAt: row.received_at,
      rule: row.rule,
      requestKind: classification?.request.kind ?? null,
      askedBy: sender.admin,
      isFromPortal: sender.proof.includes('portal'),
      subject: row.subject ?? '',
    };
  });
}

async function answersOf(db: Querying, messageId: string): Promise<readonly PortalAuthorization[]> {
  const rows = await db
    .selectFrom('portal_authorizations')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('at')
    .orderBy('admin_id')
    .execute();
  return rows.map((row) => ({
    messageId: row.message_id,
    tenantId: row.tenant_id,
    adminId: row.admin_id,
    adminRole: row.admin_role,
    answer: row.answer,
    statement: row.statement,
    tokenId: row.token_id,
    at: row.at,
  }));
}

async function note(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  { adminId, answer, at, messageId, statement, tenantId, tokenId }: PortalAuthorization,
): Promise<Authorizing> {
  await lockAudit(trx, dialect);
  const [request] = await awaiting(trx, tenantId, messageId);
  if (request === undefined) return { kind: 'refused', cause: 'none' };
  const known = (await answersOf(trx, messageId)).find((one) => one.adminId === adminId);
  if (known !== undefined) return known.answer === answer ? { kind: 'same' } : { kind: 'refused', cause: 'answered' };
  const row = await trx
    .selectFrom('admins')
    .select('facts')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', adminId)
    .executeTakeFirst();
  // As they are now: who was an admin when the request came may be none any more.
  const admin: AdminFacts | null = row === undefined ? null : JSON.parse(row.facts);
  if (admin === null) return { kind: 'refused', cause: 'not-active' };
  const fault = answerFault(admin, request);
  if (fault !== null) return { kind: 'refused', cause: fault };
  await trx
    .insertInto('portal_authorizations')
    .values({
      message_id: messageId,
      admin_id: adminId,
      tenant_id: tenantId,
      admin_role: admin.role,
      answer,
      statement: storable(statement, 500),
      token_id: tokenId,
      at,
    })
    .execute();
  // Whoever has the item before them looks once more before they decide.
  await trx
    .updateTable('reviews')
    .set((set) => ({ version: set('version', '+', 1) }))
    .where('message_id', '=', messageId)
    .execute();
  const actor = `portal token:${tokenId}`;
  const detail = { tenantId, adminId, role: admin.role };
  await appendAudit(trx, dialect, [{ at, actor, action: `portal.${answer}`, subject: messageId, detail }]);
  await raiseAlerts(trx, [
    {
      kind: 'verification-answered',
      key: `portal ${messageId} ${adminId}`,
      subject: '',
      label: answer,
      reference: messageId,
      at,
    },
  ]);
  return { kind: 'noted' };
}
