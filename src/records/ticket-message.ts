/** One mail of a ticket, as it is read back. */
import type { PartSummary } from '../message/message.ts';
import type { TextNote } from '../tickets/content.ts';
import type { TicketMessagesTable } from './tables-tickets.ts';

export type TicketMessage = Omit<Readonly<TicketMessagesTable>, 'parts' | 'notes' | 'proof'> & {
  readonly parts: readonly PartSummary[];
  readonly notes: readonly TextNote[];
  readonly proof: readonly string[];
};

export function messageOfRow(row: TicketMessagesTable): TicketMessage {
  return { ...row, parts: JSON.parse(row.parts), notes: JSON.parse(row.notes), proof: JSON.parse(row.proof) };
}
