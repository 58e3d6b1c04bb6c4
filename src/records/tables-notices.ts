/** The tables of notices and of the counts that limit them. */
import type { IndexMaker, TableMaker } from './migrations.ts';

export type NoticeSchema = {
  notices: NoticesTable;
  notice_limits: NoticeLimitsTable;
};

export const noticeStates = ['waiting', 'retrying', 'sent', 'parked', 'suppressed', 'bounced', 'given-up'] as const;
export type NoticeState = (typeof noticeStates)[number];

export type NoticesTable = {
  /** The message that it answers, or an id of its own. */
  id: string;
  /** Null for what answers no mail. */
  message_id: string | null;
  kind: string;
  recipient: string;
  /** Why this address may be written to. */
  because: string;
  language: string;
  state: NoticeState;
  /** JSON of `NoticeLetter`; null once it is settled for good. */
  letter: string | null;
  /** Attempts that failed. */
  attempts: number;
  /** How often a worker took it in hand, its last attempt included. */
  claims: number;
  /** When a worker may take it; null once it is settled. A worker that has it in hand moves this ahead. */
  next_at: number | null;
  created_at: number;
  updated_at: number;
  sent_at: number | null;
  /** Why it was not sent, or not yet; one line for staff. */
  cause: string | null;
};

export type NoticeLimitsTable = { limit_key: string; began_at: number; used: number };

export async function createNoticeTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'notices',
    {
      id: 'text',
      message_id: 'text?',
      kind: 'text',
      recipient: 'text',
      because: 'text',
      language: 'text',
      state: 'text',
      letter: 'text?',
      attempts: 'integer',
      claims: 'integer',
      next_at: 'bigint?',
      created_at: 'bigint',
      updated_at: 'bigint',
      sent_at: 'bigint?',
      cause: 'text?',
    },
    ['id'],
  );
  await index('notices', ['next_at', 'id']);
  await index('notices', ['message_id']);
  await index('notices', ['recipient', 'created_at', 'id']);
  await index('notices', ['state', 'created_at', 'id']);
  await table('notice_limits', { limit_key: 'text', began_at: 'bigint', used: 'integer' }, ['limit_key']);
  await index('notice_limits', ['began_at']);
}
