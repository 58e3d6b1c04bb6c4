/** Deadlines of cases: a warning before, an alarm after, and silence again when they are met. */
import { describe, expect, it } from 'vitest';
import { readingsOf } from '../../src/alerts/readings.ts';
import type { Case } from '../../src/cases/case.ts';
import { soonestDue } from '../../src/cases/due.ts';
import {
  addConfirmed,
  alice,
  approval,
  approve,
  bob,
  both,
  called,
  carol,
  dayMs,
  hourMs,
  open,
  proposed,
  type Story,
  story,
} from '../cases/story.ts';
import { minuteMs, openDesk } from './desk.ts';

const unknown = {
  machine: 'here',
  queues: null,
  ended: null,
  workersAlive: null,
  isRedisAway: false,
  silentMs: null,
  escalation: null,
  clocks: null,
  deferred: null,
  diskFreePercent: null,
  certificateLeftMs: null,
  keyLeftMs: null,
  endingAdminKeys: null,
  parked: null,
  stalledMs: null,
  backlogMs: null,
  retentionStuck: null,
  retentionHeld: null,
} as const;

const readings = (cases: readonly Case[], now: number) =>
  readingsOf({ ...unknown, casesDue: soonestDue(cases, now) }).filter(({ kind }) => kind === 'case-due');

function deletion(): Story {
  const told = story();
  open(told, 'disgruntled-admin');
  told.tell(alice, { kind: 'request-set', request: { kind: 'delete-admin', adminId: 'a1' }, admins: both });
  addConfirmed(told, 'd1', 'police-report');
  told.tell(alice, called(told));
  return told;
}

/** What staff were told by each look. */
function watched(of: Case, times: readonly number[]): readonly string[] {
  const desk = openDesk();
  return times.map((now) =>
    desk
      .look(now, { readings: readings([of], now) })
      .filter(({ isTold }) => isTold)
      .map(({ alert, change }) => `${change} ${alert.severity} ${alert.subject}`)
      .join(),
  );
}

describe('a deadline of a case', () => {
  it('of a cessation is told 4 hours before its end, and over when it has resumed', () => {
    const told = story();
    open(told, 'cessation');
    told.tell(alice, called(told));
    told.tell(alice, { kind: 'cessation-started' });
    const endsAt = told.now + dayMs;
    const times = [endsAt - 4 * hourMs - 1, endsAt - 4 * hourMs, endsAt - 1, endsAt, endsAt + 10 * minuteMs];
    expect(watched(told.case, times)).toEqual(['', 'raised warning case1', '', '', 'resolved warning case1']);
  });

  it('of evidence that waits for confirmation beyond the end becomes critical, until somebody acts', () => {
    const told = story();
    open(told, 'cessation');
    told.tell(alice, called(told));
    told.tell(alice, { kind: 'cessation-started' });
    const endsAt = told.now + dayMs;
    addSeenReport(told);
    expect(watched(told.case, [endsAt - 1, endsAt, endsAt + dayMs])).toEqual([
      'raised warning case1',
      'worsened critical case1',
      'reminded critical case1',
    ]);
  });

  it('of the second approval is told 4 hours before it is too late', () => {
    const told = deletion();
    told.tell(alice, proposed(both));
    told.tell(bob, approval(both));
    const expiresAt = told.now + dayMs;
    expect(watched(told.case, [expiresAt - 4 * hourMs - 1, expiresAt - 4 * hourMs])).toEqual([
      '',
      'raised warning case1',
    ]);
    expect(readings([told.case], expiresAt)).toMatchObject([{ values: [] }]);
  });

  it('of a work order is told a day before, is critical when it is over, and ends with the answer', () => {
    const told = deletion();
    approve(told);
    const expiresAt = told.case.workOrder?.expiresAt ?? 0;
    expect(watched(told.case, [expiresAt - dayMs - 1, expiresAt - dayMs, expiresAt])).toEqual([
      '',
      'raised warning case1',
      'worsened critical case1',
    ]);
    told.tell(carol, { kind: 'work-order-answered', result: 'done', reference: 'E1', note: '' });
    expect(readings([told.case], expiresAt)).toMatchObject([{ covers: 'all', values: [] }]);
  });
});

function addSeenReport(told: Story): void {
  const document = {
    id: 'd1',
    kind: 'police-report',
    digest: '0'.repeat(64),
    size: 1,
    fileName: 'a.pdf',
    mediaType: 'application/pdf',
    marks: [],
    origin: { kind: 'upload' },
  } as const;
  told.tell(alice, { kind: 'document-added', document });
}
