/**
 * `(case, command, now) -> case and effects, or a refusal`. A refusal names the rule and what is missing, and changes
 * nothing. The checks run in this order: who acts; whether they saw the case as it is; whether the state allows the
 * event; then what the event itself needs.
 */

import { actionKey, type CaseAdmin, orderedKinds, resolveAction } from './action.ts';
import { type Actor, actorName } from './actor.ts';
import type { Case, RecordedEvent, WorkOrder } from './case.ts';
import { type CessationWindow, cessationWindow, extendsCessation, lapsedAt } from './cessation-clock.ts';
import { contactAgeMs } from './clocks.ts';
import { switchState } from './contract-method.ts';
import { wakeAt } from './due.ts';
import type { CaseEvent, EventKind, Naming } from './event.ts';
import type { CaseDocument, ContactPoint } from './evidence.ts';
import { evolve, opened, quietKinds, receivedAt } from './evolve.ts';
import { missingFor, subjectKeyOf } from './missing.ts';
import { type CaseRule, ruleOf } from './procedure.ts';
import { specs } from './specs.ts';
import { allowedEvents, barredBecause, stateAt } from './state.ts';

export type CaseCommand = {
  readonly by: Actor;
  /** The version of the case that the person saw; null for quiet events and for the gateway's own. */
  readonly seen: number | null;
  readonly event: CaseEvent;
};

export type Effect =
  /** Trust staff are told at once. */
  | { readonly kind: 'alarm'; readonly text: string }
  | { readonly kind: 'issue-work-order'; readonly order: WorkOrder }
  | { readonly kind: 'support-window'; readonly tenantId: string; readonly window: CessationWindow }
  | { readonly kind: 'wake'; readonly at: number };

export type Refusal = {
  readonly kind: 'refused';
  readonly rule: CaseRule;
  /** One line each; never empty. */
  readonly missing: readonly string[];
  /** Somebody else changed the case first. */
  readonly conflict: boolean;
  /** Trust staff are told that it was tried. */
  readonly alarm: string | null;
};

export type Transition =
  | {
      readonly kind: 'accepted';
      readonly case: Case;
      readonly recorded: RecordedEvent;
      readonly effects: readonly Effect[];
    }
  | Refusal;

type EventOf<Kind extends EventKind> = Extract<CaseEvent, { readonly kind: Kind }>;

/** Why an event is refused; null when it is not. */
type Fault = { readonly missing: readonly string[]; readonly alarm?: string } | null;

export function transition(current: Case | null, command: CaseCommand, now: number): Transition {
  const { by, event } = command;
  const recorded: RecordedEvent = { by, at: now, event };
  if (current === null) {
    if (event.kind !== 'opened') return refuse(null, 'an opened case');
    const fault = roleFault(command) ?? openingFault(event, by);
    return fault === null
      ? accept(null, opened(recorded, event), recorded)
      : refusal(event.naming?.procedure ?? null, fault);
  }
  const conflict = conflictFault(current, command);
  const fault =
    roleFault(command) ?? conflict ?? stateFault(current, command, now) ?? eventFault(current, command, now);
  if (fault === null) return accept(current, evolve(current, recorded), recorded);
  const procedure = event.kind === 'named' ? event.naming.procedure : current.procedure;
  return { ...refusal(procedure, fault), conflict: fault === conflict };
}

function accept(before: Case | null, after: Case, recorded: RecordedEvent): Transition {
  return { kind: 'accepted', case: after, recorded, effects: effectsOf(before, after, recorded) };
}

function refuse(of: Case | null, ...missing: string[]): Refusal {
  return refusal(of?.procedure ?? null, { missing });
}

function refusal(procedure: Case['procedure'], fault: NonNullable<Fault>): Refusal {
  return {
    kind: 'refused',
    rule: ruleOf(procedure),
    missing: fault.missing,
    conflict: false,
    alarm: fault.alarm ?? null,
  };
}

function lacks(...missing: string[]): NonNullable<Fault> {
  return { missing };
}

const gatewayEvents: ReadonlySet<EventKind> = new Set([
  'opened',
  'communication-joined',
  'contacts-changed',
  'method-checked-in',
  'cessation-lapsed',
  'request-ignored',
]);
/** What only the gateway sees: nobody may claim it. */
const onlyGatewayEvents: ReadonlySet<EventKind> = new Set(['contacts-changed', 'cessation-lapsed', 'request-ignored']);

function roleFault({ by, event }: CaseCommand): Fault {
  if (by.kind === 'system')
    return gatewayEvents.has(event.kind) ? null : lacks('a person: the gateway decides nothing');
  if (onlyGatewayEvents.has(event.kind)) return lacks('the gateway itself: nobody can enter this');
  return by.roles.includes('trust') ? null : lacks('the role trust');
}

function conflictFault(of: Case, { by, event, seen }: CaseCommand): Fault {
  if (by.kind === 'system' || quietKinds.has(event.kind) || event.kind === 'method-checked-in') return null;
  if (seen === of.version) return null;
  if (seen === null) return lacks('the version of the case that was seen');
  const { lastChange, version } = of;
  return lacks(
    `a look at the case as it is: version ${version} (${lastChange.kind} by ${actorName(lastChange.by)}), not ${seen}`,
  );
}

function stateFault(of: Case, { event }: CaseCommand, now: number): Fault {
  const allowed = allowedEvents(of, now);
  if (allowed.includes(event.kind)) return null;
  const state = stateAt(of, now);
  if (state === 'barred') return lacks(...barredBecause(of).map((cause) => `an open way: ${cause}`));
  if (event.kind === 'approved' && state === 'gathering' && of.proposal !== null) {
    return lacks('a new proposal: the first approval has expired');
  }
  return lacks(`another state: in ${state} there is ${allowed.join(', ') || 'nothing more to do'}`);
}

function openingFault({ communication, naming }: EventOf<'opened'>, by: Actor): Fault {
  if (by.kind === 'system' && communication === null) return lacks('the communication that it was opened for');
  return naming === null ? null : namingFault(naming);
}

function namingFault({ lapsedCessation, openCaseId, procedure }: Naming): Fault {
  if (openCaseId !== null) return lacks(`a tenant without an open case of this kind: join ${openCaseId}`);
  if (procedure === 'cessation' && lapsedCessation !== null) {
    const day = new Date(lapsedCessation.at).toISOString();
    return lacks(`evidence in time the first time: support resumed at ${day} (case ${lapsedCessation.caseId})`);
  }
  return null;
}

function eventFault(of: Case, { by, event }: CaseCommand, now: number): Fault {
  switch (event.kind) {
    case 'opened':
      return lacks('a case that is not open yet');
    case 'communication-joined':
      return of.communications.some(({ reference }) => reference === event.communication.reference)
        ? lacks('another communication: this one is part of the case')
        : null;
    case 'named':
      return namingFault(event.naming);
    case 'request-set':
      return requestFault(of, event);
    case 'document-added':
      return additionFault(of, event, now);
    case 'document-looked':
      return documentOf(of, event.documentId) === undefined ? lacks(`a document ${event.documentId}`) : null;
    case 'document-confirmed':
      return confirmationFault(of, event, by);
    case 'document-refuted':
      return refutationFault(of, event, by);
    case 'contact-made':
      return contactFault(of, event, now);
    case 'activity-added':
      return readingsFault(event, now);
    case 'order-typed':
      return orderFault(of, event, by);
    case 'method-used':
      return methodFault(of, event, now);
    case 'method-checked-in':
      return of.methodUses.some(({ methodId, undoneAt }) => methodId === event.methodId && undoneAt === null)
        ? null
        : lacks(`a use of the method ${event.methodId} in this case`);
    case 'proposed':
      return proposalFault(of, event.admins, now);
    case 'approved':
      return approvalFault(of, event.admins, by, now);
    case 'proposal-withdrawn':
    case 'cessation-ended':
      return noteFault(event.note);
    case 'work-order-answered':
      return event.reference.trim() === '' ? lacks("engineering's reference") : null;
    case 'cessation-started': {
      const missing = missingFor(of, [], now);
      return missing.length > 0 ? { missing } : null;
    }
    case 'cessation-lapsed':
      return lapsedAt(of, now) === null || of.cessation?.lapseNotedAt !== null ? lacks('a lapse to note') : null;
    case 'request-ignored':
      return lapsedAt(of, now) === null ? lacks('a lapsed cessation') : null;
    case 'closed':
      return closingFault(of, event);
    case 'contact-required':
      return of.contactRequired ? lacks('anything new: confirmation is asked for already') : null;
    case 'contacts-changed':
      return event.changes.length === 0 ? lacks('a change') : null;
  }
}

const longestNote = 4_000;

function noteFault(note: string, what = 'a reason, for the record'): Fault {
  if (note.trim() === '') return lacks(what);
  return note.length > longestNote ? lacks(`a text of at most ${longestNote} characters`) : null;
}

function requestFault(of: Case, { admins, request }: EventOf<'request-set'>): Fault {
  const { requests } = specs[of.procedure ?? 'closure'];
  if (of.procedure === null || !requests.includes(request.kind)) {
    return lacks(`one of: ${requests.join(', ')}`);
  }
  const resolved = resolveAction(request, admins, of.order);
  return resolved.ok ? null : lacks(resolved.missing);
}

function documentOf(of: Case, id: string): CaseDocument | undefined {
  return of.documents.find((document) => document.id === id);
}

function additionFault(of: Case, { document }: EventOf<'document-added'>, now: number): Fault {
  const { digest, id, kind, origin } = document;
  const same = of.documents.find((other) => other.id === id || other.digest === digest);
  if (same !== undefined) return lacks(`another document: this one is in the case as ${same.id} (${same.standing})`);
  if (!/^[0-9a-f]{64}$/.test(digest)) return lacks('a SHA-256 digest');
  if (origin.kind === 'mail' && !of.communications.some(({ reference }) => reference === origin.reference)) {
    return lacks('a mail that is part of the case');
  }
  if (of.cessation === null || stateAt(of, now) !== 'resumed') return null;
  const isInTime = extendsCessation(kind) && receivedAt(of, origin, now) < of.cessation.endsAt;
  return isInTime && of.cessation.ended === null
    ? null
    : lacks('a police report or court order that was received before the 24 hours were over');
}

function confirmationFault(of: Case, event: EventOf<'document-confirmed'>, by: Actor): Fault {
  const document = documentOf(of, event.documentId);
  if (document === undefined) return lacks(`a document ${event.documentId}`);
  if (document.standing === 'refuted') return lacks('a document that was not refuted');
  if (!hasLooked(document, by)) return lacks('a look at the document by whoever confirms it');
  if (of.request === null) return lacks('what is asked for: the document is confirmed for it');
  const { asked } = event.source;
  if (asked.trim() === '') return lacks('whom staff asked, and where staff found them');
  if (of.communications.some(({ address }) => address !== null && names(asked, address))) {
    return lacks('a source that staff found, not the claimant');
  }
  if (document.kind !== 'court-order') return noteFault(event.note, 'how it was confirmed');
  const { jurisdiction } = event;
  return jurisdiction === null || jurisdiction.court.trim() === '' || jurisdiction.why.trim() === ''
    ? lacks('which court it is and why it is the proper one')
    : noteFault(event.note, 'how it was confirmed');
}

/** Whether a text names an address or its domain. */
function names(text: string, address: string): boolean {
  const folded = text.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return folded.includes(address.toLowerCase()) || (domain !== '' && folded.includes(domain.toLowerCase()));
}

function hasLooked({ looks }: CaseDocument, by: Actor): boolean {
  return by.kind === 'staff' && looks.some((look) => look.by === by.id);
}

function refutationFault(of: Case, { documentId, note }: EventOf<'document-refuted'>, by: Actor): Fault {
  const document = documentOf(of, documentId);
  if (document === undefined) return lacks(`a document ${documentId}`);
  if (document.standing === 'refuted') return lacks('a document that was not refuted');
  return hasLooked(document, by) ? noteFault(note) : lacks('a look at the document by whoever refutes it');
}

function contactFault(of: Case, event: EventOf<'contact-made'>, now: number): Fault {
  const contact = of.contacts.find(({ id }) => id === event.contactId);
  if (contact === undefined) return lacks('a contact on file: no other can be entered');
  const { madeAt } = event;
  const first = Math.min(...of.communications.map(({ receivedAt }) => receivedAt));
  if (!(first < madeAt)) return lacks('prior communication: nobody is called out of the blue');
  if (!(madeAt >= of.openedAt && madeAt <= now)) return lacks('a time between the opening of the case and now');
  if (subjectKeyOf(of, event.admins) === null)
    return lacks('what is asked for: the contact must know what it confirms');
  return contactOnFileFault(of, contact, event.admins);
}

function contactOnFileFault(of: Case, contact: ContactPoint, admins: readonly CaseAdmin[]): Fault {
  const { channel, name, role, since, value } = contact;
  if (of.openedAt - since < contactAgeMs) {
    return {
      missing: ['a contact on file that stood unchanged for 30 days before the case'],
      alarm: `${name}: the ${channel} contact was changed within 30 days before the case and was picked`,
    };
  }
  if (role === 'technical') return lacks('an executive, or a contact of billing');
  if (channel === 'email' && of.communications.some(({ address }) => address === value)) {
    return lacks('a way out of band: this address wrote to us in this case');
  }
  const target = of.request?.kind === 'delete-admin' ? of.request.adminId : null;
  const isTarget = admins.some(({ addresses, id }) => id === target && addresses.includes(value));
  return isTarget ? lacks('somebody other than the admin in question') : null;
}

function readingsFault({ readings }: EventOf<'activity-added'>, now: number): Fault {
  if (readings.length === 0) return lacks('a reading');
  for (const { asOf, from, last } of readings) {
    if (from.trim() === '') return lacks('the source of the reading');
    const until = last.kind === 'at' ? last.at : last.since;
    if (!(asOf <= now && until <= asOf)) return lacks('times in order: the login, the reading, now');
  }
  return null;
}

const mostItems = 100;

function orderFault(of: Case, { admins, documentId, items }: EventOf<'order-typed'>, by: Actor): Fault {
  const document = documentOf(of, documentId);
  if (document?.kind !== 'court-order' || document.standing === 'refuted') return lacks('a court order in the case');
  if (!hasLooked(document, by)) return lacks('a look at the court order by whoever types it');
  if (items.length === 0 || items.length > mostItems) return lacks(`1 to ${mostItems} acts that the order enumerates`);
  for (const { kind, line, page, quote, target } of items) {
    const isQuoted = quote.trim() !== '' && [page, line].every((number) => Number.isInteger(number) && number >= 1);
    if (!orderedKinds.includes(kind)) return lacks(`one of: ${orderedKinds.join(', ')}`);
    if (!isQuoted || target.trim() === '') return lacks("each act's target, and the order's words with page and line");
  }
  const resolved = resolveAction({ kind: 'court-ordered' }, admins, { documentId, items });
  return resolved.ok ? null : lacks(resolved.missing);
}

function methodFault(of: Case, event: EventOf<'method-used'>, now: number): Fault {
  const method = of.methods.find(({ id }) => id === event.methodId);
  const isHeld =
    method !== undefined &&
    of.procedure !== null &&
    method.procedures.includes(of.procedure) &&
    method.since <= of.openedAt;
  if (!isHeld) return lacks('a method that the contract held when the request came');
  if (subjectKeyOf(of, event.admins) === null) return lacks('what is asked for');
  if (method.kind === 'dead-mans-switch') {
    const { firesAt, state } = switchState(method, event.lastCheckInAt, now);
    return state === 'fired' ? null : lacks(`the switch to fire: it does at ${new Date(firesAt).toISOString()}`);
  }
  const { mail } = event;
  const isPart = mail !== null && of.communications.some(({ reference }) => reference === mail.reference);
  if (!isPart) return lacks('a mail of the authorised third party that is part of the case');
  return mail.proven && mail.address === method.address
    ? null
    : lacks("proof that the mail is from the authorised third party's exact address");
}

function proposalFault(of: Case, admins: readonly CaseAdmin[], now: number): Fault {
  const missing = missingFor(of, admins, now);
  if (missing.length > 0) return { missing };
  const resolved = resolveAction(of.request, admins, of.order);
  if (!resolved.ok) return lacks(resolved.missing);
  const actions = of.procedure === null ? [] : specs[of.procedure].actions;
  return actions.includes(resolved.action.kind) ? null : lacks('an act that this procedure knows');
}

function approvalFault(of: Case, admins: readonly CaseAdmin[], by: Actor, now: number): Fault {
  const { proposal } = of;
  if (proposal === null || by.kind !== 'staff') return lacks('a proposal');
  const own = [of.openedBy, of.namedBy].some((actor) => actor?.kind === 'staff' && actor.id === by.id);
  if (own || proposal.by === by.id) return lacks('somebody else: nobody approves what they opened or proposed');
  if (proposal.approvals.some((approval) => approval.by === by.id)) return lacks('a second person');
  const unseen = of.documents.filter((document) => document.standing !== 'refuted' && !hasLooked(document, by));
  if (unseen.length > 0) return lacks(...unseen.map(({ id, kind }) => `a look at the ${kind} ${id}`));
  const missing = proposalFault(of, admins, now);
  if (missing !== null) return missing;
  const resolved = resolveAction(of.request, admins, of.order);
  return resolved.ok && actionKey(resolved.action) === actionKey(proposal.action)
    ? null
    : lacks('a new proposal: the act would not be the one that was proposed');
}

function closingFault(of: Case, { note, outcome }: EventOf<'closed'>): Fault {
  const isDone = of.workOrder?.answer?.result === 'done';
  if (isDone !== (outcome === 'executed')) {
    return lacks(isDone ? 'the outcome executed: engineering has done it' : 'a work order that was carried out');
  }
  return noteFault(note);
}

function effectsOf(before: Case | null, after: Case, { at, event }: RecordedEvent): readonly Effect[] {
  const effects: Effect[] = alarmsOf(before, after, event).map((text) => ({ kind: 'alarm', text }));
  if (after.workOrder !== null && before?.workOrder === null) {
    effects.push({ kind: 'issue-work-order', order: after.workOrder });
  }
  const window = cessationWindow(after);
  const windowBefore = before === null ? null : cessationWindow(before);
  const isMoved = window?.from !== windowBefore?.from || window?.until !== windowBefore?.until;
  if (window !== null && after.tenantId !== null && isMoved) {
    effects.push({ kind: 'support-window', tenantId: after.tenantId, window });
  }
  const wake = wakeAt(after, at);
  if (wake !== null && (before === null || wake !== wakeAt(before, at))) effects.push({ kind: 'wake', at: wake });
  return effects;
}

function alarmsOf(before: Case | null, after: Case, event: CaseEvent): string[] {
  const naming = event.kind === 'named' ? event.naming : event.kind === 'opened' ? event.naming : null;
  const changes = event.kind === 'contacts-changed' ? event.changes : (naming?.contactChanges ?? []);
  const alarms = changes.map(({ change, channel, name }) => `the ${channel} contact of ${name} was ${change}`);
  if (event.kind === 'document-refuted') {
    const kind = documentOf(after, event.documentId)?.kind ?? 'document';
    alarms.push(`the ${kind} ${event.documentId} was refuted`);
  }
  if (event.kind === 'contact-made' && event.outcome === 'denied') alarms.push('a contact on file denied the request');
  if (event.kind === 'method-checked-in' && before?.workOrder?.answer === null) {
    alarms.push('somebody checked in after the work order was issued: cancel it');
  }
  return alarms;
}
