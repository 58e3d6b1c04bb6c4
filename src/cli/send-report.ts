/** How `postern send` tells what became of the mails: a line per reply, a table of verdicts, or JSON. */
import { basename } from 'node:path';
import type { SampleMail } from '../samples/sample-mail.ts';
import type { TraceRow } from './await-traces.ts';
import { columns, printable } from './columns.ts';
import type { SendEnvelope } from './send-items.ts';
import type { Submission } from './smtp-submitter.ts';

export type Sent = {
  readonly file: string;
  readonly sample: SampleMail | null;
  readonly envelope: SendEnvelope;
  readonly submission: Submission;
};

/** Rows by mail; null where there are no records to look into. */
export type Traces = ReadonlyMap<Submission, readonly TraceRow[]> | null;

export function replyLine({ file, submission }: Sent): string {
  const refused = submission.refused.map(({ recipient, reply }) => `; ${recipient}: ${reply}`).join('');
  return `${printable(`${file}: ${replyText(submission)}${refused}`)}\n`;
}

function replyText({ reply, cause }: Submission): string {
  return reply === null ? `not sent: ${cause ?? 'no reply'}` : `${reply.code} ${reply.text}`;
}

/** One row for each mail and mailbox. For samples also what was expected and what is to be seen. */
export function sentTable(sent: readonly Sent[], traces: Traces): string {
  const toSeveral = sent.some(({ envelope }) => envelope.recipients.length > 1);
  const ofSamples = sent.some(({ sample }) => sample !== null);
  const header = [
    'FILE',
    'REPLY',
    ...(toSeveral ? ['TO'] : []),
    'OUTCOME',
    'REASON',
    'RULE',
    'ASSURANCE',
    ...(ofSamples ? ['EXPECTED', 'SHOWS'] : []),
  ];
  const rows = sent.flatMap((one) => {
    const { file, sample, submission } = one;
    const code = submission.reply === null ? '-' : String(submission.reply.code);
    const judged: readonly (TraceRow | null)[] = traces?.get(submission) ?? [null];
    return judged.map((row) => [
      basename(file),
      code,
      ...(toSeveral ? [row?.recipient ?? '-'] : []),
      ...verdictCells(row, submission),
      ...(sample === null ? [] : [isAsExpected(one, traces) ? 'yes' : `no: ${expectedText(sample)}`, sample.shows]),
    ]);
  });
  return columns(header, rows);
}

function verdictCells(row: TraceRow | null, submission: Submission): readonly string[] {
  if (row === null) return [isDeferred(submission) ? 'deferred' : '-', '-', '-', '-'];
  return [row.outcome, row.reason, row.rule, row.assurance];
}

/** One JSON line for each mail and mailbox; `trace` is null where nothing was recorded. */
export function sentLines(sent: readonly Sent[], traces: Traces): string {
  return sent
    .flatMap((one) => {
      const { file, sample, envelope, submission } = one;
      const { reply, cause, refused } = submission;
      const rows: readonly (TraceRow | null)[] = traces?.get(submission) ?? [null];
      return rows.map((row) => ({
        file,
        envelope,
        reply,
        error: cause,
        refused,
        trace: row === null ? null : traceOf(row),
        ...(sample === null
          ? {}
          : { sample: { shows: sample.shows, expected: sample.expected, asExpected: isAsExpected(one, traces) } }),
      }));
    })
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

function traceOf({ message_id, recipient, outcome, reason, rule, department, assurance }: TraceRow) {
  return { messageId: message_id, recipient, outcome, reason, rule, department, assurance };
}

export function isDeferred({ reply }: Submission): boolean {
  return reply !== null && reply.code >= 400 && reply.code < 500;
}

/** Whether a sample got the verdict that it was made for; a mail that is no sample has no expectation to miss. */
export function isAsExpected({ sample, submission }: Sent, traces: Traces): boolean {
  if (sample === null) return true;
  const { outcome, reason } = sample.expected;
  if (outcome === 'deferred') return isDeferred(submission);
  return traces?.get(submission)?.some((row) => row.outcome === outcome && row.reason === reason) ?? false;
}

function expectedText({ expected: { outcome, reason } }: SampleMail): string {
  return `${outcome} ${reason}`;
}
