/** What an event makes of a case. Nothing is judged here: an event that was recorded has happened. */
import { type CaseRequest, requestKey, resolveAction } from './action.ts';
import { actorName } from './actor.ts';
import type { Approval, Case, Proposal, RecordedEvent, WorkOrder } from './case.ts';
import { cessationMs, workOrderMs } from './clocks.ts';
import type { CaseEvent, EventKind, Naming } from './event.ts';
import type { CaseDocument } from './evidence.ts';
import { subjectKeyOf } from './missing.ts';
import { specs } from './specs.ts';

type EventOf<Kind extends EventKind> = Extract<CaseEvent, { readonly kind: Kind }>;

/** Throws when the first event is not `opened`, or a later one is. */
export function foldCase(events: readonly RecordedEvent[]): Case {
  const [first, ...rest] = events;
  if (first === undefined || first.event.kind !== 'opened') throw new Error('a case begins with its opening');
  return rest.reduce(evolve, opened(first, first.event));
}

export function opened({ at, by }: RecordedEvent, event: EventOf<'opened'>): Case {
  const empty: Case = {
    id: event.caseId,
    openedAt: at,
    openedBy: by,
    namedBy: null,
    version: 1,
    lastChange: { kind: 'opened', by, at },
    procedure: null,
    tenantId: null,
    contacts: [],
    contactChanges: [],
    methods: [],
    request: null,
    communications: event.communication === null ? [] : [event.communication],
    documents: [],
    contactRequired: false,
    attempts: [],
    readings: [],
    order: null,
    methodUses: [],
    proposal: null,
    workOrder: null,
    cessation: null,
    ignored: [],
    closed: null,
  };
  return event.naming === null ? empty : { ...empty, ...named(event.naming), namedBy: by };
}

/** Events that change nothing anybody decides on: who approves need not have seen them. */
export const quietKinds: ReadonlySet<EventKind> = new Set([
  'communication-joined',
  'document-looked',
  'cessation-lapsed',
  'request-ignored',
]);

/** Throws on a second `opened`. */
export function evolve(of: Case, recorded: RecordedEvent): Case {
  const { at, by, event } = recorded;
  const changed = { ...of, ...changeOf(of, recorded) };
  if (quietKinds.has(event.kind)) return changed;
  return { ...changed, version: of.version + 1, lastChange: { kind: event.kind, by, at } };
}

function changeOf(of: Case, { at, by, event }: RecordedEvent): Partial<Case> {
  const who = actorName(by);
  switch (event.kind) {
    case 'opened':
      throw new Error(`case ${of.id} was opened twice`);
    case 'communication-joined':
      return { communications: [...of.communications, event.communication] };
    case 'named':
      return { ...named(event.naming), namedBy: by };
    case 'contacts-changed':
      return { contactChanges: [...of.contactChanges, ...event.changes] };
    case 'request-set':
      return { request: event.request, proposal: proposalAfter(of) };
    case 'document-added':
      return { documents: [...of.documents, addedDocument(of, event, who, at)], proposal: proposalAfter(of) };
    case 'document-looked':
      return withDocument(of, event.documentId, ({ looks }) => ({ looks: [...looks, { by: who, at }] }));
    case 'document-confirmed':
      return {
        ...withDocument(of, event.documentId, () => ({
          standing: 'confirmed',
          confirmation: {
            by: who,
            at,
            source: event.source,
            note: event.note,
            requestKey: keyOf(of.request),
            jurisdiction: event.jurisdiction,
          },
        })),
        proposal: proposalAfter(of),
      };
    case 'document-refuted':
      return {
        ...withDocument(of, event.documentId, () => ({
          standing: 'refuted',
          refutation: { by: who, at, note: event.note },
        })),
        proposal: proposalAfter(of),
      };
    case 'contact-required':
      return { contactRequired: true, proposal: proposalAfter(of) };
    case 'contact-made':
      return { attempts: [...of.attempts, ...attemptOf(of, event, who)], proposal: proposalAfter(of) };
    case 'activity-added':
      return { readings: [...of.readings, ...event.readings], proposal: proposalAfter(of) };
    case 'order-typed':
      return { order: { documentId: event.documentId, items: event.items }, proposal: proposalAfter(of) };
    case 'method-used':
      return {
        methodUses: [
          ...of.methodUses,
          { methodId: event.methodId, by: who, at, subjectKey: subjectKeyOf(of, event.admins) ?? '', undoneAt: null },
        ],
        proposal: proposalAfter(of),
      };
    case 'method-checked-in':
      return {
        methodUses: of.methodUses.map((use) =>
          use.methodId === event.methodId && use.undoneAt === null ? { ...use, undoneAt: at } : use,
        ),
        proposal: proposalAfter(of),
      };
    case 'proposed':
      return { proposal: proposalOf(of, event, who, at) };
    case 'proposal-withdrawn':
      return { proposal: null };
    case 'approved':
      return approved(of, { by: who, at, account: event.account });
    case 'work-order-answered':
      return of.workOrder === null ? {} : { workOrder: answered(of.workOrder, event, who, at) };
    case 'cessation-started':
      return {
        cessation: { startedAt: at, endsAt: at + cessationMs, startedBy: who, ended: null, lapseNotedAt: null },
      };
    case 'cessation-lapsed':
      return of.cessation === null ? {} : { cessation: { ...of.cessation, lapseNotedAt: at } };
    case 'cessation-ended':
      return of.cessation === null ? {} : { cessation: { ...of.cessation, ended: { at, by: who, note: event.note } } };
    case 'request-ignored':
      return { ignored: [...of.ignored, { at, reference: event.communication?.reference ?? null }] };
    case 'closed':
      return { closed: { outcome: event.outcome, note: event.note, by: who, at } };
  }
}

function named({ contactChanges, contacts, methods, procedure, tenantId }: Naming): Partial<Case> {
  return { procedure, tenantId, contacts, contactChanges, methods, request: onlyRequest(procedure) };
}

/** Where a procedure leaves no choice, what is asked for is known. */
function onlyRequest(procedure: Naming['procedure']): CaseRequest | null {
  const [kind, ...others] = specs[procedure].requests;
  return kind === undefined || kind === 'delete-admin' || others.length > 0 ? null : { kind };
}

/** The evidence is not what was proposed on any more. An issued work order stands. */
function proposalAfter({ proposal, workOrder }: Case): Proposal | null {
  return workOrder === null ? null : proposal;
}

function keyOf(request: CaseRequest | null): string {
  return request === null ? '' : requestKey(request);
}

function addedDocument(of: Case, { document }: EventOf<'document-added'>, by: string, at: number): CaseDocument {
  return {
    ...document,
    receivedAt: receivedAt(of, document.origin, at),
    addedBy: by,
    addedAt: at,
    looks: [],
    standing: 'unconfirmed',
    confirmation: null,
    refutation: null,
  };
}

/** When a document reached us: with the mail it hung on, or now. */
export function receivedAt(of: Case, origin: CaseDocument['origin'], now: number): number {
  if (origin.kind === 'upload') return now;
  const mail = of.communications.find(({ channel, reference }) => channel === 'mail' && reference === origin.reference);
  return Math.min(mail?.receivedAt ?? now, now);
}

function withDocument(
  of: Case,
  id: string,
  change: (document: CaseDocument) => Partial<CaseDocument>,
): Pick<Case, 'documents'> {
  return {
    documents: of.documents.map((document) => (document.id === id ? { ...document, ...change(document) } : document)),
  };
}

function attemptOf(of: Case, event: EventOf<'contact-made'>, by: string): Case['attempts'] {
  const contact = of.contacts.find(({ id }) => id === event.contactId);
  if (contact === undefined) return [];
  const { channel, id, name } = contact;
  const { madeAt, note, outcome } = event;
  return [
    { contactId: id, name, channel, madeAt, by, outcome, note, subjectKey: subjectKeyOf(of, event.admins) ?? '' },
  ];
}

function proposalOf(of: Case, { admins, objectId }: EventOf<'proposed'>, by: string, at: number): Proposal | null {
  const resolved = resolveAction(of.request, admins, of.order);
  return resolved.ok ? { action: resolved.action, objectId, by, at, approvals: [] } : null;
}

const approvalsNeeded = 2;

function approved(of: Case, approval: Approval): Partial<Case> {
  if (of.proposal === null) return {};
  const proposal = { ...of.proposal, approvals: [...of.proposal.approvals, approval] };
  return proposal.approvals.length < approvalsNeeded
    ? { proposal }
    : { proposal, workOrder: orderOf(of.id, proposal, approval.at) };
}

function orderOf(caseId: string, proposal: Proposal, now: number): WorkOrder {
  return {
    // A case has one work order at most: its id is as single as the case's.
    id: `${caseId}-order`,
    action: proposal.action,
    objectId: proposal.objectId,
    issuedAt: now,
    expiresAt: now + workOrderMs,
    proposedBy: proposal.by,
    approvedBy: proposal.approvals.map(({ by }) => by),
    answer: null,
  };
}

function answered(order: WorkOrder, event: EventOf<'work-order-answered'>, by: string, at: number): WorkOrder {
  const { note, reference, result } = event;
  return { ...order, answer: { result, reference, note, by, at } };
}
