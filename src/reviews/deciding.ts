/**
 * Staff decide about an escalated mail, or release a rejected one. The walk: look -> check that it can be done -> one
 * transaction (item, deny-list, follow-up, audit) -> enqueue. Used alike by the command line and the console.
 */
import type { DenyEntry } from '../denylist/entry.ts';
import type { DenyChange } from '../denylist/store.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { type Allowance, allowanceOf } from './allowance.ts';
import { decided } from './decision.ts';
import { denyOfNetwork, denyOfSender, entryOf, type ProposedDeny } from './proposal.ts';

/** What is looked at before a decision; the records fit. */
export type Decidable = {
  /** Null for a rejected mail, which waits for nobody. */
  readonly review: { readonly version: number; readonly state: string; readonly proposal: ProposedDeny | null } | null;
  readonly judged: JudgedMail;
  readonly evidence: Evidence | null;
};

export type ReviewDecision = {
  readonly messageId: string;
  /** Of the item that was looked at; 0 for a rejected mail, which has none. */
  readonly version: number;
  /** The mail with the verdict of the decision. */
  readonly mail: JudgedMail;
  readonly outcome: 'accepted' | 'rejected';
  readonly actor: string;
  readonly at: number;
  readonly note: string;
  readonly deny: DenyChange;
  readonly allow: Allowance | null;
};

export type DecidingPorts = {
  /** Null when no mail has this id. */
  look(messageId: string): Promise<Decidable | null>;
  /** Entries of the list as it is now that would hit this mail. */
  denies(mail: JudgedMail, evidence: Evidence): Promise<readonly DenyEntry[]>;
  /** Rejects when somebody else was faster. */
  decide(decision: ReviewDecision): Promise<JudgedMail>;
  /** Rejects when the queue is away: the follow-up waits in the records and the workers' sweep brings it. */
  enqueue(mail: JudgedMail): Promise<void>;
};

export type Wish = {
  readonly messageId: string;
  readonly outcome: 'accepted' | 'rejected';
  readonly actor: string;
  readonly at: number;
  readonly note: string;
  /** The version that was looked at; null takes the present one. */
  readonly version: number | null;
  readonly verifiedBy: string | null;
  /** Accepted: takes the entries off the deny-list that hit this mail, or allows a secondary address (`allowance.ts`). */
  readonly isAllowing: boolean;
  /** Rejected: puts the sender, or the client's network address, on the deny-list. */
  readonly deny: 'sender' | 'network' | null;
  /** Life of a new deny entry, milliseconds; null never ends. */
  readonly denyLifeMs: number | null;
};

export type Decided = {
  readonly mail: JudgedMail;
  readonly denied: DenyEntry | null;
  /** Entries that were taken off the deny-list. */
  readonly allowed: readonly DenyEntry[];
  readonly allowance: Allowance | null;
  /** False when the queue was away and the workers will bring it. */
  readonly isEnqueued: boolean;
};

/** This cannot be decided so; the message is one line for staff. */
class DecisionRefused extends Error {
  override readonly name = 'DecisionRefused';
}

export async function decideReview(ports: DecidingPorts, wish: Wish): Promise<Decided> {
  const item = await ports.look(wish.messageId);
  if (item === null) throw new DecisionRefused('no mail has this id');
  const evidence = checked(item, wish);
  const denied = wish.deny === null ? null : entryToMake(item, evidence, wish.deny, wish);
  const { allowance, allowed } = wish.isAllowing ? await allowing(ports, item, evidence, wish) : nothingAllowed;
  const { actor, at, messageId, note, outcome, verifiedBy } = wish;
  const mail = decided(item.judged, evidence, { outcome, actor, note, at, verifiedBy, isDenied: denied !== null });
  const followUp = await ports.decide({
    messageId,
    version: item.review === null ? 0 : (wish.version ?? item.review.version),
    mail,
    outcome,
    actor,
    at,
    note,
    deny: { add: denied === null ? [] : [denied], remove: allowed },
    allow: allowance,
  });
  const isEnqueued = await ports.enqueue(followUp).then(
    () => true,
    () => false,
  );
  return { mail: followUp, denied, allowed, allowance, isEnqueued };
}

function checked({ evidence, judged, review }: Decidable, { outcome, verifiedBy }: Wish): Evidence {
  if (evidence === null || judged.spoolKey === null) {
    throw new DecisionRefused('the mail was refused in the session and is not kept');
  }
  if (review === null && !(judged.verdict.outcome === 'rejected' && outcome === 'accepted')) {
    throw new DecisionRefused(`this mail is ${judged.verdict.outcome} and waits for no decision`);
  }
  if (verifiedBy !== null && evidence.assurance === 'forged') {
    throw new DecisionRefused("the sender's own domain says that this mail is forged: nobody can vouch for it");
  }
  return evidence;
}

function entryToMake({ review }: Decidable, evidence: Evidence, what: 'sender' | 'network', wish: Wish): DenyEntry {
  const proposed =
    what === 'network' ? denyOfNetwork(evidence, wish.note) : (review?.proposal ?? denyOfSender(evidence, wish.note));
  if (proposed === null && what === 'network') {
    throw new DecisionRefused('it came through the admin portal, whose own network address this is: it is not denied');
  }
  if (proposed === null) {
    throw new DecisionRefused(
      "the sender's address was not proven, so the mail may be somebody else's: it is not denied. The client's network can be",
    );
  }
  const entry = entryOf(proposed, { actor: wish.actor, at: wish.at, lifeMs: wish.denyLifeMs });
  if ('fault' in entry) throw new DecisionRefused(`no deny entry can be made: ${entry.fault}`);
  return entry;
}

type Allowed = Pick<Decided, 'allowed' | 'allowance'>;

const nothingAllowed: Allowed = { allowed: [], allowance: null };

async function allowing(
  ports: DecidingPorts,
  { judged }: Decidable,
  evidence: Evidence,
  { actor, at, messageId, outcome, verifiedBy }: Wish,
): Promise<Allowed> {
  if (outcome !== 'accepted') throw new DecisionRefused('only what is accepted can be allowed');
  const allowed = await ports.denies(judged, evidence);
  // Strict to allow (POLICY "Four properties", 3): else whoever is denied had only to write in somebody else's name.
  if (allowed.length > 0 && evidence.assurance !== 'proven' && verifiedBy === null) {
    throw new DecisionRefused(
      'this mail is not proven, so whoever wrote it may be the very one who is denied: say how the sender was verified over a way on file, or accept this mail alone',
    );
  }
  const allowance = allowanceOf(judged.verdict, evidence, { messageId, verifiedBy, actor, at });
  if (!('fault' in allowance)) return { allowed, allowance };
  if (allowed.length > 0) return { allowed, allowance: null };
  throw new DecisionRefused(allowance.fault);
}
