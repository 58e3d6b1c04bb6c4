/**
 * The way in for event alerts. An event is one row; what is made of it is decided later and in one place, so that raising
 * costs little and cannot fail for a reason of its own.
 */
import type { Transaction } from 'kysely';
import { type AlertEvent, checkEvent } from '../alerts/event.ts';
import { insertAll } from './insert-all.ts';
import type { Records } from './open-records.ts';
import type { Schema } from './schema.ts';

/** Takes events in. The same kind and key again changes nothing. */
export type RaiseAlerts = (events: readonly AlertEvent[]) => Promise<void>;

/** In a transaction of its own; where the happening itself is written, use `raiseAlerts` in that transaction. */
export function alertRaising(records: Records): RaiseAlerts {
  return async (events) => {
    if (events.length > 0) await records.writing((trx) => raiseAlerts(trx, events));
  };
}

/** Stands or falls with the transaction of what happened. Throws RangeError for an event that could quote somebody. */
export async function raiseAlerts(trx: Transaction<Schema>, events: readonly AlertEvent[]): Promise<void> {
  const rows = events.map((event) => {
    checkEvent(event);
    const { at, key, kind, label, reference, subject } = event;
    return { event_key: `${kind} ${key}`, kind, subject, label, reference, at, taken_at: null };
  });
  await insertAll(trx, 'alert_events', rows, 'ignore known');
}
