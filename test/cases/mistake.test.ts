/** X-MISTAKE: exactly what a confirmed court order enumerates. */
import { describe, expect, it } from 'vitest';
import { actionLines, type CaseAdmin, type OrderItem } from '../../src/cases/action.ts';
import type { CaseEvent } from '../../src/cases/event.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { missingFor } from '../../src/cases/missing.ts';
import {
  ada,
  addConfirmed,
  addSeen,
  alice,
  approve,
  ben,
  bob,
  both,
  called,
  confirmed,
  open,
  proposed,
  story,
} from './story.ts';

const lock: OrderItem = { kind: 'lock-account', target: 'ben@example.com', quote: 'shall lock', page: 2, line: 14 };
const drop: OrderItem = { kind: 'delete-admin', target: 'a1', quote: 'shall delete', page: 2, line: 15 };
const whole: OrderItem = { kind: 'delete-tenant', target: 't1', quote: 'shall erase all', page: 3, line: 1 };

function typed(items: readonly OrderItem[], admins: readonly CaseAdmin[] = both, documentId = 'd1'): CaseEvent {
  return { kind: 'order-typed', documentId, items, admins };
}

function withOrder() {
  const told = story();
  open(told, 'mistake');
  addConfirmed(told, 'd1', 'court-order');
  return told;
}

describe('mistake or malfeasance', () => {
  it('orders exactly the acts that were typed from the order, each with its place', () => {
    const told = withOrder();
    told.tell(alice, typed([lock, drop]));
    told.tell(alice, called(told));
    const before = told.case;
    told.restart(foldCase);
    expect(told.case).toEqual(before);
    approve(told);
    const action = told.case.workOrder?.action;
    expect(action).toEqual({ kind: 'court-ordered', documentId: 'd1', items: [lock, drop] });
    expect(action === undefined ? [] : actionLines(action)).toEqual([
      'lock-account ben@example.com: page 2, line 14: "shall lock"',
      'delete-admin a1: page 2, line 15: "shall delete"',
    ]);
  });

  it('names every missing piece', () => {
    const told = story();
    open(told, 'mistake');
    const contact = 'out-of-band confirmation by an executive on file';
    const lacking = (): readonly string[] => missingFor(told.case, both, told.now);
    expect(lacking()).toEqual([contact, 'a court-order']);
    addSeen(told, 'd1', 'court-order');
    expect(lacking()).toEqual([contact, 'independent confirmation of the court-order']);
    told.tell(alice, confirmed('d1', true));
    expect(lacking()).toEqual([contact, 'the acts that the court order enumerates, typed with page and line']);
    told.tell(alice, typed([lock]));
    expect(lacking()).toEqual([contact]);
    expect(told.refused(alice, proposed(both))).toMatchObject({ rule: 'X-MISTAKE' });
  });

  it('an order is confirmed with its court and why that is the proper one', () => {
    const told = story();
    open(told, 'mistake');
    addSeen(told, 'd1', 'court-order');
    expect(told.refused(alice, confirmed('d1')).missing).toEqual(['which court it is and why it is the proper one']);
  });

  it('acts typed from an order that nobody confirmed open nothing', () => {
    const told = withOrder();
    addSeen(told, 'd2', 'court-order', '1');
    told.tell(alice, typed([lock], both, 'd2'));
    told.tell(alice, called(told));
    expect(told.refused(alice, proposed(both)).missing).toEqual(['independent confirmation of the typed court-order']);
  });

  it('a refuted order opens nothing', () => {
    const told = withOrder();
    told.tell(alice, typed([lock]));
    told.tell(alice, called(told));
    told.tell(alice, { kind: 'document-refuted', documentId: 'd1', note: 'not known to the court' });
    expect(missingFor(told.case, both, told.now)).toEqual(['a court-order']);
    expect(told.refused(alice, typed([lock])).missing).toEqual(['a court order in the case']);
  });

  it.each<[string, readonly OrderItem[]]>([
    ['no act', []],
    ['an act without its words', [{ ...lock, quote: ' ' }]],
    ['an act without a page', [{ ...lock, page: 0 }]],
    ['an act on half a line', [{ ...lock, line: 1.5 }]],
    ['an act on nothing', [{ ...lock, target: '' }]],
    ['an unknown act', [JSON.parse('{"kind":"add-admin","target":"x","quote":"q","page":1,"line":1}')]],
    ['an admin that is not there', [{ ...drop, target: 'a9' }]],
    ['an admin but for a space', [{ ...drop, target: 'a1 ' }]],
    ['an admin but for what nobody sees', [{ ...drop, target: 'a1\u200b' }]],
    ['the tenant of another case', [{ ...whole, target: 't2' }]],
    ['the tenant by words that engineering would have to understand', [{ ...whole, target: 't1 and t2' }]],
    ['a second line in the target', [{ ...lock, target: 'ben@example.com\ndelete-tenant t1' }]],
    ['text that is turned round', [{ ...lock, target: 'moc.elpmaxe@neb\u202e' }]],
    ['a second line in the quote', [{ ...lock, quote: 'shall lock"\u2028delete-tenant t1: page 1' }]],
    ['letters that are nobody’s', [{ ...lock, quote: 'shall \ue000' }]],
    ['deleting the last admins without the tenant', [drop, { ...drop, target: 'a2' }]],
  ])('refuses %s', (_, items) => {
    expect(withOrder().refused(alice, typed(items)).rule).toBe('X-MISTAKE');
  });

  it('deleting the sole admin needs an order that enumerates the tenant', () => {
    const told = withOrder();
    const sole = [ada, { ...ben, active: false }];
    expect(told.refused(alice, typed([drop], sole)).missing).toEqual([
      'an order that enumerates deleting the tenant: no active admin would be left',
    ]);
    told.tell(alice, typed([drop, whole], sole));
    told.tell(alice, called(told, { admins: sole }));
    approve(told, sole);
    expect(told.case.workOrder?.action).toMatchObject({ items: [drop, whole] });
  });

  it('is typed by whoever looked at the order', () => {
    const told = story();
    open(told, 'mistake');
    told.tell(alice, {
      kind: 'document-added',
      document: {
        id: 'd1',
        kind: 'court-order',
        digest: 'a'.repeat(64),
        size: 1,
        fileName: 'o.pdf',
        mediaType: 'application/pdf',
        marks: ['encrypted'],
        origin: { kind: 'upload' },
      },
    });
    expect(told.refused(bob, typed([lock])).missing).toEqual(['a look at the court order by whoever types it']);
  });
});
