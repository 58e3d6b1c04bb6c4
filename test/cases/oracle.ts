/**
 * What POLICY's X-* ask for, read straight from the events of a case and said in another way than the program says it: no
 * function of the program takes part, so that a fault of the program is not its own judge.
 */
import type { CaseAdmin, CaseRequest } from '../../src/cases/action.ts';
import type { RecordedEvent } from '../../src/cases/case.ts';
import type { CaseEvent, EventKind } from '../../src/cases/event.ts';
import type { Procedure } from '../../src/cases/procedure.ts';
import { dayMs, hourMs } from './story.ts';

type Of<Kind extends EventKind> = Extract<CaseEvent, { readonly kind: Kind }>;
type Seen<Kind extends EventKind> = {
  readonly index: number;
  readonly at: number;
  readonly who: string;
  readonly event: Of<Kind>;
};

const only: Readonly<Partial<Record<Procedure, CaseRequest>>> = {
  closure: { kind: 'delete-tenant' },
  mistake: { kind: 'court-ordered' },
  cessation: { kind: 'cease-support' },
};

/** What is missing before the act that the last event has let through; empty when it was rightly let through. */
export function lacking(procedure: Procedure, events: readonly RecordedEvent[], admins: readonly CaseAdmin[]) {
  const last = events.at(-1);
  const now = last?.at ?? 0;
  const asked = requestAt(procedure, events, events.length);
  const deed = deedOf(asked, admins);
  const lacks: string[] = [];
  const need = (isThere: boolean, what: string): void => {
    if (!isThere) lacks.push(what);
  };
  const isDenied = of(events, 'contact-made').some(({ event }) => event.outcome === 'denied');
  need(!isDenied, 'no denial');
  const hasContact = of(events, 'contact-made').some(
    ({ event, index }) =>
      event.outcome === 'confirmed' &&
      isOldContact(events, event.contactId) &&
      deedOf(requestAt(procedure, events, index), event.admins) === deed,
  );
  const hasDocument = (kind: string): boolean =>
    of(events, 'document-added').some(({ event }) => {
      const { document } = event;
      return document.kind === kind && isGood(procedure, events, document.id, asked);
    });
  switch (procedure) {
    case 'disgruntled-admin':
    case 'preventative':
      need(hasDocument('police-report'), 'a confirmed police report');
      need(hasContact, 'an executive');
      break;
    case 'cessation':
      need(hasContact, 'an executive');
      break;
    case 'closure':
      need(hasDocument('certificate-of-dissolution'), 'a confirmed certificate');
      need(hasContact || of(events, 'contact-required').length === 0, 'an executive who was asked for');
      need(isQuiet(events, now), 'silence for 180 days');
      break;
    case 'mistake': {
      need(hasContact, 'an executive');
      const typed = of(events, 'order-typed').at(-1);
      need(typed !== undefined && isGood(procedure, events, typed.event.documentId, asked), 'a typed court order');
      break;
    }
  }
  return lacks;
}

/** The same for the four eyes of a work order that the last event has issued. */
export function blindEyes(events: readonly RecordedEvent[]): readonly string[] {
  const proposed = of(events, 'proposed').at(-1);
  if (proposed === undefined) return ['a proposal'];
  const approvals = of(events, 'approved').filter(({ index }) => index > proposed.index);
  const documents = of(events, 'document-added').filter(({ event }) => !isRefuted(events, event.document.id));
  const people = new Set([proposed.who, ...approvals.map(({ who }) => who)]);
  const [first, second] = approvals;
  const changes: readonly EventKind[] = [
    'document-added',
    'document-confirmed',
    'document-refuted',
    'contact-made',
    'activity-added',
    'order-typed',
    'request-set',
    'contact-required',
    'proposal-withdrawn',
  ];
  const blind = approvals.flatMap(({ index, who }) =>
    documents.filter(
      ({ event }) =>
        !of(events, 'document-looked').some(
          (look) => look.index < index && look.who === who && look.event.documentId === event.document.id,
        ),
    ),
  );
  const account = first?.event.account ?? null;
  return [
    ...(approvals.length === 2 && people.size === 3 ? [] : ['three people']),
    ...(first !== undefined && second !== undefined && second.at - first.at < 24 * hourMs ? [] : ['24 hours']),
    ...(account === null || second?.event.account !== account ? [] : ['two accounts']),
    ...(blind.length === 0 ? [] : ['a look at everything']),
    ...(events.slice(proposed.index).some(({ event }) => changes.includes(event.kind)) ? ['evidence at rest'] : []),
    ...approvals.flatMap(({ event }) => (event.objectId === proposed.event.objectId ? [] : ['the same tenant'])),
    ...approvals.flatMap(({ at, event }) => (isLongIn(event, at, events[0]?.at ?? 0) ? [] : ['somebody known'])),
  ];
}

function isLongIn({ letInAt, staffSince }: Of<'approved'>, at: number, openedAt: number): boolean {
  if (letInAt === null || at - letInAt >= 7 * dayMs) return true;
  return staffSince !== null && at - staffSince < 7 * dayMs && letInAt < openedAt;
}

function of<Kind extends EventKind>(events: readonly RecordedEvent[], kind: Kind): readonly Seen<Kind>[] {
  return events.flatMap(({ at, by, event }, index) =>
    isOf(event, kind) ? [{ index, at, event, who: by.kind === 'system' ? '' : by.id }] : [],
  );
}

function isOf<Kind extends EventKind>(event: CaseEvent, kind: Kind): event is Of<Kind> {
  return event.kind === kind;
}

function requestAt(procedure: Procedure, events: readonly RecordedEvent[], index: number): CaseRequest | null {
  return (
    of(events, 'request-set')
      .filter((set) => set.index < index)
      .at(-1)?.event.request ??
    only[procedure] ??
    null
  );
}

/** What would be done: an admin is deleted, or with the last one the tenant. */
function deedOf(request: CaseRequest | null, admins: readonly CaseAdmin[]): string {
  if (request?.kind !== 'delete-admin') return request?.kind ?? 'nothing';
  const others = admins.filter(({ active, id }) => active && id !== request.adminId);
  return `${others.length === 0 ? 'the tenant with' : 'only'} ${request.adminId}`;
}

function isOldContact(events: readonly RecordedEvent[], contactId: string): boolean {
  const [opening] = of(events, 'opened');
  const contact = opening?.event.naming?.contacts.find(({ id }) => id === contactId);
  return opening !== undefined && contact !== undefined && opening.at - contact.since >= 30 * dayMs;
}

function isRefuted(events: readonly RecordedEvent[], documentId: string): boolean {
  return of(events, 'document-refuted').some(({ event }) => event.documentId === documentId);
}

/** Confirmed last for what is asked now, by somebody who had looked at it, and never refuted. */
function isGood(
  procedure: Procedure,
  events: readonly RecordedEvent[],
  documentId: string,
  asked: CaseRequest | null,
): boolean {
  const confirmed = of(events, 'document-confirmed')
    .filter(({ event }) => event.documentId === documentId)
    .at(-1);
  if (confirmed === undefined || isRefuted(events, documentId)) return false;
  const hadLooked = of(events, 'document-looked').some(
    ({ event, index, who }) => index < confirmed.index && who === confirmed.who && event.documentId === documentId,
  );
  return (
    hadLooked &&
    JSON.stringify(requestAt(procedure, events, confirmed.index)) === JSON.stringify(asked) &&
    (procedure !== 'mistake' || confirmed.event.jurisdiction !== null)
  );
}

function isQuiet(events: readonly RecordedEvent[], now: number): boolean {
  const readings = of(events, 'activity-added').flatMap(({ event }) => event.readings);
  const isFresh = readings.some(({ asOf, last }) => last.kind === 'at' && asOf - last.at < 180 * dayMs);
  return (
    !isFresh &&
    ['devices', 'users', 'user-portal', 'admin-portal'].every((source) => {
      const reading = readings.filter((one) => one.source === source).at(-1);
      if (reading === undefined || now - reading.asOf > 3 * dayMs) return false;
      const since = reading.last.kind === 'at' ? reading.last.at : reading.last.since;
      return reading.asOf - since >= 180 * dayMs;
    })
  );
}

/** Whether support is ceased: from the events, in another way than the clock of the program. */
export function saysCeased(events: readonly RecordedEvent[], receivedAt: number, now: number): boolean {
  const [begun] = of(events, 'cessation-started');
  if (begun === undefined) return false;
  const [ended] = of(events, 'cessation-ended');
  // Nothing that is in force now ends after 25 hours from now: else the clock was ahead, or is behind.
  const isBefore = (end: number): boolean => now < end && end - 25 * hourMs <= now;
  if (ended !== undefined) return isBefore(ended.at);
  const endsAt = begun.at + 24 * hourMs;
  const inTime = of(events, 'document-added').flatMap(({ at, event }) => {
    const { id, kind, origin } = event.document;
    const received = origin.kind === 'upload' ? at : Math.min(receivedAt, at);
    return (kind === 'police-report' || kind === 'court-order') && received < endsAt ? [id] : [];
  });
  const refutedAt = inTime.map((id) => of(events, 'document-refuted').find(({ event }) => event.documentId === id)?.at);
  if (refutedAt.includes(undefined)) return true;
  const [closed] = of(events, 'closed');
  const last = Math.max(endsAt, ...refutedAt.map((at) => at ?? 0));
  return isBefore(Math.min(last, closed?.at ?? last));
}
