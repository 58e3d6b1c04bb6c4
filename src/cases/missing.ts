/** What a case lacks before anything may be done. */
import { actionKey, type CaseAdmin, requestKey, resolveAction } from './action.ts';
import type { Case } from './case.ts';
import { inactivityMs, readingAgeMs } from './clocks.ts';
import { type CaseDocument, type LoginReading, loginSources } from './evidence.ts';
import type { Requirement } from './requirement.ts';
import { specs } from './specs.ts';

/** One thing that a case needs, and what of it is missing: one line each, none when it is there. */
export type ChecklistItem = { readonly requirement: Requirement; readonly missing: readonly string[] };

/** What the procedure needs, in its order; empty while nobody has named it. */
export function checklist(of: Case, admins: readonly CaseAdmin[], now: number): readonly ChecklistItem[] {
  if (of.procedure === null) return [];
  const { needs, onRequest } = specs[of.procedure];
  const asked = onRequest.filter((requirement) => requirement === 'contact' && of.contactRequired);
  return [...needs, ...asked].map((requirement) => ({
    requirement,
    missing: missing(of, requirement, admins, now),
  }));
}

/** One line each; empty when the case is complete. */
export function missingFor(of: Case, admins: readonly CaseAdmin[], now: number): readonly string[] {
  if (of.procedure === null) return ['tenant and procedure, named by staff'];
  if (of.request === null) return ['what is asked for: which admin, or the tenant'];
  const missingItems = checklist(of, admins, now).flatMap((item) => item.missing);
  if (of.request.kind !== 'delete-admin') return missingItems;
  const resolved = resolveAction(of.request, admins, of.order);
  return resolved.ok ? missingItems : [resolved.missing, ...missingItems];
}

/**
 * What an executive is asked about: the act that would be carried out, so that a "yes" to deleting one admin is no "yes"
 * to deleting the tenant when that admin has become the sole one. Null when the request names nothing that can be done.
 */
export function subjectKeyOf(of: Case, admins: readonly CaseAdmin[]): string | null {
  const { request } = of;
  if (request === null) return null;
  // The order itself, and the clock, say what follows.
  if (request.kind === 'court-ordered' || request.kind === 'cease-support') return requestKey(request);
  const resolved = resolveAction(request, admins, of.order);
  return resolved.ok ? actionKey(resolved.action) : null;
}

function missing(of: Case, requirement: Requirement, admins: readonly CaseAdmin[], now: number): readonly string[] {
  if (isReplaced(of, requirement, admins)) return [];
  switch (requirement) {
    case 'contact':
      return isConfirmedByContact(of, admins) ? [] : ['out-of-band confirmation by an executive on file'];
    case 'inactivity':
      return loginSources.flatMap((source) => missingReading(of, source, now));
    case 'court-order':
      return missingCourtOrder(of);
    case 'police-report':
    case 'certificate-of-dissolution':
      return missingDocument(of, requirement);
  }
}

function isReplaced(of: Case, requirement: Requirement, admins: readonly CaseAdmin[]): boolean {
  if (requirement === 'court-order' || requirement === 'inactivity') return false;
  const subject = subjectKeyOf(of, admins);
  return of.methodUses.some(({ methodId, subjectKey, undoneAt }) => {
    const method = of.methods.find(({ id }) => id === methodId);
    return undoneAt === null && subjectKey === subject && (method?.replaces.includes(requirement) ?? false);
  });
}

function isConfirmedByContact(of: Case, admins: readonly CaseAdmin[]): boolean {
  const subject = subjectKeyOf(of, admins);
  return of.attempts.some(({ outcome, subjectKey }) => outcome === 'confirmed' && subjectKey === subject);
}

/** Confirmed for what is asked now: a report about one admin says nothing about another. */
function isConfirmed({ confirmation, standing }: CaseDocument, of: Case): boolean {
  return standing === 'confirmed' && of.request !== null && confirmation?.requestKey === requestKey(of.request);
}

function missingDocument(of: Case, kind: CaseDocument['kind']): readonly string[] {
  const documents = of.documents.filter((document) => document.kind === kind && document.standing !== 'refuted');
  if (documents.length === 0) return [`a ${kind}`];
  return documents.some((document) => isConfirmed(document, of)) ? [] : [`independent confirmation of the ${kind}`];
}

function missingCourtOrder(of: Case): readonly string[] {
  const absent = missingDocument(of, 'court-order');
  if (absent.length > 0) return absent;
  if (of.order === null) return ['the acts that the court order enumerates, typed with page and line'];
  const { documentId } = of.order;
  const document = of.documents.find(({ id }) => id === documentId);
  if (document === undefined || !isConfirmed(document, of))
    return ['independent confirmation of the typed court-order'];
  return document.confirmation?.jurisdiction === null ? ['which court it is and why it is the proper one'] : [];
}

function missingReading({ readings }: Case, source: LoginReading['source'], now: number): readonly string[] {
  const reading = readings.findLast((item) => item.source === source);
  if (reading === undefined) return [`last successful login: ${source}`];
  if (now - reading.asOf > readingAgeMs) return [`last successful login: ${source}, read within the last 3 days`];
  const { asOf, last } = reading;
  const quietSince = last.kind === 'at' ? last.at : last.since;
  return asOf - quietSince < inactivityMs ? [`last successful login: ${source}, over 180 days`] : [];
}
