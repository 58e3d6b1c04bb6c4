/** Who wrote lately, in the few columns that a deny entry is held against. */
import type { Records } from './open-records.ts';
import type { TraceTable } from './schema.ts';

export type SenderRow = Readonly<
  Pick<
    TraceTable,
    | 'message_id'
    | 'received_at'
    | 'sender_address'
    | 'mail_from'
    | 'client_ip'
    | 'recipient'
    | 'tenant_id'
    | 'outcome'
    | 'reason'
    | 'assurance'
    | 'subject'
  >
>;

export type SendersQuery = {
  /** Epoch milliseconds, included. */
  readonly since: number;
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: Pick<SenderRow, 'received_at' | 'message_id'>;
};

/** Newest first. */
export function traceSenders({ db }: Records, { since, limit, after }: SendersQuery): Promise<readonly SenderRow[]> {
  let select = db
    .selectFrom('trace')
    .select([
      'message_id',
      'received_at',
      'sender_address',
      'mail_from',
      'client_ip',
      'recipient',
      'tenant_id',
      'outcome',
      'reason',
      'assurance',
      'subject',
    ])
    .where('received_at', '>=', since);
  if (after !== undefined) {
    select = select.where((where) =>
      where(where.refTuple('received_at', 'message_id'), '<', where.tuple(after.received_at, after.message_id)),
    );
  }
  return select.orderBy('received_at', 'desc').orderBy('message_id', 'desc').limit(limit).execute();
}
