import type { CaseEvent, EventKind } from './event.ts';

export type EventOf<Kind extends EventKind> = Extract<CaseEvent, { readonly kind: Kind }>;

/** Why an event is refused; null when it is not. */
export type Fault = { readonly missing: readonly string[]; readonly alarm?: string } | null;

export function lacks(...missing: string[]): NonNullable<Fault> {
  return { missing };
}

const longestNote = 4_000;

export function noteFault(note: string, what = 'a reason, for the record'): Fault {
  if (note.trim() === '') return lacks(what);
  return note.length > longestNote ? lacks(`a text of at most ${longestNote} characters`) : null;
}
