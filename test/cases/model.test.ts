/** Random lives of cases: whatever is tried, and by whomever, what policy forbids is never reached. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CaseAdmin, orderedKinds, requestKey } from '../../src/cases/action.ts';
import { type Staff, system } from '../../src/cases/actor.ts';
import type { Case, RecordedEvent } from '../../src/cases/case.ts';
import { isCeased } from '../../src/cases/cessation-clock.ts';
import type { CaseEvent } from '../../src/cases/event.ts';
import { closeOutcomes } from '../../src/cases/event.ts';
import { contactOutcomes, documentKinds } from '../../src/cases/evidence.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { missingFor } from '../../src/cases/missing.ts';
import { type Procedure, procedures } from '../../src/cases/procedure.ts';
import type { CaseState } from '../../src/cases/procedure-spec.ts';
import { specs, stepsOf } from '../../src/cases/specs.ts';
import { stateAt } from '../../src/cases/state.ts';
import { transition } from '../../src/cases/transition.ts';
import { blindEyes, lacking, saysCeased } from './oracle.ts';
import {
  ada,
  added,
  approval,
  ben,
  confirmed,
  contact,
  dayMs,
  firstMail,
  hourMs,
  naming,
  proposed,
  quietReadings,
  start,
} from './story.ts';

const staff = ['alice', 'bob', 'carol', 'dave'].map((id): Staff => ({ kind: 'staff', id, roles: ['trust'] }));
const outsiders: readonly Staff[] = [{ kind: 'staff', id: 'olga', roles: ['viewer', 'operator', 'admin'] }];
const adminSets: readonly (readonly CaseAdmin[])[] = [
  [ada, ben],
  [ada, ben],
  [ada],
  [ben],
  [ada, { ...ben, active: false }],
  [ada, { ...ben, active: false, leaving: true }],
  [],
];

const documentId = fc.constantFrom('d0', 'd1', 'd2');
const admins = fc.constantFrom(...adminSets);
const note = fc.constantFrom('because', '');
const objectId = fc.constantFrom('object-1', 'object-1', 'object-1', 'object-2', null);

/** Events as at time 0 (`shifted`); weights lean to what leads on. */
function anyEvent(): fc.Arbitrary<CaseEvent> {
  const now = 0;
  const item = fc.record({
    kind: fc.constantFrom(...orderedKinds),
    target: fc.constantFrom('a1', 'a2', 'x'),
    quote: fc.constant('shall'),
    page: fc.constant(1),
    line: fc.constantFrom(0, 1),
  });
  return fc.oneof(
    fc.record({
      kind: fc.constant('request-set' as const),
      request: fc.oneof(
        fc.record({ kind: fc.constant('delete-admin' as const), adminId: fc.constantFrom('a1', 'a2') }),
        fc.constantFrom({ kind: 'delete-tenant' } as const, { kind: 'court-ordered' } as const),
      ),
      admins,
    }),
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...documentKinds), fc.constantFrom(0, 1, 2), fc.boolean())
        .map(([kind, id, isMail]): CaseEvent => {
          const event = added(`d${id}`, kind, String(id));
          const origin = isMail ? ({ kind: 'mail', reference: 'm1-0' } as const) : ({ kind: 'upload' } as const);
          return { ...event, document: { ...event.document, origin } };
        }),
    },
    { weight: 6, arbitrary: documentId.map((id): CaseEvent => ({ kind: 'document-looked', documentId: id })) },
    { weight: 4, arbitrary: documentId.map((id) => confirmed(id, true)) },
    fc.record({ kind: fc.constant('document-refuted' as const), documentId, note }),
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('contact-made' as const),
        contactId: fc.constantFrom('c1', 'c1', 'fresh', 'none'),
        madeAt: fc.constantFrom(now, now, now + 1),
        outcome: fc.constantFrom('confirmed' as const, 'confirmed' as const, ...contactOutcomes),
        note,
        admins,
      }),
    },
    fc.constant<CaseEvent>({ kind: 'contact-required' }),
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(400, 400, 10)
        .map((days): CaseEvent => ({ kind: 'activity-added', readings: quietReadings(days, now) })),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('order-typed' as const),
        documentId,
        items: fc.array(item, { minLength: 1, maxLength: 3 }),
        admins,
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('proposed' as const), admins, objectId }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('approved' as const),
        admins,
        objectId,
        letInAt: fc.constantFrom(null, null, null, start - 9 * dayMs, start - dayMs, start + hourMs),
        staffSince: fc.constantFrom(null, start - 99 * dayMs, start - 2 * dayMs),
        account: fc.constantFrom(null, null, null, 'cli:root@host'),
      }),
    },
    fc.record({ kind: fc.constant('proposal-withdrawn' as const), note }),
    fc.record({
      kind: fc.constant('work-order-answered' as const),
      result: fc.constantFrom('done' as const, 'cancelled' as const),
      reference: fc.constant('E1'),
      note,
    }),
    { weight: 3, arbitrary: fc.constant<CaseEvent>({ kind: 'cessation-started' }) },
    fc.constant<CaseEvent>({ kind: 'cessation-lapsed' }),
    fc.record({ kind: fc.constant('cessation-ended' as const), note }),
    fc.record({ kind: fc.constant('closed' as const), outcome: fc.constantFrom(...closeOutcomes), note }),
  );
}

/** Minutes, hours and days pass; now and then the clock is turned back. */
const pause = fc.constantFrom(1, 60_000, 60_000, hourMs, hourMs, 12 * hourMs, dayMs - 1, dayMs, 4 * dayMs, -hourMs);
const actor = fc.constantFrom(...staff, ...staff, ...outsiders, system);
const step = fc.record({
  wait: pause,
  by: actor,
  behind: fc.constantFrom(0, 0, 0, 0, 0, 1),
  event: fc.option(anyEvent(), { freq: 2 }),
  /** With what an approval that leads on comes: mostly as it must. */
  access: fc.oneof(
    { weight: 6, arbitrary: fc.constant({ objectId: 'object-1', letInAt: null, staffSince: null, account: null }) },
    fc.record({
      objectId,
      letInAt: fc.constantFrom(null, start - 9 * dayMs, start - dayMs, start + hourMs),
      staffSince: fc.constantFrom(null, start - 99 * dayMs, start - 2 * dayMs),
      account: fc.constantFrom(null, 'cli:root@host'),
    }),
  ),
});
/** Who the admins are when somebody who wants to come to the end looks them up. */
const team = fc.constantFrom<readonly CaseAdmin[]>(
  [ada, ben],
  [ada, ben],
  [ada, ben],
  [ada, { ...ben, active: false }],
  [ada, { ...ben, active: false, leaving: true }],
);
/** `blind`: confirms what nobody looked at. `stale`: asks for another admin, and leaves the report about the first; reads logs that are too short. */
type Manner = 'careful' | 'blind' | 'stale';
const manner = fc.constantFrom<Manner>('careful', 'careful', 'careful', 'blind', 'stale');
const life = fc.record({ team, manner, steps: fc.array(step, { minLength: 5, maxLength: 80, size: 'max' }) });
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type Lived = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

/** The event with its times counted from `now`. */
function shifted(event: CaseEvent, now: number): CaseEvent {
  if (event.kind === 'contact-made') return { ...event, madeAt: event.madeAt + now };
  if (event.kind !== 'activity-added') return event;
  const readings = event.readings.map((reading) => ({
    ...reading,
    asOf: reading.asOf + now,
    last: reading.last.kind === 'at' ? { kind: 'at' as const, at: reading.last.at + now } : reading.last,
  }));
  return { ...event, readings };
}

/** What somebody would do next who wants to come to the end. */
function leadingOn(
  of: Case,
  {
    access,
    by,
    manner: how,
    now,
    team: admins,
  }: Pick<Step, 'access' | 'by'> & Pick<Lived, 'team' | 'manner'> & { now: number },
): CaseEvent {
  const { documents, procedure, proposal, request } = of;
  if (procedure === null || request === null) {
    return { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a1' }, admins };
  }
  const needed = specs[procedure].needs.filter((need) => need !== 'contact' && need !== 'inactivity');
  // Once support is ceased, evidence is what leads on.
  const wanted = of.cessation === null ? needed : (['police-report'] as const);
  for (const [index, kind] of wanted.entries()) {
    const document = documents.find((item) => item.kind === kind && item.standing !== 'refuted');
    if (document === undefined) return added(`d${index}-${documents.length}`, kind, String(documents.length % 10));
    if (how === 'blind' && document.confirmation === null) return confirmed(document.id, true);
    if (!document.looks.some((look) => by.kind === 'staff' && look.by === by.id)) {
      return { kind: 'document-looked', documentId: document.id };
    }
    const isConfirmed = document.confirmation?.requestKey === requestKey(request);
    const other = { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a2' }, admins } as const;
    if (how === 'stale' && isConfirmed && request.kind === 'delete-admin' && request.adminId === 'a1') return other;
    if (!isConfirmed && (how !== 'stale' || document.confirmation === null)) return confirmed(document.id, true);
    if (kind === 'court-order' && of.order?.documentId !== document.id) {
      const lock = { kind: 'lock-account', target: 'x', quote: 'shall', page: 1, line: 1 } as const;
      return { kind: 'order-typed', documentId: document.id, items: [lock], admins };
    }
  }
  const missing = missingFor(of, admins, now).join();
  if (missing.includes('executive')) {
    return { kind: 'contact-made', contactId: 'c1', madeAt: now, outcome: 'confirmed', note: '', admins };
  }
  if (missing.includes('login')) {
    // A log that goes back ten days says nothing about the months before.
    const short = quietReadings(10, now).map((one) => ({
      ...one,
      last: { kind: 'none' as const, since: now - 10 * dayMs },
    }));
    return {
      kind: 'activity-added',
      readings: how === 'stale' && of.readings.length === 0 ? short : quietReadings(200, now),
    };
  }
  if (procedure === 'cessation') return { kind: 'cessation-started' };
  return proposal === null || stateAt(of, now) === 'gathering' ? proposed(admins) : { ...approval(admins), ...access };
}

type Life = { readonly case: Case; readonly events: readonly RecordedEvent[] };

/** Watches each accepted event. */
function live(
  procedure: Procedure,
  { manner: how, steps, team: admins }: Lived,
  watch: (before: Case, life: Life) => void,
): Life {
  let now = start;
  const opening: CaseEvent = {
    kind: 'opened',
    caseId: 'case1',
    naming: naming(procedure, {
      contacts: [contact(), contact({ id: 'fresh', since: start - dayMs })],
    }),
    communication: firstMail,
    note: '',
  };
  const first = transition(null, { by: system, seen: null, event: opening }, now);
  if (first.kind !== 'accepted') throw new Error('the case was not opened');
  let current = first.case;
  const events = [first.recorded];
  for (const { access, behind, by, event: timeless, wait } of steps) {
    now += wait;
    const event =
      timeless === null ? leadingOn(current, { access, by, manner: how, now, team: admins }) : shifted(timeless, now);
    const stateBefore = stateAt(current, now);
    const result = transition(current, { by, seen: current.version - behind, event }, now);
    if (result.kind === 'refused') {
      expect(result.missing.length).toBeGreaterThan(0);
      continue;
    }
    const before = current;
    current = result.case;
    events.push(result.recorded);
    const stateAfter = stateAt(current, now);
    const ways = stepsOf(procedure).filter(({ from, on }) => from === stateBefore && on === event.kind);
    expect(ways.map(({ to }) => to)).toContain(stateAfter);
    watch(before, { case: current, events });
  }
  return { case: current, events };
}

const runs = { numRuns: 1_500, seed: 20_260_302 };

/** Where the lives of one procedure came to, so that nothing holds only for want of lives that get there. */
type Tally = { readonly states: Map<CaseState, number>; tenantsWithLastAdmin: number; ended: number };

describe.each(procedures)('any life of a case: %s', (procedure) => {
  it('reaches an act only with all evidence, by two others, and never adds an admin', () => {
    const tally: Tally = { states: new Map(), tenantsWithLastAdmin: 0, ended: 0 };
    fc.assert(
      fc.property(life, (lived) => {
        const { case: last, events } = live(procedure, lived, (before, now) => {
          const state = stateAt(now.case, now.events.at(-1)?.at ?? 0);
          tally.states.set(state, (tally.states.get(state) ?? 0) + 1);
          checkStep(procedure, before, now, tally);
        });
        if (last.workOrder !== null || last.cessation !== null) tally.ended += 1;
        expect(foldCase(JSON.parse(JSON.stringify(events)))).toEqual(last);
      }),
      runs,
    );
    const known = new Set(stepsOf(procedure).flatMap(({ from, to }) => [from, to]));
    known.delete('unnamed');
    for (const state of known) expect([state, tally.states.get(state) ?? 0]).toEqual([state, atLeast(5)]);
    expect(tally.ended).toBeGreaterThan(runs.numRuns / 20);
    const mayMeetLast = procedure === 'disgruntled-admin' || procedure === 'preventative';
    if (mayMeetLast) expect(tally.tenantsWithLastAdmin).toBeGreaterThan(5);
  });
});

function atLeast(least: number): unknown {
  return expect.toSatisfy((count: number) => count >= least);
}

function checkStep(procedure: Procedure, before: Case, { case: after, events }: Life, tally: Tally): void {
  const last = events.at(-1);
  if (before.cessation === null && after.cessation !== null) expect(lacking(procedure, events, [])).toEqual([]);
  const approvers = after.proposal?.approvals.map(({ by }) => by) ?? [];
  expect(new Set(approvers).size).toBe(approvers.length);
  // Once it is issued, an order is what it was, but for its answer.
  if (before.workOrder !== null)
    expect({ ...after.workOrder, answer: null }).toEqual({ ...before.workOrder, answer: null });
  if (before.workOrder !== null || after.workOrder === null) return;
  const { action } = after.workOrder;
  const facts = last?.event.kind === 'approved' ? last.event.admins : [];
  expect(lacking(procedure, events, facts)).toEqual([]);
  expect(blindEyes(events)).toEqual([]);
  expect(policyActs[procedure]).toContain(action.kind);
  if (action.kind === 'court-ordered') {
    const typed = events.findLast(({ event }) => event.kind === 'order-typed')?.event;
    expect(typed?.kind === 'order-typed' ? typed.items : []).toEqual(action.items);
    expect(
      action.items.every(
        ({ kind, line, page, quote }) => !/add|grant|new/.test(kind) && quote !== '' && page > 0 && line > 0,
      ),
    ).toBe(true);
  }
  const active = facts.filter((admin) => admin.active);
  const isLast = active.length > 0 && active.every(({ id }) => deletes(action, id));
  if (isLast) expect(deletesTenant(action)).toBe(true);
  if (action.kind === 'delete-tenant' && action.because === 'sole-admin') tally.tenantsWithLastAdmin += 1;
  // Whoever may still be there counts as neither gone nor there.
  if (action.kind === 'delete-tenant' && action.because === 'sole-admin') {
    expect(facts.some(({ leaving }) => leaving === true)).toBe(false);
  }
}

/** POLICY's column "action". */
const policyActs: Readonly<Record<Procedure, readonly string[]>> = {
  'disgruntled-admin': ['delete-admin', 'delete-tenant'],
  closure: ['delete-tenant'],
  mistake: ['court-ordered'],
  cessation: [],
  preventative: ['delete-admin', 'delete-tenant'],
};

function deletes(action: NonNullable<Case['workOrder']>['action'], adminId: string): boolean {
  if (action.kind === 'court-ordered') {
    return action.items.some(({ kind, target }) => kind === 'delete-admin' && target === adminId);
  }
  return action.kind === 'delete-tenant' || action.adminId === adminId;
}

function deletesTenant(action: NonNullable<Case['workOrder']>['action']): boolean {
  return action.kind === 'court-ordered'
    ? action.items.some(({ kind }) => kind === 'delete-tenant')
    : action.kind === 'delete-tenant';
}

describe('the clock of cessation', () => {
  it('is in force exactly while the recorded facts say so', () => {
    const found = { ceased: 0, free: 0 };
    fc.assert(
      fc.property(life, (lived) => {
        const { case: of, events } = live('cessation', lived, () => undefined);
        for (let hour = -30; hour < 24 * 12; hour += 7) {
          const now = start + hour * hourMs;
          const isNow = isCeased(of, now);
          expect(isNow).toBe(saysCeased(events, firstMail.receivedAt, now));
          if (of.cessation !== null) found[isNow ? 'ceased' : 'free'] += 1;
        }
      }),
      runs,
    );
    expect(Math.min(found.ceased, found.free)).toBeGreaterThan(500);
  });
});
