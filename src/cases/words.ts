/** What happened, in words: one line for each event, for staff and for the case file. */
import { actionLines, type CaseAdmin, type CaseRequest, orderedKinds, resolveAction } from './action.ts';
import type { Case } from './case.ts';
import type { CaseEvent, Communication, Naming } from './event.ts';
import type { LoginReading } from './evidence.ts';

export function eventWords(event: CaseEvent, of: Case): string {
  switch (event.kind) {
    case 'opened':
      return join(
        'opened',
        event.naming && namingWords(event.naming),
        event.communication && from(event.communication),
        event.note,
      );
    case 'communication-joined':
      return `joined: ${from(event.communication)}`;
    case 'named':
      return `named: ${namingWords(event.naming)}`;
    case 'contacts-changed':
      return `contacts on file changed: ${event.changes.map(({ change, channel, name }) => `${channel} of ${name} ${change}`).join(', ')}`;
    case 'request-set':
      return `asked for: ${requestWords(event.request, event.admins)}`;
    case 'document-added': {
      const { digest, fileName, id, kind, marks, origin, size } = event.document;
      const marked = marks.length === 0 ? '' : ` (${marks.join(', ')})`;
      const came = origin.kind === 'upload' ? 'uploaded' : `from ${origin.reference}`;
      return `${kind} ${id} ${came}: ${fileName}, ${size} octets${marked}, sha256 ${digest}`;
    }
    case 'document-looked':
      return `looked at ${event.documentId}`;
    case 'document-confirmed': {
      const { documentId, jurisdiction, note, source } = event;
      const court = jurisdiction === null ? '' : `${jurisdiction.court}, the proper court: ${jurisdiction.why}`;
      return join(`confirmed ${documentId} by asking ${source.asked}, found in: ${source.foundIn}`, court, note);
    }
    case 'document-refuted':
      return join(`refuted ${event.documentId}`, event.note);
    case 'contact-required':
      return 'executive confirmation is asked for';
    case 'contact-made': {
      const contact = of.contacts.find(({ id }) => id === event.contactId);
      const who = contact === undefined ? event.contactId : `${contact.name} by ${contact.channel} on file`;
      return join(`contact ${who} at ${iso(event.madeAt)}: ${event.outcome}`, event.note);
    }
    case 'activity-added':
      return `last successful logins: ${event.readings.map(readingWords).join('; ')}`;
    case 'order-typed': {
      const items = event.items.map(
        ({ kind, line, page, quote, target }) => `${kind} ${target} (page ${page}, line ${line}: "${quote}")`,
      );
      return `typed from ${event.documentId}: ${items.join('; ')}`;
    }
    case 'method-used':
      return `contract method used: ${event.methodId}`;
    case 'method-checked-in':
      return `checked in: ${event.methodId}`;
    case 'proposed':
      return 'proposed to act';
    case 'proposal-withdrawn':
      return join('proposal withdrawn', event.note);
    case 'approved':
      return 'approved';
    case 'work-order-answered':
      return join(`engineering's answer: ${event.result}, ${event.reference}`, event.note);
    case 'cessation-started':
      return 'support ceased for 24 hours';
    case 'cessation-lapsed':
      return 'the 24 hours are over: support resumed';
    case 'cessation-ended':
      return join('cessation ended', event.note);
    case 'request-ignored':
      return join('another request for cessation was ignored', event.communication && from(event.communication));
    case 'closed':
      return join(`closed: ${event.outcome}`, event.note);
  }
}

/** Deleting the sole active admin is deleting the tenant, and is called so (POLICY X-*, common). */
export function requestWords(request: CaseRequest, admins: readonly CaseAdmin[]): string {
  if (request.kind === 'delete-admin') {
    const resolved = resolveAction(request, admins, null);
    if (resolved.ok && resolved.action.kind === 'delete-tenant') return actionLines(resolved.action).join('; ');
  }
  switch (request.kind) {
    case 'delete-admin':
      return `delete the admin ${request.adminId}`;
    case 'delete-tenant':
      return 'delete the tenant';
    case 'court-ordered':
      return 'what the court order enumerates';
    case 'cease-support':
      return 'cease support';
  }
}

/** For help texts. */
export const orderedKindsText = orderedKinds.join(', ');

function namingWords({ procedure, tenantId }: Naming): string {
  return `${procedure}, tenant ${tenantId}`;
}

function from({ address, channel, receivedAt, reference }: Communication): string {
  return `${channel} ${reference} of ${iso(receivedAt)}${address === null ? '' : `, claimed author ${address}`}`;
}

function readingWords({ asOf, from: source, last, source: what }: LoginReading): string {
  const seen = last.kind === 'at' ? iso(last.at) : `none since ${iso(last.since)}`;
  return `${what} ${seen} (read ${iso(asOf)} from ${source})`;
}

function join(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('; ');
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
