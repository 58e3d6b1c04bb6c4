/** The tables of what happens to a mail after its verdict: decisions, review items, questions to the address on file. */
import type { FollowUpKind } from '../jobs/judged-mail.ts';
import type { AskedAs, VerificationState } from '../reviews/verification.ts';
import type { EscalatedReason } from '../verdict/verdict.ts';
import type { IndexMaker, TableMaker } from './migrations.ts';

export type ReviewSchema = {
  follow_ups: FollowUpsTable;
  reviews: ReviewsTable;
  verifications: VerificationsTable;
  maintenance_runs: MaintenanceRunsTable;
  allowed_addresses: AllowedAddressesTable;
};

/** A secondary address that staff allow; in force while the directory still names it for that admin. */
export type AllowedAddressesTable = {
  address: string;
  tenant_id: string;
  admin_id: string;
  /** The mail with which it was allowed. */
  message_id: string;
  verified_by: string;
  created_at: number;
  created_by: string;
  until: number;
};

/** A later decision about a mail: an event of its trace, and the outbox of the job that carries it on. */
export type FollowUpsTable = {
  message_id: string;
  /** 1 for the first decision after the verdict. */
  number: number;
  kind: FollowUpKind;
  at: number;
  /** Staff name, `cli:<user>`, `address on file` or `system`. */
  actor: string;
  note: string;
  /** JSON of `JudgedMail`: the payload of its job. */
  judged: string;
  state: 'pending' | 'done';
  done_at: number | null;
};

/** One item for each escalated mail that is no copy; `message_id` is its id. */
export type ReviewsTable = {
  message_id: string;
  /** When the mail came. */
  opened_at: number;
  state: 'open' | 'accepted' | 'rejected';
  /** Grows with every change: who decides names the one that was looked at. */
  version: number;
  reason: EscalatedReason;
  rule: string;
  department: string;
  severity: number;
  assurance: string;
  sender_address: string | null;
  tenant_id: string | null;
  content_digest: string | null;
  /** JSON of `DenyProposal`; null when nothing proven could be named. */
  proposal: string | null;
  /** Id of the deny entry that was made of it. */
  denied_entry: string | null;
  decided_at: number | null;
  decided_by: string | null;
  note: string;
};

/** A question to an address on file about exactly one mail. */
export type VerificationsTable = {
  id: string;
  message_id: string;
  /** Whom, and as what. */
  asked_address: string;
  asked_as: AskedAs;
  tenant_id: string;
  admin_id: string;
  /** Of the raw mail. */
  sha256: string;
  state: VerificationState;
  created_at: number;
  expires_at: number;
  answered_at: number | null;
};

/** When each recurring work began last, so that several processes and restarts do not repeat it. */
export type MaintenanceRunsTable = { name: string; started_at: number };

export async function createReviewTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'follow_ups',
    {
      message_id: 'text',
      number: 'integer',
      kind: 'text',
      at: 'bigint',
      actor: 'text',
      note: 'text',
      judged: 'text',
      state: 'text',
      done_at: 'bigint?',
    },
    ['message_id', 'number'],
  );
  await index('follow_ups', ['state', 'at', 'message_id']);
  await table(
    'reviews',
    {
      message_id: 'text',
      opened_at: 'bigint',
      state: 'text',
      version: 'integer',
      reason: 'text',
      rule: 'text',
      department: 'text',
      severity: 'integer',
      assurance: 'text',
      sender_address: 'text?',
      tenant_id: 'text?',
      content_digest: 'text?',
      proposal: 'text?',
      denied_entry: 'text?',
      decided_at: 'bigint?',
      decided_by: 'text?',
      note: 'text',
    },
    ['message_id'],
  );
  await index('reviews', ['state', 'opened_at', 'message_id']);
  await index('reviews', ['sender_address', 'opened_at']);
  await table(
    'verifications',
    {
      id: 'text',
      message_id: 'text',
      asked_address: 'text',
      asked_as: 'text',
      tenant_id: 'text',
      admin_id: 'text',
      sha256: 'text',
      state: 'text',
      created_at: 'bigint',
      expires_at: 'bigint',
      answered_at: 'bigint?',
    },
    ['id'],
  );
  await index('verifications', ['message_id', 'created_at']);
  await index('verifications', ['asked_address', 'created_at']);
  await index('verifications', ['state', 'expires_at']);
  await table('maintenance_runs', { name: 'text', started_at: 'bigint' }, ['name']);
}

export async function createAllowances(table: TableMaker): Promise<void> {
  await table(
    'allowed_addresses',
    {
      address: 'text',
      tenant_id: 'text',
      admin_id: 'text',
      message_id: 'text',
      verified_by: 'text',
      created_at: 'bigint',
      created_by: 'text',
      until: 'bigint',
    },
    ['address'],
  );
}
