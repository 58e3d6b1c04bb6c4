/** A case told step by step: each step is accepted, or fails the test with the refusal. */
import type { CaseAdmin } from '../../src/cases/action.ts';
import type { Actor, Staff } from '../../src/cases/actor.ts';
import { system } from '../../src/cases/actor.ts';
import type { Case, RecordedEvent } from '../../src/cases/case.ts';
import type { Effect } from '../../src/cases/effects.ts';
import type { CaseEvent, Communication, Naming } from '../../src/cases/event.ts';
import type { ContactPoint, DocumentKind, LoginReading } from '../../src/cases/evidence.ts';
import { loginSources } from '../../src/cases/evidence.ts';
import type { Procedure } from '../../src/cases/procedure.ts';
import { type Refusal, transition } from '../../src/cases/transition.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** When cases are opened. */
export const start = Date.parse('2026-03-02T10:00:00Z');

export const alice: Staff = { kind: 'staff', id: 'alice', roles: ['trust'] };
export const bob: Staff = { kind: 'staff', id: 'bob', roles: ['trust'] };
export const carol: Staff = { kind: 'staff', id: 'carol', roles: ['trust', 'admin'] };
export const olga: Staff = { kind: 'staff', id: 'olga', roles: ['operator', 'admin'] };

export const ada: CaseAdmin = { id: 'a1', name: 'Ada', addresses: ['ada@example.com'], active: true };
export const ben: CaseAdmin = { id: 'a2', name: 'Ben', addresses: ['ben@example.com'], active: true };
export const both: readonly CaseAdmin[] = [ada, ben];

export function contact(changes: Partial<ContactPoint> = {}): ContactPoint {
  return {
    id: 'c1',
    name: 'Grace',
    role: 'executive',
    channel: 'phone',
    value: '+15550100',
    since: start - 30 * dayMs,
    ...changes,
  };
}

export function naming(procedure: Procedure, changes: Partial<Naming> = {}): Naming {
  return {
    procedure,
    tenantId: 't1',
    contacts: [contact()],
    contactChanges: [],
    methods: [],
    openCaseId: null,
    lapsedCessation: null,
    ...changes,
  };
}

export function proposed(admins: readonly CaseAdmin[]): Extract<CaseEvent, { readonly kind: 'proposed' }> {
  return { kind: 'proposed', admins, objectId: 'object-1' };
}

/** By somebody who has had access for long, in the console. */
export function approval(admins: readonly CaseAdmin[]): Extract<CaseEvent, { readonly kind: 'approved' }> {
  return { kind: 'approved', admins, objectId: 'object-1', letInAt: null, staffSince: null, account: null };
}

export const firstMail: Communication = {
  channel: 'mail',
  reference: 'm1-0',
  receivedAt: start - hourMs,
  address: 'someone@elsewhere.test',
};

export type Story = {
  now: number;
  /** Throws when no step was told. */
  readonly case: Case;
  readonly events: readonly RecordedEvent[];
  readonly effects: readonly Effect[];
  /** One minute later, by this person, who saw the case as it is. Throws when it is refused. */
  tell(by: Actor, event: CaseEvent): Case;
  /** As `tell`, but it must be refused, and nothing may change. */
  refused(by: Actor, event: CaseEvent, seen?: number | null): Refusal;
  /** Reads the case from what would be kept, as after a restart. */
  restart(fold: (events: readonly RecordedEvent[]) => Case): void;
};

export function story(): Story {
  let current: Case | null = null;
  let events: RecordedEvent[] = [];
  let effects: Effect[] = [];
  const theCase = (): Case => {
    if (current === null) throw new Error('nothing was told yet');
    return current;
  };
  return {
    now: start,
    get case() {
      return theCase();
    },
    get events() {
      return events;
    },
    get effects() {
      return effects;
    },
    tell(by, event) {
      if (current !== null) this.now += 60_000;
      const result = transition(current, { by, seen: current?.version ?? null, event }, this.now);
      if (result.kind === 'refused') throw new Error(`${event.kind} was refused: ${result.missing.join('; ')}`);
      events.push(result.recorded);
      effects.push(...result.effects);
      current = result.case;
      return result.case;
    },
    refused(by, event, seen = current?.version ?? null) {
      const before = structuredClone(current);
      const result = transition(current, { by, seen, event }, this.now);
      if (result.kind === 'accepted') throw new Error(`${event.kind} was not refused`);
      if (JSON.stringify(before) !== JSON.stringify(current)) throw new Error('a refusal changed the case');
      return result;
    },
    restart(fold) {
      events = JSON.parse(JSON.stringify(events));
      effects = [];
      current = fold(events);
    },
  };
}

export function open(told: Story, procedure: Procedure, changes: Partial<Naming> = {}): void {
  told.tell(alice, {
    kind: 'opened',
    caseId: 'case1',
    naming: naming(procedure, changes),
    communication: firstMail,
    note: 'called in',
  });
}

export function added(id: string, kind: DocumentKind, digit = '0'): Extract<CaseEvent, { kind: 'document-added' }> {
  return {
    kind: 'document-added',
    document: {
      id,
      kind,
      digest: digit.repeat(64),
      size: 10,
      fileName: `${id}.pdf`,
      mediaType: 'application/pdf',
      marks: [],
      origin: { kind: 'upload' },
    },
  };
}

export const source = { asked: 'the registry of the court, +1 555 0199', foundIn: 'official-website' } as const;
export const jurisdiction = { court: 'Superior Court of Somewhere', why: 'seat of the company' };

export function confirmed(documentId: string, isOrder = false): CaseEvent {
  return {
    kind: 'document-confirmed',
    documentId,
    source,
    note: 'asked by phone, case number fits',
    jurisdiction: isOrder ? jurisdiction : null,
  };
}

/** Adds a document, and lets all three look at it. */
export function addSeen(told: Story, id: string, kind: DocumentKind, digit = '0'): void {
  told.tell(alice, added(id, kind, digit));
  for (const by of [alice, bob, carol]) told.tell(by, { kind: 'document-looked', documentId: id });
}

export function addConfirmed(told: Story, id: string, kind: DocumentKind, digit = '0'): void {
  addSeen(told, id, kind, digit);
  told.tell(alice, confirmed(id, kind === 'court-order'));
}

export function called(
  told: Story,
  changes: Partial<Extract<CaseEvent, { kind: 'contact-made' }>> = {},
): Extract<CaseEvent, { kind: 'contact-made' }> {
  return {
    kind: 'contact-made',
    contactId: 'c1',
    madeAt: told.now,
    outcome: 'confirmed',
    note: 'read the request out',
    admins: both,
    ...changes,
  };
}

export function reading(
  source: LoginReading['source'],
  quietDays: number,
  now = start,
  from = 'login export',
): LoginReading {
  return { source, last: { kind: 'at', at: now - quietDays * dayMs }, asOf: now, from };
}

export function quietReadings(quietDays: number, now = start): readonly LoginReading[] {
  return loginSources.map((source) => reading(source, quietDays, now));
}

export function mail(reference: string, receivedAt: number, address = 'someone@elsewhere.test'): CaseEvent {
  return { kind: 'communication-joined', communication: { channel: 'mail', reference, receivedAt, address } };
}

/** Proposal by alice, approvals by bob and carol. */
export function approve(told: Story, admins: readonly CaseAdmin[] = both): void {
  told.tell(alice, proposed(admins));
  told.tell(bob, approval(admins));
  told.tell(carol, approval(admins));
}

export { system };
