/**
 * What "allow" means (W-SECONDARY): from now on a secondary address that the customer's own directory names for an admin
 * may write like the primary one. Pure.
 *
 * It stands for no proof: each mail must be proven by itself. It carries ordinary requests only, ends by itself, and ends
 * at once when the directory gives the address to nobody or to somebody else, or the admin is not active any more. No
 * other address can be allowed: who may write for a tenant is the customer's word, in the directory, and not ours.
 */
import type { Evidence } from '../evidence/finding.ts';
import type { Verdict } from '../verdict/verdict.ts';

export type Allowance = {
  /** Exactly this one, in comparison form. */
  readonly address: string;
  readonly tenantId: string;
  readonly adminId: string;
  readonly messageId: string;
  /** How staff made sure over a way on file that it is the admin's. */
  readonly verifiedBy: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Epoch milliseconds. */
  readonly until: number;
};

/** An address that nobody has looked at for half a year is asked about again. */
const allowanceLifeMs = 180 * 24 * 3_600_000;

export type Allowing = {
  readonly messageId: string;
  readonly verifiedBy: string | null;
  readonly actor: string;
  readonly at: number;
};

/** The allowance that this mail can give, or why it gives none. */
export function allowanceOf(
  verdict: Pick<Verdict, 'outcome' | 'reason'>,
  { assurance, author, proofs, sender }: Pick<Evidence, 'assurance' | 'author' | 'proofs' | 'sender'>,
  { actor, at, messageId, verifiedBy }: Allowing,
): Allowance | { readonly fault: string } {
  const { standing } = sender;
  if (verdict.reason !== 'not-primary' || standing.kind !== 'secondary' || author === null) {
    return { fault: 'no deny entry hits this mail, and there is no list that allows: an address counts by proof' };
  }
  if (!standing.admin.active) return { fault: `admin ${standing.admin.id} is not active` };
  if (standing.admin.mailbox === 'group') return { fault: 'a group mailbox is never allowed' };
  if (assurance !== 'proven' || proofs.length === 0) {
    return { fault: 'this mail itself is not proven: whoever wrote it may not own the address, so it is not allowed' };
  }
  if (verifiedBy === null) {
    return {
      fault:
        "say how the admin was asked over a way on file whether this address is theirs; the mail's own word does not count",
    };
  }
  return {
    address: author.address,
    tenantId: standing.tenant.id,
    adminId: standing.admin.id,
    messageId,
    verifiedBy,
    createdAt: at,
    createdBy: actor,
    until: at + allowanceLifeMs,
  };
}
