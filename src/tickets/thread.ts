/**
 * Which ticket a mail belongs to: In-Reply-To, then every References id from the newest, then the signed reply token.
 *
 * A reference is public knowledge and a ticket number can be read over a shoulder: either only *names* a ticket. To join
 * it the sender must be proven and take part in it. Everything else opens a ticket of its own, which learns nothing of
 * the other one. In a ticket that an unproven mail founded nobody takes part yet: anybody may have written that in the
 * requester's name and under references that the requester will use. Only the token, which went to that address with our
 * answer, joins it.
 */
import type { Department } from '../verdict/verdict.ts';

/** Who writes, as far as it was proven. */
export type Participant = {
  readonly address: string | null;
  readonly isProven: boolean;
  readonly tenantId: string | null;
  /** An active admin of that tenant. */
  readonly isAdmin: boolean;
};

/** What a mail says about the conversation it belongs to. Message-IDs with their angle brackets. */
export type ThreadMarks = {
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** Ticket numbers from reply tokens that hold. */
  readonly numbers: readonly string[];
};

/** A ticket as far as joining depends on it. */
export type ThreadTicket = {
  readonly ticketId: string;
  readonly number: string;
  readonly openedAt: number;
  readonly status: 'open' | 'pending' | 'closed';
  readonly department: Department;
  readonly tenantId: string | null;
  readonly requester: string | null;
  /** Whether the mail that opened it was proven to be the requester's. */
  readonly isFounderProven: boolean;
};

export type ThreadChoice =
  | { readonly kind: 'join'; readonly ticketId: string }
  /** `follows`: number of the closed ticket that the sender took part in; else null. */
  | { readonly kind: 'open'; readonly follows: string | null };

const maxReferences = 100;

/** The Message-IDs to look a thread up by, in the order in which they count. */
export function threadIds({ inReplyTo, references }: ThreadMarks): readonly string[] {
  const newestFirst = references.slice(-maxReferences).toReversed();
  return [...new Set(inReplyTo === null ? newestFirst : [inReplyTo, ...newestFirst])];
}

/**
 * @param underReference Tickets that a Message-ID was seen in.
 * @param underNumber The ticket of a number.
 */
export function chooseThread(
  mail: { readonly marks: ThreadMarks; readonly sender: Participant; readonly department: Department },
  underReference: (id: string) => readonly ThreadTicket[],
  underNumber: (number: string) => ThreadTicket | undefined,
): ThreadChoice {
  const named = [
    ...threadIds(mail.marks)
      .flatMap((id) => underReference(id).toSorted((a, b) => b.openedAt - a.openedAt))
      .filter(({ isFounderProven }) => isFounderProven),
    ...mail.marks.numbers.map(underNumber).filter((ticket) => ticket !== undefined),
  ];
  const own = named.filter((ticket) => ticket.department === mail.department && takesPart(mail.sender, ticket));
  const live = own.find((ticket) => ticket.status !== 'closed');
  if (live !== undefined) return { kind: 'join', ticketId: live.ticketId };
  return { kind: 'open', follows: own[0]?.number ?? null };
}

/**
 * Any active admin of the ticket's tenant, or the very address that opened it. Other people of the tenant do not: what
 * an admin asked is nobody else's to change.
 */
export function takesPart(sender: Participant, ticket: Pick<ThreadTicket, 'tenantId' | 'requester'>): boolean {
  if (!sender.isProven || sender.address === null || sender.tenantId !== ticket.tenantId) return false;
  return (ticket.tenantId !== null && sender.isAdmin) || sender.address === ticket.requester;
}
