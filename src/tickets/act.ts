/** What staff, or a script of the help desk, say became of a ticket: its answers go out past the gateway. */
export const ticketActs = ['answered', 'pending', 'open', 'closed'] as const;
/** `answered` leaves the status as it is; the others are the status. */
export type TicketAct = (typeof ticketActs)[number];

export const ticketActTexts: Readonly<Record<TicketAct, string>> = {
  answered: 'the customer was answered: the response time is met, the ticket stays open',
  pending: 'the customer must answer first: the response time is paused',
  open: 'work goes on: a paused response time runs on',
  closed: 'nothing is left to do; counts as the answer. An answer to it opens a new ticket',
};
