/** Cases as text for a terminal, and as JSON. */
import type { OrderProgress } from '../case-file/order-progress.ts';
import { actionLines, type CaseAdmin } from '../cases/action.ts';
import { actorName } from '../cases/actor.ts';
import type { Case } from '../cases/case.ts';
import { cessationWindow } from '../cases/cessation-clock.ts';
import { type ContactStanding, contactStanding } from '../cases/contacts.ts';
import { type DueItem, dueItems } from '../cases/due.ts';
import { ruleOf } from '../cases/procedure.ts';
import { allowedEvents, stateAt } from '../cases/state.ts';
import { eventWords, requestWords } from '../cases/words.ts';
import type { KeptCase } from '../records/cases.ts';
import { columns, printable } from './columns.ts';

export function caseTable(cases: readonly Case[], now: number): string {
  if (cases.length === 0) return 'no cases\n';
  const rows = cases.map((of) => {
    const [due] = dueItems(of, now);
    return [
      of.id,
      of.procedure ?? '?',
      of.tenantId ?? '?',
      stateAt(of, now),
      String(of.version),
      minute(of.openedAt),
      due === undefined ? '' : dueText(due),
    ];
  });
  return columns(['CASE', 'PROCEDURE', 'TENANT', 'STATE', 'VERSION', 'OPENED', 'DUE'], rows);
}

/** What a list and a script need. */
export function caseFacts(of: Case, now: number): Record<string, unknown> {
  return {
    id: of.id,
    procedure: of.procedure,
    rule: ruleOf(of.procedure),
    tenant: of.tenantId,
    state: stateAt(of, now),
    version: of.version,
    openedAt: iso(of.openedAt),
    due: dueItems(of, now).map(({ at, state, what }) => ({ what, at: iso(at), state })),
  };
}

export function caseLine(of: Case, now: number): string {
  return `${of.id}  ${of.procedure ?? 'not named'}  ${stateAt(of, now)}  version ${of.version}\n`;
}

export function dueText({ at, state, what }: DueItem): string {
  const mark = state === 'coming' ? '' : state === 'soon' ? 'SOON ' : 'OVERDUE ';
  return `${mark}${minute(at)} ${what}`;
}

export type StoryFacts = {
  /** What the case lacks before anything may be done. */
  readonly missing: readonly string[];
  /** The tenant's admins as they are now. */
  readonly admins: readonly CaseAdmin[];
  readonly progress: readonly OrderProgress[];
};

export function caseStory(
  { case: of, events }: KeptCase,
  { admins, missing, progress }: StoryFacts,
  now: number,
): string {
  const window = cessationWindow(of);
  const lines = [
    `case        ${of.id}, version ${of.version}`,
    `procedure   ${of.procedure ?? 'not named yet'} (${ruleOf(of.procedure)})`,
    `tenant      ${of.tenantId ?? 'not named yet'}`,
    `state       ${stateAt(of, now)}`,
    `asked for   ${of.request === null ? 'not said yet' : requestWords(of.request, admins)}`,
    ...(window === null
      ? []
      : [`ceased      ${iso(window.from)} until ${window.until === null ? '?' : iso(window.until)}`]),
    ...dueItems(of, now).map((item) => `due         ${dueText(item)}`),
    ...(of.proposal === null ? [] : actionLines(of.proposal.action).map((line) => `proposed    ${line}`)),
    ...orderLines(of, progress),
    ...missing.map((line) => `missing     ${line}`),
    `next        ${allowedEvents(of, now).join(', ') || 'nothing'}`,
  ];
  const parts = [
    ...(of.documents.length === 0 ? [] : ['', documentTable(of)]),
    ...(of.contacts.length === 0 ? [] : ['', contactTable(of)]),
    '',
    columns(
      ['TIME', 'WHO', 'WHAT'],
      events.map(({ at, by, event }) => [minute(at), actorName(by), eventWords(event, of)]),
    ).trimEnd(),
  ];
  return `${[...lines.map(printable), ...parts.map((part) => part.trimEnd())].join('\n')}\n`;
}

function orderLines({ proposal, workOrder }: Case, progress: readonly OrderProgress[]): readonly string[] {
  const objectId = proposal?.objectId ?? null;
  return [
    ...(objectId === null ? [] : [`object id   ${objectId}`]),
    ...(workOrder === null ? [] : [`order       ${workOrder.id}, before ${minute(workOrder.expiresAt)}`]),
    ...progress.map(({ at, text }) => `engineering ${text}${at === null ? '' : ` (${minute(at)})`}`),
    ...(workOrder === null || workOrder.answer === null
      ? []
      : [`answer      ${workOrder.answer.result}, ${workOrder.answer.reference}, recorded by ${workOrder.answer.by}`]),
  ];
}

function documentTable(of: Case): string {
  return columns(
    ['DOCUMENT', 'KIND', 'STANDING', 'MARKS', 'LOOKED AT BY', 'FILE'],
    of.documents.map(({ fileName, id, kind, looks, marks, standing }) => [
      id,
      kind,
      standing,
      marks.join(','),
      [...new Set(looks.map(({ by }) => by))].join(','),
      fileName,
    ]),
  );
}

function contactTable(of: Case): string {
  return columns(
    ['CONTACT', 'NAME', 'ROLE', 'CHANNEL', 'ON FILE', 'SINCE', 'COUNTS'],
    of.contacts.map((contact) => [
      contact.id,
      contact.name,
      contact.role,
      contact.channel,
      contact.value,
      minute(contact.since),
      countsTexts[contactStanding(of, contact)],
    ]),
  );
}

const countsTexts: Readonly<Record<ContactStanding, string>> = {
  executive: 'yes',
  'too-young': 'no: too young',
  technical: 'no: technical',
  'billing-alone': 'no: billing, not an executive',
};

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
