/**
 * The whole story of one mail in one mailbox: what came in, what was found out, which rules were tried, what was said,
 * and what became of it.
 */
import type { Config } from '../config/config.ts';
import { policyOf } from '../intake/configured.ts';
import type { TraceRecord } from '../records/trace.ts';
import { ageText } from '../sla/age-text.ts';
import { type Explained, explain } from '../verdict/decide.ts';
import { evidenceLines, triedLines } from './check-report.ts';
import { row } from './check-row.ts';
import { staffLines } from './check-told.ts';
import { printable } from './columns.ts';
import { envelopeText, timeText } from './trace-list.ts';

/** What today's rules and settings say to the evidence of then. */
export type Again =
  | { readonly kind: 'same' | 'different'; readonly explained: Explained }
  /** The evidence of a mail that was refused in the session is not kept; a mailbox may be gone. */
  | { readonly kind: 'unknown'; readonly cause: string };

/** Judged as at the time when the mail came, so that only changed rules and settings show. */
export function judgeAgain({ row: recorded, evidence }: TraceRecord, config: Config): Again {
  if (evidence === null) {
    return { kind: 'unknown', cause: 'refused in the session: the mail and its evidence were not kept' };
  }
  const mailbox = config.mailboxes.find(({ address }) => address === recorded.recipient);
  if (mailbox === undefined) {
    return { kind: 'unknown', cause: `${recorded.recipient} is no longer a mailbox here: rules not tried` };
  }
  const { address, department } = mailbox;
  const explained = explain(evidence, { address, department }, policyOf(config), recorded.received_at);
  const { outcome, reason, rule } = explained.decision;
  const isSame = outcome === recorded.outcome && reason === recorded.reason && rule === recorded.rule;
  return { kind: isSame ? 'same' : 'different', explained };
}

export function storyText(record: TraceRecord, again: Again): string {
  const { row: recorded, judged, evidence } = record;
  const lines = [
    `${recorded.message_id} -> ${recorded.recipient}`,
    `  ${recorded.outcome.toUpperCase()} ${recorded.reason} by ${recorded.rule}, for ${recorded.department}`,
    '',
    '  timeline',
    ...timeline(record),
    '',
    '  evidence',
    ...(evidence === null ? [row('none', 'not kept')] : evidenceLines(evidence)),
    '',
    '  rules',
    ...ruleLines(record, again),
    '',
    row('sender told', replyText(record)),
    ...staffLines(judged.verdict),
    '',
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function timeline(record: TraceRecord): readonly string[] {
  const { row: recorded, judged, envelope, evidence, timings, ticket, copies } = record;
  const { client, helo, tls, mailFrom } = judged.envelope;
  const portal = evidence?.transport.portal;
  const received = recorded.received_at;
  const others = (envelope?.recipients ?? []).filter((address) => address !== recorded.recipient);
  const laps = Object.entries(timings ?? {});
  return [
    row('received', `${timeText(received)}.${String(received % 1_000).padStart(3, '0')} UTC`),
    row(
      'connection',
      portal === undefined
        ? `${client.ip} port ${client.port}, EHLO ${helo}, ${tls === null ? 'no TLS' : `${tls.version} ${tls.cipher}`}`
        : `a call of the admin portal at ${client.ip}, by its token ${portal.tokenId}`,
    ),
    row(
      'envelope',
      `from ${envelopeText(mailFrom)} to ${recorded.recipient}${others.length === 0 ? '' : `, also to ${others.join(' ')}`}`,
    ),
    row('mail', mailText(record)),
    ...(laps.length === 0 ? [] : [row('judged', laps.map(([stage, ms]) => `${stage} ${ms.toFixed(1)} ms`).join(', '))]),
    row('reply', replyText(record)),
    row(
      'job',
      `${recorded.outcome} ${recorded.message_id}, recorded ${delayText(recorded.recorded_at - received)} after receipt`,
    ),
    row('raw mail', recorded.spool_key === null ? 'not kept: refused in the session' : `spool ${recorded.spool_key}`),
    ...(ticket === null
      ? []
      : [row('ticket', `${ticket.number}, ${ticket.status}, severity ${ticket.severity}, ${ticket.department}`)]),
    ...(recorded.duplicate_of === null
      ? []
      : [row('copy of', `${recorded.duplicate_of}, which has the ticket if there is one`)]),
    ...(copies.length === 0 ? [] : [row('copies', copies.join(' '))]),
    ...record.followUps.map(followUpLine),
    ...record.deliveries.map(deliveryLine),
    ...record.notices.map(noticeLine),
  ];
}

function followUpLine({ actor, at, mail, note, number, state }: TraceRecord['followUps'][number]): string {
  const { outcome, reason } = mail.verdict;
  const progress = state === 'done' ? '' : ', not taken up by a worker yet';
  return row(`decision ${number}`, `${timeText(at)} UTC ${outcome} ${reason} by ${actor}: ${note}${progress}`);
}

function deliveryLine({
  attempts,
  cause,
  kind,
  next_at,
  state,
  target,
  updated_at,
}: TraceRecord['deliveries'][number]) {
  const next = state === 'retrying' && next_at !== null ? `, again at ${timeText(next_at)} UTC` : '';
  return row(
    'hand-over',
    `${target}: ${kind} ${state} ${timeText(updated_at)} UTC${failuresText(attempts, cause)}${next}`,
  );
}

function noticeLine({ attempts, cause, kind, recipient, state, updated_at }: TraceRecord['notices'][number]): string {
  return row('notice', `${kind} to ${recipient}: ${state} ${timeText(updated_at)} UTC${failuresText(attempts, cause)}`);
}

function failuresText(attempts: number, cause: string | null): string {
  const failed = attempts === 0 ? '' : `, ${attempts} failed`;
  return cause === null ? failed : `${failed}: ${cause}`;
}

function delayText(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.max(0, milliseconds)} ms` : ageText(milliseconds);
}

function mailText({ row: recorded }: TraceRecord): string {
  if (recorded.size === null) return 'not kept';
  const id = recorded.rfc_message_id ?? 'no Message-ID';
  return `${recorded.size} octets, ${id}, subject "${recorded.subject ?? ''}"`;
}

/** The reply to a refused mail is not stored with it; its verdict says what was told. */
function replyText({ row: recorded }: TraceRecord): string {
  if (recorded.reply_code === null) return 'refused in the session (5xx)';
  return [recorded.reply_code, recorded.reply_enhanced, recorded.reply_text].filter((part) => part !== null).join(' ');
}

function ruleLines({ row: recorded }: TraceRecord, again: Again): readonly string[] {
  if (again.kind === 'unknown') return [row(recorded.rule, `decided; ${again.cause}`)];
  const tried = triedLines(again.explained.tried);
  if (again.kind === 'same') return tried;
  const { outcome, reason, rule } = again.explained.decision;
  const change = `${recorded.outcome} ${recorded.reason} by ${recorded.rule} was decided then; today's rules and settings would decide ${outcome} ${reason} by ${rule}:`;
  return [`    ${change}`, ...tried];
}

/** For programs: the record as it is kept, with what today's rules say. */
export function storyLine(record: TraceRecord, again: Again): string {
  const { row: recorded, judged, evidence, envelope, timings, ticket, copies } = record;
  const today =
    again.kind === 'unknown'
      ? { kind: again.kind, cause: again.cause }
      : {
          kind: again.kind,
          decision: again.explained.decision,
          tried: again.explained.tried.map(({ id, title }) => ({ id, title })),
        };
  const story = {
    kind: 'story',
    messageId: recorded.message_id,
    receivedAt: new Date(recorded.received_at).toISOString(),
    recordedAt: new Date(recorded.recorded_at).toISOString(),
    mail: { rfcMessageId: recorded.rfc_message_id, subject: recorded.subject, size: recorded.size },
    reply:
      recorded.reply_code === null
        ? null
        : { code: recorded.reply_code, enhanced: recorded.reply_enhanced, text: recorded.reply_text },
    duplicateOf: recorded.duplicate_of,
    judged,
    envelope,
    evidence,
    timings,
    ticket,
    copies,
    followUps: record.followUps,
    deliveries: record.deliveries,
    notices: record.notices,
    today,
  };
  return `${JSON.stringify(story)}\n`;
}
