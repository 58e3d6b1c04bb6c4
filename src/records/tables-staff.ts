/** The tables of staff, their invitations and sessions. */
import type { Role } from '../staff/role.ts';
import type { IndexMaker, TableMaker } from './migrations.ts';

export type StaffSchema = {
  staff: StaffTable;
  staff_invitations: StaffInvitationsTable;
  staff_sessions: StaffSessionsTable;
  staff_log_in_failures: StaffLogInFailuresTable;
  staff_log_ins: StaffLogInsTable;
};

export type StaffTable = {
  name: string;
  role: Role;
  disabled: number;
  /** `scrypt$…`; null until the invitation was taken up. */
  password_hash: string | null;
  /** Base32. */
  totp_secret: string | null;
  totp_last_step: number;
  created_at: number;
  created_by: string;
  last_login_at: number | null;
};

/** At most one per member. */
export type StaffInvitationsTable = { name: string; token_hash: string; expires_at: number };

export type StaffSessionsTable = {
  token_hash: string;
  id: string;
  name: string;
  created_at: number;
  last_seen_at: number;
  ip: string;
  agent: string;
};

/** The last spell of failed log-ins of a member; an empty name stands for all names that nobody has. */
export type StaffLogInFailuresTable = {
  name: string;
  since: number;
  failures: number;
  last_at: number;
  last_client: string;
};

/** The last log-in of a member and the one before it, and what failed since each of them. */
export type StaffLogInsTable = {
  name: string;
  at: number | null;
  ip: string | null;
  failures: number;
  failed_at: number | null;
  failed_from: string | null;
  before_at: number | null;
  before_ip: string | null;
  before_failures: number;
  before_failed_at: number | null;
  before_failed_from: string | null;
};

export async function createLogIns(table: TableMaker): Promise<void> {
  await table(
    'staff_log_ins',
    {
      name: 'text',
      at: 'bigint?',
      ip: 'text?',
      failures: 'bigint',
      failed_at: 'bigint?',
      failed_from: 'text?',
      before_at: 'bigint?',
      before_ip: 'text?',
      before_failures: 'bigint',
      before_failed_at: 'bigint?',
      before_failed_from: 'text?',
    },
    ['name'],
  );
}

export async function createLogInFailures(table: TableMaker): Promise<void> {
  await table(
    'staff_log_in_failures',
    { name: 'text', since: 'bigint', failures: 'bigint', last_at: 'bigint', last_client: 'text' },
    ['name'],
  );
}

export async function createStaffTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'staff',
    {
      name: 'text',
      role: 'text',
      disabled: 'integer',
      password_hash: 'text?',
      totp_secret: 'text?',
      totp_last_step: 'bigint',
      created_at: 'bigint',
      created_by: 'text',
      last_login_at: 'bigint?',
    },
    ['name'],
  );
  await table('staff_invitations', { name: 'text', token_hash: 'text', expires_at: 'bigint' }, ['name']);
  await index('staff_invitations', ['token_hash'], 'unique');
  await table(
    'staff_sessions',
    {
      token_hash: 'text',
      id: 'text',
      name: 'text',
      created_at: 'bigint',
      last_seen_at: 'bigint',
      ip: 'text',
      agent: 'text',
    },
    ['token_hash'],
  );
  await index('staff_sessions', ['name']);
}
