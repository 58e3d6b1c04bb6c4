/** X-CLOSURE: nobody has logged in for 180 days, and the company is dissolved. */
import { describe, expect, it } from 'vitest';
import type { CaseEvent } from '../../src/cases/event.ts';
import { loginSources } from '../../src/cases/evidence.ts';
import { foldCase } from '../../src/cases/evolve.ts';
import { missingFor } from '../../src/cases/missing.ts';
import { stateAt } from '../../src/cases/state.ts';
import {
  addConfirmed,
  added,
  alice,
  approval,
  approve,
  bob,
  both,
  called,
  dayMs,
  open,
  proposed,
  quietReadings,
  reading,
  story,
} from './story.ts';

const propose: CaseEvent = proposed(both);

function opened() {
  const told = story();
  open(told, 'closure');
  return told;
}

function complete() {
  const told = opened();
  told.tell(alice, { kind: 'activity-added', readings: quietReadings(180) });
  addConfirmed(told, 'd1', 'certificate-of-dissolution');
  return told;
}

describe('closure', () => {
  it('deletes the tenant, with executive confirmation only when staff ask for it', () => {
    const told = complete();
    approve(told);
    expect(told.case.workOrder?.action).toEqual({ kind: 'delete-tenant', because: 'requested', adminId: null });
  });

  it('needs the executive confirmation that staff asked for', () => {
    const told = complete();
    told.tell(bob, { kind: 'contact-required' });
    expect(told.refused(alice, propose)).toMatchObject({
      rule: 'X-CLOSURE',
      missing: ['out-of-band confirmation by an executive on file'],
    });
    expect(told.refused(alice, { kind: 'contact-required' }).kind).toBe('refused');
    told.tell(alice, called(told));
    approve(told);
    expect(stateAt(told.case, told.now)).toBe('ordered');
  });

  it('reads the same after a restart', () => {
    const told = complete();
    const before = told.case;
    told.restart(foldCase);
    expect(told.case).toEqual(before);
  });

  it('names every missing piece', () => {
    const told = opened();
    expect(told.refused(alice, propose).missing).toEqual([
      ...loginSources.map((source) => `last successful login: ${source}`),
      'a certificate-of-dissolution',
    ]);
  });

  it.each(loginSources)('needs %s', (source) => {
    const told = opened();
    const others = quietReadings(200).filter((item) => item.source !== source);
    told.tell(alice, { kind: 'activity-added', readings: others });
    addConfirmed(told, 'd1', 'certificate-of-dissolution');
    expect(missingFor(told.case, both, told.now)).toEqual([`last successful login: ${source}`]);
  });

  it.each(loginSources)('a login less than 180 days ago closes the way: %s', (source) => {
    const told = complete();
    told.tell(bob, propose);
    const fresh = {
      ...reading(source, 180),
      last: { kind: 'at', at: told.now - 180 * dayMs + 1 },
      asOf: told.now,
    } as const;
    told.tell(alice, { kind: 'activity-added', readings: [fresh] });
    expect(stateAt(told.case, told.now)).toBe('barred');
    const cause = [`an open way: ${source}: a successful login within 180 days`];
    expect(told.refused(alice, { kind: 'activity-added', readings: quietReadings(181) }).missing).toEqual(cause);
    expect(told.refused(alice, propose).missing).toEqual(cause);
    told.tell(alice, { kind: 'closed', outcome: 'unfounded', note: 'somebody is there' });
  });

  it('relies on logs that were read within 3 days', () => {
    const told = complete();
    const readAt = quietReadings(180)[0]?.asOf ?? 0;
    told.now = readAt + 3 * dayMs - 60_000;
    told.tell(bob, propose);
    told.now = readAt + 3 * dayMs + 1;
    expect(told.refused(alice, approval(both)).kind).toBe('refused');
    expect(missingFor(told.case, both, told.now)).toEqual(
      loginSources.map((source) => `last successful login: ${source}, read within the last 3 days`),
    );
    told.tell(alice, { kind: 'activity-added', readings: quietReadings(180, told.now) });
    expect(missingFor(told.case, both, told.now)).toEqual([]);
  });

  it('no login on record counts as far as the record goes back', () => {
    const told = complete();
    const none = (days: number) =>
      ({
        kind: 'activity-added',
        readings: [
          { ...reading('devices', 0), last: { kind: 'none', since: told.now - days * dayMs }, asOf: told.now },
        ],
      }) as const;
    told.tell(alice, none(179));
    expect(missingFor(told.case, both, told.now)).toEqual(['last successful login: devices, over 180 days']);
    told.tell(alice, none(180));
    expect(missingFor(told.case, both, told.now)).toEqual([]);
  });

  it.each<[string, Partial<ReturnType<typeof reading>>]>([
    ['a reading from tomorrow', { asOf: Number.MAX_SAFE_INTEGER }],
    ['a login after the reading', { last: { kind: 'at', at: Number.MAX_SAFE_INTEGER } }],
    ['a reading from nowhere', { from: ' ' }],
    ['times that are none', { asOf: Number.NaN }],
  ])('refuses %s', (_, change) => {
    const told = opened();
    const readings = [{ ...reading('devices', 200), ...change }];
    expect(told.refused(alice, { kind: 'activity-added', readings }).rule).toBe('X-CLOSURE');
  });

  it('a police report is no certificate', () => {
    const told = opened();
    told.tell(alice, { kind: 'activity-added', readings: quietReadings(200) });
    told.tell(alice, added('d1', 'police-report'));
    expect(missingFor(told.case, both, told.now)).toEqual(['a certificate-of-dissolution']);
  });

  it('asks for nothing but the tenant', () => {
    const told = opened();
    const request: CaseEvent = { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a1' }, admins: both };
    expect(told.refused(alice, request).rule).toBe('X-CLOSURE');
  });
});
