/** What a person's decision makes of an escalated mail. Pure. */
import type { Evidence } from '../evidence/finding.ts';
import type { JudgedMail } from '../jobs/judged-mail.ts';
import { prohibitionsOf } from '../verdict/prohibition.ts';
import type { Department } from '../verdict/verdict.ts';

export type StaffDecision = {
  readonly outcome: 'accepted' | 'rejected';
  readonly actor: string;
  /** Why, one line. */
  readonly note: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /**
   * How the sender was verified over a way on file, one line; null when that was not done. Without proof the ticket tells
   * nothing about a tenant.
   */
  readonly verifiedBy: string | null;
  /** A deny entry for the sender was made. */
  readonly isDenied: boolean;
};

/** The mail with the verdict that the decision gives it. Nothing is sent to anybody because of a rejection. */
export function decided(mail: JudgedMail, evidence: Evidence, decision: StaffDecision): JudgedMail {
  const { verdict } = mail;
  const detail = [`${decision.outcome} by ${decision.actor}: ${decision.note}`, ...verdict.detail];
  if (decision.outcome === 'rejected') {
    const reason = decision.isDenied ? 'deny-listed' : 'refused';
    return { ...mail, verdict: { ...verdict, outcome: 'rejected', reason, detail, prohibitions: [], silent: true } };
  }
  const isVerified = decision.verifiedBy !== null && evidence.assurance !== 'forged';
  return {
    ...mail,
    sender: isVerified ? { ...mail.sender, proof: [...mail.sender.proof, 'confirmation'] } : mail.sender,
    verdict: {
      ...verdict,
      outcome: 'accepted',
      reason: 'confirmed',
      detail: decision.verifiedBy === null ? detail : [...detail, `verified: ${decision.verifiedBy}`],
      department: departmentOf(mail, evidence),
      assurance: isVerified ? 'proven' : verdict.assurance,
      prohibitions: prohibitionsOf(mail.classification?.request ?? { kind: 'ordinary' }),
      // X-*: no tip-off; and nothing is ever sent because of a mail that nobody proved.
      silent: verdict.reason === 'recovery' || !(isVerified || verdict.assurance === 'proven'),
    },
  };
}

/** D-PROSPECT holds for whoever is not registered: the ticket carries nothing about any tenant. */
function departmentOf({ verdict, classification }: JudgedMail, { sender }: Evidence): Department {
  if (verdict.department !== 'support') return verdict.department;
  if (classification?.request.kind === 'escalation-manager') return 'escalation-manager';
  return sender.standing.kind === 'unregistered' ? 'prospect' : 'support';
}
