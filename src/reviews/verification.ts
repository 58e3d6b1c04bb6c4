/**
 * Asking the address on file: whom, whether at all, and what the answer does. Pure.
 *
 * States: *waiting* (asked) -> *confirmed* | *denied* | *expired*; *held* (not asked: too many questions already, or the
 * one summary went out instead); *unasked* (there is no `console.verifyUrl` to answer at) -> asked when there is one, if the
 * mail still waits then; *withdrawn* (who was asked is no longer who may be asked: staff go on at once). Only *waiting* takes an answer, once, before it expires.
 */
import { foldAddress } from '../denylist/normal-form.ts';
import type { AdminFacts, Standing } from '../directory/tenant.ts';
import type { Evidence } from '../evidence/finding.ts';
import type { Verdict } from '../verdict/verdict.ts';

const verificationStates = ['unasked', 'waiting', 'confirmed', 'denied', 'expired', 'held', 'withdrawn'] as const;
export type VerificationState = (typeof verificationStates)[number];
/** `sender`: did you write this? `authorization`: somebody of yours asked this, do you agree? */
export type AskedAs = 'sender' | 'authorization';
export type Answer = 'confirmed' | 'denied';

export type Asked = {
  readonly as: AskedAs;
  readonly tenantId: string;
  readonly adminId: string;
  /** A registered primary address of a mailbox that one person reads. */
  readonly address: string;
};

export type AskingQuestion = {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  /** The admins of the sender's tenant as they are now, not as they were when the mail came. */
  readonly admins: readonly AdminFacts[];
  /** Our own mailboxes: asking them would be a loop. */
  readonly isOurs: (address: string) => boolean;
};

/** Whom to ask; null when nobody may be, and staff find another way. */
export function askWhom({ admins, evidence, isOurs, verdict }: AskingQuestion): Asked | null {
  if (verdict.outcome !== 'escalated' || evidence.assurance === 'forged') return null;
  const { standing } = evidence.sender;
  const readable = admins.filter(
    (admin) => admin.active && admin.mailbox === 'dedicated' && !isOurs(admin.primaryEmail),
  );
  switch (verdict.reason) {
    case 'unproven-sender':
    case 'not-primary':
    case 'shared-mailbox':
      return sameAdmin(standing, readable, evidence);
    case 'needs-authorization':
      return evidence.assurance === 'proven' ? anotherAdmin(standing, readable, evidence) : null;
    default:
      return null;
  }
}

/** The admin's own primary address. For a secondary one that is another mailbox than the one that wrote. */
function sameAdmin(standing: Standing, admins: readonly AdminFacts[], evidence: Evidence): Asked | null {
  if (standing.kind !== 'primary' && standing.kind !== 'secondary') return null;
  const admin = admins.find(({ id }) => id === standing.admin.id);
  if (admin === undefined) return null;
  // What was the primary address when the mail came may have been taken over since.
  if (standing.kind === 'primary' && admin.primaryEmail !== standing.admin.primaryEmail) return null;
  if (standing.kind === 'secondary' && admin.primaryEmail === evidence.author?.address) return null;
  return { as: 'sender', tenantId: standing.tenant.id, adminId: admin.id, address: admin.primaryEmail };
}

/**
 * The owner, or else another admin; never whoever asked, and nobody who only pays the bills. A tag or a dot makes no other
 * mailbox: compared as broadly as to deny (POLICY "Four properties", 3).
 */
function anotherAdmin(standing: Standing, admins: readonly AdminFacts[], evidence: Evidence): Asked | null {
  if (standing.kind === 'unregistered') return null;
  const asking = 'admin' in standing ? standing.admin : null;
  const theirs = new Set([evidence.author?.address, asking?.primaryEmail].map((address) => broad(address ?? '')));
  const others = admins.filter(
    ({ id, primaryEmail, role }) => id !== asking?.id && !theirs.has(broad(primaryEmail)) && role !== 'billing',
  );
  const [first] = others.toSorted((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
  if (first === undefined) return null;
  return { as: 'authorization', tenantId: standing.tenant.id, adminId: first.id, address: first.primaryEmail };
}

function broad(address: string): string {
  return foldAddress(address) ?? address;
}

function rank({ role }: AdminFacts): number {
  return role === 'owner' ? 0 : 1;
}

/**
 * Whether who was asked is still the one to ask: the mailbox of somebody who left, or whose address was changed because it
 * was taken over, neither proves anything any more nor is shown anything.
 */
export function isStillOnFile({ address, adminId, as }: Asked, admins: readonly AdminFacts[]): boolean {
  const admin = admins.find(({ id }) => id === adminId);
  if (admin === undefined || !admin.active || admin.mailbox !== 'dedicated') return false;
  return admin.primaryEmail === address && (as === 'sender' || admin.role !== 'billing');
}

export type AskingLimits = {
  /** Questions to one address within the window. */
  readonly perAddress: number;
  readonly windowMs: number;
  /** How long an answer is waited for. */
  readonly lifeMs: number;
};

export const defaultAskingLimits: AskingLimits = {
  perAddress: 3,
  windowMs: 24 * 3_600_000,
  lifeMs: 72 * 3_600_000,
};

/** What was asked of one address within the window. */
export type AskedBefore = { readonly asked: number; readonly held: number };

/**
 * *ask*, or under attack *summary* once (whoever forges a hundred mails must not make us send a hundred), then *hold*.
 * The limit is the asked address's: an attacker can change everything else.
 */
export function howToAsk({ asked, held }: AskedBefore, { perAddress }: AskingLimits): 'ask' | 'summary' | 'hold' {
  if (asked < perAddress) return 'ask';
  return held === 0 ? 'summary' : 'hold';
}

/** Whether an answer counts: once, and in time. */
export function takesAnswer(
  { expiresAt, state }: { readonly state: VerificationState; readonly expiresAt: number },
  now: number,
): boolean {
  return state === 'waiting' && now < expiresAt;
}
