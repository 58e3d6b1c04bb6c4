/**
 * The tables of the records. Columns are what SQLite and PostgreSQL hold alike: text, integer (booleans are 0 and 1),
 * bigint for epoch milliseconds, JSON as text. Names are the database's own (`snake_case`).
 */
import type { DenyKind } from '../denylist/entry.ts';
import type { Reason, Verdict } from '../verdict/verdict.ts';
import type { AlertSchema } from './tables-alerts.ts';
import type { ApiSchema } from './tables-api.ts';
import type { CaseSchema } from './tables-cases.ts';
import type { ConsoleSchema } from './tables-console.ts';
import type { DenySchema } from './tables-deny.ts';
import type { NoticeSchema } from './tables-notices.ts';
import type { ReviewSchema } from './tables-reviews.ts';
import type { StaffSchema } from './tables-staff.ts';
import type { TicketSchema } from './tables-tickets.ts';

export type Schema = AlertSchema &
  ApiSchema &
  CaseSchema &
  ConsoleSchema &
  DenySchema &
  NoticeSchema &
  ReviewSchema &
  StaffSchema &
  TicketSchema & {
    schema_migrations: SchemaMigrationsTable;
    tenants: TenantsTable;
    admins: AdminsTable;
    directory_addresses: DirectoryAddressesTable;
    directory_domains: DirectoryDomainsTable;
    directory_keys: DirectoryKeysTable;
    directory_names: DirectoryNamesTable;
    directory_imports: DirectoryImportsTable;
    deny_entries: DenyEntriesTable;
    deny_counters: DenyCountersTable;
    deny_history: DenyHistoryTable;
    trace: TraceTable;
    trace_documents: TraceDocumentsTable;
    trace_terms: TraceTermsTable;
    trace_counts: TraceCountsTable;
    duplicate_claims: DuplicateClaimsTable;
    replays: ReplaysTable;
    refusals: RefusalsTable;
    audit_log: AuditLogTable;
    audit_head: AuditHeadTable;
  };

export type SchemaMigrationsTable = { id: number; name: string; applied_at: number };

export type TenantsTable = {
  id: string;
  /** Order of the import. */
  position: number;
  /** JSON of `TenantFacts`: what a look-up needs. */
  facts: string;
  /** JSON of the whole `Tenant`. */
  document: string;
};

/** Admin ids are unique within their tenant only. `facts` is JSON of `AdminFacts`. */
export type AdminsTable = { tenant_id: string; id: string; facts: string };

/** Every address with a standing of its own; `requests` is a JSON array, for alternate senders. */
export type DirectoryAddressesTable = {
  address: string;
  standing: 'primary' | 'secondary' | 'alternate' | 'helpdesk';
  tenant_id: string;
  admin_id: string | null;
  requests: string | null;
};

export type DirectoryDomainsTable = { domain: string; tenant_id: string };

/** A key under one of its ids (fingerprints and 16-digit ids, its subkeys' too). */
export type DirectoryKeysTable = {
  key_id: string;
  fingerprint: string;
  armored: string;
  tenant_id: string;
  admin_id: string;
  address: string;
};

export type DirectoryNamesTable = { lookalike_key: string; name: string };

export type DirectoryImportsTable = {
  id: string;
  at: number;
  actor: string;
  tenants: number;
  admins: number;
  keys: number;
  /** SHA-256 of the canonical JSON of all tenants, lower-case hex. */
  digest: string;
};

/** The columns of an entry. The table of them alone is gone since the list has generations, as is its history: see `tables-deny.ts`. */
export type DenyEntriesTable = {
  id: string;
  kind: DenyKind;
  value: string;
  reason: string;
  note: string;
  scope: 'global' | 'mailbox' | 'tenant';
  /** Mailbox or tenant id; empty for global. */
  scope_value: string;
  expires_at: number | null;
  created_by: string;
  created_at: number;
};

/** Kept apart from the entries: hits are counted by the workers, entries are changed by staff. */
export type DenyCountersTable = { entry_id: string; hits: number; last_hit_at: number };

export type DenyHistoryTable = {
  id: string;
  at: number;
  actor: string;
  action: 'added' | 'replaced' | 'removed';
  entry_id: string;
  /** JSON of the `DenyEntry` that was added or removed. */
  entry: string;
};

/** One row for each mail in each mailbox: what a list of mails shows. The rest is in `trace_documents`. */
export type TraceTable = {
  message_id: string;
  mail_id: string;
  received_at: number;
  recorded_at: number;
  outcome: Verdict['outcome'];
  reason: Reason;
  rule: string;
  department: string;
  assurance: string;
  severity: number;
  client_ip: string;
  mail_from: string;
  recipient: string;
  sender_address: string | null;
  tenant_id: string | null;
  admin_id: string | null;
  spool_key: string | null;
  rfc_message_id: string | null;
  content_digest: string | null;
  subject: string | null;
  /** Octets; null for a mail that was refused in the session. */
  size: number | null;
  reply_code: number | null;
  reply_enhanced: string | null;
  reply_text: string | null;
  /** The message that this one is a copy of. */
  duplicate_of: string | null;
};

/** JSON, read only when one mail is looked at. */
export type TraceDocumentsTable = {
  message_id: string;
  /** `JudgedMail`. */
  judged: string;
  /** `Evidence`. */
  evidence: string | null;
  /** `Envelope`. */
  envelope: string | null;
  /** Milliseconds by stage. */
  timings: string | null;
};

/** Everything a mail can be found by (`trace-terms.ts`), in the order in which it is listed. */
export type TraceTermsTable = { term: string; received_at: number; message_id: string };

/** Mails by hour (its begin, epoch milliseconds), as the trace has them. */
export type TraceCountsTable = {
  hour: number;
  outcome: TraceTable['outcome'];
  reason: Reason;
  mails: number;
};

/** Which message speaks for (Message-ID, digest, recipient). */
export type DuplicateClaimsTable = {
  claim_key: string;
  message_id: string;
  assurance_rank: number;
  outcome_rank: number;
};

export type ReplaysTable = { replay_key: string; content_digest: string; mail_id: string; recorded_at: number };

export type RefusalsTable = {
  id: string;
  at: number;
  ip: string;
  helo: string;
  mail_from: string | null;
  recipient: string | null;
  stage: string;
  reply_code: number;
  reply_enhanced: string;
  reply_text: string;
  cause: string;
};

export type AuditLogTable = {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  /** Canonical JSON. */
  detail: string;
  previous_hash: string;
  hash: string;
};

/** One row (`id` 1): the end of the chain, which appends lock and `verify` holds the log against. */
export type AuditHeadTable = { id: number; seq: number; hash: string };
