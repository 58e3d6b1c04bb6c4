/** A ticket event that a target is to be told: wakes the target's lane. */
import { handoffJobSchema } from '../src/jobs/handoff-job.ts';
import { type Handler, HopelessJob } from './handler.ts';
import type { HandoffLanes } from './handoff-lanes.ts';

export function createHandoff(lanes: Pick<HandoffLanes, 'wake'>): Handler<'handoff'> {
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
