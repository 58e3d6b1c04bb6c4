/** How cases are opened and named; the methods that a contract adds. */
import { describe, expect, it } from 'vitest';
import { type ContractMethod, type DeadMansSwitch, switchState } from '../../src/cases/contract-method.ts';
import type { CaseEvent } from '../../src/cases/event.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { missingFor } from '../../src/cases/missing.ts';
import { procedureOfRequest, procedures } from '../../src/cases/procedure.ts';
import { stateAt } from '../../src/cases/state.ts';
import { transition } from '../../src/cases/transition.ts';
import {
  addConfirmed,
  alice,
  approval,
  approve,
  bob,
  both,
  called,
  dayMs,
  firstMail,
  hourMs,
  mail,
  naming,
  olga,
  open,
  proposed,
  quietReadings,
  start,
  story,
  system,
} from './story.ts';

describe('opening', () => {
  const unnamed: CaseEvent = { kind: 'opened', caseId: 'case1', naming: null, communication: firstMail, note: '' };

  it('a doubtful one waits for staff to name it', () => {
    const told = story();
    told.tell(system, unnamed);
    expect(stateAt(told.case, told.now)).toBe('unnamed');
    expect(told.refused(alice, proposed(both)).rule).toBe('X-COMMON');
    expect(told.refused(system, { kind: 'named', naming: naming('closure') }).kind).toBe('refused');
    told.tell(bob, { kind: 'named', naming: naming('closure') });
    expect(told.case).toMatchObject({ procedure: 'closure', tenantId: 't1', request: { kind: 'delete-tenant' } });
    expect(told.refused(bob, { kind: 'named', naming: naming('mistake') }).rule).toBe('X-MISTAKE');
  });

  it('who named a case approves nothing in it', () => {
    const told = story();
    told.tell(system, unnamed);
    told.tell(bob, { kind: 'named', naming: naming('preventative') });
    told.tell(alice, { kind: 'request-set', request: { kind: 'delete-tenant' }, admins: both });
    addConfirmed(told, 'd1', 'police-report');
    told.tell(alice, called(told));
    told.tell(alice, proposed(both));
    expect(told.refused(bob, approval(both)).missing).toEqual([
      'somebody else: nobody approves what they opened or proposed',
    ]);
  });

  it.each(procedures)('there is one open case of each tenant: %s', (procedure) => {
    const event: CaseEvent = { ...unnamed, naming: naming(procedure, { openCaseId: 'case0' }) };
    const told = story();
    expect(told.refused(alice, event).missing).toEqual(['a tenant without an open case of this kind: join case0']);
    told.tell(system, unnamed);
    expect(told.refused(alice, { kind: 'named', naming: event.naming ?? naming(procedure) }).kind).toBe('refused');
  });

  it('needs the role trust, and the gateway needs a communication', () => {
    expect(transition(null, { by: olga, seen: null, event: unnamed }, start)).toMatchObject({
      kind: 'refused',
      missing: ['the role trust'],
    });
    expect(
      transition(null, { by: system, seen: null, event: { ...unnamed, communication: null } }, start),
    ).toMatchObject({ kind: 'refused', missing: ['the communication that it was opened for'] });
    expect(transition(null, { by: alice, seen: null, event: { kind: 'cessation-started' } }, start)).toMatchObject({
      kind: 'refused',
      missing: ['an opened case'],
    });
  });

  it('knows the procedures that requests ask for', () => {
    expect(procedures.map((procedure) => procedureOfRequest(`recovery-${procedure}`))).toEqual(procedures);
    expect(procedureOfRequest('ordinary')).toBeNull();
    expect(procedureOfRequest('constructor')).toBeNull();
  });

  it('events make a case only from its opening on', () => {
    expect(() => foldCase([])).toThrow('opening');
    const { events } = (() => {
      const told = story();
      told.tell(system, unnamed);
      return told;
    })();
    expect(() => foldCase([...events, ...events])).toThrow('twice');
  });
});

describe('contract methods', () => {
  const deadMan: DeadMansSwitch = {
    id: 'switch',
    kind: 'dead-mans-switch',
    procedures: ['preventative'],
    replaces: ['contact'],
    since: start - 100 * dayMs,
    intervalMs: 30 * dayMs,
    graceMs: 5 * dayMs,
  };
  const thirdParty: ContractMethod = {
    id: 'notary',
    kind: 'authorised-third-party',
    procedures: ['preventative', 'disgruntled-admin'],
    replaces: ['contact'],
    since: start - 100 * dayMs,
    name: 'A. Notary',
    address: 'office@notary.test',
  };
  const used = (change: Partial<Extract<CaseEvent, { kind: 'method-used' }>>): CaseEvent => ({
    kind: 'method-used',
    methodId: 'switch',
    lastCheckInAt: start - 35 * dayMs,
    mail: null,
    admins: both,
    ...change,
  });
  const tenant: CaseEvent = { kind: 'request-set', request: { kind: 'delete-tenant' }, admins: both };

  function opened(methods: readonly ContractMethod[]) {
    const told = story();
    open(told, 'preventative', { methods });
    told.tell(alice, tenant);
    addConfirmed(told, 'd1', 'police-report');
    return told;
  }

  it('a dead man’s switch stands in for the executive once it has fired', () => {
    const told = opened([deadMan]);
    told.tell(alice, used({}));
    expect(missingFor(told.case, both, told.now)).toEqual([]);
    approve(told);
    expect(stateAt(told.case, told.now)).toBe('ordered');
    told.tell(alice, { kind: 'method-checked-in', methodId: 'switch' });
    expect(told.effects).toContainEqual({
      kind: 'alarm',
      text: 'somebody checked in after the work order was issued: cancel it',
    });
  });

  it('fires when interval and grace are over, on the millisecond', () => {
    const last = start - 10 * dayMs;
    const dueAt = last + 30 * dayMs;
    const firesAt = dueAt + 5 * dayMs;
    expect(switchState(deadMan, last, dueAt - 1)).toEqual({ state: 'armed', dueAt, firesAt });
    expect(switchState(deadMan, last, dueAt).state).toBe('overdue');
    expect(switchState(deadMan, last, firesAt - 1).state).toBe('overdue');
    expect(switchState(deadMan, last, firesAt).state).toBe('fired');
    expect(switchState(deadMan, null, deadMan.since).dueAt).toBe(deadMan.since + 30 * dayMs);
  });

  it('a switch that has not fired is refused', () => {
    const told = opened([deadMan]);
    const refusal = told.refused(alice, used({ lastCheckInAt: start - 10 * dayMs }));
    expect(refusal).toMatchObject({ rule: 'X-PREVENT' });
    expect(refusal.missing[0]).toMatch(/^the switch to fire: it does at /);
  });

  it('a check-in undoes the use of the switch, and the proposal that rests on it', () => {
    const told = opened([deadMan]);
    told.tell(alice, used({}));
    told.tell(alice, proposed(both));
    told.tell(bob, { kind: 'method-checked-in', methodId: 'switch' });
    expect(told.case.proposal).toBeNull();
    expect(missingFor(told.case, both, told.now)).toEqual(['out-of-band confirmation by an executive on file']);
    expect(told.refused(bob, { kind: 'method-checked-in', methodId: 'switch' }).kind).toBe('refused');
  });

  it('a third party answers by a proven mail from its exact address that is part of the case', () => {
    const told = opened([thirdParty]);
    told.tell(system, mail('m8-0', told.now, 'office@notary.test'));
    const answer = { reference: 'm8-0', address: 'office@notary.test', proven: true };
    const use = (change: Partial<typeof answer>): CaseEvent =>
      used({ methodId: 'notary', mail: { ...answer, ...change } });
    expect(told.refused(alice, use({ proven: false })).kind).toBe('refused');
    expect(told.refused(alice, use({ address: 'office@n0tary.test' })).kind).toBe('refused');
    expect(told.refused(alice, use({ reference: 'm7-0' })).kind).toBe('refused');
    told.tell(alice, use({}));
    expect(missingFor(told.case, both, told.now)).toEqual([]);
  });

  it.each<[string, ContractMethod]>([
    ['younger than the case', { ...deadMan, since: start + 1 }],
    // The first mail came an hour before the case was opened.
    ['younger than the request', { ...deadMan, since: start - hourMs + 1 }],
    ['for another procedure', { ...deadMan, procedures: ['closure'] }],
    ['under another name', { ...deadMan, id: 'other' }],
  ])('does not count: %s', (_, method) => {
    const told = opened([method]);
    expect(told.refused(alice, used({})).missing).toEqual(['a method that the contract held when the request came']);
  });

  it('counts for what it was used for', () => {
    const told = opened([deadMan]);
    told.tell(alice, used({}));
    told.tell(alice, { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a1' }, admins: both });
    expect(missingFor(told.case, both, told.now)).toContain('out-of-band confirmation by an executive on file');
  });
});

describe('who was let in lately', () => {
  /** By how long before the case, and how old the first member of staff was then. */
  it.each([
    ['an hour before the case, among staff of old', -hourMs, -400 * dayMs, false],
    ['6 days and 23 hours before the approval', -7 * dayMs + 2 * hourMs, -400 * dayMs, false],
    ['8 days before the case', -8 * dayMs, -400 * dayMs, true],
    ['an hour before the case, among staff of yesterday', -hourMs, -dayMs, true],
    ['after the case was opened, among staff of yesterday', 60_000, -dayMs, false],
  ] as const)('%s: %s', (_, letIn, firstStaff, mayApprove) => {
    const told = story();
    open(told, 'closure');
    addConfirmed(told, 'd1', 'certificate-of-dissolution');
    told.tell(alice, { kind: 'activity-added', readings: quietReadings(400, told.now) });
    told.tell(alice, proposed(both));
    const event = { ...approval(both), letInAt: start + letIn, staffSince: start + firstStaff };
    if (mayApprove) told.tell(bob, event);
    else expect(told.refused(bob, event).alarm).toContain('within 7 days tried to approve');
  });

  it('may approve at exactly 7 days, and not a millisecond before', () => {
    const told = story();
    open(told, 'closure');
    addConfirmed(told, 'd1', 'certificate-of-dissolution');
    told.tell(alice, { kind: 'activity-added', readings: quietReadings(400, told.now) });
    told.tell(alice, proposed(both));
    const letInAt = told.now - 7 * dayMs + 60_000;
    const event = { ...approval(both), letInAt, staffSince: start - 400 * dayMs };
    told.now += 59_999;
    expect(told.refused(bob, event).alarm).toContain('within 7 days tried to approve');
    told.now = letInAt + 7 * dayMs - 60_000;
    told.tell(bob, event);
  });
});
