/** What an accepted event sets off outside the case. */
import type { Case, RecordedEvent, WorkOrder } from './case.ts';
import { type CessationWindow, cessationWindow } from './cessation-clock.ts';
import { wakeAt } from './due.ts';
import type { CaseEvent } from './event.ts';

export type Effect =
  /** Trust staff are told at once. */
  | { readonly kind: 'alarm'; readonly text: string }
  | { readonly kind: 'issue-work-order'; readonly order: WorkOrder }
  | { readonly kind: 'support-window'; readonly tenantId: string; readonly window: CessationWindow }
  | { readonly kind: 'wake'; readonly at: number };

export function effectsOf(before: Case | null, after: Case, { at, event }: RecordedEvent): readonly Effect[] {
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
    const kind = after.documents.find(({ id }) => id === event.documentId)?.kind ?? 'document';
    alarms.push(`the ${kind} ${event.documentId} was refuted`);
  }
  if (event.kind === 'contact-made' && event.outcome === 'denied') alarms.push('a contact on file denied the request');
  const { workOrder } = after;
  if (event.kind === 'work-order-answered' && event.result === 'done' && workOrder !== null) {
    // What was done is recorded whenever it is told.
    if (workOrder.answer !== null && workOrder.answer.at >= workOrder.expiresAt) {
      alarms.push('engineering says that the work order was carried out, after it had expired');
    }
  }
  if (event.kind === 'method-checked-in' && before?.workOrder?.answer === null) {
    alarms.push('somebody checked in after the work order was issued: cancel it');
  }
  return alarms;
}
