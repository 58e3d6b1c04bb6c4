/**
 * `(case, command, now) -> case and effects, or a refusal`. A refusal names the rule and what is missing, and changes
 * nothing. The checks run in this order: who acts; whether they saw the case as it is; whether the state allows the
 * event; then what the event itself needs.
 */

import { type Actor, actorName } from './actor.ts';
import type { Case, RecordedEvent } from './case.ts';
import { lapsedAt } from './cessation-clock.ts';
import { answerFault, approvalFault, closingFault, proposalFault, requestFault } from './decision-faults.ts';
import { additionFault, confirmationFault, documentOf, orderFault, refutationFault } from './document-faults.ts';
import { type Effect, effectsOf } from './effects.ts';
import type { CaseEvent, EventKind, Naming } from './event.ts';
import { evolve, opened, quietKinds } from './evolve.ts';
import { type EventOf, type Fault, lacks, noteFault } from './fault.ts';
import { missingFor } from './missing.ts';
import { type CaseRule, ruleOf } from './procedure.ts';
import { allowedEvents, barredBecause, stateAt } from './state.ts';
import { contactFault, methodFault, readingsFault } from './witness-faults.ts';

export type CaseCommand = {
  readonly by: Actor;
  /** The version of the case that the person saw; null for quiet events and for the gateway's own. */
  readonly seen: number | null;
  readonly event: CaseEvent;
};

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
  if (by.kind === 'engineering') {
    const isAnswer = event.kind === 'work-order-answered' && event.result !== 'cancelled';
    return isAnswer ? null : lacks('a person: engineering only answers, and only staff cancel');
  }
  if (onlyGatewayEvents.has(event.kind)) return lacks('the gateway itself: nobody can enter this');
  return by.roles.includes('trust') ? null : lacks('the role trust');
}

function conflictFault(of: Case, { by, event, seen }: CaseCommand): Fault {
  if (by.kind !== 'staff' || quietKinds.has(event.kind) || event.kind === 'method-checked-in') return null;
  if (seen === of.version) return null;
  if (seen === null) return lacks('the version of the case that was seen');
  const { lastChange, version } = of;
  return lacks(
    `a look at the case as it is: version ${version} (${lastChange.kind} by ${actorName(lastChange.by)}), not ${seen}`,
  );
}

function stateFault(of: Case, { by, event }: CaseCommand, now: number): Fault {
  const allowed = allowedEvents(of, now);
  if (allowed.includes(event.kind)) return null;
  const state = stateAt(of, now);
  if (state === 'barred') return lacks(...barredBecause(of).map((cause) => `an open way: ${cause}`));
  if (event.kind === 'approved' && state === 'gathering' && of.proposal !== null) {
    return lacks('a new proposal: the first approval has expired');
  }
  const fault = lacks(`another state: in ${state} there is ${allowed.join(', ') || 'nothing more to do'}`);
  const answer = of.workOrder?.answer ?? null;
  if (event.kind !== 'work-order-answered' || by.kind !== 'engineering' || answer === null) return fault;
  const text = `engineering answered again: ${event.result}, after ${answer.result} was recorded by ${answer.by}`;
  return { ...fault, alarm: text };
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
      return approvalFault(of, event, by, now);
    case 'proposal-withdrawn':
    case 'cessation-ended':
      return noteFault(event.note);
    case 'work-order-answered':
      return answerFault(event);
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
