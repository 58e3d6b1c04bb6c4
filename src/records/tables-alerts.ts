/** The tables of alerts: what happened, what is open, what was told, what is silenced, and what is on its way to whom. */
import type { AlertKind, EventAlertKind } from '../alerts/kind.ts';
import type { IndexMaker, TableMaker } from './migrations.ts';
import { type OutboxRow, outboxColumns } from './outbox.ts';

export type AlertSchema = {
  alert_events: AlertEventsTable;
  alerts: AlertsTable;
  alert_history: AlertHistoryTable;
  alert_silences: AlertSilencesTable;
  alert_deliveries: AlertDeliveriesTable;
};

/** Events as they were raised. Those that were taken stay for a while, so that the same key again changes nothing. */
export type AlertEventsTable = {
  /** Kind and key. */
  event_key: string;
  kind: EventAlertKind;
  subject: string;
  label: string | null;
  reference: string;
  at: number;
  /** Epoch milliseconds at which an alert took it in; null until then. */
  taken_at: number | null;
};

export type AlertsTable = {
  id: string;
  kind: AlertKind;
  subject: string;
  /** Kind and subject while the alert is not over, else null: there is one of a kind and subject at most. */
  open_key: string | null;
  phase: 'pending' | 'open' | 'over';
  /** Grows with every change. */
  version: number;
  /** When it was first seen. */
  began_at: number;
  over_at: number | null;
  /** JSON of `Alert`. */
  document: string;
};

/** What became of alerts; never changed. */
export type AlertHistoryTable = {
  id: string;
  at: number;
  alert_id: string;
  kind: AlertKind;
  subject: string;
  change: string;
  /** JSON of `AlertMessage`. */
  message: string;
};

export type AlertSilencesTable = {
  id: string;
  /** Null for every kind. */
  kind: AlertKind | null;
  /** Null for every subject. */
  subject: string | null;
  until: number;
  reason: string;
  author: string;
  created_at: number;
  /** Ended before its time. */
  ended_at: number | null;
  ended_by: string | null;
};

const alertDeliveryStates = ['queued', 'retrying', 'delivered', 'parked', 'superseded', 'given-up'] as const;
export type AlertDeliveryState = (typeof alertDeliveryStates)[number];

export type AlertDeliveriesTable = OutboxRow<AlertDeliveryState> & {
  /** Name of the target in the configuration. */
  target: string;
  alert_id: string;
  change: string;
  /** JSON of `AlertMessage`. */
  message: string;
};

export async function createAlertTables(table: TableMaker, index: IndexMaker): Promise<void> {
  await table(
    'alert_events',
    {
      event_key: 'text',
      kind: 'text',
      subject: 'text',
      label: 'text?',
      reference: 'text',
      at: 'bigint',
      taken_at: 'bigint?',
    },
    ['event_key'],
  );
  await index('alert_events', ['taken_at', 'at', 'event_key']);
  await table(
    'alerts',
    {
      id: 'text',
      kind: 'text',
      subject: 'text',
      open_key: 'text?',
      phase: 'text',
      version: 'integer',
      began_at: 'bigint',
      over_at: 'bigint?',
      document: 'text',
    },
    ['id'],
  );
  await index('alerts', ['open_key'], 'unique');
  await index('alerts', ['over_at', 'id']);
  await table(
    'alert_history',
    { id: 'text', at: 'bigint', alert_id: 'text', kind: 'text', subject: 'text', change: 'text', message: 'text' },
    ['id'],
  );
  await index('alert_history', ['at', 'id']);
  await index('alert_history', ['alert_id', 'id']);
  await table(
    'alert_silences',
    {
      id: 'text',
      kind: 'text?',
      subject: 'text?',
      until: 'bigint',
      reason: 'text',
      author: 'text',
      created_at: 'bigint',
      ended_at: 'bigint?',
      ended_by: 'text?',
    },
    ['id'],
  );
  await index('alert_silences', ['until']);
  await table(
    'alert_deliveries',
    {
      ...outboxColumns,
      target: 'text',
      alert_id: 'text',
      change: 'text',
      message: 'text',
    },
    ['id'],
  );
  await index('alert_deliveries', ['target', 'next_at', 'id']);
  await index('alert_deliveries', ['next_at', 'id']);
  await index('alert_deliveries', ['alert_id', 'target']);
  await index('alert_deliveries', ['state', 'created_at', 'id']);
}
