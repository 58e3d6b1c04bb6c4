/** The tables of notices and of the counts that limit them. */
import type { IndexMaker, TableMaker } from './migrations.ts';
import { type OutboxRow, outboxColumns } from './outbox.ts';

export type NoticeSchema = {
  notices: NoticesTable;
  notice_limits: NoticeLimitsTable;
};

const noticeStates = ['waiting', 'retrying', 'sent', 'parked', 'suppressed', 'bounced', 'given-up'] as const;
export type NoticeState = (typeof noticeStates)[number];

/** The id is the message that it answers, or an id of its own. */
export type NoticesTable = OutboxRow<NoticeState> & {
  /** Null for what answers no mail. */
  message_id: string | null;
  kind: string;
  recipient: string;
  /** Why this address may be written to. */
  because: string;
  language: string;
  /** JSON of `NoticeLetter`; null once it is settled for good. */
  letter: string | null;
  sent_at: number | null;
};

export type NoticeLimitsTable = { limit_key: string; began_at: number; used: number };

export async function createNoticeTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'notices',
    {
      ...outboxColumns,
      message_id: 'text?',
      kind: 'text',
      recipient: 'text',
      because: 'text',
      language: 'text',
      letter: 'text?',
      sent_at: 'bigint?',
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
