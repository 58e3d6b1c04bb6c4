/** Deny entries that mails proposed, on their open items: entered once, or dismissed, each with its audit row. */
import type { Transaction } from 'kysely';
import type { DenyEntry } from '../denylist/entry.ts';
import type { ProposedDeny } from '../reviews/proposal.ts';
import { addressHash } from './address-hash.ts';
import { appendAudit, lockAudit } from './audit.ts';
import { applyChange } from './denylist.ts';
import type { Records, RecordsDialect } from './open-records.ts';
import type { Schema } from './schema.ts';

export type Entering = {
  readonly actor: string;
  readonly at: number;
  /** One line for the audit log. */
  readonly because: string;
};

export type OpenProposal = {
  /** Of the mail that proposed it. */
  readonly messageId: string;
  readonly openedAt: number;
  readonly reason: string;
  readonly version: number;
  readonly proposal: ProposedDeny;
};

export type DenyProposals = {
  /** Neither entered, dismissed nor decided: the one that waits longest first, at most `limit`. */
  list(limit: number): Promise<readonly OpenProposal[]>;
  /** Null when it waits no longer. */
  get(messageId: string): Promise<OpenProposal | null>;
  /** Resolves with false when that was done, dismissed or decided before. */
  enter(messageId: string, entry: DenyEntry, by: Entering): Promise<boolean>;
  /** The proposal as it was looked at goes, into the audit log. Resolves with false when it waits no longer. */
  dismiss(messageId: string, version: number, by: Entering): Promise<boolean>;
};

export function denyProposals(records: Records): DenyProposals {
  const waiting = () =>
    records.db
      .selectFrom('reviews')
      .select(['message_id', 'opened_at', 'reason', 'version', 'proposal'])
      .where('state', '=', 'open')
      .where('proposal', 'is not', null)
      .where('denied_entry', 'is', null);
  return {
    list: async (limit) => {
      const rows = await waiting().orderBy('opened_at').orderBy('message_id').limit(limit).execute();
      return rows.flatMap(proposalOf);
    },
    get: async (messageId) => {
      const rows = await waiting().where('message_id', '=', messageId).execute();
      return rows.flatMap(proposalOf)[0] ?? null;
    },
    enter: (messageId, entry, by) =>
      records.writing((trx) => enterProposal(trx, records.dialect, messageId, entry, by)),
    dismiss: (messageId, version, by) =>
      records.writing((trx) => dismiss(trx, records.dialect, { messageId, version, by })),
  };
}

type Row = {
  readonly message_id: string;
  readonly opened_at: number;
  readonly reason: string;
  readonly version: number;
  readonly proposal: string | null;
};

function proposalOf({ message_id, opened_at, proposal, reason, version }: Row): readonly OpenProposal[] {
  if (proposal === null) return [];
  return [{ messageId: message_id, openedAt: opened_at, reason, version, proposal: JSON.parse(proposal) }];
}

/** Puts the proposal of an open item on the deny-list. */
export async function enterProposal(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  messageId: string,
  entry: DenyEntry,
  by: Entering,
): Promise<boolean> {
  await lockAudit(trx, dialect);
  const entered = await trx
    .updateTable('reviews')
    .set((set) => ({ denied_entry: entry.id, version: set('version', '+', 1) }))
    .where('message_id', '=', messageId)
    .where('state', '=', 'open')
    .where('proposal', 'is not', null)
    .where('denied_entry', 'is', null)
    .returning('version')
    .executeTakeFirst();
  if (entered === undefined) return false;
  await applyChange(trx, dialect, { add: [entry], remove: [] }, by);
  const { actor, at, because } = by;
  const detail = { entry: entry.id, because };
  await appendAudit(trx, dialect, [{ actor, at, action: 'review.deny', subject: messageId, detail }]);
  return true;
}

type Dismissal = { readonly messageId: string; readonly version: number; readonly by: Entering };

async function dismiss(
  trx: Transaction<Schema>,
  dialect: RecordsDialect,
  { messageId, version, by: { actor, at, because } }: Dismissal,
): Promise<boolean> {
  await lockAudit(trx, dialect);
  const row = await trx
    .selectFrom('reviews')
    .select('proposal')
    .where('message_id', '=', messageId)
    .where('version', '=', version)
    .where('state', '=', 'open')
    .where('denied_entry', 'is', null)
    .executeTakeFirst();
  if (row === undefined || row.proposal === null) return false;
  await trx
    .updateTable('reviews')
    .set((set) => ({ proposal: null, version: set('version', '+', 1) }))
    .where('message_id', '=', messageId)
    .execute();
  const proposal: ProposedDeny = JSON.parse(row.proposal);
  const { kind, value } = proposal;
  // Nothing is taken out of the log: a person is named there by a hash.
  const detail = { because, proposal: { ...proposal, value: kind === 'email' ? addressHash(value) : value } };
  await appendAudit(trx, dialect, [{ at, actor, action: 'review.dismiss', subject: messageId, detail }]);
  return true;
}
