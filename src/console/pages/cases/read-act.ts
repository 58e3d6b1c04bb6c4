/** What a form of a case page says, as an act of staff; or what is wrong with it. */
import { z } from 'zod';
import { type CaseRequest, type OrderItem, orderedKinds } from '../../../cases/action.ts';
import { answerResults, closeOutcomes } from '../../../cases/event.ts';
import { contactOutcomes, type LoginReading, loginSources, sourcePlaces } from '../../../cases/evidence.ts';
import type { CaseAct } from '../../../records/cases.ts';

export type ReadAct = { readonly ok: true; readonly act: CaseAct } | { readonly ok: false; readonly fault: string };
type Form = (name: string) => string;

/** Rows of a form for the acts of a court order. */
export const orderRows = 12;

/** `kind` comes from the address of the form; an unknown one is a fault like any other. */
export function readAct(kind: string, form: Form, now: number): ReadAct {
  const note = form('note').trim();
  switch (kind) {
    case 'request-set':
      return readRequest(form('request'));
    case 'document-confirmed': {
      const foundIn = oneOf(sourcePlaces, form('foundIn'));
      if (foundIn === null) return fault('Say where you found whom you asked.');
      const court = form('court').trim();
      const jurisdiction = court === '' ? null : { court, why: form('why').trim() };
      const source = { asked: form('asked').trim(), foundIn };
      return act({ kind, documentId: form('documentId'), source, note, jurisdiction });
    }
    case 'document-refuted':
      return act({ kind, documentId: form('documentId'), note });
    case 'contact-made': {
      const outcome = oneOf(contactOutcomes, form('outcome'));
      const madeAt = form('madeAt').trim() === '' ? now : timeOf(form('madeAt'));
      if (outcome === null) return fault('Say what the contact answered.');
      if (madeAt === null) return fault(timeHint('When the contact was asked'));
      return act({ kind, contactId: form('contactId'), madeAt, outcome, note });
    }
    case 'activity-added':
      return readLogins(form);
    case 'order-typed':
      return readOrder(form);
    case 'method-used':
      return act({ kind, methodId: form('methodId'), mailReference: form('mail') === '' ? null : form('mail') });
    case 'work-order-answered': {
      const result = oneOf(answerResults, form('result'));
      return result === null
        ? fault('Say what became of the work order.')
        : act({ kind, result, reference: form('reference').trim(), note });
    }
    case 'closed': {
      const outcome = oneOf(closeOutcomes, form('outcome'));
      return outcome === null ? fault('Say how the case ended.') : act({ kind, outcome, note });
    }
    case 'proposal-withdrawn':
    case 'cessation-ended':
      return act({ kind, note });
    case 'approved':
      return act({ kind, account: null });
    case 'contact-required':
    case 'proposed':
    case 'cessation-started':
      return act({ kind });
    default:
      return fault('There is no such act.');
  }
}

function readRequest(text: string): ReadAct {
  const admin = /^delete-admin:(.+)$/.exec(text)?.[1];
  const request: CaseRequest | null =
    admin !== undefined
      ? { kind: 'delete-admin', adminId: admin }
      : text === 'delete-tenant'
        ? { kind: 'delete-tenant' }
        : null;
  return request === null ? fault('Choose what is asked for.') : act({ kind: 'request-set', request });
}

function readLogins(form: Form): ReadAct {
  const from = form('from').trim();
  const asOf = timeOf(form('asOf'));
  if (asOf === null) return fault(timeHint('When the logs were read'));
  const readings: LoginReading[] = [];
  for (const source of loginSources) {
    const last = form(`last-${source}`).trim();
    const since = form(`since-${source}`).trim();
    if (last === '' && since === '') continue;
    const at = timeOf(last === '' ? since : last);
    if (at === null) return fault(timeHint(source));
    readings.push({ source, asOf, from, last: last === '' ? { kind: 'none', since: at } : { kind: 'at', at } });
  }
  return readings.length === 0 ? fault('Fill in at least one source.') : act({ kind: 'activity-added', readings });
}

const orderRow = z.object({
  kind: z.enum(orderedKinds, { error: 'choose what is ordered' }),
  target: z.string().trim().min(1, 'name whom or what it is about').max(500, 'at most 500 characters'),
  quote: z.string().trim().min(1, "copy the order's own words").max(2_000, 'at most 2,000 characters'),
  page: z.coerce.number().int('a whole number').min(1, 'the page, from 1'),
  line: z.coerce.number().int('a whole number').min(1, 'the line, from 1'),
});

function readOrder(form: Form): ReadAct {
  const items: OrderItem[] = [];
  for (let row = 1; row <= orderRows; row += 1) {
    const typed = Object.fromEntries(
      ['kind', 'target', 'quote', 'page', 'line'].map((name) => [name, form(`${name}-${row}`)]),
    );
    if (Object.values(typed).every((text) => text.trim() === '')) continue;
    const parsed = orderRow.safeParse(typed);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return fault(`Row ${row}, ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'cannot be read'}.`);
    }
    items.push(parsed.data);
  }
  return act({ kind: 'order-typed', documentId: form('documentId'), items });
}

const isoTime = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** Epoch milliseconds of ISO 8601 with its zone; seconds may be left out. Null when it is none. */
export function timeOf(text: string): number | null {
  const whole = text.trim().replace(/(T\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/, '$1:00$2');
  return isoTime.safeParse(whole).data ?? null;
}

function timeHint(what: string): string {
  return `${what}: a time with its zone, such as 2026-03-02T10:00Z.`;
}

function oneOf<Value extends string>(values: readonly Value[], text: string): Value | null {
  return values.find((value) => value === text) ?? null;
}

function act(made: CaseAct): ReadAct {
  return { ok: true, act: made };
}

function fault(text: string): ReadAct {
  return { ok: false, fault: text };
}
