/** How `postern check` tells a verdict: one JSON line for programs, a page for people. */
import type { Because } from '../classify/classification.ts';
import { redact } from '../classify/secrets.ts';
import type { Evidence } from '../evidence/finding.ts';
import { senderOf } from '../intake/judged.ts';
import type { Rule } from '../verdict/rule.ts';
import { adminOf } from '../verdict/standing.ts';
import type { Defer, Verdict } from '../verdict/verdict.ts';
import type { Judged } from './check-judge.ts';
import { row } from './check-row.ts';
import { senderLines, staffLines } from './check-told.ts';
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
export function reportText(file: string, { mailbox, evidence, explained, notice, reply }: Judged): string {
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
    ...senderLines(decision, reply, notice),
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
    row('spf', resultText(domain.spf)),
    row('dkim', resultText(domain.dkim)),
    row(
      'dmarc',
      `${domain.dmarc.result}${domain.dmarc.policy === null ? '' : ` (${domain.dmarc.policy})`}: ${domain.dmarc.cause}`,
    ),
    row('arc', resultText(domain.arc)),
    row('pgp', resultText(pgp)),
    row('deny-list', denylist.hits.length === 0 ? 'no entry' : denylist.hits.map((hit) => hit.entry.value).join(', ')),
    ...(content.result === 'parsed' ? contentLines(content) : [row('content', `unreadable: ${content.cause}`)]),
  ];
}

/** Many causes begin with the result itself. */
function resultText({ cause, result }: { readonly result: string; readonly cause: string }): string {
  return cause.startsWith(`${result} `) ? cause : `${result}: ${cause}`;
}

type Parsed = Extract<Evidence['content'], { result: 'parsed' }>;

function contentLines({ classification, parts, truncated }: Parsed): readonly string[] {
  const { abuse, automatic, language, request, secrets, severity, severityBecause } = classification;
  const named = parts.flatMap(({ fileName }) => (fileName === null ? [] : [redact(fileName)]));
  return [
    row(
      'asks',
      `${request.kind}${request.doubt ? ', but not for sure' : ''} (${request.score.toFixed(2)})${wordsOf(request.because)}`,
    ),
    ...(request.also === undefined ? [] : [row('asks too', request.also.join(', '))]),
    row('severity', `${severity}${wordsOf(severityBecause)}`),
    ...(abuse.label === 'none' && abuse.doubt !== true
      ? []
      : [row('abuse', `${abuse.label}${abuse.doubt === true ? ', but not for sure' : ''}${wordsOf(abuse.because)}`)]),
    ...(automatic ? [row('automatic', 'reads as if no person wrote it')] : []),
    row('language', language === 'und' ? 'cannot be told' : language),
    ...(secrets.length === 0
      ? []
      : [row('secrets', `${secrets.join(', ')}: removed before anything leaves the gateway`)]),
    ...(named.length === 0 ? [] : [row('attachments', cut(named.join(', ')))]),
    ...(truncated.length === 0 ? [] : [row('not read', truncated.join('; '))]),
  ];
}

/** The words that made a label, each once. */
function wordsOf(because: readonly Because[]): string {
  const words = [...new Set(because.flatMap(({ words: some }) => some))];
  return words.length === 0 ? '' : cut(`: "${words.join('", "')}"`);
}

const longestLine = 300;

function cut(text: string): string {
  return text.length <= longestLine ? text : `${text.slice(0, longestLine).toWellFormed()}…`;
}

/** The rules in order, each with what it looked for; the last one decided. */
export function triedLines(tried: readonly Pick<Rule, 'id' | 'title'>[]): readonly string[] {
  return tried.map(({ id, title }, index) =>
    index === tried.length - 1 ? `    => ${id.padEnd(14)} ${title}` : `    no ${id.padEnd(14)} ${lookedFor(title)}`,
  );
}

/** A title without what would have followed. */
function lookedFor(title: string): string {
  return title.replace(/: [^:]*\b(?:accepted|rejected|escalated|deferred)\b.*$/, '');
}

function departmentOf(decision: Verdict | Defer): string {
  return decision.outcome === 'deferred' ? '' : `, for ${decision.department}`;
}

function standingText({ sender: { standing, lookalike } }: Evidence): string {
  const tenant = standing.kind === 'unregistered' ? '' : ` of tenant ${standing.tenant.id}`;
  const admin = adminOf(standing);
  const who = admin === null ? '' : `, admin ${admin.id}${admin.active ? '' : ', not active'}`;
  const imitates = lookalike === null ? '' : `; ${lookalike.kind} of ${lookalike.of}`;
  return `${standing.kind}${tenant}${who}${imitates}`;
}
