/** What a target is told: one event of one ticket, with the mail that it is about. Everything in it is redacted. */
import type { PartSummary } from '../message/message.ts';
import type { ResponseClock } from '../tickets/clock.ts';
import type { TextNote } from '../tickets/content.ts';

const handoffKinds = [
  'ticket.opened',
  'ticket.message',
  'ticket.response_due_soon',
  'ticket.response_breached',
] as const;
export type HandoffKind = (typeof handoffKinds)[number];

export type HandoffDocument = {
  /** The same for every target and every attempt; letters, digits and dashes. */
  readonly event: string;
  readonly kind: HandoffKind;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  readonly ticket: {
    readonly id: string;
    readonly number: string;
    readonly status: string;
    readonly openedAt: number;
    readonly tenant: string | null;
    readonly admin: string | null;
    readonly tier: string | null;
    readonly requester: string | null;
    /** The mailbox that was written to. */
    readonly mailbox: string;
    readonly department: string;
    readonly severity: number;
    readonly requestKind: string | null;
    readonly prohibitions: readonly string[];
    readonly subject: string;
    readonly language: string | null;
    readonly follows: string | null;
    readonly response: ResponseClock | null;
  };
  /** The mail of the event; the first one for the events of the clock. */
  readonly message: {
    readonly id: string;
    readonly receivedAt: number;
    /** The judged address: the only one that an answer may go to. */
    readonly sender: string | null;
    readonly senderName: string;
    readonly replyTo: string | null;
    readonly assurance: string;
    readonly proof: readonly string[];
    readonly reason: string;
    readonly rule: string;
    readonly subject: string;
    readonly text: string;
    readonly notes: readonly TextNote[];
    readonly parts: readonly PartSummary[];
    readonly size: number;
    readonly sha256: string;
  };
};

/** What the gateway adds to every document. */
export type HandoffLinks = {
  /** `support+<token>@…`: where answers to this ticket are sent so that they join it. */
  readonly replyAddress: (number: string, mailbox: string) => string;
  /** The original in the console, for staff who are signed in; null without a public console. */
  readonly original: (messageId: string) => string | null;
};
