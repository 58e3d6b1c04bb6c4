/** The ordered rules of POLICY and the one function that walks them. Pure and synchronous. */
import type { Evidence } from '../evidence/finding.ts';
import type { Policy } from './policy.ts';
import { type Case, type Decision, type Rule, severityOf } from './rule.ts';
import { destinations, prohibitions } from './rules/accepting.ts';
import * as refusing from './rules/refusing.ts';
import { authorizations, cessation, doubtful, recoveries } from './rules/requests.ts';
import * as who from './rules/who.ts';
import type { Defer, Mailbox, Verdict } from './verdict.ts';

/** POLICY "Order of the rules": the first that matches decides. */
export const rules: readonly Rule[] = [
  refusing.form, // 1
  refusing.denyNetwork, // 2
  refusing.defer, // 3
  refusing.automatic, // 4
  refusing.forged, // 5
  refusing.denyRest, // 6
  who.helpdesk, // 7
  refusing.noDecrypt, // 8
  refusing.badSignature,
  refusing.unjudged,
  refusing.unparseable,
  refusing.automaticByText,
  ...recoveries, // 9
  doubtful,
  cessation, // 10
  ...authorizations, // 11
  refusing.lookalike, // 12
  who.inactive, // 13
  who.shared,
  who.claimed,
  who.secondary,
  who.alternate,
  who.notAdmin,
  refusing.insecure, // 14
  refusing.abuse, // 15
  who.free, // 16
  ...prohibitions, // 17
  ...destinations,
];

/** A decision and the rules that were tried before it, in order. */
export type Explained = { readonly decision: Verdict | Defer; readonly tried: readonly Rule[] };

/** Judges one mail in one mailbox. `now` is epoch milliseconds. */
export function decide(evidence: Evidence, mailbox: Mailbox, policy: Policy, now: number): Verdict | Defer {
  return explain(evidence, mailbox, policy, now).decision;
}

export function explain(evidence: Evidence, mailbox: Mailbox, policy: Policy, now: number): Explained {
  const item: Case = { evidence, mailbox, policy, now };
  for (const [index, rule] of rules.entries()) {
    const decision = rule.judge(item);
    if (decision === null) continue;
    const tried = rules.slice(0, index + 1);
    return { decision: decision.outcome === 'deferred' ? decision : verdictOf(decision, rule, item), tried };
  }
  // Every department and every standing is taken by a rule above; a gap must never lose a mail.
  const gap: Decision = { outcome: 'escalated', reason: 'doubtful', detail: ['no rule matched'] };
  return { decision: verdictOf(gap, { id: 'P-DOUBT' }, item), tried: rules };
}

function verdictOf(decision: Decision, rule: Pick<Rule, 'id'>, item: Case): Verdict {
  const { evidence, mailbox } = item;
  return {
    ...decision,
    rule: rule.id,
    department: decision.department ?? mailbox.department,
    assurance: evidence.assurance,
    severity: severityOf(item),
    prohibitions: decision.prohibitions ?? [],
    silent: decision.silent ?? false,
  };
}
