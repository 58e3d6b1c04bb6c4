/** A rule of POLICY: it either decides the mail or passes it on to the next one. */
import type { Severity } from '../classify/classification.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { Policy } from './policy.ts';
import type {
  AcceptedReason,
  Defer,
  Department,
  EscalatedReason,
  Mailbox,
  Prohibition,
  RejectedReason,
  RuleId,
} from './verdict.ts';

/** One mail in one of our mailboxes. */
export type Case = {
  readonly evidence: Evidence;
  readonly mailbox: Mailbox;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly now: number;
};

type Reasoned =
  | { readonly outcome: 'accepted'; readonly reason: AcceptedReason }
  | { readonly outcome: 'rejected'; readonly reason: RejectedReason }
  | { readonly outcome: 'escalated'; readonly reason: EscalatedReason };

/** What a matching rule says; `decide` fills in the rest. */
export type Decision = Reasoned & {
  readonly detail: readonly string[];
  /** Where it goes when not to the mailbox's own department. */
  readonly department?: Department;
  readonly prohibitions?: readonly Prohibition[];
  /** Nothing may be sent to anybody because of this mail. */
  readonly silent?: boolean;
};

export type Rule = {
  readonly id: RuleId;
  /** What it looks for and what follows, in one line, for the README and `check`. */
  readonly title: string;
  judge(item: Case): Decision | Defer | null;
};

/** The recipient's department lifts W-*, R-INSECURE and T-*, and nothing else. */
export function isSupport(item: Case): boolean {
  return item.mailbox.department === 'support';
}

/** What nobody could read is the least severe. */
export function severityOf({ evidence: { content } }: Case): Severity {
  return content.result === 'parsed' ? content.classification.severity : 3;
}
