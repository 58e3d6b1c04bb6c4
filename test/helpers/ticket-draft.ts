/** What a ticket will hold, without a mail to read it from. */
import { defaultCalendar } from '../../src/sla/calendar.ts';
import type { TicketDraft } from '../../src/tickets/draft.ts';

/** A proven admin of tenant t1 writes a plain mail that starts no thread and no clock. */
export function ticketDraft(changes: Partial<TicketDraft> = {}): TicketDraft {
  return {
    sender: { address: 'ada@example.com', isProven: true, tenantId: 't1', isAdmin: true },
    marks: { inReplyTo: null, references: [], numbers: [] },
    tier: 'standard',
    clock: null,
    calendar: defaultCalendar,
    subject: 'The printer is on fire',
    text: 'It burns since Monday.',
    notes: [],
    secrets: [],
    parts: [],
    senderName: 'Ada',
    replyTo: null,
    targets: [],
    ...changes,
  };
}
