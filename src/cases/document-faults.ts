/** What documents, and the acts typed from them, must be before they count. */
import { orderedKinds, resolveAction } from './action.ts';
import type { Actor } from './actor.ts';
import type { Case } from './case.ts';
import { extendsCessation } from './cessation-clock.ts';
import type { CaseDocument } from './evidence.ts';
import { receivedAt } from './evolve.ts';
import { type EventOf, type Fault, lacks, noteFault } from './fault.ts';
import { stateAt } from './state.ts';

export function additionFault(of: Case, { document }: EventOf<'document-added'>, now: number): Fault {
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

export function confirmationFault(of: Case, event: EventOf<'document-confirmed'>, by: Actor): Fault {
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

export function refutationFault(of: Case, { documentId, note }: EventOf<'document-refuted'>, by: Actor): Fault {
  const document = documentOf(of, documentId);
  if (document === undefined) return lacks(`a document ${documentId}`);
  if (document.standing === 'refuted') return lacks('a document that was not refuted');
  return hasLooked(document, by) ? noteFault(note) : lacks('a look at the document by whoever refutes it');
}

const mostItems = 100;
/** What is approved and carried out must be what everybody reads: nothing turns text round, hides it or begins a new line. */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

export function orderFault(of: Case, { admins, documentId, items }: EventOf<'order-typed'>, by: Actor): Fault {
  const document = documentOf(of, documentId);
  if (document?.kind !== 'court-order' || document.standing === 'refuted') return lacks('a court order in the case');
  if (!hasLooked(document, by)) return lacks('a look at the court order by whoever types it');
  if (items.length === 0 || items.length > mostItems) return lacks(`1 to ${mostItems} acts that the order enumerates`);
  for (const { kind, line, page, quote, target } of items) {
    const isQuoted = quote.trim() !== '' && [page, line].every((number) => Number.isInteger(number) && number >= 1);
    if (!orderedKinds.includes(kind)) return lacks(`one of: ${orderedKinds.join(', ')}`);
    if (!isQuoted || target.trim() === '') return lacks("each act's target, and the order's words with page and line");
    if (hidden.test(target) || hidden.test(quote)) return lacks('text without hidden characters and line breaks');
    // Of one tenant's case nothing may come for another.
    if (kind === 'delete-tenant' && target !== of.tenantId) {
      return lacks(`the tenant of this case, ${of.tenantId ?? 'not named yet'}, as the target of delete-tenant`);
    }
  }
  const resolved = resolveAction({ kind: 'court-ordered' }, admins, { documentId, items });
  return resolved.ok ? null : lacks(resolved.missing);
}

export function hasLooked({ looks }: CaseDocument, by: Actor): boolean {
  return by.kind === 'staff' && looks.some((look) => look.by === by.id);
}

export function documentOf(of: Case, id: string): CaseDocument | undefined {
  return of.documents.find((document) => document.id === id);
}

/** Whether a text names an address or its domain. */
function names(text: string, address: string): boolean {
  const folded = text.toLowerCase();
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return folded.includes(address.toLowerCase()) || (domain !== '' && folded.includes(domain.toLowerCase()));
}
