import { describe, expect, it } from 'vitest';
import { deliveryIdOf, handoffJobSchema } from '../../src/jobs/handoff-job.ts';

describe('jobs of the hand-over', () => {
  it('are named after their delivery', () => {
    expect(deliveryIdOf(handoffJobSchema.parse({ v: 1, event: 'm0-0', target: 'desk' }))).toBe('m0-0_desk');
    expect(handoffJobSchema.safeParse({ v: 1, event: 'm0-0-wk3j', target: 'desk' }).success).toBe(true);
  });

  it.each([
    ['no version', { event: 'm0-0', target: 'desk' }],
    ['a path for an event', { v: 1, event: '../x', target: 'desk' }],
    ['a colon in the target', { v: 1, event: 'm0-0', target: 'a:b' }],
    ['nothing', null],
  ])('with %s are refused', (_name, job) => {
    expect(handoffJobSchema.safeParse(job).success).toBe(false);
  });
});
