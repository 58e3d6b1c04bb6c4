/** X-DISGRUNTLED and X-PREVENT: police report, executive confirmation, four eyes, one deletion. */
import { describe, expect, it } from 'vitest';
import type { CaseEvent } from '../../src/cases/event.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { missingFor } from '../../src/cases/missing.ts';
import { stateAt } from '../../src/cases/state.ts';
import {
  ada,
  addConfirmed,
  added,
  addSeen,
  alice,
  approval,
  approve,
  ben,
  bob,
  both,
  called,
  carol,
  confirmed,
  contact,
  dayMs,
  hourMs,
  mail,
  olga,
  open,
  proposed,
  type Story,
  source,
  start,
  story,
  system,
} from './story.ts';

const setAda: CaseEvent = { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a1' }, admins: both };
const noExecutive = 'an executive, or the billing contact of somebody who is on file as an executive';
const propose: CaseEvent = proposed(both);
const approved = approval(both);

describe.each([
  ['disgruntled-admin', 'X-DISGRUNTLED'],
  ['preventative', 'X-PREVENT'],
] as const)('%s', (procedure, rule) => {
  function complete(): Story {
    const told = story();
    open(told, procedure);
    told.tell(alice, setAda);
    addConfirmed(told, 'd1', 'police-report');
    told.tell(alice, called(told));
    return told;
  }

  it('deletes one admin after both proofs and four eyes', () => {
    const told = complete();
    approve(told);
    expect(told.case.workOrder).toMatchObject({
      id: 'case1-order',
      action: { kind: 'delete-admin', adminId: 'a1', name: 'Ada' },
      proposedBy: 'alice',
      approvedBy: ['bob', 'carol'],
    });
    expect(told.effects.filter(({ kind }) => kind === 'issue-work-order')).toHaveLength(1);
    told.tell(bob, { kind: 'work-order-answered', result: 'done', reference: 'ENG-1', note: '' });
    told.tell(bob, { kind: 'closed', outcome: 'executed', note: 'done' });
    expect(stateAt(told.case, told.now)).toBe('closed');
  });

  it('reads the same after a restart at every step', () => {
    const told = complete();
    const check = (): void => {
      const before = told.case;
      told.restart(foldCase);
      expect(told.case).toEqual(before);
    };
    check();
    told.tell(alice, propose);
    check();
    told.tell(bob, approved);
    check();
    told.tell(carol, approved);
    check();
    expect(stateAt(told.case, told.now)).toBe('ordered');
  });

  it('deletes the tenant when the admin is the sole active one, and says so from the start', () => {
    const told = story();
    open(told, procedure);
    const sole = [ada, { ...ben, active: false }];
    told.tell(alice, { ...setAda, admins: sole });
    addConfirmed(told, 'd1', 'police-report');
    told.tell(alice, called(told, { admins: sole }));
    approve(told, sole);
    expect(told.case.workOrder?.action).toEqual({ kind: 'delete-tenant', because: 'sole-admin', adminId: 'a1' });
  });

  it('asks the executive again when the admin has become the sole one', () => {
    const told = complete();
    const refusal = told.refused(alice, proposed([ada]));
    expect(refusal).toMatchObject({ rule, missing: ['out-of-band confirmation by an executive on file'] });
  });

  it('takes no approval of an act that has changed meanwhile', () => {
    const told = complete();
    told.tell(alice, called(told, { admins: [ada] }));
    told.tell(alice, propose);
    expect(told.refused(bob, approval([ada])).missing).toEqual([
      'a new proposal: the act would not be the one that was proposed',
    ]);
    expect(told.refused(bob, approval([ben])).missing).toContain('out-of-band confirmation by an executive on file');
  });

  it('names everything that is missing', () => {
    const told = story();
    open(told, procedure);
    expect(told.refused(alice, propose).missing).toEqual(['what is asked for: which admin, or the tenant']);
    told.tell(alice, setAda);
    expect(told.refused(alice, propose)).toMatchObject({
      rule,
      missing: ['a police-report', 'out-of-band confirmation by an executive on file'],
    });
    addSeen(told, 'd1', 'police-report');
    expect(missingFor(told.case, both, told.now)).toEqual([
      'independent confirmation of the police-report',
      'out-of-band confirmation by an executive on file',
    ]);
  });

  it.each(['court-order', 'certificate-of-dissolution', 'other'] as const)('a %s is no police report', (kind) => {
    const told = story();
    open(told, procedure);
    told.tell(alice, setAda);
    addConfirmed(told, 'd1', kind);
    expect(missingFor(told.case, both, told.now)).toContain('a police-report');
  });

  it('a report that was confirmed about one admin says nothing about another', () => {
    const told = complete();
    told.tell(alice, { ...setAda, request: { kind: 'delete-admin', adminId: 'a2' } });
    expect(missingFor(told.case, both, told.now)).toEqual([
      'independent confirmation of the police-report',
      'out-of-band confirmation by an executive on file',
    ]);
  });

  it('a denial closes the way for good', () => {
    const told = complete();
    told.tell(bob, propose);
    told.tell(alice, called(told, { outcome: 'denied' }));
    expect(stateAt(told.case, told.now)).toBe('barred');
    expect(told.effects).toContainEqual({ kind: 'alarm', text: 'a contact on file denied the request' });
    expect(told.refused(carol, approved).missing).toEqual(['an open way: Grace, a contact on file, denied it']);
    told.tell(alice, { kind: 'closed', outcome: 'unfounded', note: 'denied' });
  });

  it('not reaching a contact is no confirmation', () => {
    const told = story();
    open(told, procedure);
    told.tell(alice, setAda);
    addConfirmed(told, 'd1', 'police-report');
    told.tell(alice, called(told, { outcome: 'not-reached' }));
    expect(missingFor(told.case, both, told.now)).toEqual(['out-of-band confirmation by an executive on file']);
  });

  it.each<[string, CaseEvent]>([
    ['an approval before a proposal', approved],
    ['an answer before a work order', { kind: 'work-order-answered', result: 'done', reference: 'E', note: '' }],
    ['a clock of cessation', { kind: 'cessation-started' }],
    ['a reading of logins', { kind: 'activity-added', readings: [] }],
    ['acts typed from a court order', { kind: 'order-typed', documentId: 'd1', items: [], admins: both }],
    ['a second naming', { kind: 'opened', caseId: 'x', naming: null, communication: null, note: '' }],
    ['an execution that nobody ordered', { kind: 'closed', outcome: 'executed', note: 'x' }],
  ])('refuses %s', (_, event) => {
    const told = complete();
    expect(told.refused(bob, event)).toMatchObject({ kind: 'refused', rule, conflict: false });
  });

  it('after the work order nothing but its answer', () => {
    const told = complete();
    approve(told);
    for (const event of [propose, approved, setAda, called(told), confirmed('d1')]) {
      expect(told.refused(carol, event).rule).toBe(rule);
    }
    expect(told.refused(carol, { kind: 'closed', outcome: 'withdrawn', note: 'x' }).rule).toBe(rule);
    told.tell(bob, { kind: 'work-order-answered', result: 'cancelled', reference: 'ENG-1', note: 'mistake' });
    expect(told.refused(bob, approved).rule).toBe(rule);
    told.tell(bob, { kind: 'closed', outcome: 'withdrawn', note: 'cancelled' });
  });
});

it('a preventative case may ask for the tenant, one about a disgruntled admin may not', () => {
  const tenant: CaseEvent = { kind: 'request-set', request: { kind: 'delete-tenant' }, admins: both };
  const prevent = story();
  open(prevent, 'preventative');
  prevent.tell(alice, tenant);
  addConfirmed(prevent, 'd1', 'police-report');
  prevent.tell(alice, called(prevent));
  approve(prevent);
  expect(prevent.case.workOrder?.action).toEqual({ kind: 'delete-tenant', because: 'requested', adminId: null });
  const disgruntled = story();
  open(disgruntled, 'disgruntled-admin');
  expect(disgruntled.refused(alice, tenant).missing).toEqual(['one of: delete-admin']);
});

describe('four eyes', () => {
  function proposed(): Story {
    const told = story();
    open(told, 'preventative');
    told.tell(alice, setAda);
    addConfirmed(told, 'd1', 'police-report');
    told.tell(alice, called(told));
    told.tell(bob, propose);
    return told;
  }
  const dave = { kind: 'staff', id: 'dave', roles: ['trust'] } as const;

  it('nobody approves what they opened or proposed', () => {
    const told = proposed();
    const own = ['somebody else: nobody approves what they opened or proposed'];
    expect(told.refused(alice, approved).missing).toEqual(own);
    expect(told.refused(bob, approved).missing).toEqual(own);
  });

  it('nobody approves twice', () => {
    const told = proposed();
    told.tell(carol, approved);
    expect(told.refused(carol, approved).missing).toEqual(['a second person']);
  });

  it('nobody approves who has not seen the evidence', () => {
    const told = proposed();
    expect(told.refused(dave, approved).missing).toEqual(['a look at the police-report d1']);
    told.tell(dave, { kind: 'document-looked', documentId: 'd1' });
    told.tell(dave, approved);
  });

  it.each([olga, { ...olga, roles: [] }])('nobody acts without the role trust', (who) => {
    const told = proposed();
    expect(told.refused(who, approved).missing).toEqual(['the role trust']);
    expect(told.refused(who, { kind: 'document-looked', documentId: 'd1' }).missing).toEqual(['the role trust']);
  });

  it('the gateway decides nothing', () => {
    const told = proposed();
    expect(told.refused(system, approved).missing).toEqual(['a person: the gateway decides nothing']);
    expect(told.refused(carol, { kind: 'cessation-lapsed' }).missing).toEqual([
      'the gateway itself: nobody can enter this',
    ]);
  });

  it('the second approval counts until 24 hours after the first', () => {
    const told = proposed();
    told.tell(carol, approved);
    told.tell(dave, { kind: 'document-looked', documentId: 'd1' });
    const first = told.case.proposal?.approvals[0]?.at ?? 0;
    told.now = first + dayMs;
    expect(told.refused(dave, approved).missing).toEqual(['a new proposal: the first approval has expired']);
    expect(stateAt(told.case, told.now)).toBe('gathering');
    told.now = first + dayMs - 1 - 60_000;
    told.tell(dave, approved);
    expect(stateAt(told.case, told.now)).toBe('ordered');
  });

  it('a new proposal after the first approval has expired needs both again', () => {
    const told = proposed();
    told.tell(carol, approved);
    told.now += 2 * dayMs;
    told.tell(bob, propose);
    expect(told.case.proposal?.approvals).toEqual([]);
    expect(stateAt(told.case, told.now)).toBe('proposed');
  });

  it.each<[string, (told: Story) => void]>([
    ['new evidence', (told) => told.tell(alice, added('d2', 'other', '1'))],
    [
      'refuted evidence',
      (told) => told.tell(alice, { kind: 'document-refuted', documentId: 'd1', note: 'not on their books' }),
    ],
    ['another call', (told) => told.tell(alice, called(told, { outcome: 'not-reached' }))],
    ['a change of mind', (told) => told.tell(alice, { kind: 'proposal-withdrawn', note: 'wait' })],
  ])('%s takes the proposal back', (_, change) => {
    const told = proposed();
    told.tell(carol, approved);
    change(told);
    expect(told.case.proposal).toBeNull();
    expect(stateAt(told.case, told.now)).toBe('gathering');
    expect(told.refused(dave, approved).kind).toBe('refused');
  });

  it('of two at once one wins and the other is told', () => {
    const told = proposed();
    const seen = told.case.version;
    told.tell(carol, approved);
    const refusal = told.refused(alice, { kind: 'proposal-withdrawn', note: 'x' }, seen);
    expect(refusal.conflict).toBe(true);
    expect(refusal.missing).toEqual([
      `a look at the case as it is: version ${seen + 1} (approved by carol), not ${seen}`,
    ]);
    expect(told.refused(alice, { kind: 'proposal-withdrawn', note: 'x' }, null).conflict).toBe(true);
  });

  it('mail that joins and looks at evidence disturb nobody', () => {
    const told = proposed();
    const seen = told.case.version;
    told.tell(system, mail('m2-0', told.now));
    told.tell(carol, { kind: 'document-looked', documentId: 'd1' });
    expect(told.case.version).toBe(seen);
    expect(told.refused(system, mail('m2-0', told.now)).missing).toEqual([
      'another communication: this one is part of the case',
    ]);
  });
});

describe('contacts on file', () => {
  function opened(contacts: Parameters<typeof contact>[0][], extra: Parameters<typeof open>[2] = {}): Story {
    const told = story();
    open(told, 'disgruntled-admin', { contacts: contacts.map(contact), ...extra });
    told.tell(alice, setAda);
    return told;
  }

  it('counts when it stood for 30 days, not a millisecond less', () => {
    const young = opened([{ since: start - 30 * dayMs + 1 }]);
    const refusal = young.refused(alice, called(young));
    expect(refusal.missing).toEqual(['a contact on file that stood unchanged for 30 days before the case']);
    expect(refusal.alarm).toBe('Grace: the phone contact was changed within 30 days before the case and was picked');
    young.now += 40 * dayMs;
    expect(young.refused(alice, called(young)).kind).toBe('refused');
    const old = opened([{ since: start - 30 * dayMs }]);
    old.tell(alice, called(old));
    expect(old.case.attempts).toHaveLength(1);
  });

  it('cannot be typed in', () => {
    const told = opened([{}]);
    expect(told.refused(alice, called(told, { contactId: 'c9' })).missing).toEqual([
      'a contact on file: no other can be entered',
    ]);
  });

  it('is not called before there was a communication', () => {
    const told = story();
    told.tell(alice, {
      kind: 'opened',
      caseId: 'case1',
      naming: { ...namingOf(), contacts: [contact()] },
      communication: null,
      note: 'a rumour',
    });
    told.tell(alice, setAda);
    const missing = ['prior communication: nobody is called out of the blue'];
    expect(told.refused(alice, called(told)).missing).toEqual(missing);
    const before = told.now;
    told.now += hourMs;
    told.tell(system, mail('m2-0', told.now));
    expect(told.refused(alice, called(told, { madeAt: before })).missing).toEqual(missing);
    // What comes in the same millisecond did not come before.
    expect(told.refused(alice, called(told, { madeAt: before + hourMs })).missing).toEqual(missing);
    told.tell(alice, called(told, { madeAt: told.now + 60_000 }));
  });

  it.each([-2 * hourMs + 1, 1])('is not called at another time than between the opening and now: %d', (offset) => {
    const told = opened([{}]);
    const madeAt = offset < 0 ? start - 1 : told.now + offset;
    expect(told.refused(alice, called(told, { madeAt })).missing).toEqual([
      'a time between the opening of the case and now',
    ]);
  });

  it('is neither the claimant, nor the admin in question, nor a technical contact', () => {
    const claimant = opened([{ channel: 'email', value: 'someone@elsewhere.test' }]);
    expect(claimant.refused(alice, called(claimant)).missing).toEqual([
      'a way out of band: this address wrote to us in this case',
    ]);
    const target = opened([{ channel: 'email', value: 'ada@example.com' }]);
    expect(target.refused(alice, called(target)).missing).toEqual(['somebody other than the admin in question']);
    const technical = opened([{ role: 'technical' }]);
    expect(technical.refused(alice, called(technical)).missing).toEqual([noExecutive]);
  });

  it('of billing confirms nothing unless it is an executive’s who has stood on file for as long', () => {
    const billing = { id: 'c1', role: 'billing', value: '+15550111' } as const;
    const executive = { id: 'c2', role: 'executive' } as const;
    for (const others of [[], [{ ...executive, name: 'Edsger' }], [{ ...executive, since: start - 30 * dayMs + 1 }]]) {
      const told = opened([billing, ...others]);
      expect(told.refused(alice, called(told)).missing).toEqual([noExecutive]);
    }
    const told = opened([billing, executive]);
    told.tell(alice, called(told));
    expect(told.case.attempts).toHaveLength(1);
  });

  it('of billing is heard when it denies', () => {
    const told = opened([{ role: 'billing' }]);
    told.tell(alice, called(told, { outcome: 'not-reached' }));
    told.tell(alice, called(told, { outcome: 'denied' }));
    expect(stateAt(told.case, told.now)).toBe('barred');
  });

  it('is not the admin in question, by no other way of theirs either', () => {
    const told = story();
    const phone = contact({ id: 'c1', name: 'Ada' });
    const email = contact({ id: 'c2', name: 'Ada', channel: 'email', value: 'ada@example.com' });
    open(told, 'disgruntled-admin', { contacts: [phone, email] });
    told.tell(alice, setAda);
    expect(told.refused(alice, called(told)).missing).toEqual(['somebody other than the admin in question']);
  });

  it.each(['Ada', ' ada ', 'ADA', 'Ａｄａ'])('is not the admin in question under the same name: %s', (name) => {
    const told = opened([{ name }]);
    expect(told.refused(alice, called(told)).missing).toEqual(['somebody other than the admin in question']);
  });

  it('is asked about something', () => {
    const told = story();
    open(told, 'disgruntled-admin');
    expect(told.refused(alice, called(told)).missing).toEqual(['what is asked for: which admin, or the tenant']);
  });

  it('raises an alarm when it was changed shortly before the case, or is while it is open', () => {
    const change = { change: 'added', name: 'Grace', channel: 'phone', at: start - dayMs } as const;
    const told = opened([{}], { contactChanges: [change] });
    told.tell(system, { kind: 'contacts-changed', changes: [{ ...change, change: 'removed', at: told.now }] });
    expect(told.effects.filter(({ kind }) => kind === 'alarm')).toEqual([
      { kind: 'alarm', text: 'the phone contact of Grace was added' },
      { kind: 'alarm', text: 'the phone contact of Grace was removed' },
    ]);
    expect(told.case.contacts).toEqual([contact()]);
  });
});

function namingOf() {
  return {
    procedure: 'disgruntled-admin',
    tenantId: 't1',
    contacts: [],
    contactChanges: [],
    methods: [],
    openCaseId: null,
    lapsedCessation: null,
  } as const;
}

describe('documents', () => {
  function withReport(): Story {
    const told = story();
    open(told, 'disgruntled-admin');
    told.tell(alice, setAda);
    told.tell(alice, added('d1', 'police-report'));
    return told;
  }

  it('are confirmed by whoever looked at them', () => {
    const told = withReport();
    expect(told.refused(alice, confirmed('d1')).missing).toEqual(['a look at the document by whoever confirms it']);
    told.tell(bob, { kind: 'document-looked', documentId: 'd1' });
    expect(told.refused(alice, confirmed('d1')).kind).toBe('refused');
    told.tell(bob, confirmed('d1'));
  });

  it.each(['someone@elsewhere.test', 'Precinct 9, desk@ELSEWHERE.test', '  '])(
    'are not confirmed by asking the claimant, nor nobody: %s',
    (asked) => {
      const told = withReport();
      told.tell(alice, { kind: 'document-looked', documentId: 'd1' });
      const event = { ...confirmed('d1'), source: { ...source, asked } } as CaseEvent;
      expect(told.refused(alice, event).missing).toHaveLength(1);
    },
  );

  it('are refuted for good', () => {
    const told = withReport();
    told.tell(alice, { kind: 'document-looked', documentId: 'd1' });
    told.tell(alice, confirmed('d1'));
    told.tell(alice, { kind: 'document-refuted', documentId: 'd1', note: 'forged' });
    expect(told.effects).toContainEqual({ kind: 'alarm', text: 'the police-report d1 was refuted' });
    expect(told.refused(alice, confirmed('d1')).missing).toEqual(['a document that was not refuted']);
    expect(told.refused(alice, added('d2', 'police-report')).missing).toEqual([
      'another document: this one is in the case as d1 (refuted)',
    ]);
    expect(missingFor(told.case, both, told.now)).toContain('a police-report');
  });

  it('come by upload or with a mail of the case', () => {
    const told = withReport();
    const event = added('d2', 'other', '1');
    const hanging = { ...event, document: { ...event.document, origin: { kind: 'mail', reference: 'm7-0' } } } as const;
    expect(told.refused(alice, hanging).missing).toEqual(['a mail that is part of the case']);
    told.tell(system, mail('m7-0', start + 5));
    told.tell(alice, hanging);
    expect(told.case.documents.at(-1)?.receivedAt).toBe(start + 5);
    expect(told.case.documents[0]?.receivedAt).toBe(told.case.documents[0]?.addedAt);
  });
});
