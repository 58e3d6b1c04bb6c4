/** What was found, in the terms of the rules. */
import { describe, expect, it } from 'vitest';
import { type Findings, readingsOf } from '../../src/alerts/readings.ts';

const nothing: Findings = {
  machine: 'm1',
  queues: null,
  ended: null,
  workersAlive: null,
  isRedisAway: false,
  silentMs: null,
  escalation: null,
  clocks: null,
  casesDue: null,
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
};

describe('readings', () => {
  it('say nothing of what is unknown', () => {
    expect(readingsOf(nothing).map(({ kind }) => kind)).toEqual(['redis-away']);
  });

  it('let a queue that staff hold grow old, and no other', () => {
    const queues = [
      { queue: 'handoff', oldestMs: 9_000_000, isPaused: true },
      { queue: 'accepted', oldestMs: 9_000_000, isPaused: false },
      { queue: 'rejected', oldestMs: null, isPaused: false },
    ];
    const age = readingsOf({ ...nothing, queues }).find(({ kind }) => kind === 'queue-age');
    expect(age?.values).toEqual([
      { subject: 'handoff', value: 0 },
      { subject: 'accepted', value: 9_000_000 },
      { subject: 'rejected', value: 0 },
    ]);
  });
});
