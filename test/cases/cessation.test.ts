/** X-CESSATION: 24 hours, started by staff, extended by evidence that was received in time. */
import { describe, expect, it } from 'vitest';
import { cessationWindow, isCeased, lapsedAt } from '../../src/cases/cessation-clock.ts';
import { dueItems, wakeAt } from '../../src/cases/due.ts';
import type { CaseEvent } from '../../src/cases/event.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { stateAt } from '../../src/cases/state.ts';
import { transition } from '../../src/cases/transition.ts';
import {
  added,
  addSeen,
  alice,
  approval,
  bob,
  called,
  confirmed,
  dayMs,
  firstMail,
  hourMs,
  mail,
  naming,
  open,
  proposed,
  type Story,
  story,
  system,
} from './story.ts';

const begin: CaseEvent = { kind: 'cessation-started' };
const rule = 'X-CESSATION';

function asked(): Story {
  const told = story();
  open(told, 'cessation');
  return told;
}

function started(): Story & { readonly endsAt: number } {
  const told = asked();
  told.tell(alice, called(told));
  told.tell(alice, begin);
  return Object.assign(told, { endsAt: told.now + dayMs });
}

function refuted(documentId: string): CaseEvent {
  return { kind: 'document-refuted', documentId, note: 'unknown to the police' };
}

describe('cessation of support', () => {
  it('needs an executive, and staff who start it', () => {
    const told = asked();
    expect(told.refused(alice, begin)).toMatchObject({
      rule,
      missing: ['out-of-band confirmation by an executive on file'],
    });
    expect(isCeased(told.case, told.now)).toBe(false);
    told.tell(alice, called(told));
    expect(isCeased(told.case, told.now + dayMs)).toBe(false);
    told.tell(bob, begin);
    expect(isCeased(told.case, told.now)).toBe(true);
    expect(told.effects).toContainEqual({
      kind: 'support-window',
      tenantId: 't1',
      window: { from: told.now, until: told.now + dayMs },
    });
    expect(told.refused(bob, begin).rule).toBe(rule);
  });

  it('is in force for 24 hours and not a millisecond longer, and resumes by itself', () => {
    const told = started();
    expect(isCeased(told.case, told.endsAt - 1)).toBe(true);
    expect(isCeased(told.case, told.endsAt)).toBe(false);
    expect(stateAt(told.case, told.endsAt - 1)).toBe('ceased');
    expect(stateAt(told.case, told.endsAt)).toBe('resumed');
    expect(lapsedAt(told.case, told.endsAt - 1)).toBeNull();
    expect(lapsedAt(told.case, told.endsAt)).toBe(told.endsAt);
  });

  it('stands through a restart and through a clock that goes wrong for a while', () => {
    const told = started();
    told.restart(foldCase);
    expect(isCeased(told.case, told.endsAt - dayMs - hourMs)).toBe(true);
    expect(isCeased(told.case, told.endsAt + 900 * dayMs)).toBe(false);
    expect(isCeased(told.case, told.endsAt - 1)).toBe(true);
  });

  it('that a clock far ahead started ceases nothing for more than 25 hours, and may be closed and asked for again', () => {
    const told = started();
    const { startedAt } = told.case.cessation ?? expect.fail();
    expect(isCeased(told.case, startedAt - hourMs)).toBe(true);
    expect(isCeased(told.case, startedAt - hourMs - 1)).toBe(false);
    told.now = startedAt - 11 * dayMs;
    expect(stateAt(told.case, told.now)).toBe('resumed');
    expect(dueItems(told.case, told.now)).toMatchObject([{ at: startedAt - hourMs, state: 'coming' }]);
    expect(wakeAt(told.case, told.now)).toBe(told.endsAt);
    expect(lapsedAt(told.case, told.now)).toBeNull();
    told.tell(bob, { kind: 'closed', outcome: 'withdrawn', note: 'the clock was ahead' });
    for (const later of [told.now, startedAt, told.endsAt - 1, told.endsAt + dayMs]) {
      expect(isCeased(told.case, later)).toBe(false);
      expect(lapsedAt(told.case, later)).toBeNull();
    }
  });

  it('that a clock far ahead started is extended by evidence all the same', () => {
    const told = started();
    told.now -= 11 * dayMs;
    told.tell(alice, added('d1', 'police-report'));
    expect(isCeased(told.case, told.now)).toBe(true);
    told.tell(alice, { kind: 'document-looked', documentId: 'd1' });
    told.tell(alice, refuted('d1'));
    expect(isCeased(told.case, told.now)).toBe(false);
  });

  it.each(['police-report', 'court-order'] as const)(
    'a %s received in time extends it until it is confirmed',
    (kind) => {
      const told = started();
      told.now = told.endsAt - 60_001;
      told.tell(alice, added('d1', kind));
      expect(stateAt(told.case, told.endsAt - 1)).toBe('ceased');
      expect(stateAt(told.case, told.endsAt + 9 * dayMs)).toBe('extended');
      told.now = told.endsAt + dayMs;
      told.tell(alice, { kind: 'document-looked', documentId: 'd1' });
      told.tell(alice, confirmed('d1', kind === 'court-order'));
      expect(stateAt(told.case, told.now)).toBe('upheld');
      expect(cessationWindow(told.case)?.until).toBeNull();
      told.tell(bob, { kind: 'cessation-ended', note: 'admin is gone' });
      expect(isCeased(told.case, told.now)).toBe(false);
      // It was upheld: the tenant may ask again.
      expect(lapsedAt(told.case, told.now)).toBeNull();
    },
  );

  it.each([
    ['police-report', 0],
    ['certificate-of-dissolution', -hourMs],
    ['other', -hourMs],
  ] as const)('a %s does not extend it %d ms after its end', (kind, offset) => {
    const told = started();
    told.now = told.endsAt + offset - 60_000;
    if (offset === 0) {
      told.now += 60_000;
      expect(told.refused(alice, added('d1', kind)).missing).toEqual([
        'a police report or court order that was received before the 24 hours were over',
      ]);
    } else {
      told.tell(alice, added('d1', kind));
    }
    expect(stateAt(told.case, told.endsAt)).toBe('resumed');
  });

  it('a report that came before the start counts', () => {
    const told = asked();
    told.tell(alice, called(told));
    addSeen(told, 'd1', 'police-report');
    told.tell(alice, confirmed('d1'));
    told.tell(alice, begin);
    expect(stateAt(told.case, told.now)).toBe('upheld');
  });

  it('resumes when the evidence is refuted, at the end of the 24 hours at the earliest', () => {
    const early = started();
    addSeen(early, 'd1', 'police-report');
    early.tell(alice, refuted('d1'));
    expect(cessationWindow(early.case)?.until).toBe(early.endsAt);
    const late = started();
    addSeen(late, 'd1', 'police-report');
    addSeen(late, 'd2', 'court-order', '1');
    late.now = late.endsAt + hourMs;
    late.tell(alice, refuted('d1'));
    expect(stateAt(late.case, late.now)).toBe('extended');
    late.tell(bob, refuted('d2'));
    expect(cessationWindow(late.case)?.until).toBe(late.now);
    expect(stateAt(late.case, late.now)).toBe('resumed');
    expect(lapsedAt(late.case, late.now)).toBe(late.now);
  });

  it('what comes at the last millisecond is too late, though other evidence extends it', () => {
    const told = started();
    addSeen(told, 'd1', 'police-report');
    told.now = told.endsAt - 60_000;
    told.tell(alice, added('d2', 'court-order', '1'));
    expect(told.case.documents.at(-1)?.receivedAt).toBe(told.endsAt);
    told.tell(alice, refuted('d1'));
    expect(stateAt(told.case, told.now)).toBe('resumed');
  });

  it('is not taken up again by evidence once staff have ended it', () => {
    const told = started();
    told.tell(bob, { kind: 'cessation-ended', note: 'the executive called again' });
    const missing = ['a police report or court order that was received before the 24 hours were over'];
    expect(told.refused(alice, added('d1', 'police-report')).missing).toEqual(missing);
    expect(isCeased(told.case, told.now)).toBe(false);
  });

  it('a mail that came in time counts though staff find its report later', () => {
    const told = started();
    told.tell(system, mail('m5-0', told.endsAt - 1));
    told.tell(system, mail('m6-0', told.endsAt));
    told.now = told.endsAt + hourMs;
    const hanging = (reference: string, id: string, digit: string): CaseEvent => {
      const event = added(id, 'police-report', digit);
      return { ...event, document: { ...event.document, origin: { kind: 'mail', reference } } };
    };
    expect(stateAt(told.case, told.now)).toBe('resumed');
    expect(told.refused(alice, hanging('m6-0', 'd6', '6')).rule).toBe(rule);
    told.tell(alice, hanging('m5-0', 'd5', '5'));
    expect(stateAt(told.case, told.now)).toBe('extended');
  });

  it('after it has lapsed the tenant asks in vain, and both are recorded', () => {
    const told = started();
    told.now = told.endsAt - 60_001;
    expect(told.refused(system, { kind: 'cessation-lapsed' }).rule).toBe(rule);
    told.now = told.endsAt;
    told.tell(system, { kind: 'cessation-lapsed' });
    expect(told.refused(system, { kind: 'cessation-lapsed' }).missing).toEqual(['a lapse to note']);
    const lapsedCessation = { caseId: 'case1', at: told.endsAt };
    const opening: CaseEvent = {
      kind: 'opened',
      caseId: 'case2',
      naming: naming('cessation', { lapsedCessation }),
      communication: firstMail,
      note: '',
    };
    const again = transition(null, { by: alice, seen: null, event: opening }, told.now);
    expect(again).toMatchObject({ kind: 'refused', rule });
    told.tell(system, { kind: 'request-ignored', communication: { ...firstMail, reference: 'm9-0' } });
    told.tell(alice, { kind: 'closed', outcome: 'expired', note: 'no evidence came' });
    told.tell(system, { kind: 'request-ignored', communication: null });
    expect(told.case.ignored.map(({ reference }) => reference)).toEqual(['m9-0', null]);
  });

  it('mail of the recovery kinds joins while it is in force; requests are ignored only after a lapse', () => {
    const told = started();
    told.tell(system, mail('m5-0', told.now));
    expect(told.refused(system, { kind: 'request-ignored', communication: null }).rule).toBe(rule);
    expect(told.case.communications).toHaveLength(2);
  });

  it('comes due with a warning, and wakes at its end', () => {
    const told = started();
    const due = (now: number) => dueItems(told.case, now).map(({ at, state }) => [at, state]);
    expect(due(told.now)).toEqual([[told.endsAt, 'coming']]);
    expect(due(told.endsAt - 4 * hourMs)).toEqual([[told.endsAt, 'soon']]);
    expect(due(told.endsAt)).toEqual([]);
    expect(wakeAt(told.case, told.now)).toBe(told.endsAt);
    expect(wakeAt(told.case, told.endsAt + 5)).toBe(told.endsAt + 5);
    told.now = told.endsAt;
    told.tell(system, { kind: 'cessation-lapsed' });
    expect(wakeAt(told.case, told.now)).toBeNull();
  });

  it('deletes nothing', () => {
    const told = started();
    expect(told.refused(bob, proposed([])).rule).toBe(rule);
    expect(told.refused(bob, approval([])).rule).toBe(rule);
  });
});
