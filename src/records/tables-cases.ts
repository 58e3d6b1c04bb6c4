/** The tables of recovery cases, their evidence, and what stood on file when. */
import type { IndexMaker, TableMaker } from './migrations.ts';
import { type OutboxRow, outboxColumns } from './outbox.ts';

export type CaseSchema = {
  cases: CasesTable;
  case_events: CaseEventsTable;
  case_mails: CaseMailsTable;
  case_blobs: CaseBlobsTable;
  case_orders: CaseOrdersTable;
  order_deliveries: OrderDeliveriesTable;
  directory_history: DirectoryHistoryTable;
  switch_check_ins: SwitchCheckInsTable;
};

/** What cases are found by. All of it follows from the events, and is written with them. */
export type CasesTable = {
  id: string;
  tenant_id: string | null;
  procedure_name: string | null;
  opened_at: number;
  updated_at: number;
  events: number;
  /** Who may join: one open case has each key. Null once it is closed. */
  open_key: string | null;
  /** 1 once staff have ceased support; then it is in force until `ceased_until`, or for as long as that is null. */
  ceased: number;
  ceased_until: number | null;
  /** When the clock of the case changes it; null when it does not. */
  wake_at: number | null;
};

/** Append-only. The case is the fold of them. */
export type CaseEventsTable = {
  case_id: string;
  seq: number;
  at: number;
  kind: string;
  /** JSON of `RecordedEvent`. */
  recorded: string;
};

export type CaseMailsTable = { message_id: string; case_id: string; joined_at: number };

/** A document of a case, sealed, in base64, cut into parts. */
export type CaseBlobsTable = { case_id: string; document_id: string; part: number; content: string };

/** The work order as it was signed: octet for octet. */
export type CaseOrdersTable = {
  id: string;
  case_id: string;
  issued_at: number;
  document: string;
  /** Detached, armored. */
  signature: string;
  fingerprint: string;
};

/** *cancelled*: engineering was not told of the order, and will not be: it was answered or cancelled first. */
const orderDeliveryStates = ['queued', 'retrying', 'delivered', 'parked', 'cancelled'] as const;
export type OrderDeliveryState = (typeof orderDeliveryStates)[number];

/** What engineering is told: of a work order, and that it was cancelled after it may have been told of it. */
export type OrderDeliveriesTable = OutboxRow<OrderDeliveryState> & {
  order_id: string;
  case_id: string;
  kind: 'issued' | 'cancelled';
  target: string;
};

export async function createOrderDeliveries(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'order_deliveries',
    { ...outboxColumns, order_id: 'text', case_id: 'text', kind: 'text', target: 'text' },
    ['id'],
  );
  await index('order_deliveries', ['next_at', 'id']);
  await index('order_deliveries', ['case_id', 'id']);
}

/** From which directory import to which one something stood on file. */
export type DirectoryHistoryTable = {
  tenant_id: string;
  kind: 'contact' | 'method';
  item_id: string;
  /** JSON. */
  item: string;
  since: number;
  until: number | null;
};

export type SwitchCheckInsTable = {
  tenant_id: string;
  method_id: string;
  at: number;
  actor: string;
  reference: string;
};

export async function createCaseTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'cases',
    {
      id: 'text',
      tenant_id: 'text?',
      procedure_name: 'text?',
      opened_at: 'bigint',
      updated_at: 'bigint',
      events: 'integer',
      open_key: 'text?',
      ceased: 'integer',
      ceased_until: 'bigint?',
      wake_at: 'bigint?',
    },
    ['id'],
  );
  await index('cases', ['open_key'], 'unique');
  await index('cases', ['tenant_id', 'ceased']);
  await index('cases', ['opened_at', 'id']);
  await index('cases', ['wake_at']);
  await table('case_events', { case_id: 'text', seq: 'integer', at: 'bigint', kind: 'text', recorded: 'text' }, [
    'case_id',
    'seq',
  ]);
  await table('case_mails', { message_id: 'text', case_id: 'text', joined_at: 'bigint' }, ['message_id', 'case_id']);
  await table('case_blobs', { case_id: 'text', document_id: 'text', part: 'integer', content: 'text' }, [
    'case_id',
    'document_id',
    'part',
  ]);
  await table(
    'case_orders',
    { id: 'text', case_id: 'text', issued_at: 'bigint', document: 'text', signature: 'text', fingerprint: 'text' },
    ['id'],
  );
  await table(
    'directory_history',
    { tenant_id: 'text', kind: 'text', item_id: 'text', item: 'text', since: 'bigint', until: 'bigint?' },
    ['tenant_id', 'kind', 'item_id', 'since'],
  );
  await index('directory_history', ['until']);
  await table(
    'switch_check_ins',
    { tenant_id: 'text', method_id: 'text', at: 'bigint', actor: 'text', reference: 'text' },
    ['tenant_id', 'method_id', 'at'],
  );
}
