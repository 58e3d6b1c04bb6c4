/** What targets have of tickets and mails, by the names that it has there. */
import type { Querying } from './open-records.ts';

/** What a target has, or may have: whatever was in hand once may have arrived. */
export type HandedOver = {
  readonly target: string;
  readonly event: string;
  /** When the event happened, epoch milliseconds. */
  readonly at: number;
};

/** What the targets have of these tickets or mails, by target and event. */
export async function handedOver(
  db: Querying,
  column: 'ticket_id' | 'message_id',
  ids: readonly string[],
): Promise<readonly HandedOver[]> {
  return db
    .selectFrom('handoff_deliveries')
    .select(['target', 'event', 'event_at as at'])
    .where(column, 'in', ids)
    .where('claims', '>', 0)
    .orderBy('target')
    .orderBy('event')
    .execute();
}
