/** A ticket event that a target is to be told: wakes the target's lane. */
import { handoffJobSchema } from '../src/jobs/handoff-job.ts';
import { type Handler, HopelessJob } from './handler.ts';
import type { Lanes } from './lanes.ts';

export function createHandoff(lanes: Pick<Lanes, 'wake'>): Handler<'handoff'> {
  return {
    name: 'handoff',
    handle: async (payload) => {
      const parsed = handoffJobSchema.safeParse(payload);
      if (!parsed.success) throw new HopelessJob('unreadable payload of a hand-over');
      lanes.wake(parsed.data.target);
      return { kind: 'woken', messageId: parsed.data.event, linkedTo: null };
    },
  };
}
