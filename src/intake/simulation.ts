/**
 * Recorded mails judged again under other settings, another deny-list or another directory: what would have been decided
 * differently. Read-only. Answers of DNS are those of then.
 */
import type { Evidence } from '../evidence/finding.ts';
import type { DenylistPort, DirectoryPort } from '../evidence/ports.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Message } from '../message/message.ts';
import { decide } from '../verdict/decide.ts';
import type { Policy } from '../verdict/policy.ts';
import type { Mailbox } from '../verdict/verdict.ts';
import { provenAgain, underDenylist } from './changed-evidence.ts';
import type { OwnNames } from './own-names.ts';

/** A recorded verdict with what it was made on. */
export type RecordedMail = {
  readonly message_id: string;
  /** Epoch milliseconds. */
  readonly received_at: number;
  readonly recipient: string;
  readonly outcome: string;
  readonly reason: string;
  readonly rule: string;
  readonly spool_key: string | null;
  /** Null for a mail that was refused in the session. */
  readonly evidence: Evidence | null;
  readonly envelope: Envelope | null;
};

/** Under what the mails are judged again. */
export type SimulatedChange = {
  readonly policy: Policy;
  readonly own: OwnNames;
  readonly mailboxes: readonly Mailbox[];
  /** Null leaves what hit the mails when they came. */
  readonly denylist: DenylistPort | null;
  /** Null leaves who the senders were when the mails came. */
  readonly directory: DirectoryPort | null;
  /** Oldest signature that proves, milliseconds; null leaves what proved then. */
  readonly signatureAgeMs: number | null;
};

export type SimulationInput = {
  readonly change: SimulatedChange;
  readonly pages: AsyncIterable<readonly RecordedMail[]>;
  /** The mail itself, for what of it was signed; null when it is kept no longer. */
  readonly message: (spoolKey: string) => Promise<Message | null>;
  /** Message ids that are kept for each difference. */
  readonly examples: number;
  /** Called with the number of mails of each page that is done. */
  readonly onPage?: (mails: number) => void;
};

/** Mails that were decided alike then and would be decided alike now. */
export type Difference = {
  /** `R-DENY rejected deny-listed` */
  readonly before: string;
  readonly after: string;
  readonly mails: number;
  readonly examples: readonly string[];
};

export type Simulation = {
  readonly judged: number;
  /** Mails whose evidence or mailbox is gone. */
  readonly unknown: number;
  /** Mails whose raw text is gone or whose key is new, so that their proof was taken as it stood. */
  readonly guessed: number;
  /** The largest first. */
  readonly differences: readonly Difference[];
};

/** Rejects when a store does. */
export async function simulate({ change, examples, message, onPage, pages }: SimulationInput): Promise<Simulation> {
  const counts = { judged: 0, unknown: 0, guessed: 0 };
  const differences = new Map<string, Difference>();
  for await (const page of pages) {
    for (const mail of page) {
      const again = await judgedUnder(mail, change, message);
      if (again === null) {
        counts.unknown += 1;
        continue;
      }
      counts.judged += 1;
      if (again.isGuessed) counts.guessed += 1;
      const before = `${mail.rule} ${mail.outcome} ${mail.reason}`;
      if (before !== again.after) addDifference(differences, { before, after: again.after }, mail.message_id, examples);
    }
    onPage?.(page.length);
  }
  const sorted = [...differences.values()].toSorted(
    (one, other) => other.mails - one.mails || (one.before < other.before ? -1 : 1),
  );
  return { ...counts, differences: sorted };
}

function addDifference(
  differences: Map<string, Difference>,
  { before, after }: Pick<Difference, 'before' | 'after'>,
  messageId: string,
  examples: number,
): void {
  const known = differences.get(`${before} ${after}`) ?? { before, after, mails: 0, examples: [] };
  differences.set(`${before} ${after}`, {
    ...known,
    mails: known.mails + 1,
    examples: known.examples.length < examples ? [...known.examples, messageId] : known.examples,
  });
}

type JudgedUnder = { readonly after: string; readonly isGuessed: boolean };

/** Null when there is nothing to judge by. */
async function judgedUnder(
  mail: RecordedMail,
  change: SimulatedChange,
  message: SimulationInput['message'],
): Promise<JudgedUnder | null> {
  const mailbox = change.mailboxes.find(({ address }) => address === mail.recipient);
  if (mail.evidence === null || mail.envelope === null || mailbox === undefined) return null;
  const { denylist, directory, own, policy, signatureAgeMs } = change;
  const denied = denylist === null ? mail.evidence : await underDenylist(mail.evidence, mail.envelope, denylist);
  const key = mail.spool_key;
  const { evidence, isGuessed } =
    directory === null && signatureAgeMs === null
      ? { evidence: denied, isGuessed: false }
      : await provenAgain(denied, {
          directory,
          signatureAgeMs,
          deferLimitMs: policy.deferLimitMs,
          own,
          message: async () => (key === null ? null : message(key)),
        });
  const { address, department } = mailbox;
  const decision = decide(evidence, { address, department }, change.policy, mail.received_at);
  return { after: `${decision.rule} ${decision.outcome} ${decision.reason}`, isGuessed };
}
