/** The tables of what the console alone keeps: passkeys, questions to them, paused queues, who looks at an item. */
import type { IndexMaker, TableMaker } from './migrations.ts';

export type ConsoleSchema = {
  staff_passkeys: StaffPasskeysTable;
  staff_challenges: StaffChallengesTable;
  queue_pauses: QueuePausesTable;
  review_claims: ReviewClaimsTable;
};

export type StaffPasskeysTable = {
  /** Base64url, as the authenticator gave it. */
  credential_id: string;
  name: string;
  label: string;
  /** COSE key, base64url. */
  public_key: string;
  /** Signatures that the authenticator says it made; 0 for those that do not count. */
  counter: number;
  /** JSON array of WebAuthn transports. */
  transports: string;
  /** Whether its maker copies it between devices. */
  synced: number;
  created_at: number;
  last_used_at: number | null;
};

/** A question to a passkey, at most one per holder: hash of the session's or of the log-in page's cookie. */
export type StaffChallengesTable = {
  holder: string;
  purpose: 'add' | 'log-in';
  challenge: string;
  expires_at: number;
};

/** Why a queue stands still. That it does is Redis's to say. */
export type QueuePausesTable = { queue: string; reason: string; actor: string; at: number };

/** Who took an open item to decide it; forgotten after a while. */
export type ReviewClaimsTable = { message_id: string; actor: string; at: number };

export async function createConsoleTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'staff_passkeys',
    {
      credential_id: 'text',
      name: 'text',
      label: 'text',
      public_key: 'text',
      counter: 'bigint',
      transports: 'text',
      synced: 'integer',
      created_at: 'bigint',
      last_used_at: 'bigint?',
    },
    ['credential_id'],
  );
  await index('staff_passkeys', ['name']);
  await table('staff_challenges', { holder: 'text', purpose: 'text', challenge: 'text', expires_at: 'bigint' }, [
    'holder',
  ]);
  await table('queue_pauses', { queue: 'text', reason: 'text', actor: 'text', at: 'bigint' }, ['queue']);
  await table('review_claims', { message_id: 'text', actor: 'text', at: 'bigint' }, ['message_id']);
}
