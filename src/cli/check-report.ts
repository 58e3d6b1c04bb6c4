/** How `postern check` tells a verdict: one JSON line for programs, a page for people. */
import type { Evidence } from '../evidence/finding.ts';
import { senderOf } from '../intake/judged.ts';
import type { Rule } from '../verdict/rule.ts';
import type { Defer, Verdict } from '../verdict/verdict.ts';
import type { Judged } from './check-judge.ts';
import { printable } from './columns.ts';

/** One line of JSON without a line break inside. */
export function reportLine(file: string, judged: Judged): string {
  return JSON.stringify(reportOf(file, judged));
}

function reportOf(file: string, { mailbox, evidence, explained: { decision }, reply }: Judged) {
  const { content } = evidence;
  const isVerdict = decision.outcome !== 'deferred';
  return {
    file,
    recipient: mailbox.address,
    outcome: decision.outcome,
    reason: decision.reason,
    rule: decision.rule,
    department: isVerdict ? decision.department : mailbox.department,
    assurance: evidence.assurance,
    sender: senderOf(evidence),
    smtp: reply,
    classification: content.result === 'parsed' ? content.classification : null,
    prohibitions: isVerdict ? decision.prohibitions : [],
    severity: isVerdict ? decision.severity : null,
    detail: decision.detail,
    findings: findingsOf(evidence),
  };
}

function findingsOf({ form, domain, pgp, denylist, sender, transport, content }: Evidence) {
  return {
    form,
    spf: domain.spf,
    dkim: domain.dkim,
    dmarc: domain.dmarc,
    arc: domain.arc,
    pgp,
    denylist,
    sender: { standing: sender.standing.kind, lookalike: sender.lookalike },
    transport,
    content:
      content.result === 'parsed'
        ? { result: content.result, automatic: content.automatic, parts: content.parts, truncated: content.truncated }
        : content,
  };
}

/** The line of evidence, the rules that were tried, what the sender is told and what staff are told. */
export function reportText(file: string, { mailbox, evidence, explained, reply }: Judged): string {
  const { decision, tried } = explained;
  const lines = [
    `${file} -> ${mailbox.address}`,
    `  ${decision.outcome.toUpperCase()} ${decision.reason} by ${decision.rule}${departmentOf(decision)}`,
    '',
    '  evidence',
    ...evidenceLines(evidence),
    '',
    '  rules tried',
    ...triedLines(tried),
    '',
    row('sender told', `${reply.code} ${reply.enhanced} ${reply.text}`),
    ...staffLines(decision),
    '',
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** One line for each check. */
export function evidenceLines(evidence: Evidence): readonly string[] {
  const { domain, pgp, denylist, content, form } = evidence;
  return [
    ...form.map((fault) => row('form', `${fault.code}: ${fault.detail}`)),
    row('author', evidence.author?.address ?? 'none that all readers agree on'),
    row('standing', standingText(evidence)),
    row(
      'assurance',
      `${evidence.assurance}${evidence.proofs.map((proof) => `; ${proof.kind}: ${proof.cause}`).join('')}`,
    ),
    row('spf', `${domain.spf.result}: ${domain.spf.cause}`),
    row('dkim', `${domain.dkim.result}: ${domain.dkim.cause}`),
    row(
      'dmarc',
      `${domain.dmarc.result}${domain.dmarc.policy === null ? '' : ` (${domain.dmarc.policy})`}: ${domain.dmarc.cause}`,
    ),
    row('arc', `${domain.arc.result}: ${domain.arc.cause}`),
    row('pgp', `${pgp.result}: ${pgp.cause}`),
    row('deny-list', denylist.hits.length === 0 ? 'no entry' : denylist.hits.map((hit) => hit.entry.value).join(', ')),
    row('asks', content.result === 'parsed' ? askText(content.classification) : `unreadable: ${content.cause}`),
  ];
}

/** The rules in order; the last one decided. */
export function triedLines(tried: readonly Pick<Rule, 'id' | 'title'>[]): readonly string[] {
  return tried.map(
    (rule, index) => `    ${index === tried.length - 1 ? '=>' : '  '} ${rule.id.padEnd(14)} ${rule.title}`,
  );
}

export function staffLines(decision: Verdict | Defer): readonly string[] {
  return [
    ...decision.detail.map((line, index) => row(index === 0 ? 'staff told' : '', line)),
    ...prohibitionRows(decision),
  ];
}

function departmentOf(decision: Verdict | Defer): string {
  return decision.outcome === 'deferred' ? '' : `, for ${decision.department}`;
}

function prohibitionRows(decision: Verdict | Defer): string[] {
  if (decision.outcome === 'deferred' || decision.prohibitions.length === 0) return [];
  return [row('staff never', decision.prohibitions.join(', '))];
}

function askText({ request, severity, abuse, language }: NonNullable<JudgedClassification>): string {
  const doubt = request.doubt ? ', in doubt' : '';
  return `${request.kind} (${request.score.toFixed(2)}${doubt}); severity ${severity}; abuse ${abuse.label}; ${language}`;
}
type JudgedClassification = Extract<Evidence['content'], { result: 'parsed' }>['classification'];

function standingText({ sender: { standing, lookalike } }: Evidence): string {
  const tenant = standing.kind === 'unregistered' ? '' : ` of tenant ${standing.tenant.id}`;
  const imitates = lookalike === null ? '' : `; ${lookalike.kind} of ${lookalike.of}`;
  return `${standing.kind}${tenant}${imitates}`;
}

/** A name and what it says, as all reports show it. */
export function row(name: string, text: string): string {
  return `    ${name.padEnd(12)} ${text}`;
}
