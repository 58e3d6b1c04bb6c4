/** The case in one page of HTML, for people who have neither Postern nor its words: no script, nothing loaded. */
import { actionLines, type CaseAdmin } from '../cases/action.ts';
import { actorName } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import { cessationWindow } from '../cases/cessation-clock.ts';
import type { Confirmation } from '../cases/evidence.ts';
import type { SignedOrder } from '../cases/order-payload.ts';
import { ruleOf } from '../cases/procedure.ts';
import { specs } from '../cases/specs.ts';
import { stateAt } from '../cases/state.ts';
import { eventWords, requestWords } from '../cases/words.ts';
import type { AuditExtract } from '../records/case-audit.ts';
import type { KeptCase } from '../records/cases.ts';
import type { OrderDelivery } from '../records/work-orders.ts';
import { type EngineeringWay, orderProgress } from './order-progress.ts';

export type SummaryInput = {
  readonly kept: KeptCase;
  readonly audit: AuditExtract;
  readonly order: SignedOrder | null;
  readonly deliveries: readonly OrderDelivery[];
  readonly engineering: EngineeringWay;
  /** The tenant's admins as they are now. */
  readonly admins: readonly CaseAdmin[];
  /** Epoch milliseconds. */
  readonly now: number;
};

/** A mail of the case and its place in the archive; what is missing is named all the same. */
export type MailFile = { readonly reference: string; readonly name: string; readonly isMissing: boolean };

type Cells = readonly (readonly (string | number)[])[];

export function caseSummary(input: SummaryInput, mails: readonly MailFile[]): string {
  const { admins, audit, kept, now } = input;
  const { case: of, events } = kept;
  const title = `Case ${of.id}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<title>${escape(title)}</title>`,
    '<style>body{font:15px/1.5 sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}',
    'th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}</style>',
    '</head><body>',
    `<h1>${escape(title)}</h1>`,
    table(['What', 'Value'], facts(of, admins, now)),
    section(
      'What happened',
      ['No.', 'Time (UTC)', 'Who', 'What'],
      events.map(({ at, by, event }, index) => [index + 1, iso(at), actorName(by), eventWords(event, of)]),
    ),
    section(
      'Mails and requests from the portal',
      ['No.', 'Channel', 'Received', 'Claimed author', 'Reference', 'In this archive'],
      communications(of, mails),
    ),
    section(
      'Documents',
      ['Id', 'Kind', 'File', 'From', 'Received', 'SHA-256', 'Standing', 'Looked at by', 'Confirmed or refuted'],
      documents(of),
    ),
    section(
      'Contacts on file when the case was opened',
      ['Name', 'Role', 'Channel', 'Unchanged since'],
      of.contacts.map(({ channel, name, role, since }) => [name, role, channel, iso(since)]),
    ),
    section(
      'Calls to contacts on file',
      ['Made at', 'By', 'Name', 'Channel', 'Outcome', 'Note'],
      of.attempts.map(({ by, channel, madeAt, name, note, outcome }) => [
        iso(madeAt),
        by,
        name,
        channel,
        outcome,
        note,
      ]),
    ),
    section('Work order', ['What', 'Value'], orderRows(input)),
    section(
      'Audit log of this case',
      ['No.', 'Time (UTC)', 'Who', 'What', 'Hash'],
      audit.rows.map(({ action, actor, at, hash, seq }) => [seq, iso(at), actor, action, hash]),
    ),
    `<p>${escape(chainWords(audit))}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

function facts(of: Case, admins: readonly CaseAdmin[], now: number): Cells {
  const window = cessationWindow(of);
  return [
    ['Procedure', of.procedure === null ? 'not named yet' : `${specs[of.procedure].title} (${ruleOf(of.procedure)})`],
    ['Tenant', of.tenantId ?? 'not named yet'],
    ['Opened', `${iso(of.openedAt)} by ${actorName(of.openedBy)}`],
    ['State', `${stateAt(of, now)} at ${iso(now)}`],
    ['Asked for', of.request === null ? 'not named yet' : requestWords(of.request, admins)],
    ...(window === null
      ? []
      : [
          [
            'Support ceased',
            `from ${iso(window.from)} until ${window.until === null ? 'further notice' : iso(window.until)}`,
          ],
        ]),
    ...(of.closed === null
      ? []
      : [['Closed', `${iso(of.closed.at)} by ${of.closed.by}: ${of.closed.outcome}; ${of.closed.note}`]]),
  ];
}

function communications(of: Case, mails: readonly MailFile[]): Cells {
  return of.communications.map(({ address, channel, receivedAt, reference }, index) => {
    const file = channel === 'mail' ? mails.find((mail) => mail.reference === reference) : undefined;
    const place = file === undefined ? '' : file.isMissing ? `MISSING: ${file.name} is no longer kept` : file.name;
    return [index + 1, channel, iso(receivedAt), address ?? '', reference, place];
  });
}

function documents(of: Case): Cells {
  return of.documents.map((document) => {
    const { addedBy, confirmation, digest, fileName, id, kind, looks, marks, origin } = document;
    const { receivedAt, refutation, standing } = document;
    const from = origin.kind === 'mail' ? `the mail ${origin.reference}, added` : 'uploaded';
    const confirmed =
      confirmation === null
        ? []
        : [
            `${confirmation.by}, ${iso(confirmation.at)}: asked ${confirmation.source.asked} (${confirmation.source.foundIn}); ${confirmation.note}`,
            ...jurisdictionWords(confirmation),
          ];
    const refuted = refutation === null ? [] : [`${refutation.by}, ${iso(refutation.at)}: ${refutation.note}`];
    const name = marks.length === 0 ? fileName : `${fileName} (${marks.join(', ')})`;
    const seenBy = [...new Set(looks.map(({ by }) => by))].join(', ');
    const judged = [...confirmed, ...refuted].join('; ');
    return [id, kind, name, `${from} by ${addedBy}`, iso(receivedAt), digest, standing, seenBy, judged];
  });
}

/** Of a court order. */
function jurisdictionWords({ jurisdiction }: Confirmation): readonly string[] {
  return jurisdiction === null ? [] : [`jurisdiction: ${jurisdiction.court}; ${jurisdiction.why}`];
}

function orderRows({ deliveries, engineering, kept, order }: SummaryInput): Cells {
  const { workOrder } = kept.case;
  if (workOrder === null) return [];
  const { action, answer, approvedBy, expiresAt, id, issuedAt, proposedBy } = workOrder;
  return [
    ['Id', id],
    ['To be done, once', actionLines(action).join('; ')],
    ['Issued', `${iso(issuedAt)}, to be carried out before ${iso(expiresAt)}`],
    ['Proposed by', proposedBy],
    ['Approved by', approvedBy.join(', ')],
    ['Signed by key', order?.fingerprint ?? 'not signed'],
    ...orderProgress(workOrder, order, deliveries, engineering).map(({ at, text }) => [
      'Engineering',
      at === null ? text : `${iso(at)}: ${text}`,
    ]),
    [
      'Answer',
      answer === null
        ? 'none yet'
        : `${iso(answer.at)} by ${answer.by}: ${answer.result}, ${answer.reference}; ${answer.note}`,
    ],
  ];
}

function chainWords({ head, verification }: AuditExtract): string {
  const checked = verification.ok
    ? `The whole log of ${verification.entries} rows was verified when this file was made.`
    : `THE LOG DOES NOT VERIFY from row ${verification.seq} on: ${verification.cause}.`;
  return (
    `${checked} Its last row then was ${head.seq} with the hash ${head.hash}. The hash of a row is the SHA-256 of the JSON ` +
    'array [previous_hash, seq, at, actor, action, subject, detail], all as they stand in audit.json; "sha256" in a ' +
    'row\'s detail is that of the line in events.jsonl whose number stands in "event".'
  );
}

function section(title: string, header: readonly string[], rows: Cells): string {
  return `<h2>${escape(title)}</h2>\n${rows.length === 0 ? '<p>None.</p>' : table(header, rows)}`;
}

function table(header: readonly string[], rows: Cells): string {
  const line = (tag: string, cells: readonly (string | number)[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(String(cell))}</${tag}>`).join('')}</tr>`;
  return `<table>${line('th', header)}\n${rows.map((row) => line('td', row)).join('\n')}</table>`;
}

/** Direction marks as well: file names and notes come from others. */
function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\uFFFD');
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
