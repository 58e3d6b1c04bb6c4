/** Step 17: everything that was not stopped is accepted, with what staff must not do. */
import type { Classification, RequestKind } from '../../classify/classification.ts';
import { prohibitionsOf } from '../prohibition.ts';
import { remediationNote } from '../remediation.ts';
import { type Case, type Decision, isSupport, type Rule, severityOf } from '../rule.ts';
import type { Department, RuleId } from '../verdict.ts';

function requestOf({ evidence: { content } }: Case): Pick<Classification['request'], 'kind' | 'also'> {
  return content.result === 'parsed' ? content.classification.request : { kind: 'ordinary' };
}

/** P-REMEDIATION binds whoever works on the ticket; it lets nobody in and keeps nobody out, so it is no step of the order. */
function remediationNotes(item: Case): string[] {
  return severityOf(item) === 1 ? [remediationNote] : [];
}

/** R-ABUSE has consequences, so what is only in doubt has none, but whoever answers should know. */
function abuseNotes({ evidence: { content } }: Case): string[] {
  const isDoubted = content.result === 'parsed' && content.classification.abuse.doubt === true;
  return isDoubted ? ['the words may be meant to hurt somebody (R-ABUSE in doubt): nothing follows from it'] : [];
}

/** Who is answered and why; null where no mailbox of ours takes it. */
function acceptance(item: Case): Decision {
  const { sender, proofs, assurance } = item.evidence;
  const request = requestOf(item);
  const { kind } = request;
  const prohibitions = prohibitionsOf(request);
  if (!isSupport(item)) {
    return { outcome: 'accepted', reason: 'department', prohibitions, detail: departmentNotes(item) };
  }
  if (sender.standing.kind === 'unregistered') {
    return {
      outcome: 'accepted',
      reason: 'prospect',
      department: kind === 'escalation-manager' ? 'escalation-manager' : 'prospect',
      prohibitions,
      detail: ['not registered: the ticket and every reply carry nothing about any tenant'],
    };
  }
  const department: Department = kind === 'escalation-manager' ? 'escalation-manager' : 'support';
  const proof = proofs.map(({ kind, cause }) => `${kind}: ${cause}`);
  if (sender.standing.kind === 'alternate') {
    return {
      outcome: 'accepted',
      reason: 'contract',
      department,
      prohibitions,
      detail: [...proof, ...remediationNotes(item)],
    };
  }
  const reason = proofs.some(({ kind }) => kind === 'confirmation') ? 'confirmed' : 'admin';
  const detail = [...proof, `assurance ${assurance}`, ...remediationNotes(item)];
  return { outcome: 'accepted', reason, department, prohibitions, detail };
}

function departmentNotes({ mailbox, evidence }: Case): string[] {
  const isCustomer = evidence.sender.standing.kind !== 'unregistered';
  if (mailbox.department === 'sales' && isCustomer)
    return ['an existing customer: concerns about the account belong to support'];
  if (mailbox.department === 'account-management') return ['technical content is not theirs: support'];
  return [];
}

function noted(decision: Decision, notes: readonly string[]): Decision {
  return { ...decision, detail: [...decision.detail, ...notes] };
}

function accepting(id: RuleId, title: string, applies: (item: Case) => boolean): Rule {
  return { id, title, judge: (item) => (applies(item) ? noted(acceptance(item), abuseNotes(item)) : null) };
}

const isDepartment = (department: Department) => (item: Case) => item.mailbox.department === department;
const hasStanding = (kind: string) => (item: Case) => item.evidence.sender.standing.kind === kind;
const asks = (kind: RequestKind) => (item: Case) => requestOf(item).kind === kind;

export const prohibitions: readonly Rule[] = [
  accepting(
    'P-CREDENTIALS',
    'asks for a password, key or reset: accepted with prohibition `credentials`',
    asks('credentials'),
  ),
  accepting('P-ACCESS', 'asks to grant access: accepted with prohibition `grant-access`', asks('grant-access')),
  accepting('P-TENANT', 'asks to change tenant data: accepted with prohibition `tenant-change`', asks('tenant-change')),
];

export const destinations: readonly Rule[] = [
  accepting('D-SALES', 'sales: anyone may write: accepted `department`', isDepartment('sales')),
  accepting('D-FINLEGAL', 'finance and legal: accepted `department`', isDepartment('finance-legal')),
  accepting('D-ACCTMGR', 'account managers: any channel: accepted `department`', isDepartment('account-management')),
  accepting('D-SECURITY', 'questions about security: accepted `department`', isDepartment('security')),
  accepting(
    'D-ESCMGR',
    'the escalation manager is written to or asked for: accepted and routed there',
    (item) => isDepartment('escalation-manager')(item) || asks('escalation-manager')(item),
  ),
  accepting('D-PROSPECT', 'an unregistered sender writes to support: accepted `prospect`', hasStanding('unregistered')),
  accepting('W-CONTRACT', "a contract's further address, proven: accepted `contract`", hasStanding('alternate')),
  accepting('W-PORTAL', 'a request from the admin portal: accepted `admin`', (item) =>
    item.evidence.proofs.some((proof) => proof.kind === 'portal'),
  ),
  accepting(
    'W-SECONDARY',
    'a proven secondary address that the setting accepts or staff allow: accepted `admin`',
    hasStanding('secondary'),
  ),
  accepting('W-PRIMARY', "an active admin's primary address, proven: accepted `admin`", hasStanding('primary')),
];
